"""A year of files in EFS: in which storage class they lie, day by day, and what that costs.

Modelled: files that are written on day 0 and then read as a whole every so many days. Lifecycle management
counts from the last access in the Standard class: a read in IA or Archive does not set the count back, unless
the policy moves files back to Standard on access. Costs are storage by the day, the extra charge for reading
in IA and Archive, and the charge for moving in there.

Not modelled: the charge for reads and writes that all classes share (it is the same for all), charges for
moving back, the least billed size of a file (128 KiB) and time (Archive: 90 days), that a transition takes
a while, backups.

Sources (read 2026-11-22): "Managing storage lifecycle",
https://docs.aws.amazon.com/efs/latest/ug/lifecycle-management-efs.html: "Transition time is based on when the
files were last accessed in the Standard storage class". Prices with their source in the ledger.

Times are days, a year has 365 and a month is a twelfth of it; sizes GB; costs USD.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumo.core import facts

STANDARD, IA, ARCHIVE = "standard", "ia", "archive"
CLASSES = (STANDARD, IA, ARCHIVE)
YEAR = 365
NEVER = 0
GIGABYTES = 100


@dataclass(frozen=True)
class Policy:
    """Days since the last access in Standard until files move (`NEVER`: not at all); whether an access moves back."""

    ia: int
    archive: int
    back: bool


@dataclass(frozen=True)
class Year:
    """What a year brings.

    Attributes
    ----------
    policy : Policy
        The policy.
    every : int
        Days between two reads.
    classes : tuple of str
        The class at the end of each day.
    reads : tuple of (int, str)
        Day of each read and the class from which it came.
    storage, access, moving : float
        USD for `GIGABYTES`: lying there, reading, moving in.
    plain : float
        USD had the files stayed in Standard.
    by_day : tuple of float
        USD spent up to the end of each day.

    """

    policy: Policy
    every: int
    classes: tuple[str, ...]
    reads: tuple[tuple[int, str], ...]
    storage: float
    access: float
    moving: float
    plain: float
    by_day: tuple[float, ...]

    @property
    def total(self) -> float:
        return self.storage + self.access + self.moving


def live(policy: Policy, every: int) -> Year:
    """Return a year of `GIGABYTES` GB under `policy`, read every `every` days."""
    place, since = STANDARD, 0
    classes, reads, by_day = [], [], []
    storage = access = moving = 0.0
    for day in range(YEAR):
        if day and day % every == 0:
            reads.append((day, place))
            access += GIGABYTES * read_price(place)
            if policy.back:
                place = STANDARD
            if place == STANDARD:
                since = day
        wanted = due(policy, day - since)
        # Files in a colder class stay there: the count in Standard is over.
        if CLASSES.index(wanted) > CLASSES.index(place):
            moving += GIGABYTES * moving_price(wanted)
            place = wanted
        classes.append(place)
        storage += GIGABYTES * daily_price(place)
        by_day.append(storage + access + moving)
    plain = YEAR * GIGABYTES * daily_price(STANDARD)
    return Year(policy, every, tuple(classes), tuple(reads), storage, access, moving, plain, tuple(by_day))


def due(policy: Policy, days: int) -> str:
    """Return the class in which a file belongs so many days after its last access in Standard."""
    if policy.archive and days >= policy.archive:
        return ARCHIVE
    return IA if policy.ia and days >= policy.ia else STANDARD


def break_even(warm: str, cold: str) -> float:
    """Return how many times a month all files may be read before the colder class costs more than the warmer.

    Storage saved equals reading charged: (s_warm - s_cold) = x (r_cold - r_warm). Moving is left out.
    """
    return (storage_price(warm) - storage_price(cold)) / (read_price(cold) - read_price(warm))


def storage_price(place: str) -> float:
    """Return USD per GB and month."""
    return facts.value(f"storage.efs-price-{place}")


def daily_price(place: str) -> float:
    """Return USD per GB and day."""
    return storage_price(place) * 12 / YEAR


def read_price(place: str) -> float:
    """Return USD per GB read beyond what reading costs in every class."""
    return 0.0 if place == STANDARD else facts.value(f"storage.efs-read-{place}")


def moving_price(place: str) -> float:
    """Return USD per GB moved into a class by lifecycle management."""
    return 0.0 if place == STANDARD else facts.value(f"storage.efs-tiering-{place}")
