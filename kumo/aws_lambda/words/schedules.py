"""Words of the explorer of schedule expressions."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from kumo.aws_lambda.model.schedule import (
    DAY,
    HOUR,
    MINUTE,
    MONTH,
    RULE,
    RUNS,
    WEEKDAY,
    YEAR,
    Cron,
    ExpressionError,
    Rate,
    parse,
)
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.schedule import ScheduleTrace

TITLE = "スケジュール：次の10回はいつ動くか"
DESCRIPTION = "上に式の読み方、下に次の{count}回の日時と、1日のうちの時刻。{first}"

EXPRESSION = "スケジュール式"
EXPRESSION_HELP = "cron(分 時 日 月 曜日 年) か rate(値 単位) の形で書きます。"
EVALUATED = "式を評価するもの"
EVALUATED_OPTIONS = {"rule": "EventBridgeのルール(UTC)", "scheduler": "EventBridge Scheduler(現地時間)"}
EVALUATED_HELP = "ルールのcron式はいつもUTCで読まれます。Schedulerではタイムゾーンを指定できます。"
OFFSET = "現地時間のUTCとの差"
OFFSET_HELP = "日本は9時間です。夏時間による変化は扱いません。"
HOURS_UNIT = "時間"
START = "いまの日時(現地時間)"
START_HELP = "この時刻よりあとの実行を探します。rate式では、ルールを作った時刻です。"

# What is right, for the reader who wrote something else. Each completes 「使えるのは、…です。」.
FIELD_NAMES = {MINUTE: "分", HOUR: "時", DAY: "日", MONTH: "月", WEEKDAY: "曜日", YEAR: "年"}
RIGHT = {
    "form": "cron(0 9 * * ? *) か rate(5 minutes) の形の式",
    "rate-form": "rate(値 単位) の形で、単位が minute(s)、hour(s)、day(s) のどれかの式",
    "rate-zero": "値が1以上の整数のrate式",
    "rate-plural": "値が{value}のときは rate({value} {unit}) と書いた式(1なら単数形、2以上なら複数形)",
    "rate-long": "間隔が10年以内のrate式",
    "fields": "空白で区切った6つのフィールド(分 時 日 月 曜日 年)をもつcron式({count}つになっています)",
    "both": "日と曜日のどちらか一方を ? にしたcron式(両方は指定できません)",
    "neither": "日と曜日のうち ? が一方だけのcron式(両方を ? にはできません)",
    "question": "? を日か曜日のフィールドにだけ書いたcron式({field}では * を使います)",
    "one-hash": "# を使うときは曜日の指定を1つだけにした式(2つ書くには、ルールを2つ作ります)",
    "hash": "# のあとが1〜5の式(MON#2 は第2月曜日)",
    "step": "/ のあとに1以上の整数を書いた式({field}の {term})",
    "weekday-step": "曜日のフィールドに / を使わない式({term} の代わりに、曜日を , で並べます)",
    "years": "年の範囲を小さい方から書いた式({term})",
    "value": "{field}が{low}〜{high}の整数{names}で書かれた式({term} ではありません)",
}
NAMES = {MONTH: "か JAN〜DEC", WEEKDAY: "か SUN〜SAT(1は日曜日)"}
RIGHT_START = "2026-11-24 08:30 のように書いた、1970年から2199年までの日時"

# In the picture.
READING = "式の読み方"
NEXT = "次の10回"
NEXT_FEW = "次の{count}回(このあとの実行はありません)"
NO_RUN = "この先に実行はありません"
LOCAL = "現地時間 (UTC{offset})"
UTC = "UTC"
TIME_OF_DAY = "1日のうちの時刻 (時、●現地 ○UTC)"
TIME_OF_DAY_SHORT = "時刻 (●現地 ○UTC)"
TIME_OF_DAY_SAME = "1日のうちの時刻 (時、現地 = UTC)"
TIME_OF_DAY_SAME_SHORT = "時刻 (現地 = UTC)"
DAY_NAMES = "月火水木金土日"
IN_UTC = "式はUTCの時刻 → 現地は{shift}"
IN_UTC_SAME = "式はUTCの時刻(現地時間と同じ)"
IN_LOCAL = "式は現地の時刻"
EVERY = "作った時刻から数える"
INTERVAL = "間隔"

UNIT_NAMES = {"minute": "分", "hour": "時間", "day": "日"}


def check(text: str) -> str | None:
    """Return what would be right instead of `text`, or None when it is a schedule expression."""
    try:
        parse(text)
    except ExpressionError as error:
        details = dict(error.details)
        field = str(details.get("field", ""))
        return RIGHT[error.problem].format(
            **(details | {"field": FIELD_NAMES.get(field, ""), "names": NAMES.get(field, "")})
        )
    return None


def check_start(text: str) -> str | None:
    """Return what would be right instead of `text`, or None when it is a moment."""
    try:
        start(text)
    except ValueError:
        return RIGHT_START
    return None


def start(text: str) -> datetime:
    """Return the moment that `text` names; raise `ValueError` when it names none."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", text, re.ASCII):
        raise ValueError(text)
    moment = datetime.strptime(text, "%Y-%m-%d %H:%M")  # noqa: DTZ007 -- local time, as everywhere here
    if not 1970 <= moment.year <= 2199:  # noqa: PLR2004 -- the years of the expressions
        raise ValueError(text)
    return moment


def offset(minutes: int) -> str:
    """Return an offset as time zones write it: +9, -3:30."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def day(moment: datetime) -> str:
    """Return the date with its day of the week."""
    return f"{moment:%Y-%m-%d} ({DAY_NAMES[moment.weekday()]})"


def short_day(moment: datetime) -> str:
    """Return the date without its century, for narrow pictures."""
    return f"{moment:%y-%m-%d} ({DAY_NAMES[moment.weekday()]})"


def clock(moment: datetime) -> str:
    """Return the time of day."""
    return f"{moment:%H:%M}"


def tiles(expression: Cron | Rate) -> list[tuple[str, str, str]]:
    """Return (name of the field, its text, what it means) for each part of an expression."""
    if isinstance(expression, Rate):
        return [(INTERVAL, f"{expression.value}", f"{expression.value}{UNIT_NAMES[expression.unit]}ごと")]
    names = (MINUTE, HOUR, DAY, MONTH, WEEKDAY, YEAR)
    return [
        (FIELD_NAMES[name], text, meaning(name, text.upper()))
        for name, text in zip(names, expression.texts, strict=True)
    ]


def reading(trace: ScheduleTrace) -> str:
    """Say in a few words in which time zone the expression is read."""
    if isinstance(trace.expression, Rate):
        return EVERY
    if trace.evaluated != RULE:
        return IN_LOCAL
    if not trace.offset:
        return IN_UTC_SAME
    length = span(timedelta(minutes=abs(trace.offset)))
    return IN_UTC.format(shift=f"{length}{'先' if trace.offset > 0 else '前'}")


EVERY_VALUE = {MINUTE: "毎分", HOUR: "毎時", DAY: "毎日", MONTH: "毎月", WEEKDAY: "毎日", YEAR: "毎年"}


def meaning(field: str, text: str) -> str:
    """Return one field in words."""
    if text == "?":
        return "問わない"
    if text == "*":
        return EVERY_VALUE[field]
    terms = text.split(",")
    if field in (MINUTE, HOUR, DAY, YEAR) and all(term.isdigit() for term in terms):
        return "、".join(str(int(term)) for term in terms) + FIELD_NAMES[field]
    return "、".join(_term(field, term) for term in terms)


def _term(field: str, term: str) -> str:
    if field == DAY and (special := _day_term(term)):
        return special
    if field == WEEKDAY and (special := _weekday_term(term)):
        return special
    body, slash, step = term.partition("/")
    low, dash, high = body.partition("-")
    if body == "*":
        span = ""
    elif dash:
        span = f"{_value(field, low)}〜{_value(field, high)}"
    else:
        span = f"{_value(field, low)}から" if slash else _value(field, low)
    if not slash:
        return span
    unit = {MINUTE: "分", HOUR: "時間", DAY: "日", MONTH: "か月", WEEKDAY: "日", YEAR: "年"}[field]
    return f"{span}{int(step)}{unit}おき" if span else f"{int(step)}{unit}おき"


def _day_term(term: str) -> str:
    if term == "L":
        return "月末"
    if term == "LW":
        return "月末の平日"
    if term.startswith("L-"):
        return f"月末の{int(term[2:])}日前"
    return f"{int(term[:-1])}日に近い平日" if term.endswith("W") else ""


def _weekday_term(term: str) -> str:
    if term == "L":
        return "土曜日"
    if "#" in term:
        name, _, which = term.partition("#")
        return f"第{int(which)}{_weekday(name)}曜日"
    return f"最後の{_weekday(term[:-1])}曜日" if term.endswith("L") else ""


def _weekday(name: str) -> str:
    number = int(name) if name.isdigit() else ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"].index(name) + 1
    return "日月火水木金土"[number - 1]


MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def _value(field: str, text: str) -> str:
    if field == WEEKDAY:
        return _weekday(text)
    if field == MONTH:
        return f"{text if text.isdigit() else MONTH_NAMES.index(text) + 1}月".lstrip("0")
    return f"{int(text)}{FIELD_NAMES[field]}"


def description(trace: ScheduleTrace) -> str:
    """Describe the picture."""
    first = f"最初は{moment(trace.runs[0])}。" if trace.runs else NO_RUN + "。"
    return DESCRIPTION.format(count=len(trace.runs), first=first)


def moment(time: datetime) -> str:
    """Return a moment as sentences say it."""
    return f"{time.year}年{time.month}月{time.day}日({DAY_NAMES[time.weekday()]}){time:%H:%M}"


def explanation(trace: ScheduleTrace) -> Explanation:
    """Say when it runs first, and in which time zone the expression was read."""
    expression = trace.expression
    if not trace.runs:
        return Explanation(
            "この式は、この先一度も動きません。",
            "指定した年が過ぎたか、暦にない日(2月30日など)を指しています。式としては正しいので、エラーにはなりません。",
        )
    first = trace.runs[0]
    if isinstance(expression, Rate):
        unit = UNIT_NAMES[expression.unit]
        return Explanation(
            f"最初の実行は{moment(first)}で、そのあとは{expression.value}{unit}ごとに動きます。",
            "rate式はルールを作った時刻から間隔を数えるので、時差は関係ありません。"
            "決まった時刻に動かすときは、cron式を使います。",
        )
    point = f"次の実行は、現地時間の{moment(first)}です。"
    if len(trace.runs) < RUNS:
        point = f"残りの実行は{len(trace.runs)}回で、次は現地時間の{moment(first)}です。"
    utc = trace.utc(first)
    if trace.evaluated == RULE and trace.offset:
        other = "同じ日" if utc.date() == first.date() else f"{utc.month}月{utc.day}日({DAY_NAMES[utc.weekday()]})"
        why = (
            f"ルールのcron式はUTCで読まれます。式の{clock(utc)}はUTCの時刻で({other})、"
            f"現地時間ではUTC{offset(trace.offset)}の{clock(first)}になります。"
        )
        if utc.date() != first.date():
            why += "日付や曜日もUTCで数えるので、現地とはずれます。"
    elif trace.evaluated == RULE:
        why = "ルールのcron式はUTCで読まれます。現地時間とUTCが同じなので、式のとおりの時刻です。"
    else:
        why = "EventBridge Schedulerは、式を指定したタイムゾーンの時刻として読みます。式のとおりの現地時間に動きます。"
    return Explanation(point, why)


def table(trace: ScheduleTrace) -> Table:
    """Return the runs in local time and in UTC, with the time since the one before."""
    rows: list[tuple[str | int, ...]] = []
    before = trace.start
    for number, run in enumerate(trace.runs, 1):
        utc = trace.utc(run)
        rows.append((number, f"{day(run)} {clock(run)}", f"{day(utc)} {clock(utc)}", span(run - before)))
        before = run
    if not rows:
        rows.append((NO_RUN, "—", "—", "—"))
    return Table(
        "次の実行の日時と間隔",
        ("回", f"現地時間 (UTC{offset(trace.offset)})", "UTC", "前から(1回目はいまから)"),
        tuple(rows),
    )


def span(length: timedelta) -> str:
    """Return a length of time in days, hours and minutes."""
    minutes = length.days * 1440 + length.seconds // 60
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [f"{count}{unit}" for count, unit in ((days, "日"), (hours, "時間"), (minutes, "分")) if count]
    return "".join(parts) or "0分"
