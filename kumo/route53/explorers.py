"""The explorers of Amazon Route 53: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Text
from kumo.route53.model import hosted_zone
from kumo.route53.model.records import TYPES
from kumo.route53.view import hosted_zone as hosted_zone_view
from kumo.route53.words import hosted_zone as hosted_zone_words


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
