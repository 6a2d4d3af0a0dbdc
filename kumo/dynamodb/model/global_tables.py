"""One item in two Regions: writes on both sides, replication, and which of them are left at the end.

Modelled: a counter in a global table with a replica in each of two Regions. Applications in both read it, add their
step, and write it back in their own Region; the times of the writes are drawn evenly from a window. The first Region
adds 1, the second adds 10, so that the digits of the value tell whose writes it knows of.

- Multi-Region eventual consistency (MREC, the default): a write is answered in its own Region at once. The new version
  of the item goes to the other Region and comes there a `lag` later, in order. There the version with the later time
  of writing stays (last writer wins, item by item); what only the other one knew of is lost, without an error.
- Multi-Region strong consistency (MRSC): a write is answered when another Region has it too, a round trip later. A
  write to an item that is being written from the other Region fails with ReplicatedWriteConflictException; here the
  application waits and tries again, each time twice as long. Writes from the same Region wait for each other.

The second Region may be cut off for a time. With MREC both sides go on, and what would have been on its way meanwhile
is sent when the line is back. With MRSC the first Region goes on with the third one, which holds another replica or a
witness; a write in the Region that is cut off fails. The documentation does not say that outright: it follows from the
copy in another Region that a write needs.

Not modelled: reads, transactions (not available with MRSC; replicated item by item with MREC), deletes, clocks that
disagree, a lag that varies. Versions of the same time: the Region with the higher number wins, which is the model's
choice.

Closed form: with one write on each side, evenly in a window W, and a lag L < W, neither knows of the other with
probability 1 - (1 - L/W)².

Times in milliseconds. Sources: V2globaltables_HowItWorks.html below
docs.aws.amazon.com/amazondynamodb/latest/developerguide/ and
docs.aws.amazon.com/prescriptive-guidance/latest/dynamodb-global-tables/overview.html (read 2026-11-26).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kumo.core.streams import stream

EVENTUAL, STRONG = "mrec", "mrsc"
STEPS = (1, 10)
REGIONS = len(STEPS)
CUT_OFF = 1
# Where in the window the second Region is cut off.
CUT_AT = 0.25
# Time to the answer of a write within a Region, milliseconds: assumed.
LOCAL = 5.0


class Ask(NamedTuple):
    """An application's wish to write: when (milliseconds) and in which Region."""

    time: float
    region: int


class Version(NamedTuple):
    """A version of the item.

    Attributes
    ----------
    stamp : float
        When it was written, milliseconds.
    region : int
        Where; with `stamp` it decides which version wins.
    value : int
        The counter.
    known : frozenset of int
        Numbers of the writes that it includes.

    """

    stamp: float
    region: int
    value: int
    known: frozenset[int]


START = Version(0.0, 0, 0, frozenset())


class Message(NamedTuple):
    """A version on its way to the other Region.

    Attributes
    ----------
    write : int
        Number of the write that made it.
    source : int
        Region that it comes from; the other one receives it.
    sent, arrived : float
        Milliseconds.
    applied : bool
        Whether it was newer than what it found.

    """

    write: int
    source: int
    sent: float
    arrived: float
    applied: bool


class Held(NamedTuple):
    """What a replica holds from `time` (milliseconds) on."""

    time: float
    version: Version


class Loss(NamedTuple):
    """A moment (milliseconds) at which a replica takes a version that does not know of some of its writes."""

    time: float
    region: int
    writes: frozenset[int]


class Write(NamedTuple):
    """A write and what became of it.

    Attributes
    ----------
    region : int
        Where.
    asked, answered : float
        When it was first tried, and when the answer came; milliseconds.
    conflicts : tuple of float
        When it was tried in vain, because the other Region was writing the item.
    accepted : bool
        False: it ended in an error.

    """

    region: int
    asked: float
    answered: float
    conflicts: tuple[float, ...]
    accepted: bool


@dataclass(frozen=True)
class GlobalTablesTrace:
    """Writes to one item of a global table.

    Attributes
    ----------
    mode : str
        `EVENTUAL` or `STRONG`.
    cut : tuple of float, or None
        From when to when the second Region was cut off, milliseconds.
    writes : tuple of Write
        In the order in which they were asked for.
    messages : tuple of Message
        In the order in which they arrived.
    lanes : tuple of tuples of Held
        What each replica held, in order of time.
    losses : tuple of Loss
        In order of time.

    """

    mode: str
    cut: tuple[float, float] | None
    writes: tuple[Write, ...]
    messages: tuple[Message, ...]
    lanes: tuple[tuple[Held, ...], ...]
    losses: tuple[Loss, ...]

    @property
    def final(self) -> Version:
        """The version that all replicas hold in the end."""
        return self.lanes[0][-1].version

    @property
    def right(self) -> int:
        """The counter if each write that was not refused counted."""
        return sum(STEPS[write.region] for write in self.writes if write.accepted)

    @cached_property
    def lost(self) -> frozenset[int]:
        """Numbers of the writes that were accepted, and that the final version does not know of."""
        return frozenset(number for number, write in enumerate(self.writes) if write.accepted) - self.final.known

    @property
    def latency(self) -> float:
        """Mean time to the answer of the accepted writes, milliseconds; 0 without any."""
        times = [write.answered - write.asked for write in self.writes if write.accepted]
        return sum(times) / len(times) if times else 0.0

    @property
    def end(self) -> float:
        """When all is quiet, milliseconds."""
        return max([write.answered for write in self.writes] + [message.arrived for message in self.messages])


def conflict_chance(lag: float, window: float) -> float:
    """Return how likely two writes, one on each side, each at any time of `window`, do not know of each other."""
    return 1 - (1 - min(1.0, lag / window)) ** 2


def run(
    mode: str, count: int, window: float, lag: float, round_trip: float, cut: float, seed: int
) -> GlobalTablesTrace:
    """Let each Region write `count` times.

    Parameters
    ----------
    mode : str
        `EVENTUAL` or `STRONG`.
    count : int
        Writes on each side.
    window : float
        Time in which they are asked for, milliseconds.
    lag : float
        Of replication with MREC, milliseconds.
    round_trip : float
        To another Region and back, for MRSC, milliseconds.
    cut : float
        How long the second Region is cut off, milliseconds; 0 for not at all.
    seed : int
        Of the times.

    """
    asks = []
    for region in range(REGIONS):
        times = stream(seed, f"region {region}")
        asks += [Ask(times.uniform(0, window), region) for _ in range(count)]
    asks.sort()
    start = window * CUT_AT
    gap = (start, start + cut) if cut else None
    return replicate(asks, lag, gap) if mode == EVENTUAL else agree(asks, round_trip, gap)


def replicate(asks: list[Ask], lag: float, cut: tuple[float, float] | None) -> GlobalTablesTrace:
    """Answer each of `asks` (in order) in its own Region, and let the last writer win in the other."""
    lanes = [[Held(0.0, START)] for _ in range(REGIONS)]
    # What is on its way: when it comes, number, sent at.
    coming: list[tuple[float, int, float]] = []
    made: list[Version] = []
    messages: list[Message] = []
    losses: list[Loss] = []

    def receive(until: float) -> None:
        while coming and coming[0][0] <= until:
            time, number, sent = heapq.heappop(coming)
            version = made[number]
            target = 1 - version.region
            found = lanes[target][-1].version
            applied = version[:2] > found[:2]
            messages.append(Message(number, version.region, sent, time, applied))
            if applied:
                if found.known - version.known:
                    losses.append(Loss(time, target, found.known - version.known))
                lanes[target].append(Held(time, version))

    for number, ask in enumerate(asks):
        receive(ask.time)
        found = lanes[ask.region][-1].version
        made.append(Version(ask.time, ask.region, found.value + STEPS[ask.region], found.known | {number}))
        lanes[ask.region].append(Held(ask.time, made[-1]))
        sent = cut[1] if cut and ask.time < cut[1] and ask.time + lag > cut[0] else ask.time
        heapq.heappush(coming, (sent + lag, number, sent))
    receive(float("inf"))
    writes = tuple(Write(ask.region, ask.time, ask.time + LOCAL, (), accepted=True) for ask in asks)
    return GlobalTablesTrace(
        EVENTUAL, cut, writes, tuple(messages), tuple(tuple(lane) for lane in lanes), tuple(losses)
    )


def agree(asks: list[Ask], round_trip: float, cut: tuple[float, float] | None) -> GlobalTablesTrace:
    """Answer each of `asks` when another Region has it too, one after the other."""
    lane = [Held(0.0, START)]
    takes = LOCAL + round_trip
    tries = [(ask.time, number) for number, ask in enumerate(asks)]
    heapq.heapify(tries)
    conflicts: list[list[float]] = [[] for _ in asks]
    done: dict[int, Write] = {}
    messages = []
    free, owner = 0.0, 0
    while tries:
        time, number = heapq.heappop(tries)
        region, asked = asks[number].region, asks[number].time
        if time < free and region == owner:
            heapq.heappush(tries, (free, number))
        elif cut and region == CUT_OFF and time < cut[1] and time + takes > cut[0]:
            done[number] = Write(region, asked, time + LOCAL, tuple(conflicts[number]), accepted=False)
        elif time < free:
            conflicts[number].append(time)
            heapq.heappush(tries, (time + takes * 2 ** (len(conflicts[number]) - 1), number))
        else:
            free, owner = time + takes, region
            found = lane[-1].version
            lane.append(Held(free, Version(free, region, found.value + STEPS[region], found.known | {number})))
            reached = not cut or not cut[0] - takes < time < cut[1]
            messages.append(Message(number, region, time, free if reached else cut[1] + takes, applied=True))
            done[number] = Write(region, asked, free, tuple(conflicts[number]), accepted=True)
    writes = tuple(done[number] for number in range(len(asks)))
    return GlobalTablesTrace(STRONG, cut, writes, tuple(messages), _both(lane, messages), ())


def _both(lane: list[Held], messages: list[Message]) -> tuple[tuple[Held, ...], ...]:
    """Return what each Region holds: its own writes when they are answered, the others' when they arrive."""
    lanes: list[list[Held]] = [[lane[0]] for _ in range(REGIONS)]
    for held, message in zip(lane[1:], messages, strict=True):
        for region, kept in enumerate(lanes):
            kept.append(held if region == message.source else Held(message.arrived, held.version))
    return tuple(tuple(kept) for kept in lanes)
