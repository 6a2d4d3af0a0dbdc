"""Rules of security groups and network ACLs, and which ports of a packet they let through.

Ports are those of the destination, as AWS matches them, and always a range: a reply goes to *some* port of
the client's ephemeral range, so a rule that covers half of that range is half a permission. For ICMP the
"port" is the message type (8 asks, 0 answers); codes are not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core import facts
from kumo.vpc.model.addresses import block, inside
from kumo.vpc.model.errors import NetworkError
from kumo.vpc.words.errors import CIDR

if TYPE_CHECKING:
    from collections.abc import Iterable

Ports = tuple[int, int]

ALL = "all"
ANYWHERE = "0.0.0.0/0"
HIGHEST_PORT: int = facts.value("vpc.port-highest")
EVERY_PORT: Ports = (0, HIGHEST_PORT)

# What the client end of a connection may use, and so what a reply may go to.
LINUX_PORTS: Ports = (facts.value("vpc.linux-port-lowest"), facts.value("vpc.linux-port-highest"))
WINDOWS_PORTS: Ports = (facts.value("vpc.windows-port-lowest"), HIGHEST_PORT)
NAT_PORTS: Ports = (facts.value("vpc.nat-port-lowest"), HIGHEST_PORT)

ECHO, ECHO_REPLY = 8, 0
_HIGHEST = {"tcp": HIGHEST_PORT, "udp": HIGHEST_PORT, "icmp": 255}
_LAST_PROTOCOL = 255


def checked_ports(protocol: str, ports: int | Ports | None) -> Ports | None:
    """Return a rule's ports in their normal form, or raise `NetworkError` (``protocol``, ``ports``)."""
    numbered = protocol.isdecimal() and int(protocol) <= _LAST_PROTOCOL
    if protocol != ALL and protocol not in _HIGHEST and not numbered:
        raise NetworkError("protocol", value=protocol)
    if ports is None:
        return None
    if protocol not in _HIGHEST:
        raise NetworkError("ports_without_meaning", protocol=protocol, value=ports)
    low, high = ports if isinstance(ports, tuple) else (ports, ports)
    if not 0 <= low <= high <= _HIGHEST[protocol]:
        raise NetworkError("ports", protocol=protocol, value=ports, low=0, high=_HIGHEST[protocol])
    return low, high


@dataclass(frozen=True)
class GroupRule:
    """One permission of a security group.

    Attributes
    ----------
    protocol : str
        ``all``, ``tcp``, ``udp``, ``icmp``, or an IP protocol number as text.
    ports : tuple of (int, int), or None
        First and last port, both included (ICMP: types); None for all. One number stands for a range of one.
    peer : str
        Who is at the other end: a CIDR, the ID of a security group, or the ID of a prefix list.

    """

    protocol: str
    ports: Ports | None
    peer: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "ports", checked_ports(self.protocol, self.ports))

    def covers(self, protocol: str, ports: Ports) -> bool:
        """Return whether every one of `ports` is in the rule."""
        if self.protocol not in (ALL, protocol):
            return False
        return self.ports is None or (self.ports[0] <= ports[0] and ports[1] <= self.ports[1])


@dataclass(frozen=True)
class AclRule:
    """One numbered rule of a network ACL; the lowest number that matches decides.

    Attributes
    ----------
    number : int
        1 to 32766; each once per direction.
    action : str
        ``allow`` or ``deny``.
    protocol, ports
        As for `GroupRule`.
    cidr : str
        The other end: where from (ingress) or where to (egress).

    """

    number: int
    action: str
    protocol: str
    ports: Ports | None
    cidr: str

    def __post_init__(self) -> None:
        if self.action not in ("allow", "deny"):
            raise NetworkError("action", number=self.number, value=self.action)
        block(self.cidr, CIDR)
        object.__setattr__(self, "ports", checked_ports(self.protocol, self.ports))

    def part(self, protocol: str, ports: Ports) -> Ports | None:
        """Return which of `ports` the rule speaks of, or None."""
        if self.protocol not in (ALL, protocol):
            return None
        if self.ports is None:
            return ports
        low, high = max(self.ports[0], ports[0]), min(self.ports[1], ports[1])
        return (low, high) if low <= high else None


@dataclass(frozen=True)
class AclVerdict:
    """What an ACL does with a packet whose destination port is some port of a range.

    Attributes
    ----------
    denied : tuple of Ports
        Ranges that are turned away, in order; empty when all pass.
    rule : AclRule or None
        The rule that decided: of the first denied port, or of the first port when none is denied. None stands
        for the last rule (``*``), which denies what no other rule matched.

    """

    denied: tuple[Ports, ...]
    rule: AclRule | None


def judge(rules: tuple[AclRule, ...], protocol: str, ports: Ports, other_end: str) -> AclVerdict:
    """Return what the rules of one direction do with a packet.

    Parameters
    ----------
    rules : tuple of AclRule
        In order of number.
    protocol : str
        Of the packet.
    ports : Ports
        The packet's destination port lies in here.
    other_end : str
        Address of the source (ingress) or of the destination (egress).

    """
    open_ports = [ports]
    decided: list[tuple[Ports, AclRule | None]] = []
    for rule in rules:
        if not open_ports:
            break
        if not inside(other_end, rule.cidr):
            continue
        rest: list[Ports] = []
        for piece in open_ports:
            part = rule.part(protocol, piece)
            if part is None:
                rest.append(piece)
                continue
            decided.append((part, rule))
            rest += [one for one in ((piece[0], part[0] - 1), (part[1] + 1, piece[1])) if one[0] <= one[1]]
        open_ports = rest
    decided += [(piece, None) for piece in open_ports]
    decided.sort(key=lambda entry: entry[0])
    denied = [(piece, rule) for piece, rule in decided if rule is None or rule.action == "deny"]
    return AclVerdict(merged(piece for piece, _ in denied), (denied or decided)[0][1])


def merged(pieces: Iterable[Ports]) -> tuple[Ports, ...]:
    """Return ranges of ports in order, neighbours joined."""
    joined: list[Ports] = []
    for low, high in sorted(pieces):
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple(joined)
