"""Routing controls: every second replayed by a slower reading of the rules, and what must hold of each drill."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.core.parameters import ParameterError
from kumo.route53.explorers import RecoveryControl
from kumo.route53.model import recovery_control as model
from kumo.route53.model.recovery_control import END, GATE, OSAKA, TOKYO, Request, Rules, read_script, rehearse
from kumo.route53.words import recovery_control as words

CHANGES = st.dictionaries(st.sampled_from(model.CONTROLS), st.booleans(), min_size=1).map(
    lambda found: tuple(found.items())
)
SCRIPTS = st.dictionaries(
    st.integers(0, END), st.tuples(CHANGES, st.sampled_from([False, False, True])), max_size=6
).map(lambda found: tuple(Request(at, changes, override) for at, (changes, override) in sorted(found.items())))
RULES = st.builds(Rules, st.integers(0, 2), st.integers(0, 60), st.booleans())


def every_second(script: tuple[Request, ...], rules: Rules, broken_at: int) -> tuple[list[int], int]:
    """Return the times of the requests that are taken, and for how many seconds users see errors."""
    tokyo, osaka, gate, quiet_until = True, False, False, -1
    taken, failing = [], 0
    requests = {request.at: request for request in script}
    for second in range(END + 1):
        if second in requests:
            wish = dict(requests[second].changes)
            moves = TOKYO in wish or OSAKA in wish
            new_tokyo, new_osaka = wish.get(TOKYO, tokyo), wish.get(OSAKA, osaka)
            allowed = (
                (gate or not rules.gated)
                and (second >= quiet_until or not (rules.at_least or rules.gated))
                and new_tokyo + new_osaka >= rules.at_least
            )
            if requests[second].override or not moves or allowed:
                tokyo, osaka, gate = new_tokyo, new_osaka, wish.get(GATE, gate)
                quiet_until = second + rules.wait if moves else quiet_until
                taken.append(second)
        if second < END and second >= broken_at and (tokyo or not osaka):
            failing += 1
    return taken, failing


@given(SCRIPTS, RULES, st.integers(0, END))
def test_a_replay_of_every_second_agrees(script: tuple[Request, ...], rules: Rules, broken_at: int) -> None:
    trace = rehearse(script, rules, broken_at)
    taken, failing = every_second(script, rules, broken_at)
    assert [one.request.at for one in trace.verdicts if one.done] == taken
    assert trace.failing == failing


@given(SCRIPTS, RULES, st.integers(0, END))
def test_the_rules_hold_unless_they_are_overridden(script: tuple[Request, ...], rules: Rules, broken_at: int) -> None:
    trace = rehearse(script, rules, broken_at)
    assert len(trace.verdicts) == len(script)
    assert [one.result == model.OVERRIDDEN for one in trace.verdicts] == [one.override for one in script]
    state = dict(model.START)
    for one in trace.verdicts:
        if not one.done:
            continue
        moved = any(name != GATE for name, _ in one.request.changes)
        if one.result == model.TAKEN and moved and rules.gated:
            assert state[GATE]
        state |= dict(one.request.changes)
        if one.result == model.TAKEN and moved:
            assert state[TOKYO] + state[OSAKA] >= rules.at_least
    assert trace.states[-1][1] == state


@given(SCRIPTS, RULES, st.integers(0, END))
def test_users_are_sent_somewhere_at_every_moment(script: tuple[Request, ...], rules: Rules, broken_at: int) -> None:
    trace = rehearse(script, rules, broken_at)
    assert trace.traffic[0][0] == 0
    assert trace.traffic[-1][1] == END
    for one, following in zip(trace.traffic, trace.traffic[1:], strict=False):
        assert one[1] == following[0]
        assert one[2:] != following[2:]
    for start, end, cell, works, fallen in trace.traffic:
        assert start < end
        assert works == (cell == OSAKA or end <= broken_at)
        assert not fallen or cell == TOKYO


@pytest.mark.parametrize(
    ("parameters", "point", "why"),
    [
        ({}, "30秒のあいだ", "オンのリージョンがなくなる"),
        ({"script": "40 tokyo=off osaka=on"}, "10秒のあいだ", "TTL"),
        ({"script": ""}, "90秒のあいだ", "自動では切り替わりません"),
        ({"script": "40! tokyo=off"}, "90秒のあいだ", "全部が健全なときと同じ答え"),
        ({"gated": True}, "90秒のあいだ", "ゲートがオフ"),
        ({"script": "35 osaka=on\n38 tokyo=off"}, "90秒のあいだ", "5秒たっていない"),
    ],
)
def test_the_explanation_names_the_rule(parameters: dict[str, object], point: str, why: str) -> None:
    told = RecoveryControl.frame(parameters)["explanation"]
    assert point in told["point"]
    assert why in told["why"]


@pytest.mark.parametrize(
    ("script", "allowed"),
    [
        ("tokyo=off", "の形"),
        ("40", "の形"),
        ("40 tokyo=maybe", "の形"),
        ("200 tokyo=off", "0〜120秒"),
        ("40 nagoya=off", "tokyo、osaka、gate"),
        ("40 tokyo=off tokyo=on", "1回だけ"),
        ("40 tokyo=off\n40 osaka=on", "時間の順"),
        ("\n".join(f"{number} gate=on" for number in range(7)), "いまは7行"),
    ],
)
def test_what_is_no_script_is_named(script: str, allowed: str) -> None:
    with pytest.raises(ParameterError, match=allowed):
        RecoveryControl(script=script)


@pytest.mark.parametrize(("second", "taken"), [(54, False), (55, True)])
def test_the_wait_period_ends_on_its_last_second(second: int, taken: bool) -> None:  # noqa: FBT001 -- a case
    script = read_script(f"50 osaka=on\n{second} tokyo=off")
    assert rehearse(script, Rules(1, 5, gated=False), 30).verdicts[1].done == taken


def test_every_result_has_words() -> None:
    assert set(words.RESULTS) == {model.TAKEN, model.OVERRIDDEN, model.WAITING, model.TOO_FEW, model.GATED}
    assert read_script("\n 5  GATE=ON \n")[0].changes == ((GATE, True),)
