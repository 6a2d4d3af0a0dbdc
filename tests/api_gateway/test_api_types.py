"""The comparison of the types of API against published tables, and the choice against set algebra."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.api_gateway.model import api_types
from kumo.api_gateway.model.api_types import API_TYPES, EXAM, SUPPORT, TODAY, ApiTypesError, choose, feature, features
from kumo.api_gateway.words import api_types as words
from kumo.api_gateway.words.api_chooser import CONFLICT_REASONS, NEEDS_OPTIONS
from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Sequence

WHENS = (TODAY, EXAM)
NEEDS = list(NEEDS_OPTIONS)

# The comparison as it was printed in December 2023: (HTTP, REST).
BOTH, REST, HTTP = (True, True), (False, True), (True, False)
PRINTED = {
    "edge": REST,
    "regional": BOTH,
    "private": REST,
    "mtls": BOTH,
    "client-certificate": REST,
    "waf": REST,
    "iam": BOTH,
    "resource-policy": REST,
    "cognito": BOTH,
    "lambda-authorizer": BOTH,
    "jwt": HTTP,
    "custom-domain": BOTH,
    "api-keys": REST,
    "client-rate": REST,
    "client-usage": REST,
    "cors": BOTH,
    "test-invocation": REST,
    "cache": REST,
    "manual-deploy": BOTH,
    "auto-deploy": HTTP,
    "gateway-response": REST,
    "canary": REST,
    "validation": REST,
    "parameter-mapping": BOTH,
    "body-mapping": REST,
    "metrics": BOTH,
    "access-log-cloudwatch": BOTH,
    "access-log-firehose": REST,
    "execution-log": REST,
    "xray": REST,
    "http-endpoint": BOTH,
    "aws-service": BOTH,
    "lambda": BOTH,
    "nlb": BOTH,
    "alb": HTTP,
    "cloud-map": HTTP,
    "mock": REST,
}
# What AWS says otherwise today: its comparison page, and the page on JWT authorizers for REST APIs.
CHANGED_SINCE = {"alb": BOTH, "jwt": BOTH, "portal": REST, "streaming": REST}
# What AWS's pages on WebSocket APIs say, feature by feature.
WEBSOCKET = {
    "push",
    "regional",
    "client-certificate",
    "iam",
    "lambda-authorizer",
    "custom-domain",
    "api-keys",
    "client-rate",
    "client-usage",
    "manual-deploy",
    "auto-deploy",
    "validation",
    "parameter-mapping",
    "body-mapping",
    "metrics",
    "access-log-cloudwatch",
    "execution-log",
    "http-endpoint",
    "aws-service",
    "lambda",
    "nlb",
    "mock",
}


def has(key: str, api: str, when: str) -> bool:
    return feature(key).supports(api, when) != "no"


def test_every_printed_row_is_there_with_its_value_of_then() -> None:
    assert {key: (has(key, "http", EXAM), has(key, "rest", EXAM)) for key in PRINTED} == PRINTED
    assert [key for key, entry in features().items() if not entry.added] == list(PRINTED), "same rows, same order"


def test_today_is_what_aws_says() -> None:
    today = {key: (has(key, "http", TODAY), has(key, "rest", TODAY)) for key in [*PRINTED, "portal", "streaming"]}
    assert today == PRINTED | CHANGED_SINCE
    changed = {key for key, entry in features().items() if entry.support != entry.exam_support}
    assert changed == set(CHANGED_SINCE)


def test_websocket_column_is_what_its_pages_say() -> None:
    for when in WHENS:
        assert {key for key in features() if has(key, "websocket", when)} == WEBSOCKET


def test_every_row_is_complete() -> None:
    for entry in features().values():
        assert entry.category in words.CATEGORIES
        assert entry.name
        assert set(entry.support) == set(entry.exam_support) == set(API_TYPES)
        assert {*entry.support.values(), *entry.exam_support.values()} <= set(SUPPORT)
        assert entry.satisfied_by(), "a feature that nothing has is no row of a comparison"
        for address in (entry.source, entry.websocket_source):
            assert address.startswith("https://docs.aws.amazon.com/")
        assert pd.Timestamp(entry.as_of)
        for when in WHENS:
            limited = [api for api in API_TYPES if entry.supports(api, when) == "limited"]
            assert all(entry.note(api, when) for api in limited), f"{entry.key}: under which condition?"


def test_categories_stand_together() -> None:
    order = [entry.category for entry in features().values()]
    assert list(dict.fromkeys(order)) == list(words.CATEGORIES)
    assert order == sorted(order, key=list(words.CATEGORIES).index)


@pytest.mark.parametrize("when", WHENS)
def test_rows_make_a_table(when: str) -> None:
    frame = pd.DataFrame(api_types.rows(when))
    assert list(frame.columns) == ["カテゴリ", "項目", "REST API", "HTTP API", "WebSocket API", "備考"]
    assert len(frame) == len(features())
    assert not frame["項目"].duplicated().any()
    for name in words.API_NAMES.values():
        assert frame[name].str[0].isin(list(words.MARKS.values())).all()
    assert len(api_types.rows(when, added=False)) == len(PRINTED)


def test_the_table_tells_what_has_changed() -> None:
    today = {row["項目"]: row for row in api_types.rows()}
    then = {row["項目"]: row for row in api_types.rows(EXAM)}
    balancer = "Application Load Balancer(プライベート統合)"
    assert (then[balancer]["REST API"][0], today[balancer]["REST API"][0]) == ("×", "○")
    assert "2025年11月" in today[balancer]["備考"]
    assert "2023年12月" in today["JWTオーソライザー"]["備考"]
    assert "Amazon Kinesis Data Firehoseへのアクセスログ" in then
    assert "Amazon Kinesis Data Firehose" in today["Amazon Data Firehoseへのアクセスログ"]["備考"]
    assert today["Cognitoオーソライザー"]["HTTP API"].startswith("△")
    for key, entry in features().items():
        if entry.support != entry.exam_support or entry.name != entry.exam_name:
            row = next(row for row in api_types.rows() if row["項目"] == entry.name)
            assert "2023年12月" in row["備考"], f"{key} has changed without a word"


# The choice.


def by_sets(keys: Sequence[str], when: str) -> set[str]:
    """Intersect, for each requirement, the set of types that satisfy it."""
    return set.intersection(set(API_TYPES), *(set(feature(key).satisfied_by(when)) for key in keys))


def check(keys: Sequence[str], when: str) -> None:
    trace = choose(keys, when)
    left = by_sets(keys, when)
    assert set(trace.remaining) == left
    assert set(trace.excluded_by) == set(API_TYPES) - left
    for api, reasons in trace.excluded_by.items():
        assert reasons == tuple(key for key in keys if not has(key, api, when))
        assert keys[trace.died_at(api)] == reasons[0], "a type goes at the first requirement that it fails"
    assert all(trace.died_at(api) is None for api in trace.remaining)
    for pair in trace.pairs:
        assert set(pair.missing) == {key for key in keys if not any(has(key, api, when) for api in pair.apis)}
    assert (trace.suggested is None) == (not left)
    if "http" in left:
        assert trace.suggested == "http"


@pytest.mark.parametrize("when", WHENS)
def test_every_choice_of_up_to_three_requirements(when: str) -> None:
    for size in range(4):
        for keys in combinations(NEEDS, size):
            check(keys, when)


@pytest.mark.parametrize("when", WHENS)
def test_every_set_of_kinds_of_requirements_in_every_order(when: str) -> None:
    """Requirements that the same types satisfy are interchangeable: one of each kind stands for all subsets."""
    kinds = {feature(key).satisfied_by(when): key for key in NEEDS}
    assert len(kinds) == 6
    for size in range(len(kinds) + 1):
        for keys in combinations(kinds.values(), size):
            outcomes = set()
            for order in permutations(keys):
                trace = choose(order, when)
                outcomes.add((trace.remaining, frozenset((pair.apis, frozenset(pair.missing)) for pair in trace.pairs)))
            assert len(outcomes) == 1
            check(keys, when)


ANY_NEEDS = st.lists(st.sampled_from(NEEDS), unique=True)


@given(ANY_NEEDS, st.sampled_from(WHENS))
def test_any_choice(keys: list[str], when: str) -> None:
    check(keys, when)


@given(ANY_NEEDS, st.randoms(use_true_random=False), st.sampled_from(WHENS))
def test_the_order_decides_nothing(keys: list[str], dice: object, when: str) -> None:
    shuffled = list(keys)
    dice.shuffle(shuffled)
    one, other = choose(keys, when), choose(shuffled, when)
    assert one.remaining == other.remaining
    assert {api: set(reasons) for api, reasons in one.excluded_by.items()} == {
        api: set(reasons) for api, reasons in other.excluded_by.items()
    }
    assert one.conflicts == other.conflicts


@given(ANY_NEEDS, st.sampled_from(NEEDS), st.sampled_from(WHENS))
def test_a_further_requirement_never_brings_a_type_back(keys: list[str], further: str, when: str) -> None:
    before = choose(keys, when)
    after = choose([*(key for key in keys if key != further), further], when)
    assert set(after.remaining) <= set(before.remaining)
    for pair, later in zip(before.pairs, after.pairs, strict=True):
        assert set(pair.missing) <= set(later.missing)


def test_known_answers() -> None:
    assert choose(["mtls", "waf"]).remaining == ("rest",)
    assert choose(["cloud-map", "jwt"]).remaining == ("http",)
    assert choose(["push"]).remaining == ("websocket",)
    split = choose(["waf", "cloud-map"])
    assert not split.remaining
    assert [pair.apis for pair in split.covering_pairs] == [("rest", "http")]
    assert [pair.missing for pair in split.pairs] == [(), ("cloud-map",), ("waf",)]
    everything = choose(["waf", "cloud-map", "push"])
    assert not everything.covering_pairs
    assert choose(["alb", "waf"]).remaining == ("rest",)
    assert choose(["alb", "waf"], EXAM).remaining == ()
    assert choose(["jwt", "waf"]).remaining == ("rest",)
    assert choose(["jwt", "waf"], EXAM).remaining == ()


def test_conflicts_within_one_api_are_named_when_all_their_features_are_required() -> None:
    assert set(CONFLICT_REASONS) == {conflict.key for conflict in api_types.conflicts()}
    for conflict in api_types.conflicts():
        assert set(conflict.features) <= set(NEEDS)
        assert conflict.source.startswith("https://docs.aws.amazon.com/")
        assert conflict in choose(conflict.features).conflicts
        assert conflict not in choose(conflict.features[:1]).conflicts
    assert not choose(["edge", "waf"]).conflicts


def test_prices_come_from_the_ledger() -> None:
    trace = choose([])
    assert trace.prices["rest"] == facts.value("api_gateway.price-rest")
    assert trace.prices["http"] == facts.value("api_gateway.price-http") < trace.prices["rest"]
    assert facts.fact("api_gateway.price-websocket-minutes").value > 0, "what makes WebSocket APIs another matter"


def test_rows_and_keys_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ApiTypesError, match="telepathy"):
        choose(["telepathy"])
    whole = {
        "category": "security",
        "name": "x",
        "rest": "yes",
        "http": "no",
        "websocket": "no",
        "source": "a",
        "websocket_source": "b",
    }
    assert api_types._feature("x", whole, "2026-11-22").satisfied_by() == ("rest",)
    for missing in whole:
        with pytest.raises(ApiTypesError, match=missing):
            api_types._feature("x", {key: value for key, value in whole.items() if key != missing}, "2026-11-22")
    for wrong in ({"http": "maybe"}, {"category": "magic"}, {"exam": {"rest": "?"}}):
        with pytest.raises(ApiTypesError, match="x"):
            api_types._feature("x", whole | wrong, "2026-11-22")
