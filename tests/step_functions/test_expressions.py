"""JSONata's expressions against the reference implementation, and what the States Language adds and takes away."""

from __future__ import annotations

import hashlib
import json
import sys
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from kumo.step_functions.model import expressions
from kumo.step_functions.model.errors import EvaluationError
from kumo.step_functions.model.expressions import Scope, fill, flaws, is_expression, is_half, prepared, reading

if TYPE_CHECKING:
    from tests.step_functions.conftest import Reference

NOW = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)
INPUT = {
    "id": 7,
    "name": "pen",
    "price": 1.5,
    "ok": True,
    "none": None,
    "tags": ["a", "b", "b"],
    "items": [{"sku": "x", "n": 1, "p": 2.5}, {"sku": "y", "n": 5, "p": 1}, {"sku": "z", "n": 9, "p": 0.1}],
    "deep": {"er": {"est": [1, 2, 3]}},
    "empty": [],
    "one": [4],
    "日本": "茶",
}
VARIABLES = {"x": 3, "y": "t", "n": None, "list": [None, 1], "in": INPUT, "states": {"input": INPUT, "context": {}}}

# One a line. They stand for the operators and functions of the language, and for its traps: sequences of one item,
# nothing and null, numbers with a fraction.
TEXTS = r"""
$in
$in.id
$in.none
$in.nowhere
$in.name & '!'
$in.items.sku
$in.items[0]
$in.items[-1].sku
$in.items[n > 3].sku
$in.items[n > 7].sku
$in.items[n > 7].sku[]
$in.items[n > 100]
[$in.items[n > 7].sku]
[$in.items[n > 100].sku]
$in.items.(n * p)
$in.items.{'s': sku, 't': n * p}
$sum($in.items.(n * p))
$average($in.items.n)
$max($in.items.p)
$count($in.tags)
$count($in.nowhere)
$distinct($in.tags)
$join($in.tags, '-')
$split('a,b,c', ',')
$uppercase($in.name)
$string($in.items)
$string(1e21)
$string(0.1 + 0.2)
$number('12.50')
$x + 1
$x / 2
6 / $x
$x % 2
-$x
2 * 1.5
1 / 0
$n
$n.a
$list
$list[0]
$list[$ = null]
$map($list, function($v) {$type($v)})
$filter($list, function($v) {$v = null})
$list.$type($)
null in $list
$string($list)
$distinct([null, null, 1])
$each($in, function($v, $k) {$v = null ? $k})
$sift($in, function($v) {$v = null})
$spread({'a': $n})
$merge([{'a': 1}, {'a': $n}])
$list{'x': $}
$exists($n)
$exists($nowhere)
$nowhere
$nowhere.a
$type($n)
$type($in.items)
$y + 1
$nowhere + 1
$x > 2 and $y = 't'
$x > 2 ? 'big' : 'small'
$x > 9 ? 'big'
$x = '3'
'a' < 1
{'a': $x, 'b': $nowhere, 'c': [1, $nowhere, $n]}
{1: 2}
{ 'avg': $average($in.items.n), 'num': $count($in.items) }
($product := function($x, $y) {$x * $y}; $reduce([1..5], $product))
($f := function($n) { $n <= 1 ? 1 : $n * $f($n - 1) }; $f(10))
[1..$x].($*$)
$map($in.items, function($v, $i) {$v.sku & $i})
$filter($in.items, function($v) {$v.n > 3})
$filter($in.items, function($v) {$v.n > 7})
$single($in.items, function($v) {$v.n > 7})
$single($in.items, function($v) {$v.n > 3})
$sort($in.items, function($a, $b) {$a.p > $b.p})
$in.items^(>n).sku
$merge([$in.deep, {'z': 1}])
$keys($in)
$lookup($in, 'name')
$spread($in.deep)
$each($in.deep, function($v, $k) {$k})
$sift($in, function($v) {$type($v) = 'number'})
$zip([1, 2], [3, 4])
$append([1], 2)
$toMillis('2026-01-02T03:04:05Z')
$fromMillis(1767323045000, '[Y0001]-[M01]-[D01]')
$substring('hello', 1, 3)
$contains('abc', /B/i)
$match('ababbabbcc', /a(b+)/)
$replace('ababb', /b+/, 'c')
$pad('x', 5, '#')
$round(2.5)
$round(-2.5)
$round(2.345, 2)
$formatNumber(12345.6, '#,###.00')
$base64encode('abc')
$encodeUrlComponent('a b&c')
$boolean([0])
$error('no')
$assert(false, 'no')
$in.items{sku: $sum(n)}
$in.**.sku
$in.deep.*
$in.one
$in.empty
$in.empty[0]
$in.日本
'a' in $in.tags
$in ~> |deep|{'new': 1}|
$in.items ~> $count
$in.(name & '/' & $string(id))
$in.items#$i.{'i': $i, 's': sku}
$in.items@$a.($a.sku)
$length('茶碗😀')
$clone($in.deep)
$clone($in)
$clone($list)
$type(function() {1})
function($x) {$x}
$uppercase
[[1]]
[]
{}
$sum('a')
$foo(1)
$in.tags[[0..1]]
'double' & "quotes"
$x & $n & true & [1, {'a': 1}]
""".strip().splitlines()


def value(text: str, variables: dict[str, Any] | None = None, seed: int = 1) -> Any:
    """Return what an expression gives, or the name of the error."""
    scope = Scope(prepared(VARIABLES if variables is None else variables), NOW, Random(seed))  # noqa: S311 -- a test
    try:
        return expressions.evaluate(f"{{% {text} %}}", scope, "Output")
    except EvaluationError as error:
        return error


@pytest.mark.parametrize("text", TEXTS)
def test_expressions_give_what_the_reference_gives(reference: Reference, text: str) -> None:
    ours, theirs = value(text), reference(text, VARIABLES)
    if "value" in theirs:
        assert json.dumps(ours) == json.dumps(theirs["value"])
    else:
        assert isinstance(ours, EvaluationError)
        # Nothing to give, something that JSON cannot say, or an error with the same code.
        assert theirs.get("error", "") in ours.cause
        assert ("returned nothing" in ours.cause) is ("undefined" in theirs)


def test_the_list_has_all_kinds_of_answers(reference: Reference) -> None:
    kinds = [next(iter(reference(text, VARIABLES))) for text in TEXTS]
    assert kinds.count("value") > 80
    assert min(kinds.count("undefined"), kinds.count("error"), kinds.count("unsupported")) >= 3


def test_every_function_of_the_language_is_there(reference: Reference) -> None:
    """The library is of a later version than the service: it must not know functions that the service lacks."""
    library = expressions._library()
    names = library.Jsonata.static_frame.bindings
    assert len(names) > 60
    missing = [name for name in names if reference(f"$exists(${name})") != {"value": True}]
    assert missing == []


@pytest.mark.parametrize(
    ("text", "kind", "token", "position"),
    [
        ("$x +", expressions.SYNTAX, "", 4),
        ("($x", expressions.SYNTAX, "", 3),
        ("", expressions.SYNTAX, "", 0),
        ("$", expressions.DOCUMENT, "$", 1),
        ("$.total", expressions.DOCUMENT, "$", 1),
        ("$x[n = $$.a]", expressions.DOCUMENT, "$$", 9),
        ("$sum($.n)", expressions.DOCUMENT, "$", 6),
        ("total", expressions.NAME, "total", 5),
        ("$x + total.net", expressions.NAME, "total", 10),
        ("$map([1], function($v) {name})", expressions.NAME, "name", 28),
        ("{'a': b}", expressions.NAME, "b", 7),
        ("$eval('1')", expressions.EVAL, "$eval", 5),
        ("$x ?? 1", expressions.LATER, "??", 5),
        ("$x ?: 1", expressions.LATER, "?:", 5),
    ],
)
def test_what_the_states_language_does_not_allow(text: str, kind: str, token: str, position: int) -> None:
    (flaw,) = flaws(f"{{% {text} %}}")
    assert flaw.kind == kind
    assert flaw.text == token or kind == expressions.SYNTAX
    assert flaw.position == position


@pytest.mark.parametrize(
    "text",
    [
        "$order[$.total > 10]",
        "$order[total > 10]",
        "$x.(a + $.b)",
        "$x^(a).b",
        "$x{sku: $sum(n)}",
        "$x ~> |a|{'b': c}|",
        "$x.a.b[c = 1].d",
        "($eval := 1; $eval)",
        *(text for text in TEXTS if "eval" not in text),
    ],
)
def test_inside_of_a_step_there_is_a_document(text: str) -> None:
    assert flaws(f"{{% {text} %}}") == ()


@pytest.mark.parametrize(
    ("text", "variables", "states"),
    [
        ("$states.input.a", [], ["input"]),
        ("$states.result.Payload.price * $rate", ["rate"], ["result"]),
        ("$states.context.Execution.Id & $states.errorOutput.Cause", [], ["context", "errorOutput"]),
        ("$string($states)", [], [""]),
        ("$x[$y = n].z", ["x", "y"], []),
        ("($a := $b; $a + $c)", ["b", "c"], []),
        ("$map($list, function($v) {$v * $rate})", ["list", "rate"], []),
        ("($f := function($n) { $f($n - 1) }; $f($k))", ["k"], []),
        ("$states.input.items#$i[$i > $least].n", ["least"], ["input"]),
        ("$partition([1], 1)", [], []),
        ("$x.{'a': $y}", ["x", "y"], []),
    ],
)
def test_what_an_expression_reads(text: str, variables: list[str], states: list[str]) -> None:
    found = reading(f"{{% {text} %}}")
    assert (sorted(found.variables), sorted(found.states)) == (variables, states)


def test_a_variable_may_have_the_name_of_a_function() -> None:
    assert value("$count + 1", {"count": 2}) == 3
    assert reading("{% $count + $sum([1]) %}").variables == frozenset()
    assert reading("{% $count + $sum([1]) %}", known={"count", "x"}).variables == {"count"}


def test_marks() -> None:
    assert [is_expression(text) for text in ("{%%}", "{% 1 %}", "{%}", " {% 1 %}", "{% 1", 1, None)] == [
        True,
        True,
        *[False] * 5,
    ]
    assert [is_half(text) for text in ("{% 1", " {% 1 %}", "{% 1 %} ", "{% 1 %}", "1 %}", "{", 1)] == [
        *[True] * 3,
        *[False] * 4,
    ]


def test_a_template_is_filled_at_every_depth() -> None:
    scope = Scope(prepared(VARIABLES), NOW, Random(1))  # noqa: S311 -- a test
    template = {"a": "{% $x %}", "b": [1, "{% $in.name %}", {"c": "{% $n %}"}], "{% $x %}": "$x"}
    assert fill(template, scope, "Output") == {"a": 3, "b": [1, "pen", {"c": None}], "{% $x %}": "$x"}
    with pytest.raises(EvaluationError) as found:
        fill({"a": [0, {"b": "{% $nowhere.c %}"}]}, scope, "Output")
    assert found.value.field == "Output/a[1]/b"
    assert "'$nowhere.c'" in found.value.cause
    assert "'Output/a[1]/b'" in found.value.cause


def test_what_step_functions_adds() -> None:
    assert value("$partition([1..9], 4)") == [[1, 2, 3, 4], [5, 6, 7, 8], [9]]
    assert value("$range(0, 10, 2)") == [0, 2, 4, 6, 8, 10]
    assert value("$hash('input data', 'SHA-1')") == hashlib.sha1(b"input data", usedforsecurity=False).hexdigest()
    assert value("""$parse('{"a": [1, null]}')""") == {"a": [1, None]}
    assert value("$parse('{')").name == "States.QueryEvaluationError"
    assert value("$hash($nowhere, 'MD5')").name == "States.QueryEvaluationError"
    assert value("$range(0, 10)").name == "States.QueryEvaluationError"
    assert value("$partition([1], 0)").name == "States.QueryEvaluationError"


def test_chance_and_the_clock_are_the_simulations() -> None:
    assert value("$now()") == "2026-01-02T03:04:05.678Z"
    assert value("$now('[Y0001]/[M01]')") == "2026/01"
    assert value("$millis()") == round(NOW.timestamp() * 1000) == value("$toMillis($now())")
    drawn = "[$random(), $uuid(), $shuffle([1..9])]"
    assert value(drawn, seed=1) == value(drawn, seed=1) != value(drawn, seed=2)
    assert 0 <= value("$random()") < 1
    assert value("$random(5)", seed=1) == value("$random(5)", seed=2)
    assert sorted(value("$shuffle([3, 1, 2])")) == [1, 2, 3]
    assert value("$uuid()")[14] == "4"


def test_an_expression_that_never_ends_fails() -> None:
    limit = sys.getrecursionlimit()
    endless = value("($f := function($n) { $f($n + 1) }; $f(1))")
    assert "too many steps" in endless.cause
    deep = value("($f := function($n) { 1 + $f($n + 1) }; $f(1))")
    assert "too many steps" in deep.cause
    assert value("($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(50))") == 50
    assert sys.getrecursionlimit() == limit


def test_the_same_expression_gives_what_its_own_variables_say() -> None:
    """The library keeps the expression that was read last; an older one must not see its variables."""
    assert [value("$x", {"x": number}) for number in (1, 2)] == [1, 2]
    assert value("$y", {"y": 5}) == 5
    assert value("$x", {"x": 1}) == 1
    assert "returned nothing" in value("$x", {}).cause


def test_data_is_not_changed() -> None:
    data = {"a": [1, {"b": None}]}
    before = json.dumps(data)
    value("$d ~> |a|{'new': 1}|", {"d": data})
    assert json.dumps(data) == before
