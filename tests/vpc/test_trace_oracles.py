"""The tracer against a second, slow implementation, and its list of obstacles against the network itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kumo.vpc.model.hops import Reason
from kumo.vpc.model.repair import repair_all
from kumo.vpc.model.rules import LINUX_PORTS, WINDOWS_PORTS
from kumo.vpc.model.trace import Flow, trace
from tests.vpc.random_networks import HOSTS, networks
from tests.vpc.slow import connects

if TYPE_CHECKING:
    from kumo.vpc.model.network import Network


R = Reason


@st.composite
def questions(draw: st.DrawFn) -> tuple[Network, Flow]:
    network = draw(networks())
    ends = [interface.id for interface in network.interfaces]
    source = draw(st.sampled_from([*ends, *ends, "net", "desk"]))
    inside = source in ends
    others = [end for end in ends if end != source]
    targets = [*others, *((host.id for host in HOSTS) if inside else ())]
    if not targets:
        targets = ["net"] if inside else ends
    destination = draw(st.sampled_from(targets))
    ephemeral = draw(st.sampled_from([LINUX_PORTS, WINDOWS_PORTS]))
    return network, Flow(source, destination, "tcp", draw(st.sampled_from([443, 80])), ephemeral)


@settings(max_examples=300, deadline=None)
@given(questions())
def test_agrees_with_the_slow_one(question: tuple[Network, Flow]) -> None:
    network, flow = question
    slow = connects(network, flow.source, flow.destination, flow.port, flow.ephemeral)
    assert trace(network, flow).reachable == slow


@settings(max_examples=300, deadline=None)
@given(questions())
def test_nothing_stands_in_the_way_but_what_is_reported(question: tuple[Network, Flow]) -> None:
    """Repair every reported obstacle, once: unless some cannot be repaired, the slow one agrees that it passes."""
    network, flow = question
    found = trace(network, flow)
    repaired, left = repair_all(network, found.blockers)
    if not left:
        again = trace(repaired, flow)
        assert again.reachable, [(str(hop.reason), hop.at) for hop in again.blockers]
        assert connects(repaired, flow.source, flow.destination, flow.port, flow.ephemeral)


FILTERS = (R.NO_GROUP_RULE, R.ACL_DENY, R.ACL_NO_RULE)


@settings(max_examples=200, deadline=None)
@given(questions())
def test_every_reported_filter_is_in_the_way(question: tuple[Network, Flow]) -> None:
    """Repair all but one: the packet still does not pass.

    Only where filters alone stand in the way: a repaired route or address may lead past the filter.
    """
    network, flow = question
    blockers = trace(network, flow).blockers
    assume(all(one.reason in FILTERS for one in blockers))
    for hop in blockers:
        shared = [one for one in blockers if one.by[:1] == hop.by[:1] and one.reason in FILTERS]
        if hop.reason in FILTERS and len(shared) == 1:
            others, _ = repair_all(network, [one for one in blockers if one is not hop])
            assert not connects(others, flow.source, flow.destination, flow.port, flow.ephemeral)


@settings(max_examples=100, deadline=None)
@given(questions())
def test_the_shape_of_a_trace(question: tuple[Network, Flow]) -> None:
    network, flow = question
    found = trace(network, flow)
    assert found == trace(network, flow)
    assert hash(found) == hash(trace(network, flow))
    assert found.hops[0].at == flow.source
    assert found.there + found.back == found.hops
    assert found.reachable == (not found.blockers)
    if found.reachable:
        assert not any(hop.assumed for hop in found.hops)
        assert found.back[-1].at == flow.source
        assert found.back[-1].reason is R.ARRIVED
    for hop in found.hops:
        assert hop.blocks or not hop.denied
        assert network.get(hop.at) is not None or hop.at == "internet"
        for low, high in hop.denied:
            assert hop.packet.ports[0] <= low <= high <= hop.packet.ports[1]


def test_both_answers_occur() -> None:
    """The random networks are worth asking: many packets pass, many do not, for many reasons."""
    outcomes, reasons = [], set()

    @settings(max_examples=1000, deadline=None, database=None, derandomize=True)
    @given(questions())
    def ask(question: tuple[Network, Flow]) -> None:
        found = trace(*question)
        outcomes.append(found.reachable)
        reasons.update(hop.reason for hop in found.blockers)

    ask()
    assert 0.1 < sum(outcomes) / len(outcomes) < 0.9
    # Rarer ones (of transit gateways, of networks that only AWS describes) have tests of their own.
    common = {R.NO_GROUP_RULE, R.ACL_DENY, R.ACL_NO_RULE, R.NO_ROUTE, R.BLACKHOLE, R.PREMISES_NO_ROUTE}
    common |= {R.PRIVATE_DESTINATION, R.NO_PUBLIC_ADDRESS, R.NO_INTERNET_GATEWAY, R.NAT_PRIVATE, R.NAT_ONLY_OUTWARDS}
    assert reasons >= common | {R.NOT_ATTACHED, R.TRANSIT_NO_ROUTE, R.PEERING_INACTIVE}
