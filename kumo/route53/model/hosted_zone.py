"""A hosted zone and one query to it. What is modelled and what is not: `kumo.route53.model.zone`."""

from __future__ import annotations

from dataclasses import dataclass

from kumo.route53.model import wire
from kumo.route53.model.names import absolute
from kumo.route53.model.zone import Answer, Zone, answer, parse

MOST_LINES = 14


@dataclass(frozen=True)
class HostedZoneTrace:
    """A zone as its text says, and what it answers.

    Attributes
    ----------
    zone : Zone
        The record sets, and what is wrong with the text.
    answer : Answer
        To the query.
    size : int
        Bytes of the answer on the wire.

    """

    zone: Zone
    answer: Answer
    size: int


def look_up(text: str, origin: str, name: str, kind: str) -> HostedZoneTrace:
    """Read a zone and ask it.

    Parameters
    ----------
    text : str
        See `kumo.route53.model.zone`.
    origin : str
        The zone's name, with or without the final dot.
    name : str
        What is asked: relative to the zone, or absolute with a final dot.
    kind : str
        Type of record.

    """
    apex = absolute(origin)
    made = parse(text, apex)
    found = answer(made, absolute(name, apex), kind)
    return HostedZoneTrace(made, found, len(wire.encode(found, made)))
