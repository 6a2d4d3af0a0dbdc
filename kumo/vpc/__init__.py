"""Amazon VPC (section 1-3): a network as data, and what becomes of a packet in it.

    from kumo.vpc import Flow, preset, trace

    chosen = preset("nat")                      # a Network and questions about it, see `PRESETS`
    found = trace(chosen.network, chosen.flow)  # every hop, there and back
    found.reachable                             # whether the connection comes about
    found.blockers                              # every obstacle of both directions, as hops
    found.there, found.back, found.path

A `Hop` says what was asked (`step`), of what (`at`, and `by`: groups, ACL, table), the answer (`verdict`,
`reason`), the packet as it came, the rule or route that decided, which ports an ACL turned away (`denied`), which
route is missing (`needed`) and whether the packet is there only because a missing piece was supposed (`assumed`).
`Step`, `Verdict` and `Reason` are codes (str); all words for the reader belong in `kumo.vpc.words`.

    from dataclasses import replace
    network = replace(chosen.network, acls=())  # networks are frozen: build, change and compare them as values
    repaired, left = repair_all(network, trace(network, chosen.flow).blockers)

A `Network` holds one tuple of each kind of thing, which point at each other by ID; `network["id"]` finds one. It
checks itself when it is made and raises `NetworkError` (a message for the reader; `code` and `data` for code).

Modules of `kumo.vpc.model`, one idea each:

================  ===================================================================================
`addresses`       blocks: `plan`, `usable`, `reserved`, `problems` (all that is wrong, not raised), `free`
`rules`           rules of security groups and ACLs; `judge` for ranges of ports; ephemeral port ranges
`network`         the dataclasses; `checks` what keeps a network from existing
`routes`          `effective` routes of a table, `lookup` by longest prefix
`hops`, `trace`   what a trace is made of; `trace`, `reaches`, `reachable_pairs`; `walk` is the machinery
`repair`          the smallest change that removes an obstacle
`topology`        `kind` (public, private, vpn_only, isolated: by the routes), `routes_of`, `boxes` and `neighbours`
                  for pictures, `graph` for networkx
`presets`         the networks of the section
`connectivity`    n networks by peering (`mesh`, `star`, `chain`) or `transit` gateway
`aws`             `network_from_aws` (also `Vpc.from_aws`): a real network from describe-* responses
================  ===================================================================================
"""

from kumo.vpc.model.aws import Reading, network_from_aws
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.model.hops import Flow, Hop, Packet, Reason, Step, Trace, Verdict
from kumo.vpc.model.network import (
    Attachment,
    CustomerGateway,
    Endpoint,
    Host,
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Peering,
    PrefixList,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    TransitGateway,
    TransitRouteTable,
    Vpc,
    VpnConnection,
    VpnGateway,
)
from kumo.vpc.model.presets import PRESETS, Preset, preset
from kumo.vpc.model.repair import repair, repair_all
from kumo.vpc.model.rules import AclRule, GroupRule
from kumo.vpc.model.trace import reachable_pairs, reaches, trace

__all__ = [
    "PRESETS",
    "AclRule",
    "Attachment",
    "CustomerGateway",
    "Endpoint",
    "Flow",
    "GroupRule",
    "Hop",
    "Host",
    "Interface",
    "InternetGateway",
    "NatGateway",
    "Network",
    "NetworkAcl",
    "NetworkError",
    "Packet",
    "Peering",
    "PrefixList",
    "Preset",
    "Reading",
    "Reason",
    "Route",
    "RouteTable",
    "SecurityGroup",
    "Step",
    "Subnet",
    "Trace",
    "TransitGateway",
    "TransitRouteTable",
    "Verdict",
    "Vpc",
    "VpnConnection",
    "VpnGateway",
    "network_from_aws",
    "preset",
    "reachable_pairs",
    "reaches",
    "repair",
    "repair_all",
    "trace",
]
