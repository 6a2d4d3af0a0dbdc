"""The explorers of Amazon VPC: parameters, and which model, view and words belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumo.core.explorer import Explanation, Explorer
from kumo.core.parameters import Choice, Choices, Range, Text, Toggle
from kumo.vpc.model import addresses, blueprint, connectivity, faults, subnet_plan
from kumo.vpc.view import connectivity as connectivity_view
from kumo.vpc.view import packet_trace as packet_trace_view
from kumo.vpc.view import subnets as subnets_view
from kumo.vpc.view import topology as topology_view
from kumo.vpc.words import connectivity as connectivity_words
from kumo.vpc.words import packet_trace as packet_trace_words
from kumo.vpc.words import subnets as subnets_words
from kumo.vpc.words import topology as topology_words

if TYPE_CHECKING:
    from kumo.core.drawing import Layout, Picture


class Subnets(Explorer):
    """The block of a VPC, divided among zones: what is usable, what AWS keeps, what does not fit."""

    words = subnets_words
    view = subnets_view

    vpc = Text(
        subnets_words.VPC,
        default="10.0.0.0/20",
        max_length=18,
        check=subnets_words.wanted_vpc,
        examples=("10.0.0.0/16", "172.31.0.0/22", "192.168.100.240/28"),
        help=subnets_words.VPC_HELP,
    )
    zones = Range(
        subnets_words.ZONES,
        default=2,
        low=1,
        high=len(subnet_plan.ZONE_LETTERS),
        unit=subnets_words.COUNT,
        help=subnets_words.ZONES_HELP,
    )
    tiers = Range(
        subnets_words.TIERS,
        default=2,
        low=1,
        high=4,
        unit=subnets_words.COUNT,
        help=subnets_words.TIERS_HELP,
    )
    length = Range(
        subnets_words.LENGTH, default=24, low=addresses.LARGEST, high=addresses.SMALLEST, help=subnets_words.LENGTH_HELP
    )
    extra = Text(
        subnets_words.EXTRA,
        default="",
        max_length=80,
        check=subnets_words.wanted_extra,
        examples=("10.0.3.128/25", "10.0.8.0/22, 10.0.20.0/24, 10.0.0.1/24", "10.0.0.0/16"),
        help=subnets_words.EXTRA_HELP,
    )
    shown = Range(
        subnets_words.SHOW, default=1, low=1, high=16, unit=subnets_words.NUMBERED, help=subnets_words.SHOW_HELP
    )

    def simulate(self) -> subnet_plan.SubnetsTrace:
        return subnet_plan.survey(self.vpc, self.zones, self.tiers, self.length, self.extra, self.shown)


class Topology(Explorer):
    """A VPC put together from zones, gateways, endpoints and routes: what the routes make of its subnets."""

    words = topology_words
    view = topology_view

    zones = Range(
        topology_words.ZONES,
        default=2,
        low=1,
        high=len(blueprint.ZONE_LETTERS),
        unit=topology_words.UNIT,
        help=topology_words.ZONES_HELP,
    )
    web = Choice(topology_words.WEB, topology_words.WAYS, default=blueprint.TO_INTERNET, help=topology_words.WEB_HELP)
    app = Choice(topology_words.APP, topology_words.WAYS, default=blueprint.TO_NAT, help=topology_words.APP_HELP)
    db = Choice(topology_words.DB, topology_words.WAYS, default=blueprint.NO_WAY, help=topology_words.DB_HELP)
    nat = Choice(topology_words.NAT, topology_words.NATS, default=blueprint.NAT_PER_ZONE, help=topology_words.NAT_HELP)
    attached = Toggle(topology_words.ATTACHED, default=True, help=topology_words.ATTACHED_HELP)
    endpoints = Choices(topology_words.ENDPOINTS, topology_words.ENDPOINT_OPTIONS, help=topology_words.ENDPOINTS_HELP)

    def simulate(self) -> blueprint.Built:
        ways = {"web": self.web, "app": self.app, "db": self.db}
        return blueprint.build(self.zones, self.nat, ways, self.endpoints, attached=self.attached)


class PacketTrace(Explorer):
    """A connection through a network, hop by hop, there and back, with every obstacle of both directions."""

    words = packet_trace_words
    view = packet_trace_view

    scenario = Choice(
        packet_trace_words.SCENARIO,
        packet_trace_words.SCENARIOS,
        default="three_tier",
        help=packet_trace_words.SCENARIO_HELP,
    )
    source = Choice(
        packet_trace_words.SOURCE,
        {faults.AS_PRESET: packet_trace_words.AS_PRESET, **packet_trace_words.ENDS},
        default=faults.AS_PRESET,
        help=packet_trace_words.SOURCE_HELP,
    )
    destination = Choice(
        packet_trace_words.DESTINATION,
        {faults.AS_PRESET: packet_trace_words.AS_PRESET, **packet_trace_words.ENDS},
        default=faults.AS_PRESET,
        help=packet_trace_words.DESTINATION_HELP,
    )
    service = Choice(
        packet_trace_words.SERVICE,
        packet_trace_words.SERVICES,
        default=faults.AS_PRESET,
        help=packet_trace_words.SERVICE_HELP,
    )
    client = Choice(
        packet_trace_words.CLIENT, packet_trace_words.CLIENTS, default="linux", help=packet_trace_words.CLIENT_HELP
    )
    faults = Choices(
        packet_trace_words.FAULTS,
        packet_trace_words.FAULT_OPTIONS,
        default=(faults.NO_EPHEMERAL,),
        help=packet_trace_words.FAULTS_HELP,
    )

    def simulate(self) -> faults.Inquiry:
        return faults.inquire(
            self.scenario, self.source, self.destination, self.service, self.client, tuple(self.faults)
        )


class PeeringOrTransit(Explorer):
    """The connections that n networks need, and who reaches whom: peering is not transitive."""

    words = connectivity_words

    count = Range(
        connectivity_words.COUNT,
        default=6,
        low=connectivity.FEWEST,
        high=60,
        unit=connectivity_words.UNIT,
        help=connectivity_words.COUNT_HELP,
    )
    shape = Choice(
        connectivity_words.SHAPE,
        connectivity_words.SHAPES,
        default=connectivity.STAR,
        help=connectivity_words.SHAPE_HELP,
    )
    sender = Choice(
        connectivity_words.SENDER, connectivity_words.SENDERS, default="edge", help=connectivity_words.SENDER_HELP
    )

    def simulate(self) -> connectivity.Connectivity:
        return connectivity.connect(self.count, self.shape)

    def draw(self, trace: connectivity.Connectivity, layout: Layout) -> Picture:
        return connectivity_view.draw(trace, connectivity_view.sender_of(trace, self.sender), layout)

    def explain(self, trace: connectivity.Connectivity) -> Explanation:
        return connectivity_words.explanation(trace, connectivity_view.sender_of(trace, self.sender))
