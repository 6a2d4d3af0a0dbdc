"""Listener rules against AWS's examples, a second matcher, and each limit from both sides."""

from __future__ import annotations

import fnmatch
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.drawing import LAYOUTS, text_width
from kumo.core.parameters import ParameterError
from kumo.elb.explorers import ListenerRules
from kumo.elb.model.listener_rules import FAILS, TAKES, TOO_LATE, RulesTrace, judge, matches, request_of
from kumo.elb.model.rule_text import MAX_PRIORITY, Fixed, RuleError, read
from kumo.elb.view.listener_rules import broken, draw
from kumo.elb.words import listener_rules as words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout

END = "\ndefault -> fixed 404"


def outcome(
    rules: str, line: str = "GET https://example.com/", headers: str = "", source: str = "192.0.2.1"
) -> int | None:
    """Return the priority of the rule that takes a request, or None for the default rule."""
    return judge(rules + END, request_of(line, headers, source)).winner.rule.priority


LETTERS = st.text("ab[]./-", max_size=8)
PATTERNS = st.text("ab[]*?.", max_size=6)


def slow_match(pattern: str, text: str) -> bool:
    """Match from the front, trying every length for a star."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(slow_match(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and pattern[0] in ("?", text[0]) and slow_match(pattern[1:], text[1:])


@given(PATTERNS, LETTERS)
def test_wildcards_agree_with_a_slow_matcher_and_with_fnmatch(pattern: str, text: str) -> None:
    found = matches(pattern, text, case=True)
    assert found == slow_match(pattern, text)
    # fnmatch also has classes in brackets, which have to be taken literally here.
    assert found == fnmatch.fnmatchcase(text, pattern.replace("[", "[[]"))


@pytest.mark.parametrize(
    ("rule", "line", "taken"),
    [
        # The examples of AWS's guide.
        ("host=*.example.com", "GET http://test.example.com/", True),
        ("host=*.example.com", "GET http://example.com/", False),
        ("path=/img/*", "GET http://a.b/img/picture.jpg", True),
        ("path=/img/*/pics", "GET http://a.b/img/2024/pics", True),
        ("path=/img/*/pics", "GET http://a.b/img/pics", False),
        ("query:version=v1", "GET http://a.b/?version=v1", True),
        ("query=*example*", "GET http://a.b/?any=an+example+here", True),
        ("source=192.0.2.0/24,198.51.100.10/32", "GET http://a.b/", True),
        # Case: hosts and queries without, paths and methods with.
        ("host=API.example.com", "GET http://api.EXAMPLE.com/", True),
        ("path=/Img/*", "GET http://a.b/img/x", False),
        ("query:Version=V1", "GET http://a.b/?version=v1", True),
        ("method=GET", "POST http://a.b/", False),
        # A path condition does not see the query, and a star crosses slashes.
        ("path=/a", "GET http://a.b/a?b=c", True),
        ("path=/*/c", "GET http://a.b/x/y/c", True),
        ("path=/a?c", "GET http://a.b/abc", True),
        ("path=/a?c", "GET http://a.b/ac", False),
        ("query:v=1", "GET http://a.b/", False),
    ],
)
def test_conditions(rule: str, line: str, taken: bool) -> None:  # noqa: FBT001 -- a case
    assert outcome(f"1 {rule} -> forward a", line) == (1 if taken else None)


def test_headers_match_without_case_in_name_and_value() -> None:
    rule = '1 header:user-agent="*chrome*","*Safari 17*" -> forward a'
    assert outcome(rule, headers="User-Agent: Chrome/1") == 1
    assert outcome(rule, headers="User-Agent: safari 17.1") == 1
    assert outcome(rule, headers="X-Agent: Chrome") is None


def test_the_source_is_the_connection_not_the_header() -> None:
    forwarded = "X-Forwarded-For: 198.51.100.7"
    assert outcome("1 source=198.51.100.0/24 -> forward a", headers=forwarded) is None
    assert outcome("1 header:X-Forwarded-For=198.51.100.* -> forward a", headers=forwarded) == 1
    assert outcome("1 source=2001:db8::/32 -> forward a", source="2001:db8::1") == 1
    assert outcome("1 source=2001:db8::/32 -> forward a", source="192.0.2.1") is None


@given(st.permutations([7, 30, 200]))
def test_the_lowest_priority_wins_in_whatever_order_the_lines_stand(order: list[int]) -> None:
    lines = {7: "7 path=/x -> forward a", 30: "30 path=/a* -> forward b", 200: "200 path=/abc -> forward c"}
    trace = judge(
        "\n".join(lines[priority] for priority in order) + END, request_of("GET http://e.f/abc", "", "1.2.3.4")
    )
    assert [verdict.rule.priority for verdict in trace.verdicts] == [7, 30, 200, None]
    assert [verdict.state for verdict in trace.verdicts] == [FAILS, TAKES, TOO_LATE, TOO_LATE]
    assert trace.verdicts[2].matches


CONDITIONS = st.sampled_from(
    ["path=/a*", "path=/b", "host=*.com", "host=a.org", "method=GET", "method=PUT", "query:k=1", "source=10.0.0.0/8"]
)


@given(
    st.dictionaries(st.integers(1, 99), st.sets(CONDITIONS, min_size=1, max_size=3), max_size=6),
    st.sampled_from(["GET http://x.com/ab?k=1", "PUT https://a.org/b", "GET http://z.net/"]),
    st.sampled_from(["10.1.2.3", "192.0.2.1"]),
)
def test_exactly_one_rule_acts_and_it_is_the_first_that_matches(
    rules: dict[int, set[str]], line: str, source: str
) -> None:
    # A kind may stand only once in a rule.
    kept = {p: list({text.partition("=")[0]: text for text in sorted(found)}.values()) for p, found in rules.items()}
    text = "\n".join(f"{priority} {' '.join(found)} -> forward g" for priority, found in kept.items())
    trace = judge(text + END, request_of(line, "", source))
    states = [verdict.state for verdict in trace.verdicts]
    at = states.index(TAKES)
    assert states == [FAILS] * at + [TAKES] + [TOO_LATE] * (len(states) - at - 1)
    assert [verdict.matches for verdict in trace.verdicts[: at + 1]] == [False] * at + [True]
    for priority, found in kept.items():
        alone = judge(f"1 {' '.join(found)} -> forward g{END}", request_of(line, "", source))
        verdict = next(entry for entry in trace.verdicts if entry.rule.priority == priority)
        assert verdict.matches == (alone.winner.rule.priority == 1)


def test_weights_become_shares() -> None:
    trace = judge("default -> forward blue:10,green:20", request_of("GET http://a.b/", "", "1.1.1.1"))
    assert trace.shares == (("blue", Fraction(1, 3)), ("green", Fraction(2, 3)))


@pytest.mark.parametrize(
    ("action", "line", "location", "problem"),
    [
        ("https://#{host}:443/#{path}?#{query} 301", "GET http://a.b/c?d=e", "https://a.b:443/c?d=e", ""),
        ("https://#{host} 301", "GET http://a.b:8080/c?d=e", "https://a.b:8080/c?d=e", ""),
        ("https://#{host}:443/new/#{path}?#{query}", "GET https://a.b/c", "https://a.b:443/new/c", ""),
        ("http://#{host}:80/", "GET https://a.b/c", "http://a.b:80/", "downgrade"),
        ("https://#{host}:443/#{path}", "GET https://a.b/c?d=e", "https://a.b:443/c?d=e", "loop"),
    ],
)
def test_redirects(action: str, line: str, location: str, problem: str) -> None:
    trace = judge(f"default -> redirect {action}", request_of(line, "", "1.1.1.1"))
    assert (trace.location, trace.problem) == (location, problem)


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("10 path=/a -> forward a\n20 path=/b -> forward b\n10 path=/c -> forward c" + END, "same_priority", 3),
        ("default -> fixed 404" + END, "two_defaults", 2),
        ("1 path=/a -> forward a", "no_default", None),
        ("1 -> forward a" + END, "no_conditions", 1),
        ("default path=/a -> forward a", "default_with_conditions", 1),
        ("0 path=/a -> forward a" + END, "priority", 1),
        (f"{MAX_PRIORITY + 1} path=/a -> forward a" + END, "priority", 1),
        ("1 path=/a forward a" + END, "no_arrow", 1),
        ('1 path="/a -> forward a' + END, "quotes", 1),
        ("1 color=red -> forward a" + END, "condition", 1),
        ("1 header=x -> forward a" + END, "condition", 1),
        ("1 path=/a,,/b -> forward a" + END, "empty_value", 1),
        ("1 path=/a,/b,/c,/d -> forward a" + END, "values_per_condition", 1),
        ("1 path=/a,/b,/c query=1,2,3 -> forward a" + END, "values_per_rule", 1),
        ("1 path=/*/*/*/*/*/*/* -> forward a" + END, "wildcards", 1),
        ("1 path=/a path=/b -> forward a" + END, "twice", 1),
        (f"1 path=/{'a' * 128} -> forward a" + END, "length", 1),
        ("1 host=localhost -> forward a" + END, "host", 1),
        ("1 host=example.* -> forward a" + END, "host", 1),
        ("1 path=/日本 -> forward a" + END, "path", 1),
        ("1 method=get -> forward a" + END, "method", 1),
        ("1 method=* -> forward a" + END, "method", 1),
        ("1 source=10.0.0.1 -> forward a" + END, "source", 1),
        ("1 source=10.0.0.0/33 -> forward a" + END, "source", 1),
        ("1 path=/a -> drop" + END, "action", 1),
        ("1 path=/a -> fixed 302" + END, "status", 1),
        ("1 path=/a -> forward a_b" + END, "group", 1),
        ("1 path=/a -> forward a:1000,b:1" + END, "weight", 1),
        ("1 path=/a -> forward a:1,a:2" + END, "group_twice", 1),
        ("1 path=/a -> forward a:1,b:1,c:1,d:1,e:1,f:1" + END, "groups", 1),
        ("1 path=/a -> forward a,b" + END, "no_weight", 1),
        ("1 path=/a -> forward a:0,b:0" + END, "no_weight", 1),
        ("1 path=/a -> redirect ftp://x" + END, "redirect", 1),
        ("1 path=/a -> redirect https://x 307" + END, "redirect", 1),
        ("1 path=/a -> redirect #{protocol}://#{host}:#{port}/#{path}?x=1" + END, "loop", 1),
    ],
)
def test_bad_rules_are_named_with_their_line(text: str, kind: str, line: int | None) -> None:
    with pytest.raises(RuleError) as caught:
        read(text)
    assert caught.value.kind == kind
    assert caught.value.details.get("line") == line
    with pytest.raises(ParameterError) as shown:
        ListenerRules(rules=text)
    assert "{" not in str(shown.value).replace("#{", "")
    if line:
        assert f"{line}行目" in str(shown.value)


def test_every_message_has_a_case() -> None:
    marks = [mark for mark in test_bad_rules_are_named_with_their_line.pytestmark if mark.args]
    tried = {case[1] for case in marks[0].args[1]}
    assert tried | {"request", "header", "address"} == set(words.RIGHT)


@pytest.mark.parametrize(
    "text",
    [
        "1 path=/a,/b,/c query=1,2 -> forward a" + END,
        "1 path=/*/*/*/*/*/* -> forward a" + END,
        f"1 path=/{'a' * 127} -> forward a" + END,
        f"{MAX_PRIORITY} path=/a -> forward a:999,b:0,c:1,d:1,e:1" + END,
        "1 header:A=1 header:A=2 query=3 -> forward a" + END,
        "\n\n  1 path=/a -> fixed 503  \n" + END,
    ],
)
def test_what_is_just_allowed_is_allowed(text: str) -> None:
    assert len(read(text)) == 2


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text gives a picture's trace, or what would be right instead in words."""
    wanted = [words.wanted_rules(text), words.wanted_request(text), words.wanted_headers(text)]
    for said in (*wanted, words.wanted_source(text)):
        assert said is None or said


@given(st.text("ab/.?= あ", max_size=60), st.integers(40, 200))
def test_lines_are_short_enough_and_nothing_is_lost(text: str, width: int) -> None:
    lines = broken(text, width, 14)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(text_width(line, 14) <= width for line in lines)


@pytest.mark.parametrize(
    ("parameter", "bad"),
    [
        ("request", "GET /path"),
        ("request", "GET http://[::1/"),
        ("request", "GET http://a.b:99999/"),
        ("headers", "no colon"),
        ("source", "10.0.0.0/8"),
    ],
)
def test_bad_requests_are_named(parameter: str, bad: str) -> None:
    with pytest.raises(ParameterError):
        ListenerRules(**{parameter: bad})


def explained(**parameters: Any) -> tuple[RulesTrace, str]:
    trace = ListenerRules(**parameters).simulate()
    explanation = words.explanation(trace)
    return trace, explanation.point + explanation.why


def test_the_explanation_names_winner_reason_and_who_came_too_late() -> None:
    _, said = explained()
    assert "優先度20のルールが決め" in said
    assert "apiへ90%" in said
    _, said = explained(request="GET https://www.example.com/admin/users", headers="User-Agent: iPhone")
    assert "優先度50のルールも条件に合いますが" in said
    trace, said = explained(request="GET https://www.example.com/")
    assert trace.winner.rule.priority is None
    assert "デフォルトルールが決め" in said
    trace, said = explained(request="GET https://www.example.com/admin/x")
    assert trace.winner.rule.action == Fixed(403)
    assert "403を返します" in said
    trace, _ = explained(request="GET https://www.example.com/admin/x", source="198.51.100.7")
    assert trace.winner.rule.priority == 40


@pytest.mark.parametrize(
    ("request_line", "last"),
    [
        ("GET https://api.example.com/v2/items", "優先度10のルール"),
        ("GET https://api.example.com/v1/items", "優先度20のルール"),
        ("GET https://www.example.com/", "デフォルトルール"),
    ],
)
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_clock_ends_with_the_rule_that_decides(request_line: str, last: str, layout: Layout) -> None:
    trace = ListenerRules(request=request_line).simulate()
    clock = draw(trace, layout).clock
    assert clock is not None
    assert clock.steps[-1].label == last == words.name(trace.winner.rule)
    assert [step.at for step in clock.steps] == list(range(1, len(clock.steps) + 1))
    assert clock.end == len(clock.steps) + 1
