"""Words for the types of API and what they support, shared by the comparison table and two explorers."""

API_NAMES = {"rest": "REST API", "http": "HTTP API", "websocket": "WebSocket API"}
API_SHORT = {"rest": "REST", "http": "HTTP", "websocket": "WebSocket"}

CATEGORIES = {
    "communication": "通信のしかた",
    "endpoint": "エンドポイントのタイプ",
    "security": "セキュリティ",
    "authorization": "オーソライザー",
    "management": "APIの管理",
    "development": "開発",
    "monitoring": "監視",
    "integration": "統合タイプ",
}

MARKS = {"yes": "○", "limited": "△", "no": "×"}
MARK_WITH_NOTE = "{mark} {note}"

# Headings of the comparison table.
CATEGORY = "カテゴリ"
FEATURE = "項目"
REMARK = "備考"
CHANGED = "2023年12月の時点では、{names}は{mark}でした({since}に変更)。"
RENAMED = "2023年12月の時点では、名前が「{name}」でした({since}に改称)。"
MONTH = "{year}年{month}月"
JOIN = "、"

WHEN = "いつの仕様か"
WHEN_OPTIONS = {"today": "2026年11月", "exam": "2023年12月"}
WHEN_HELP = "2023年12月は、試験の教材がよく前提にしている時点です。"
