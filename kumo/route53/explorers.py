"""The explorers of Amazon Route 53: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Range, Text, Toggle
from kumo.route53.model import hosted_zone, resolution
from kumo.route53.model.records import TYPES
from kumo.route53.view import hosted_zone as hosted_zone_view
from kumo.route53.view import name_resolution as name_resolution_view
from kumo.route53.words import hosted_zone as hosted_zone_words
from kumo.route53.words import name_resolution as name_resolution_words


class NameResolution(Explorer):
    """A name looked up from the root to Route 53, with what caches spare of the way."""

    words = name_resolution_words
    view = name_resolution_view

    name = Text(
        name_resolution_words.NAME,
        default="www.example.com",
        max_length=80,
        check=name_resolution_words.wanted_name,
        examples=("shop.example.com", "www.dev.example.com", "nope.example.com", "example.org", "a.very.long.name.dev"),
        help=name_resolution_words.NAME_HELP,
    )
    earlier = Choice(
        name_resolution_words.EARLIER,
        name_resolution_words.EARLIERS,
        default=resolution.NOBODY,
        help=name_resolution_words.EARLIER_HELP,
    )
    elapsed = Choice(
        name_resolution_words.ELAPSED,
        name_resolution_words.ELAPSEDS,
        default="180",
        help=name_resolution_words.ELAPSED_HELP,
    )
    ttl = Range(
        name_resolution_words.TTL,
        default=300,
        low=60,
        high=86_400,
        step=60,
        unit=name_resolution_words.SECONDS,
        help=name_resolution_words.TTL_HELP,
    )
    delegated = Toggle(name_resolution_words.DELEGATED, default=False, help=name_resolution_words.DELEGATED_HELP)

    def simulate(self) -> resolution.ResolutionTrace:
        return resolution.look_up(self.name, self.ttl, self.earlier, int(self.elapsed), delegated=self.delegated)


class HostedZone(Explorer):
    """A hosted zone as text: its record sets, what Route 53 would refuse, and the answer to a query."""

    words = hosted_zone_words
    view = hosted_zone_view

    origin = Text(
        hosted_zone_words.ORIGIN,
        default="example.com",
        max_length=60,
        check=hosted_zone_words.wanted_origin,
        examples=("shop.example.co.jp", "webservice.example."),
        help=hosted_zone_words.ORIGIN_HELP,
    )
    text = Text(
        hosted_zone_words.TEXT,
        default=hosted_zone_words.TEXT_DEFAULT,
        max_length=1500,
        lines=8,
        check=hosted_zone_words.wanted_text,
        examples=hosted_zone_words.TEXT_EXAMPLES,
        help=hosted_zone_words.TEXT_HELP,
    )
    name = Text(
        hosted_zone_words.NAME,
        default="www",
        max_length=100,
        check=hosted_zone_words.wanted_name,
        examples=("@", "x.dev", "nope", "www.example.org.", "a.sub"),
        help=hosted_zone_words.NAME_HELP,
    )
    kind = Choice(hosted_zone_words.KIND, {kind: kind for kind in TYPES}, default="A", help=hosted_zone_words.KIND_HELP)

    def simulate(self) -> hosted_zone.HostedZoneTrace:
        return hosted_zone.look_up(self.text, self.origin, self.name, self.kind)
