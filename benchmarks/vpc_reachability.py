"""How long the full reachability matrix of a VPC takes, and how the time grows with the number of subnets.

    python benchmarks/vpc_reachability.py [number of subnets ...]

One VPC, three zones, an instance in each subnet; one subnet in three is public, the others leave through a NAT
gateway; every third subnet has an ACL of its own with twenty rules. Each pair of instances is traced there and
back, all hops kept, as an explorer or a notebook would.
"""

from __future__ import annotations

import gc
import sys
import time
from dataclasses import dataclass

from kumo.vpc.model.network import (
    Interface,
    InternetGateway,
    NatGateway,
    Network,
    NetworkAcl,
    Route,
    RouteTable,
    SecurityGroup,
    Subnet,
    Vpc,
)
from kumo.vpc.model.rules import AclRule, GroupRule
from kumo.vpc.model.trace import reachable_pairs

SIZES = (50, 100, 200, 500)
# The target for the smallest size, seconds.
BUDGET = 1.0


@dataclass(frozen=True)
class Figure:
    """One measurement.

    Attributes
    ----------
    subnets, pairs, reachable : int
        Subnets; pairs that were traced; those that can connect.
    build, matrix : float
        Seconds to make (and check) the network, and to trace all pairs.

    """

    subnets: int
    pairs: int
    reachable: int
    build: float
    matrix: float


def network(count: int) -> Network:
    """Return the VPC to be measured."""
    rules = (
        *(AclRule(10 * place, "deny", "tcp", 1 + place, f"10.200.{place}.0/24") for place in range(1, 19)),
        AclRule(500, "allow", "tcp", None, "10.0.0.0/8"),
        AclRule(600, "allow", "all", None, "0.0.0.0/0"),
    )
    names = [f"subnet-{place}" for place in range(count)]
    return Network(
        vpcs=(Vpc("vpc", ("10.0.0.0/16", "10.1.0.0/16")),),
        subnets=tuple(
            Subnet(name, "vpc", f"10.{place // 256}.{place % 256}.0/24", "acd"[place % 3])
            for place, name in enumerate(names)
        ),
        route_tables=(
            RouteTable("private", "vpc", (Route("0.0.0.0/0", "nat"),), main=True),
            RouteTable("public", "vpc", (Route("0.0.0.0/0", "igw"),), subnets=tuple(names[::3])),
        ),
        acls=tuple(NetworkAcl(f"acl-{name}", "vpc", rules, rules, subnets=(name,)) for name in names[::3]),
        groups=(
            SecurityGroup("open", "vpc", (GroupRule("tcp", 443, "10.0.0.0/8"),)),
            SecurityGroup("closed", "vpc", (GroupRule("tcp", 22, "open"),)),
        ),
        interfaces=tuple(
            Interface(
                f"server-{place}",
                name,
                f"10.{place // 256}.{place % 256}.10",
                ("closed" if place % 5 == 0 else "open",),
            )
            for place, name in enumerate(names)
        ),
        internet_gateways=(InternetGateway("igw", "vpc"),),
        nat_gateways=(NatGateway("nat", names[0], "10.0.0.20", "198.51.100.1"),),
    )


def measure(count: int) -> Figure:
    """Measure one size."""
    gc.collect()
    start = time.perf_counter()
    made = network(count)
    built = time.perf_counter()
    pairs = reachable_pairs(made, [interface.id for interface in made.interfaces])
    end = time.perf_counter()
    return Figure(count, count * (count - 1), len(pairs), built - start, end - built)


def main(sizes: tuple[int, ...] = SIZES) -> list[Figure]:
    """Measure each size, print the figures, and return them."""
    figures = []
    print(f"{'subnets':>8} {'pairs':>8} {'reachable':>10} {'build s':>9} {'matrix s':>9} {'us/pair':>8}")
    for size in sizes:
        figure = measure(size)
        figures.append(figure)
        print(
            f"{figure.subnets:8} {figure.pairs:8} {figure.reachable:10} {figure.build:9.3f} {figure.matrix:9.3f} "
            f"{figure.matrix / figure.pairs * 1e6:8.1f}"
        )
    if sizes[0] == SIZES[0]:
        verdict = "within" if figures[0].matrix <= BUDGET else "OVER"
        print(f"{SIZES[0]} subnets: {figures[0].matrix:.3f} s, {verdict} the target of {BUDGET} s")
    return figures


if __name__ == "__main__":
    main(tuple(int(argument) for argument in sys.argv[1:]) or SIZES)
