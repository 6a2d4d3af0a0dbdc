"""Every text of a question's static HTML, and the names of what questions are sorted by.

The texts of the player's buttons and messages are in WORDS of kumo/web/quiz.js.
"""

from __future__ import annotations

# As in the exam guide and on the page about the exam.
DOMAINS = {
    1: "AWSのサービスによる開発",
    2: "セキュリティ",
    3: "デプロイ",
    4: "トラブルシューティングと最適化",
}
TASKS = {
    "1.1": "AWSで動くアプリケーションのコードを書く",
    "1.2": "AWS Lambdaのコードを書く",
    "1.3": "開発でデータストアを使う",
    "2.1": "認証・認可を実装する",
    "2.2": "AWSのサービスで暗号化を実装する",
    "2.3": "コードの中の機密データを扱う",
    "3.1": "デプロイする成果物を準備する",
    "3.2": "開発環境で試験する",
    "3.3": "デプロイの試験を自動化する",
    "3.4": "CI/CDのサービスでコードをデプロイする",
    "4.1": "根本原因の分析を助ける",
    "4.2": "オブザーバビリティのためにコードを計装する",
    "4.3": "AWSの機能でアプリケーションを最適化する",
}
DIFFICULTIES = {"basic": "基本", "standard": "標準", "advanced": "応用"}
KINDS = {"single": "択一", "multiple": "複数選択", "order": "並べ替え", "match": "組み合わせ", "number": "数値"}
# By file of the bank.
SECTIONS = {
    "1-foundations": "1 AWSの基礎",
    "2-1-api-gateway": "2-1 API Gateway",
    "2-2-lambda": "2-2 Lambda",
    "2-3-dynamodb": "2-3 DynamoDB",
    "2-4-step-functions": "2-4 Step Functions",
    "2-5-route53": "2-5 Route 53",
    "2-6-elb": "2-6 ELB",
}

TITLE = "演習問題"
PAGE_TITLE = "このページの問題"
SHEET_TITLE = "全問と答え"
ANSWER = "答えと解説"
RIGHT_ANSWER = "正解"
WRONG = "誤り"
TRAP = "よくある間違い"
BLANK = "答え"
LEFT = "選ぶ相手"
RIGHTS = "選択肢"
MATCHED = "{left} → {right}"
IN_ORDER = " → "
TOLERANCE = "(±{tolerance} まで)"
SEPARATOR = "、"
NOT_USED = "使わない"
DOMAIN = "分野{number} {name}"
TASK = "タスク{task} {name}"
PAGE = "この問題の本文"
SOURCE = "出典"
SOURCE_NUMBER = "出典{number}"
IDENTIFIER = "問題のID"
COUNT = "{count}問"
OPEN_DATA = "答えと解説は、このページのデータに含まれています。隠してはいません。"
HOME = "すべての問題と、今日の復習へ"

NO_QUESTIONS = "{filters}に当てはまる問題はありません。問題があるのは、{known}です。"
FILTERS = {"page": "ページ", "section": "節", "domain": "分野", "difficulty": "難易度"}
EVERYTHING = "全体"
