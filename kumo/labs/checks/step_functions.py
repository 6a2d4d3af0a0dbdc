"""Checks of the lab on Step Functions: a stationer's orders as executions."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from kumo.labs.steps import need, step
from kumo.step_functions.model.definition import problems
from kumo.step_functions.model.interpreter import execute
from kumo.step_functions.model.resources import Task, World
from kumo.step_functions.model.retry import Retrier, success_probability
from kumo.step_functions.words.definition import line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kumo.labs.session import Lab

TITLE = "Step Functionsで注文を流す"
COSTS = (
    "状態遷移が数百回、DynamoDBとSQSの要求が数十回で、無料利用枠の中か、数円です。"
    "本物では、DynamoDBとSQSを呼べる権限のロールが要ります。"
    "終わったら、ステートマシン、テーブルStock、キューapprovalsを消してください。"
)

LARGE = 10_000  # yen from which a manager has to approve
SOLD_OUT = "DynamoDB.ConditionalCheckFailedException"
CROWDED = "DynamoDB.ProvisionedThroughputExceededException"
# Seconds: of any execution of the lab, and of one that must not have ended.
LONGEST, A_WHILE = 10, 0.4


@step("定義の間違いを直す")
def definition(lab: Lab) -> str:
    machine = _definition(lab, "Order", "定義の間違いを直し、deployで作ります。")
    for total in (LARGE - 1, LARGE, LARGE + 1):
        done = execute(machine, {"id": "check", "total": total})
        need(done.status == "SUCCEEDED", f"{total:,}円の注文を流すと、{done.error}で失敗します。定義を見直します。")
        visited = [visit.state for visit in done.visits]
        right = "Approveを通ってから" if total >= LARGE else "Approveを通らずに"
        need(
            ("Approve" in visited) == (total >= LARGE) and visited[-1] == "Accept",
            f"{total:,}円の注文が、{' → '.join(visited)}の順に進みます。{right}Acceptで終わるようにします。",
        )
    return f"{LARGE:,}円以上の注文だけがApproveを通り、どの注文もAcceptで終わります。"


@step("実行して、履歴を読む")
def run(lab: Lab, place: Callable[[str, dict[str, Any]], bool]) -> str:
    arn = _arn(lab, "Order")
    need(
        "large-1" in _executions(lab, arn),
        "Orderに、実行large-1がありません。start-executionの--nameに書いて始めます。",
    )
    done = _ended(lab, _executions(lab, arn)["large-1"])
    given = json.loads(done["input"])
    need(
        given.get("total") == 12_000,  # noqa: PLR2004 -- as the text has it
        f"実行large-1の入力のtotalが{given.get('total')!r}です。名前は1度しか使えないので、"
        'lab.catch_up("definition")で戻り、totalを数の12000にして始めます。',
    )
    name = f"check-{uuid4()}"
    first = place(arn, {"id": name, "total": 100})
    need(
        name in _executions(lab, arn),
        "placeを呼んでも、注文の番号が名前の実行がありません。name=とinput=を渡します。",
    )
    done = _ended(lab, _executions(lab, arn)[name])
    need(
        json.loads(done["input"]) == {"id": name, "total": 100},
        f"placeが始めた実行の入力が{done['input']}です。注文をそのままJSONにして渡します。",
    )
    need(first is True, f"初めての注文なのに、placeが{first!r}を返しました。始められたときはTrueを返します。")
    second = place(arn, {"id": name, "total": 200})
    need(second is False, f"同じ番号の2回目で、placeが{second!r}を返しました。断られたときはFalseを返します。")
    return "large-1はApproveを通って終わりました。同じ番号の注文は、2回目が断られます。"


@step("在庫を減らす")
def reserve(lab: Lab) -> str:
    _definition(lab, "Reserve", "定義を書き、deployで作ります。")
    with _goods(lab, 10) as (sku,):
        done = _run(lab, "Reserve", {"id": "check", "sku": sku, "count": 3})
        need(
            done.get("error") != SOLD_OUT,
            "在庫が10個ある商品を3個頼むと、条件が偽になりました。Keyに「$.sku」という文字列がそのまま渡っています。"
            "パスを使うキーの名前は、.$で終えます。",
        )
        need(done["status"] == "SUCCEEDED", f"在庫がある注文で、実行が失敗しました: {_why(done)}")
        left = _stock(lab, sku)
        need(left == 7, f"10個から3個を頼んだのに、在庫が{left}です。7になるようにします。")  # noqa: PLR2004
        output = json.loads(done["output"])
        need(
            output.get("id") == "check",
            "出力から、注文のidが消えました。ResultPathで、結果を注文の中のstockに書きます。",
        )
        need("stock" in output, "出力にstockがありません。ResultPathを$.stockにします。")
        need(
            output["stock"] == {"left": 7},
            f"出力のstockが{json.dumps(output['stock'])}です。"
            'ResultSelectorで、{"left": 7}のように残りの数だけにします。',
        )
    return "在庫が減り、出力には注文と残りの数があります。"


@step("売り切れを受け止める")
def catch(lab: Lab) -> str:
    machine = _definition(lab, "Reserve", "先に手順3を終えます。")
    with _goods(lab, 0) as (sku,):
        done = _run(lab, "Reserve", {"id": "check", "sku": sku, "count": 1})
    need(
        done["status"] == "SUCCEEDED",
        f"売り切れの注文で、実行が失敗しました: {done.get('error')}。CatchでSoldOutへ進めます。",
    )
    events = lab.client("stepfunctions").get_execution_history(executionArn=done["executionArn"])["events"]
    tries = sum(event["type"] == "TaskScheduled" for event in events)
    need(
        tries == 1,
        f"売り切れの注文で、DynamoDBを{tries}回呼びました。待っても直らないので、Retryには{CROWDED}だけを書きます。",
    )
    output = json.loads(done["output"])
    need(
        output.get("id") == "check",
        "売り切れのとき、出力から注文のidが消えました。CatchにもResultPathを書きます。",
    )
    need(
        output.get("error", {}).get("Error") == SOLD_OUT,
        "売り切れのとき、出力のerrorにエラーの内容がありません。CatchのResultPathを$.errorにします。",
    )
    # moto's DynamoDB is never crowded.
    answered = {"Attributes": {"stock": {"N": "4"}}}
    crowd = World(default=Task(lambda _: answered, failures=2, error=CROWDED))
    done = execute(machine, {"id": "check", "sku": "pen", "count": 1}, crowd)
    need(
        done.status == "SUCCEEDED" and done.output.get("stock") == {"left": 4},
        f"最初の2回が{CROWDED}で失敗すると、3回目まで試しません。RetryにこのエラーとMaxAttemptsの2を書きます。",
    )
    waits = [attempt.wait for visit in done.visits for attempt in visit.attempts if attempt.wait is not None]
    need(
        waits[0] == 1_000,  # noqa: PLR2004 -- ms
        f"混雑の後で最初に待つのが{waits[0] / 1000:g}秒です。IntervalSecondsを1にします。",
    )
    return "売り切れは1回であきらめてSoldOutへ進み、混雑は試し直して成功します。"


@step("商品ごとに繰り返す")
def lines(lab: Lab) -> str:
    _definition(lab, "Lines", "Mapの定義を書き、deployで作ります。")
    with _goods(lab, 5, 0, 9) as skus:
        given = [{"sku": sku, "count": 2} for sku in skus]
        done = _run(lab, "Lines", {"id": "check", "lines": given})
        need(done["status"] == "SUCCEEDED", f"3つの商品の注文で、実行が失敗しました: {_why(done)}")
        output = json.loads(done["output"])
        need(
            isinstance(output, dict) and output.get("id") == "check",
            "出力から、注文のidが消えました。MapのResultPathを$.linesにします。",
        )
        found = output.get("lines")
        need(
            isinstance(found, list) and len(found) == len(given),
            "出力のlinesが、3つの結果の配列ではありません。ItemsPathとResultPathを$.linesにします。",
        )
        need(
            all(each.get("id") == "check" for each in found),
            "商品ごとの結果に、注文のidがありません。ItemSelectorで、外の$.idを渡します。",
        )
        left = [each.get("stock", {}).get("left") for each in found]
        need(
            left == [3, None, 7] and found[1].get("phase"),
            f"在庫が5、0、9の商品を2個ずつ頼むと、残りが{left}になりました。[3, None, 7]になるようにします。",
        )
    return "商品ごとに在庫が減り、売り切れた1つだけがSoldOutへ進みました。"


@step("店長の承認を待つ")
def approval(lab: Lab, approve: Callable[[], object]) -> str:
    machine = _definition(lab, "Approval", "コールバックの定義を書き、deployで作ります。")
    client, sqs = lab.client("stepfunctions"), lab.client("sqs")
    queue = sqs.get_queue_url(QueueName="approvals")["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=queue).get("Messages"):  # of earlier tries
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    started = client.start_execution(
        stateMachineArn=_arn(lab, "Approval"), name=str(uuid4()), input=json.dumps({"id": "check", "total": 12_000})
    )["executionArn"]
    time.sleep(A_WHILE)
    done = client.describe_execution(executionArn=started)
    need(
        done["status"] == "RUNNING",
        f"承認を待たずに、実行が{done['status']}で終わりました。Resourceの終わりに.waitForTaskTokenを付けます。",
    )
    limits = [state.get("TimeoutSeconds") for state in machine["States"].values() if state["Type"] == "Task"]
    need(
        all(limits) or machine.get("TimeoutSeconds"),
        "TimeoutSecondsがありません。誰も答えないと、実行が1年残ります。1日(86400秒)で区切ります。",
    )
    try:
        approve()
    except KeyError as error:
        need(condition=False, sentence=f"メッセージに{error}がありません。MessageBodyに$$.Task.Tokenを入れます。")
    done = _ended(lab, started, longest=2)
    if done["status"] == "RUNNING":
        client.stop_execution(executionArn=started)
    need(
        done["status"] != "RUNNING",
        "approveを呼んでも、実行がまだ待っています。send_task_successで、届いたトークンを返します。",
    )
    need(done["status"] == "SUCCEEDED", f"approveの後で実行が失敗しました: {_why(done)}")
    output = json.loads(done["output"])
    need(
        output.get("id") == "check" and output.get("approval") == {"approved": True},
        f'出力が{done["output"]}です。注文のapprovalに{{"approved": true}}が入るように、outputを返します。',
    )
    return "実行は承認を待って止まり、トークンが返ると続きました。"


@step("試し直す回数を選ぶ")
def retries(_lab: Lab, outlook: Callable[[float, float, float, int], tuple[float, float]]) -> str:
    for failure, interval, rate, attempts in ((0.5, 1, 2.0, 3), (0.3, 2, 1.5, 4), (0.8, 3, 1.0, 0)):
        called = f"outlook({failure}, {interval}, {rate}, {attempts})"
        found = outlook(failure, interval, rate, attempts)
        need(
            isinstance(found, tuple) and len(found) == 2,  # noqa: PLR2004
            f"{called}が{found!r}を返しました。待ち時間の合計と、成功する確率の2つを返します。",
        )
        retrier = Retrier((), interval, attempts, rate)
        waiting = sum(retrier.delay(retry) for retry in range(1, attempts + 1))
        need(
            abs(found[0] - waiting) < 1e-9,  # noqa: PLR2004 -- rounding
            f"{called}の待ち時間が{found[0]:g}秒です。モデルでは{waiting:g}秒です。",
        )
        chance = success_probability(failure, attempts)
        need(
            abs(found[1] - chance) < 1e-9,  # noqa: PLR2004 -- rounding
            f"{called}の確率が{found[1]:.3f}です。モデルでは{chance:.3f}です。",
        )
    return "待ち時間も確率も、モデルと一致しました。"


def _arn(lab: Lab, name: str) -> str:
    found = {each["name"]: each for each in lab.client("stepfunctions").list_state_machines()["stateMachines"]}
    need(name in found, f"ステートマシン{name}がありません。")
    arn: str = found[name]["stateMachineArn"]
    return arn


def _executions(lab: Lab, machine: str) -> dict[str, str]:
    """Return the ARNs of a state machine's executions by name; moto gives none to those that were started without."""
    found = lab.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    return {each.get("name", ""): each["executionArn"] for each in found}


def _definition(lab: Lab, name: str, what: str) -> dict[str, Any]:
    """Return the definition of that state machine; say `what` is to be done where there is none."""
    client = lab.client("stepfunctions")
    names = [each["name"] for each in client.list_state_machines()["stateMachines"]]
    need(name in names, f"ステートマシン{name}がありません。{what}")
    text = client.describe_state_machine(stateMachineArn=_arn(lab, name))["definition"]
    found = problems(text)
    need(not found, f"ステートマシン{name}の定義に、間違いが{len(found)}つあります。{line(found[0]) if found else ''}")
    machine: dict[str, Any] = json.loads(text)
    return machine


def _run(lab: Lab, name: str, data: Any) -> dict[str, Any]:
    started = lab.client("stepfunctions").start_execution(
        stateMachineArn=_arn(lab, name), name=str(uuid4()), input=json.dumps(data)
    )
    return _ended(lab, started["executionArn"])


def _ended(lab: Lab, execution: str, longest: float = LONGEST) -> dict[str, Any]:
    """Return what is known of an execution when it has ended, or after that many seconds."""
    limit = time.monotonic() + longest
    while True:
        found: dict[str, Any] = lab.client("stepfunctions").describe_execution(executionArn=execution)
        if found["status"] != "RUNNING" or time.monotonic() > limit:
            return found
        time.sleep(0.05)


def _why(done: dict[str, Any]) -> str:
    return f"{done['status']} {done.get('error', '')} {done.get('cause', '')[:200]}".strip()


@contextmanager
def _goods(lab: Lab, *stocks: int) -> Iterator[list[str]]:
    """Put goods with these stocks on the shelf, and take them off again; give their names."""
    client = lab.client("dynamodb")
    need(
        "Stock" in client.list_tables()["TableNames"],
        "テーブルStockがありません。最初のほうの、テーブルを用意するセルを実行します。",
    )
    names = [f"check-{number}" for number in range(len(stocks))]
    for name, stock in zip(names, stocks, strict=True):
        client.put_item(TableName="Stock", Item={"sku": {"S": name}, "stock": {"N": str(stock)}})
    try:
        yield names
    finally:
        for name in names:
            client.delete_item(TableName="Stock", Key={"sku": {"S": name}})


def _stock(lab: Lab, sku: str) -> int:
    item = lab.client("dynamodb").get_item(TableName="Stock", Key={"sku": {"S": sku}})["Item"]
    return int(item["stock"]["N"])
