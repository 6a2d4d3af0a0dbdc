"""Words of the explorer of constructions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.api_gateway.model.architecture import ArchitectureTrace

TITLE = "構成図：リクエストの通り道"
DESCRIPTION = "{case}の構成。{steps}"

CASE = "構成"
CASE_HELP = "どの使い方の構成図を見るかを選びます。"
CASES = {
    "rest-edge": "REST: エッジ最適化とサーバーレス",
    "rest-cross-account": "REST: 別アカウントのプライベートAPI",
    "rest-on-premises": "REST: オンプレミスからプライベートAPI",
    "rest-nlb": "REST: コンテナ(V1とNLB)",
    "rest-alb": "REST: コンテナ(V2とALB)",
    "websocket-lambda": "WebSocket: Lambda",
    "websocket-nlb": "WebSocket: コンテナ(V1とNLB)",
    "http-jwt": "HTTP: JWTオーソライザー",
    "http-alb": "HTTP: ALB経由のコンテナ",
    "http-cloud-map": "HTTP: Cloud Map経由のコンテナ",
}
TROUBLE = "途中で失敗させる"
TROUBLE_HELP = "その構成で起こりやすい失敗を1つ起こし、どこで止まるかを見ます。"
STEPS = "段"

# A newline marks where a label may break; running text takes it out.
PARTS = {
    "client": "クライアント",
    "client-a": "Aさん",
    "client-b": "Bさん",
    "caller": "Lambda関数・\nEC2",
    "office-client": "社内の端末",
    "office-dns": "社内のDNS",
    "route53": "Route 53",
    "cognito": "Cognito",
    "provider": "OIDC\nプロバイダー",
    "edge": "CloudFront\nの接続点",
    "line": "VPN・Direct\nConnect",
    "resolver": "Route 53\nResolver",
    "endpoint": "VPC\nエンドポイント",
    "gateway": "API Gateway",
    "private-gateway": "プライベート\nAPI",
    "policy": "リソース\nポリシー",
    "vpc-link-v1": "VPCリンク\nV1",
    "vpc-link-v2": "VPCリンク\nV2",
    "nlb": "NLB",
    "alb": "ALB",
    "lambda": "Lambda関数",
    "dynamodb": "DynamoDB",
    "connections": "DynamoDB\n接続の一覧",
    "ecs": "ECSの\nコンテナ",
    "eks": "EKSの\nコンテナ",
    "orders": "注文の\nコンテナ",
    "users": "会員の\nコンテナ",
    "callback": "コールバック\nURL",
    "cloud-map": "Cloud Map",
}
ZONES = {
    "region": "リージョン",
    "vpc": "VPC",
    "account-a": "アカウントAのVPC",
    "account-b": "アカウントB",
    "office": "社内",
}
HOPS = {
    "resolve": "APIの名前をRoute 53に尋ねる",
    "log-in": "ログインする",
    "enter-edge": "最寄りのCloudFrontの接続点に入る",
    "to-region": "AWSの網を通ってリージョンに届く",
    "check-token": "Cognitoの公開鍵でトークンを確かめる",
    "invoke": "Lambda関数を呼ぶ",
    "read": "DynamoDBを読み書きする",
    "back": "応答が同じ道を戻る",
    "to-endpoint": "VPCの中のエンドポイントに入る",
    "private-link": "PrivateLinkでAPIに届く(インターネットを通らない)",
    "check-policy": "リソースポリシーが呼び出し元を調べる",
    "ask-dns": "社内のDNSにAPIの名前を尋ねる",
    "forward-dns": "社内のDNSがResolverに問い合わせを転送する",
    "take-line": "VPNか専用線でVPCに入る",
    "call": "APIを呼ぶ",
    "enter-vpc": "VPCリンクからVPCの中のロードバランサーへ",
    "to-container": "プライベートサブネットのコンテナに届く",
    "call-orders": "GET /orders/42 を呼ぶ",
    "choose-by-path": "ALBがパスを見て注文のコンテナを選ぶ",
    "connect": "接続する($connect)",
    "record": "connection-idを記録する",
    "say": "メッセージを送る",
    "by-route": "ルート選択式で選ばれたLambda関数を呼ぶ",
    "look-up": "同じ部屋のconnection-idを調べる",
    "post-callback": "コールバックURLへPOSTする",
    "deliver": "つながっているBさんに届く",
    "deliver-back": "つながっているAさんに届く",
    "receive-jwt": "JWTを受け取る",
    "call-with-jwt": "JWTを付けてAPIを呼ぶ",
    "check-jwt": "プロバイダーの公開鍵でJWTを確かめる",
    "discover": "Cloud Mapで届け先の所在を調べる",
    "reach-instance": "VPCリンクから選ばれたコンテナへ直接届く",
}
# What the construction is for, when all goes well: the sentence in bold and the reason.
SUMMARIES = {
    "rest-edge": (
        "クライアントは最寄りの接続点に入り、認証を通ってからLambda関数に届きます。",
        "接続点は入口を近づけるだけで、応答は蓄えません。Lambda関数とDynamoDBには、面倒を見るサーバーがありません。",
    ),
    "rest-cross-account": (
        "別のアカウントのAPIに、インターネットを通らずに届きます。",
        "入口はVPCエンドポイントだけです。APIの側のリソースポリシーが許可した呼び出し元だけが通れます。",
    ),
    "rest-on-premises": (
        "社内の端末が、インターネットを通らずにプライベートAPIを呼べます。",
        "道はVPNか専用線が、名前はResolverへの転送が用意します。どちらが欠けても届きません。",
    ),
    "rest-nlb": (
        "VPCリンクV1がNLBに届け、NLBがコンテナに渡します。",
        "NLBはL4で振り分けるので、パスは見ません。V1は旧式で、つながる先はNLBだけです。",
    ),
    "rest-alb": (
        "VPCリンクV2が、REST APIを内部のALBへ直接つなぎます。",
        "ALBはL7で振り分けるので、パスごとに別のコンテナへ渡せます。2025年11月からの構成です。",
    ),
    "websocket-lambda": (
        "Aさんの発言が、つながっているBさんへサーバーの側から届きます。",
        "接続を保つのはAPI Gatewayです。Lambda関数は呼ばれたときだけ動き、接続の一覧はDynamoDBに置きます。",
    ),
    "websocket-nlb": (
        "メッセージはNLBを通ってコンテナへ、返事はコールバックURLを通ってクライアントへ届きます。",
        "WebSocket APIのVPCリンクはV1で、つながる先はNLBだけです。行きと帰りの道が違います。",
    ),
    "http-jwt": (
        "外部のプロバイダーが発行したJWTを、API Gatewayがコードなしで検証します。",
        "公開鍵はキャッシュされるので、毎回プロバイダーに尋ねるわけではありません。利用者の管理は任せたままです。",
    ),
    "http-alb": (
        "VPCリンクV2がALBに届け、ALBがパスを見てコンテナを選びます。",
        "マイクロサービスごとにコンテナを分け、1つの入口から使う構成です。",
    ),
    "http-cloud-map": (
        "ロードバランサーを置かずに、動いているコンテナへ直接届きます。",
        "所在はCloud Mapが知っています。ECSとEKSが混ざっていても、同じ名前で呼べます。",
    ),
}
# What goes wrong: where and why, and what it teaches.
TROUBLES = {
    "rest-edge": ("トークンが期限切れ", "認証で止まるので、Lambda関数は呼ばれず、料金もかかりません。"),
    "rest-cross-account": (
        "リソースポリシーに許可がない",
        "道がつながっていても、APIの側の許可がなければ通れません。プライベートAPIには必ずリソースポリシーを書きます。",
    ),
    "rest-on-premises": (
        "Resolverへの転送の設定がない",
        "社内のDNSは、VPCの中の名前を知りません。道があっても、宛先のアドレスがわからなければ送れません。",
    ),
    "rest-nlb": (
        "コンテナが29秒以内に答えない",
        "統合タイムアウトは既定で29秒です。長い処理は預かって、あとから結果を取りに来てもらいます。",
    ),
    "rest-alb": (
        "ALBに登録されたコンテナがない",
        "届け先のないALBが503を返し、その応答がそのままクライアントに届きます。",
    ),
    "websocket-lambda": (
        "$connectのオーソライザーが認めない",
        "認証・認可は接続のときの一度だけです。ここで断れば、接続そのものができません。",
    ),
    "websocket-nlb": (
        "メッセージが128 KBを超えている",
        "大きすぎるメッセージが来ると、API Gatewayは接続を閉じます。32 KBを超えるならフレームに分けて送ります。",
    ),
    "http-jwt": ("JWTが期限切れ", "expの時刻を過ぎたJWTは、署名が正しくても通りません。プロバイダーで取り直します。"),
    "http-alb": (
        "どのルールのパスにも当てはまらない",
        "ALBの既定のルールが404を返す設定なら、その応答がクライアントに届きます。",
    ),
    "http-cloud-map": (
        "Cloud Mapに登録がない",
        "動いているコンテナが登録されていなければ、届け先がありません。",
    ),
}
ANSWERS = {
    "": "リクエストは送り出されません。",
    "1009": "コード1009で接続が閉じられます。",
}
ANSWER = "クライアントには{status}が返ります。"
STOPPED = "{reason} → {status}"
STOPPED_AT = "{part}で止まり({reason})、{answer}"
STOP_MARK = "×"
UNANSWERED = "届かない"
CLOSED = "接続が閉じる(1009)"

CAPTION = "リクエストの通り道"
COLUMNS = ("段", "どこから", "どこへ", "何が起きるか")


def part(key: str) -> str:
    """Return the label of a part in running text."""
    return PARTS[key].replace("\n", "")


def outcome(trace: ArchitectureTrace) -> str:
    """Return what stopped the request and what the client gets, for the picture."""
    construction = trace.construction
    shown = {"": UNANSWERED, "1009": CLOSED}.get(construction.status, construction.status)
    return STOPPED.format(reason=TROUBLES[construction.key][0], status=shown)


def explanation(trace: ArchitectureTrace) -> Explanation:
    """Say what the construction achieves, or where the request was turned away and why."""
    construction = trace.construction
    if not trace.stopped:
        return Explanation(*SUMMARIES[construction.key])
    reason, lesson = TROUBLES[construction.key]
    answer = ANSWERS.get(construction.status, ANSWER.format(status=construction.status))
    point = STOPPED_AT.format(reason=reason, part=part(construction.guard), answer=answer)
    return Explanation(point, lesson)


def table(trace: ArchitectureTrace) -> Table:
    """Return the hops as rows, and what stopped the request as the last one."""
    rows = [
        (str(number), part(hop.road[0]), part(hop.road[-1]), HOPS[hop.key]) for number, hop in enumerate(trace.hops, 1)
    ]
    if trace.stopped:
        rows.append((STOP_MARK, part(trace.construction.guard), "", outcome(trace)))
    return Table(CAPTION, COLUMNS, tuple(rows))
