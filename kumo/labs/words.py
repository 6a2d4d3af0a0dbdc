"""Every sentence that the labs' helper says to readers."""

# Starting
STARTED = "実習「{title}」を始めました。AWSの代わりに、手元のサーバー(moto)が動いています。"
STARTED_LOCAL = "実習「{title}」を始めました。手元の{endpoint}を使います。中身は消さずに始めます。"
STARTED_REAL = (
    "⚠ 実習「{title}」は、あなたの本物のAWSアカウントを使います。\n"
    "ここから先の呼び出しには、料金がかかることがあります。\n"
    "料金の目安: {costs}\n"
    'やめるときは、この後のセルを実行せずに lab.start("{name}") を実行してください。'
)
STEPS = "手順は{count}個です。"
CATCH_UP_HINT = '途中から続けるときは、終えた手順の名前を渡して lab.catch_up("{example}") を実行します。'

NOT_STARTED = (
    "実習が始まっていません。最初のセル(lab.startのあるセル)を実行してください。"
    "カーネルを再起動すると手元のAWSも中身も消えるので、途中まで進んでいたなら、"
    '続けて lab.catch_up("終えた手順の名前") を実行すると、そこまでの解答が再現されます。'
)
UNKNOWN_LAB = "「{name}」という実習はありません。あるのは {known} です。"
NOT_INSTALLED = (
    "実習に要る{package}が、このPythonに入っていません。"
    "ターミナルで {python} -m pip install -r requirements.txt を実行し、カーネルを再起動してください。"
)
PORT_TAKEN = (
    "ポート{port}は使えません({reason})。"
    '番号を指定せずに lab.start("{name}") を実行すると、空いているポートを選びます。'
)

# Safety
NOT_AN_ENDPOINT = "{url} はエンドポイントとして読めません。http://127.0.0.1:4566 のように書いてください。"
NOT_THIS_MACHINE = (
    "{url} は、このマシン(ループバックアドレス)ではないので使いません。"
    "AWS_ENDPOINT_URLを消すと、手元のサーバーで始まります。"
    "本物のアカウントを使うと決めているなら、"
    '料金を確かめたうえで lab.start("{name}", real_account=True) を実行してください。'
)
NO_RESET = (
    "catch_upは、中身を消してから解答をやり直すので、手元のサーバー(moto)でだけ使えます。"
    'AWS_ENDPOINT_URLもreal_accountも指定せずに lab.start("{name}") を実行してください。'
)

# The blanks
BLANK = "「...」の部分をまだ書いていません。TODOの行に続けて書いてから、もう一度実行してください。"

# The AWS CLI
NO_CLI = (
    "AWS CLIが見つかりません。ターミナルで {python} -m publishing cli を実行するか、"
    "https://aws.amazon.com/cli/ から入れて、このセルをもう一度実行してください。"
)
NOT_AWS = "ここで動かせるのは「aws」で始まるコマンドだけです。「{line}」は、ターミナルで実行してください。"
SHELL_ONLY = (
    "「{token}」はシェルの機能なので、ここでは使えません。"
    "コマンドを1つずつ書いてください。絞り込みは --query でできます。"
)
OPEN_QUOTE = "引用符が閉じていません: {line}"
SLOW_CLI = "AWS CLIが{seconds}秒以内に終わらないので止めました。もう一度実行してください。"

# Values of a wrong type, which botocore refuses before it sends anything
WRONG_TYPE = (
    "渡した値の形が合わないので、送る前に止まりました。\n{message}\n"
    "valid typesが、受け取れる形です(strは文字列、dictは辞書、listはリスト)。"
)

# Checks
DONE = "✓ 手順{number}「{title}」: {text}"
MISSING = "… 手順{number}「{title}」はまだです: {text}"
FIRST = '  先に、手順{number}「{title}」を終えてください。lab.check("{name}") で確かめられます。'
UNKNOWN_STEP = "「{name}」という手順はありません。あるのは {known} です。"
REFUSED = "AWSの返事は {code} ({message}) でした。"
UNEXPECTED = "確かめている途中で {kind} が起きました: {message}"
PROGRESS = "  {bar} {done}/{count}"
ALL_DONE = "  全部の手順が終わりました。"

# After a refusal of the service that the reader did not expect
SERVICE_REFUSED = "AWSが断りました: {code} ({message})"
NO_ANSWER = (
    "手元のAWSから返事がありません。止まっているようなので、最初のセル(lab.startのあるセル)を実行してください。"
    'その後で lab.catch_up("終えた手順の名前") を実行すると、続きに戻れます。'
)
NO_SUCH_NAME = (
    "「{name}」という名前がまだありません。つづりを確かめるか、それを作るセルを先に実行してください。"
    'カーネルを再起動した後なら、最初のセルを実行し、lab.catch_up("終えた手順の名前") で続きに戻れます。'
)
UNFINISHED = (
    "手順{number}「{title}」がまだ終わっていません。先にそのセルを実行するか、"
    'lab.catch_up("{name}") でそこまでの解答を再現してください。'
)

# Catching up
CAUGHT_UP = "中身を消し、手順{number}「{title}」までの解答を実行しました。"
NEXT = "次は、手順{number}「{title}」です。"
NO_SOLUTION = (
    "解答のノートブック({path})が見つかりません。リポジトリごと手元に写すと使えます。"
    "今の続きは、解答のページを見ながら、最初のセルから順に実行してください。"
)

# The network of a lab
NO_SUCH_THING = "Nameタグが{name}の{kind}がありません。先に、それを作るセルを実行してください。"
TOO_MANY_THINGS = (
    "Nameタグが{name}の{kind}が、1つではありません({found})。"
    "作るセルを2回実行したなら、余分を消すか、"
    'lab.catch_up("終えた手順の名前") で、前の手順の終わりに戻ってください。'
)
NO_SUCH_END = "{name}という名前のネットワークインターフェイスも、外の相手もありません。あるのは {known} です。"
