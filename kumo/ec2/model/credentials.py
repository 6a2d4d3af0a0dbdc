"""The chain of places in which boto3 looks for credentials, and what a thief finds on the machine.

Modelled: the order of the places (the first that holds credentials ends the search), what each place holds, and how
long what is stolen keeps working. A long-lived access key works until somebody deactivates it; a temporary one until
it expires. The program fetches temporary credentials when it starts and again `REFRESH` before they expire, as
botocore does; the thief copies what is there at one moment and is then shut out of the machine.

Not modelled: partial settings, AWS_PROFILE, web identity, `aws login`, `credential_process`, the config file's own
keys; what the stolen credentials allow; that instance metadata may hand out new credentials earlier than needed.
What AWS rotates for containers is supposed to live as long as for instances.

Sources: https://docs.aws.amazon.com/boto3/latest/guide/credentials.html (order), botocore 1.44.5 `credentials.py`
(order, `_DEFAULT_ADVISORY_REFRESH_TIMEOUT`), both read 2026-11-22; lifetimes in the ledger ``ec2``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumo.core import facts

if TYPE_CHECKING:
    from collections.abc import Iterable

HOUR = 60
# Minutes before its end at which botocore renews a temporary credential.
REFRESH = 15

CODE, ENV, ROLE, SSO, FILE, CONTAINER, INSTANCE = "code", "env", "role", "sso", "file", "container", "instance"

# How long what each place gives to the program lives, in minutes; None is without end. In the order of the search.
LIFETIMES: dict[str, int | None] = {
    CODE: None,
    ENV: None,
    ROLE: facts.value("ec2.role-lifetime") * HOUR,
    SSO: facts.value("ec2.sso-lifetime") * HOUR,
    FILE: None,
    CONTAINER: facts.value("ec2.profile-lifetime") * HOUR,
    INSTANCE: facts.value("ec2.profile-lifetime") * HOUR,
}
PLACES = tuple(LIFETIMES)

# What became of a place in the search.
USED, EMPTY, NOT_ASKED, SHADOWED = "used", "empty", "not-asked", "shadowed"


@dataclass(frozen=True)
class Place:
    """One place of the chain.

    Attributes
    ----------
    key : str
        One of `PLACES`.
    state : str
        `USED`; `EMPTY`: asked, nothing there; `SHADOWED`: holds credentials but the search ended before;
        `NOT_ASKED`: holds nothing and was not asked.
    remaining : int or None
        Minutes for which a copy made by a thief works; None without end. Of a place that holds nothing, 0.
    long_lived : bool
        Whether a key without an end lies in this place. A role that a program assumes with a key from the
        credentials file gives temporary credentials, but the key lies there all the same.

    """

    key: str
    state: str
    remaining: int | None
    long_lived: bool

    @property
    def present(self) -> bool:
        return self.state in (USED, SHADOWED)


@dataclass(frozen=True)
class Search:
    """The chain from its first place to its last, after one search; `age` as asked (minutes)."""

    age: int
    places: tuple[Place, ...]

    @property
    def winner(self) -> Place | None:
        """The place whose credentials the program uses, or None."""
        return next((place for place in self.places if place.state == USED), None)

    @property
    def asked(self) -> tuple[Place, ...]:
        """The places that were asked, the winner last."""
        return tuple(place for place in self.places if place.state in (USED, EMPTY))

    @property
    def leaked(self) -> tuple[Place, ...]:
        """The places where a thief finds something: all that hold anything, not only the winner."""
        return tuple(place for place in self.places if place.present)

    @property
    def endless(self) -> tuple[Place, ...]:
        """The places that give away a key without an end."""
        return tuple(place for place in self.leaked if place.long_lived)


def search(present: Iterable[str], age: int) -> Search:
    """Look for credentials in order, and copy all there are.

    Parameters
    ----------
    present : iterable of str
        The places that hold credentials, of `PLACES`.
    age : int
        Minutes between the start of the program and the theft.

    """
    held = set(present)
    found = False
    places = []
    for key in PLACES:
        if key in held:
            state = SHADOWED if found else USED
            found = True
        else:
            state = NOT_ASKED if found else EMPTY
        places.append(
            Place(key, state, remaining(key, age) if key in held else 0, key in held and _keeps_a_key(key)),
        )
    return Search(age, tuple(places))


def remaining(key: str, age: int) -> int | None:
    """Return for how many minutes credentials of that place still work `age` minutes after the program's start.

    A sign-in to IAM Identity Center is not renewed without its user: after its end nothing works.
    """
    lifetime = LIFETIMES[key]
    if lifetime is None or key == ROLE:
        # With the role comes the key of its source profile.
        return None
    if key == SSO:
        return max(0, lifetime - age)
    return lifetime - age % (lifetime - REFRESH)


def _keeps_a_key(key: str) -> bool:
    return key == ROLE or LIFETIMES[key] is None
