"""Expressions refused: kinds and texts, limits, and that no text makes anything but the service's errors."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kumo.dynamodb import DynamoDBError, Placeholders
from kumo.dynamodb.model.parser import parse_condition, parse_projection, parse_update
from kumo.dynamodb.model.placeholders import reserved_words

GIVEN = {":n": 1, ":s": "x", ":l": [1], ":b": True, ":t": "L", ":dog": "DOG", ":low": 3, ":set": {"x"}}


def refusal(parse: Any, text: str, names: dict[str, str] | None = None) -> DynamoDBError:
    with pytest.raises(DynamoDBError) as caught:
        parse(text, *(("ConditionExpression",) if parse is parse_condition else ()), Placeholders(names, GIVEN))
    assert caught.value.code == "ValidationException"
    return caught.value


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("", "empty", "The expression can not be empty;"),
        (" ", "empty", "The expression can not be empty;"),
        ("a = :n b", "syntax", 'Syntax error; token: "b", near: ":n b"'),
        ("a = ", "syntax", 'Syntax error; token: "<EOF>", near: "="'),
        ("a", "syntax", 'Syntax error; token: "<EOF>", near: "a"'),
        ("(a AND b = :n)", "syntax", 'Syntax error; token: "AND", near: "a AND b"'),
        ("a $ :n", "syntax", 'Syntax error; token: "$", near: "a $ :n"'),
        ("a[:n] = :n", "syntax", 'Syntax error; token: ":n", near: "[:n]"'),
        ("a IN ()", "syntax", 'Syntax error; token: ")", near: "()"'),
        ("((a = :n))", "redundant", "The expression has redundant parentheses;"),
        ("a = ((:n))", "redundant", "The expression has redundant parentheses;"),
        ("dog(a) = :n", "function", "Invalid function name; function: dog"),
        ("Size(a) = :n", "function", "Invalid function name; function: Size"),
        ("size(a)", "misused", "The function is not allowed to be used this way in an expression; function: size"),
        ("a = :n AND size(a)", "misused", "function: size"),
        ("attribute_exists(a) < :n", "misused", "function: attribute_exists"),
        ("if_not_exists(a, :n) = :n", "misused", "function: if_not_exists"),
        ("contains(a, begins_with(a, :s))", "misused", "function: begins_with"),
        ("status = :n", "reserved", "Attribute name is a reserved keyword; reserved keyword: status"),
        ("a.Name = :n", "reserved", "reserved keyword: Name"),
        ("#a = :n", "undefined-name", "used in the document path is not defined; attribute name: #a"),
        ("a = :x", "undefined-value", "used in expression is not defined; attribute value: :x"),
        ("size(a, a) = :n", "operands", "operator or function: size, number of operands: 2"),
        ("contains(a)", "operands", "operator or function: contains, number of operands: 1"),
        ("contains(a.b[0], a.b[0])", "distinct", "operator: contains, first operand: [a, b, [0]]"),
        ("a = a", "distinct", "operator: =, first operand: [a]"),
        ("attribute_exists(:n)", "path-wanted", "requires a document path; operator or function: attribute_exists"),
        ("begins_with(a, :n)", "operand-type", "operator or function: begins_with, operand type: N"),
        ("a < :l", "operand-type", "operator or function: <, operand type: L"),
        ("a BETWEEN :b AND :b", "operand-type", "operator or function: BETWEEN, operand type: BOOL"),
        ("attribute_type(a, b)", "operand-type", "operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"),
        ("attribute_type(a, :dog)", "type-name", "name found; type: DOG, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"),
        ("a BETWEEN :low AND :n", "between-order", "AttributeValue: {N:3}, upper bound operand: AttributeValue: {N:1}"),
        ("a BETWEEN :n AND :s", "between-types", "same data type for lower and upper bounds"),
    ],
)  # fmt: skip
def test_conditions_are_refused_with_the_services_texts(text: str, kind: str, message: str) -> None:
    error = refusal(parse_condition, text)
    assert (error.kind, error.message[:29]) == (kind, "Invalid ConditionExpression: ")
    assert message in error.message


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a = :x AND ((b = :n))", "redundant"),
        ("status = :x AND foo(a)", "function"),
        ("status = :x AND size(a)", "misused"),
        ("a = :x AND status = :n", "reserved"),
        ("a = :x AND size(a, a) = :n", "undefined-value"),
        ("size(a, a) = :n AND b = :x", "operands"),
        ("a = :x b", "syntax"),
    ],
)
def test_of_several_faults_one_is_named(text: str, kind: str) -> None:
    assert refusal(parse_condition, text).kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SET a = :n SET b = :n", "section"), ("SET a = :n REMOVE a", "overlap"), ("SET a = :n, a.b = :n", "overlap"),
        ("SET a[1] = :n, a[1][0] = :n", "overlap"), ("SET a.b = :n, a[1] = :n", "conflict"),
        ("REMOVE a.b, a.c ADD a.d :n", None), ("SET a[0] = :n, a[1] = :n", None), ("ADD a :s", "action-type"),
        ("DELETE a :n", "action-type"), ("ADD a :set DELETE b :set", None), ("SET a = b + :s", "operand-type"),
        ("SET a = list_append(a, :n)", "operand-type"), ("SET a = if_not_exists(:n, :n)", "path-wanted"),
        ("SET a = if_not_exists(a)", "operands"), ("SET a = foo(b, c)", "function"),
        ("SET a = contains(b, c)", "misused"), ("SET a = list_append(list_append(a, :l), :l)", "misused"),
        ("SET a = list_append(if_not_exists(a, :l), :l)", None), ("SET a = if_not_exists(a, :n) + :n", None),
        ("SET a = if_not_exists(a, :n + :n)", "syntax"), ("SET a = :n + :n + :n", "syntax"), ("SET :n = a", "syntax"),
        ("SET _a = :n", "syntax"), ("HELLO", "syntax"), ("REMOVE a = :n", "syntax"), ("ADD a b", "syntax"),
        ("set a = :n remove b", None), ("SET status = :n", "reserved"),
    ],
)  # fmt: skip
def test_updates(text: str, kind: str | None) -> None:
    if kind is None:
        assert parse_update(text, Placeholders(None, GIVEN))
    else:
        assert refusal(parse_update, text).kind == kind


def test_projections_may_not_overlap() -> None:
    assert refusal(parse_projection, "a.b, a").kind == "overlap"
    assert refusal(parse_projection, "a,").kind == "syntax"
    assert refusal(parse_projection, "size(a)").kind == "syntax"
    assert [str(path) for path in parse_projection("a.b[0], #x", Placeholders({"#x": "c.d"}))] == [
        "[a, b, [0]]",
        "[c.d]",
    ]


def test_limits_of_expressions() -> None:
    assert refusal(parse_condition, "a" * 4096 + " = :n").kind == "too-long"
    long_name = "a" * (4096 - len(" = :n"))
    assert parse_condition(f"{long_name} = :n", "ConditionExpression", Placeholders(None, GIVEN))
    options = ", ".join([":n"] * 101)
    assert refusal(parse_condition, f"a IN ({options})").kind == "too-many-options"
    assert parse_condition(f"a IN ({options[4:]})", "ConditionExpression", Placeholders(None, GIVEN))
    sets = ", ".join(f"a{number} = :n" for number in range(301))
    assert refusal(parse_update, f"SET {sets}").kind == "operators"
    assert refusal(parse_condition, "NOT " * 500 + "a = :n").kind == "nesting"


def test_placeholders_are_checked() -> None:
    for names, known, kind in (
        ({"n": "a"}, {}, "name-key"), ({"#": "a"}, {}, "name-key"), ({}, {"v": 1}, "value-key"),
        ({}, {":a-b": 1}, "value-key"), ({"#" + "a" * 255: "a"}, {}, "placeholder-length"),
    ):  # fmt: skip
        with pytest.raises(DynamoDBError) as caught:
            Placeholders(names, known)
        assert caught.value.kind == kind


def test_every_placeholder_must_be_used_by_some_expression() -> None:
    shared = Placeholders({"#a": "a", "#b": "b"}, {":n": 1, ":m": 2})
    parse_condition("#a = :n", "ConditionExpression", shared)
    with pytest.raises(DynamoDBError, match=r"ExpressionAttributeNames unused in expressions: keys: {#b}"):
        shared.finish()
    parse_update("REMOVE #b", shared)
    with pytest.raises(DynamoDBError, match=r"ExpressionAttributeValues unused in expressions: keys: {:m}"):
        shared.finish()
    parse_condition("#a = :m", "FilterExpression", shared)
    shared.finish()


def test_reserved_words_are_those_of_the_documentation() -> None:
    words = reserved_words()
    assert len(words) == 573
    assert {"ABORT", "ZONE", "NAME", "STATUS", "TTL", "DATE", "USER", "VALUES", "COUNTER", "INNTER"} <= words
    assert not {"ID", "PRICE", "TITLE", "VERSION", "EMAIL"} & words
    assert all(word.isascii() and word == word.upper() for word in words)


WORDS = st.sampled_from(
    ["a", "b.c", "a[0]", ":n", ":s", ":l", ":x", "#a", "(", ")", ",", "=", "<>", "<", "+", "-", "AND", "or", "NOT",
     "IN", "BETWEEN", "size", "contains", "attribute_exists", "SET", "REMOVE", "ADD", "DELETE", "status", ".", "[",
     "$", "_"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=30)))
@example("(" * 4000)
@example("a = " + "(" * 2000)
@example("SET a = " + "b(" * 1500)
def test_no_text_makes_anything_but_the_services_errors(text: str) -> None:
    for parse in (
        lambda given: parse_condition(text, "FilterExpression", given),
        lambda given: parse_update(text, given),
        lambda given: parse_projection(text, given),
    ):
        try:
            parse(Placeholders({"#a": "a"}, GIVEN))
        except DynamoDBError as error:
            refused = error
        else:
            continue
        assert refused.code == "ValidationException"
        assert refused.message.startswith("Invalid ")
        assert refused.position is None or 0 <= refused.position <= len(text)
