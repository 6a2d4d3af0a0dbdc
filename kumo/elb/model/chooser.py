"""Which types of load balancer satisfy a set of requirements.

The rows stand in ``types.toml`` beside this module, each with its source.

Modelled: a type satisfies a requirement when its row says "yes" or "limited" (under the condition that the row names),
and it remains when it satisfies all. Where no single type remains, a Network Load Balancer with an Application Load
Balancer as its target is tried as well, because AWS supports just that chain (read 2026-11-26:
https://docs.aws.amazon.com/elasticloadbalancing/latest/network/application-load-balancer-target.html).

Not modelled: quotas, prices, Regions, and other services that may stand in front (CloudFront, Global Accelerator).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TYPES = ("alb", "nlb", "glb", "clb")
CHAIN = "chain"
YES, LIMITED, NO = "yes", "limited", "no"
# A Classic Load Balancer is of the previous generation: what another type can do as well, that one should do.
PREFERRED = ("alb", "nlb", "glb", "clb")


@dataclass(frozen=True)
class Need:
    """One requirement.

    Attributes
    ----------
    key, name : str
        ASCII name that stands in links; name in the reader's language.
    support : mapping of str to str
        "yes", "limited" or "no" by type, and for the chain.
    notes : mapping of str to str
        A few words by type; not every type has some.
    source : str
        Address of the page that says so.

    """

    key: str
    name: str
    support: Mapping[str, str]
    notes: Mapping[str, str]
    source: str


@dataclass(frozen=True)
class ChoiceTrace:
    """Requirements applied one after the other.

    Attributes
    ----------
    needs : tuple of Need
        In the order in which they were applied.

    """

    needs: tuple[Need, ...]

    def lacks(self, kind: str) -> tuple[Need, ...]:
        """Return the requirements that a type (or the chain) does not satisfy."""
        return tuple(need for need in self.needs if need.support[kind] == NO)

    def out_at(self, kind: str) -> int | None:
        """Return the index of the first requirement that a type does not satisfy, or None."""
        return next((index for index, need in enumerate(self.needs) if need.support[kind] == NO), None)

    @property
    def remaining(self) -> tuple[str, ...]:
        """The types that satisfy every requirement, the preferred one first."""
        return tuple(kind for kind in PREFERRED if not self.lacks(kind))

    @property
    def chained(self) -> bool:
        """Whether only the chain of two load balancers satisfies every requirement."""
        return not self.remaining and not self.lacks(CHAIN)


@cache
def needs() -> Mapping[str, Need]:
    """Return all requirements by key, in the order of the table."""
    content = tomllib.loads((files(__package__) / "types.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            key: Need(
                key,
                entry["name"],
                MappingProxyType({kind: entry[kind] for kind in (*TYPES, CHAIN)}),
                MappingProxyType(entry.get("notes", {})),
                entry["source"],
            )
            for key, entry in content.items()
            if isinstance(entry, dict)
        }
    )


def choose(keys: Iterable[str]) -> ChoiceTrace:
    """Apply the requirements of these keys."""
    return ChoiceTrace(tuple(needs()[key] for key in keys))
