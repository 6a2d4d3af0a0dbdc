"""The explorers of Amazon EC2: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Range
from kumo.ec2.model import credentials, placement
from kumo.ec2.view import credential_chain as credential_chain_view
from kumo.ec2.view import placement_groups as placement_groups_view
from kumo.ec2.words import credential_chain as credential_chain_words
from kumo.ec2.words import placement_groups as placement_groups_words


class PlacementGroups(Explorer):
    """Instances of a placement group in their racks, and which of them go when a rack or a zone fails."""

    words = placement_groups_words
    view = placement_groups_view

    strategy = Choice(
        placement_groups_words.STRATEGY,
        placement_groups_words.STRATEGIES,
        default=placement.CLUSTER,
        help=placement_groups_words.STRATEGY_HELP,
    )
    instances = Range(
        placement_groups_words.INSTANCES,
        default=12,
        low=1,
        high=24,
        unit=placement_groups_words.MACHINES,
        help=placement_groups_words.INSTANCES_HELP,
    )
    zones = Range(
        placement_groups_words.ZONES,
        default=2,
        low=1,
        high=placement.MOST_ZONES,
        unit=placement_groups_words.COUNT,
        help=placement_groups_words.ZONES_HELP,
    )
    partitions = Range(
        placement_groups_words.PARTITIONS,
        default=3,
        low=2,
        high=placement.MOST_PARTITIONS,
        unit=placement_groups_words.COUNT,
        help=placement_groups_words.PARTITIONS_HELP,
    )
    failure = Choice(
        placement_groups_words.FAILURE,
        placement_groups_words.FAILURES,
        default="1",
        help=placement_groups_words.FAILURE_HELP,
    )

    def simulate(self) -> placement.Failure:
        return placement.fail(self.strategy, self.instances, self.zones, self.partitions, self.failure)


class CredentialChain(Explorer):
    """The places in which an SDK looks for credentials: which win, and what leaks if the machine does."""

    words = credential_chain_words
    view = credential_chain_view

    present = Choices(
        credential_chain_words.PRESENT,
        credential_chain_words.OPTIONS,
        default=(credentials.FILE, credentials.INSTANCE),
        help=credential_chain_words.PRESENT_HELP,
    )
    age = Range(
        credential_chain_words.AGE,
        default=2.0,
        low=0.0,
        high=7.5,
        step=0.5,
        unit=credential_chain_words.HOURS,
        help=credential_chain_words.AGE_HELP,
    )

    def simulate(self) -> credentials.Search:
        return credentials.search(self.present, round(self.age * credentials.HOUR))
