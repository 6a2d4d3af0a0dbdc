"""What the service's refusals mean and what to do about them, in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.dynamodb.model.tokens import END_TEXT

if TYPE_CHECKING:
    from kumo.dynamodb.model.errors import DynamoDBError

HINTS = {
    "condition-failed": "条件式が偽なので、書き込みませんでした。項目は元のままです。",
    "empty": "式が空です。使わないなら、パラメーターごと省きます。",
    "too-long": "式は4 KBまでです。",
    "syntax": "「{token}」のところで、文法に合わなくなりました。",
    "nesting": "かっこやNOTの入れ子が深すぎます。",
    "operators": "演算子と関数が多すぎます。",
    "redundant": "かっこが二重です。1組にします。",
    "function": "{name} という関数はありません。関数の名前は大文字と小文字を区別します。",
    "misused": "関数 {name} は、この場所では使えません。",
    "reserved": "{name} は予約語です。#で始まる別名をExpressionAttributeNamesに決めて、式には別名を書きます。",
    "section": "{name} の句は1回だけ書けます。カンマで続けて1つにまとめます。",
    "undefined-name": "{name} の名前が、ExpressionAttributeNamesにありません。",
    "undefined-value": "{name} の値が、ExpressionAttributeValuesにありません。",
    "operands": "関数 {name} に渡すものの数が違います。",
    "too-many-options": "INに並べられるのは100個までです。",
    "distinct": "同じパスどうしを比べています。",
    "path-wanted": "{name} に渡せるのは、属性のパスだけです。",
    "operand-type": "{name} は、{type} 型の値を扱えません。",
    "action-type": "{name} は、{type} の値を扱えません。",
    "type-name": "{name} という型はありません。",
    "between-types": "BETWEENの下限と上限は、同じ型の値にします。",
    "between-order": "BETWEENの下限が、上限より大きくなっています。",
    "overlap": "同じ場所を2回変えようとしています。",
    "conflict": "同じ場所を、マップとしてもリストとしても扱っています。",
    "unused-names": "式で使わない名前を渡しています({keys})。",
    "unused-values": "式で使わない値を渡しています({keys})。",
    "name-key": "名前のプレースホルダーは#で始めます。",
    "value-key": "値のプレースホルダーは:で始めます。",
    "placeholder-length": "プレースホルダーの名前は{limit}バイトまでです。",
    "missing-attribute": "項目にない属性を読もうとしています。if_not_existsで初期値を決められます。",
    "invalid-path": "途中のマップやリストがありません。先に、上の階層を作ります。",
    "data-type": "属性の型が、この操作に合いません。",
    "key-update": "{name} はキーなので、更新できません。新しい項目を作り、古い項目を消します。",
    "key-missed": "キー条件に {name} がありません。",
    "key-unsupported": "キー条件では、パーティションキーは = だけ、ほかはソートキーだけを使えます。",
    "key-operator": "キー条件に {name} は使えません。絞り込みはフィルター式に書きます。",
    "key-twice": "1つのキーに書ける条件は1つです。範囲はBETWEENで書きます。",
    "key-nested": "キー条件には、入れ子の中の属性を書けません。",
    "key-operation": "キー条件では、sizeのような計算はできません。",
    "key-no-attribute": "キー条件には、キーの属性の名前が要ります。",
    "key-two-attributes": "キー条件では、キーを値と比べます。属性どうしは比べられません。",
    "key-condition-type": "キーと値の型が違います。",
    "filter-key": "{name} はキーなので、フィルター式に書けません。キー条件に書きます。",
    "consistent-index": "GSIでは、強い整合性のある読み込みができません。",
    "not-projected": "このGSIは {name} を射影していません。",
    "digits": "数値は38桁までです。",
    "overflow": "数値が大きすぎます。",
    "number": "数値として読めない値です。",
    "item-size-update": "更新後の項目が400 KBを超えます。",
}
UNFINISHED = "式が途中で終わっています。"
OTHER = "DynamoDBは、この要求を受け付けません。"


def hint(error: DynamoDBError) -> str:
    """Return what an error means and what would be right."""
    if error.data.get("token") == END_TEXT:
        return UNFINISHED
    return HINTS.get(error.kind, OTHER).format(**error.data)
