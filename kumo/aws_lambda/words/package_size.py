"""Words of the explorer of package sizes and layers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kumo.aws_lambda.model import package_size, startup
from kumo.aws_lambda.model.units import SECOND
from kumo.core.explorer import Explanation, Table

if TYPE_CHECKING:
    from kumo.aws_lambda.model.package_size import Check, PackageTrace
    from kumo.aws_lambda.model.startup import StartUp

TITLE = "デプロイパッケージ：大きさの上限とレイヤー"
DESCRIPTION = "上に上限との比較、下にレイヤーが/optに重なる順とコールドスタートの内訳。{point}"

FORM = "形式"
FORMS = {startup.ZIP: "ZIP", startup.IMAGE: "コンテナイメージ"}
FORM_HELP = "コンテナイメージではレイヤーを使えません。必要なものはイメージの中に入れます。"
PATH = "ZIPの渡し方"
PATHS = {package_size.DIRECT: "直接アップロード", package_size.BY_S3: "S3に置いて指定"}
PATH_HELP = "CLIやSDK、コンソールから直接送るか、S3に置いた場所を指定するかです。"
CODE = "関数のコード"
CODE_HELP = "ZIPの形式で、関数のパッケージを展開したときの大きさです。同梱したライブラリも含みます。"
LAYERS = "レイヤーの大きさ"
LAYERS_HELP = "展開したときの大きさ(MB)を、追加する順にカンマで区切って並べます。ZIPの形式でだけ使います。"
HOLDERS = "同じファイルを含むレイヤー"
HOLDERS_OPTIONS = {str(number): f"レイヤー{number}" for number in range(1, 8)}
HOLDERS_HELP = "選んだレイヤーはどれも、/opt/python/common.pyという同じ名前のファイルを含みます。"
RATIO = "ZIPにしたときの割合"
RATIO_HELP = "展開後の大きさに対する、圧縮したあとの大きさの割合です。"
IMAGE = "イメージの大きさ"
IMAGE_HELP = "コンテナイメージの形式で、圧縮する前の大きさです。"
VARIABLES = "環境変数の合計"
VARIABLES_HELP = "1つの関数に設定する、すべての環境変数を合わせた大きさです。"
MB, KB, PERCENT, COUNT = "MB", "KB", "%", "個"

MOST_SIZES, LARGEST = 7, 300
RIGHT_SIZES = f"0より大きく{LARGEST}以下の数(MB)をカンマで区切って{MOST_SIZES}つまで並べたもの(空欄ならレイヤーなし)"

# In the picture.
CHECKS = {
    package_size.UPLOAD: "関数のZIP",
    package_size.LAYER_UPLOAD: "最大のレイヤーのZIP",
    package_size.COUNT: "レイヤーの数",
    package_size.UNZIPPED: "展開後の合計",
    package_size.IMAGE_SIZE: "イメージ(非圧縮)",
    package_size.VARIABLES: "環境変数の合計",
}
UNITS = {package_size.COUNT: COUNT, package_size.VARIABLES: KB}
ACCEPTED = "デプロイできる"
REFUSED = "デプロイできない"
NO_LIMIT = "S3から渡すので、50 MBの上限はない"
OF_LIMIT = "{actual} / {limit}"
CODE_PART = "コード"
LAYER = "レイヤー{number}"
OPT = "/opt"
OPT_NOTE = "下から順に展開"
OPT_NONE = "レイヤーなし"
OPT_IMAGE = ("イメージではレイヤーを", "使えません。必要なものは", "イメージの中に入れます。")
FILE = "common.py"
KEPT = "これが残る"
COLD = "コールドスタート (秒)"
NOT_STARTED = "デプロイできないので起動しない"
TOO_BIG_FOR_ZIP = "250 MBを超えるので作れない"
TOO_BIG_FOR_IMAGE = "10 GBを超えるので作れない"
YOURS = "{form} {size}"
OTHER = "同じ中身を{form}にすると"
PHASES = {
    startup.CREATE: "作成",
    startup.DOWNLOAD: "ダウンロード",
    startup.UNPACK: "展開",
    startup.RUNTIME: "ランタイム",
    startup.INIT: "初期化",
}
ASSUMED = "時間は仮定した速さでの計算です。"
SECONDS = "秒"
EXTRACTED = "{name}を展開"
STARTED = "ハンドラーの実行へ"


def sizes(text: str) -> tuple[float, ...]:
    """Return the sizes that `text` lists, MB; raise `ValueError` when it does not list sizes."""
    if not text.strip():
        return ()
    found = []
    for part in re.split("[,、，]", text):
        if not re.fullmatch(r"\d{1,3}(\.\d)?", part.strip(), re.ASCII) or not 0 < float(part) <= LARGEST:
            raise ValueError(part)
        found.append(float(part))
    if len(found) > MOST_SIZES:
        raise ValueError(text)
    return tuple(found)


def check_sizes(text: str) -> str | None:
    """Return what would be right instead of `text`, or None when it lists sizes."""
    try:
        sizes(text)
    except ValueError:
        return RIGHT_SIZES
    return None


def number(value: float) -> str:
    """Return a size without a needless decimal."""
    return f"{value:,.1f}".removesuffix(".0")


def size(value: float, key: str = "") -> str:
    """Return a value with the unit of what is checked; megabytes by default."""
    unit = UNITS.get(key, MB)
    return f"{number(value)}{unit}" if unit == COUNT else f"{number(value)} {unit}"


def seconds(duration: int) -> str:
    """Return microseconds as seconds with two decimals."""
    return f"{duration / SECOND:.2f}秒"


def verdict(trace: PackageTrace) -> tuple[str, str]:
    """Return the answer in a few words, and what AWS says to it."""
    if not trace.refused:
        return ACCEPTED, ""
    first = trace.refused[0]
    return f"{REFUSED}: {CHECKS[first.key]}", first.error


def description(trace: PackageTrace) -> str:
    """Describe the picture."""
    return DESCRIPTION.format(point=explanation(trace).point)


def explanation(trace: PackageTrace) -> Explanation:
    """Say which limit refuses the package and how, or how much room is left and what the size costs."""
    if trace.refused:
        return _refused(trace)
    start = trace.start
    if start is None:
        message = "a package that no limit refuses is started"
        raise ValueError(message)
    package = trace.package
    if package.form == startup.IMAGE:
        return Explanation(
            f"{size(package.total)}のイメージはデプロイでき、コールドスタートは{seconds(start.duration)}です。",
            f"上限は{size(package_size.MOST_IMAGE)}です。イメージは全部をダウンロードせず、"
            f"読まれた部分だけを取り寄せます。{_other(trace)}",
        )
    left = package_size.MOST_UNZIPPED - package.total
    return Explanation(
        f"展開後は合わせて{size(package.total)}で上限まで{size(left)}、"
        f"コールドスタートは{seconds(start.duration)}です。",
        f"{_stack(trace)}このうち{seconds(_weight(start))}が、大きさで決まるダウンロードと展開の時間です。",
    )


def _refused(trace: PackageTrace) -> Explanation:
    first = trace.refused[0]
    more = len(trace.refused) - 1
    point = (
        f"{CHECKS[first.key]}が{size(first.actual, first.key)}で、上限の{size(first.limit, first.key)}を超えています。"
    )
    return Explanation(
        point, f"{_answer(first)}{_remedy(first, trace)}" + (f"ほかにも{more}つの上限を超えています。" if more else "")
    )


def _answer(check: Check) -> str:
    if check.error == package_size.FAILED:
        return "関数は作られますが、状態がFailedになり、理由にInvalidImageと出ます。"
    return f"{check.error}というエラーが返ります。"


def _remedy(check: Check, trace: PackageTrace) -> str:
    if check.key in (package_size.UPLOAD, package_size.LAYER_UPLOAD):
        return "S3に置いて場所を指定すれば、この上限には当たりません。"
    if check.key == package_size.COUNT:
        return "いくつかのレイヤーを1つにまとめます。"
    if check.key == package_size.UNZIPPED:
        rest = "レイヤーに分けても、S3から渡しても、合計の上限は同じです。"
        return rest + ("コンテナイメージなら収まります。" if trace.package.total <= package_size.MOST_IMAGE else "")
    if check.key == package_size.IMAGE_SIZE:
        return "大きなデータはイメージに入れず、S3やEFSから読みます。"
    return "大きな値や秘密は、パラメータストアやSecrets Managerに置きます。"


def _stack(trace: PackageTrace) -> str:
    stacked = trace.stacked
    if len(stacked) > 1:
        names = "と".join(LAYER.format(number=one) for one in stacked)
        return f"{names}に同じファイルがあり、最後に展開されるレイヤー{trace.effective}のものが残ります。"
    return ""


def _other(trace: PackageTrace) -> str:
    if trace.other is None:
        return "同じ中身をZIPにすることはできません。"
    return f"同じ中身のZIPなら{seconds(trace.other.duration)}です。"


def _weight(start: StartUp) -> int:
    """Return the microseconds of a start that depend on the size."""
    return sum(phase.duration for phase in start.phases if phase.name in (startup.DOWNLOAD, startup.UNPACK))


def table(trace: PackageTrace) -> Table:
    """Return every limit with the value and the answer."""
    rows = tuple(
        (
            CHECKS[check.key],
            size(check.actual, check.key),
            size(check.limit, check.key),
            "収まる" if check.ok else f"超える: {check.error}",
        )
        for check in trace.checks
    )
    return Table("上限との比較", ("項目", "大きさ", "上限", "判定"), rows)
