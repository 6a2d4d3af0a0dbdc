"""The explorers of storage: parameters, and which model, view and words belong together."""

from __future__ import annotations

from kumo.core.explorer import Explorer
from kumo.core.parameters import Choice, Choices, Range, Toggle
from kumo.storage.model import lifecycle, shared_files, snapshots, volumes
from kumo.storage.view import lifecycle as lifecycle_view
from kumo.storage.view import shared_files as shared_files_view
from kumo.storage.view import snapshots as snapshots_view
from kumo.storage.view import volumes as volumes_view
from kumo.storage.words import lifecycle as lifecycle_words
from kumo.storage.words import shared_files as shared_files_words
from kumo.storage.words import snapshots as snapshots_words
from kumo.storage.words import volumes as volumes_words


class VolumeChooser(Explorer):
    """Which types of EBS volumes meet a need, what the others lack, and what each costs."""

    words = volumes_words
    view = volumes_view

    size = Choice(volumes_words.SIZE_LABEL, volumes_words.SIZES, default="500", help=volumes_words.SIZE_HELP)
    iops = Choice(volumes_words.IOPS_LABEL, volumes_words.RATES, default="10000", help=volumes_words.IOPS_HELP)
    throughput = Choice(
        volumes_words.THROUGHPUT_LABEL,
        volumes_words.THROUGHPUTS,
        default="250",
        help=volumes_words.THROUGHPUT_HELP,
    )
    boot = Toggle(volumes_words.BOOT_LABEL, default=False, help=volumes_words.BOOT_HELP)
    when = Choice(volumes_words.WHEN_LABEL, volumes_words.WHENS, default="today", help=volumes_words.WHEN_HELP)

    def simulate(self) -> volumes.Choosing:
        need = volumes.Need(int(self.size), int(self.iops), int(self.throughput), self.boot)
        return volumes.choose(need, self.when)


class Snapshots(Explorer):
    """Incremental snapshots of a volume: what each stores, what deleting frees, what a restore waits for."""

    words = snapshots_words
    view = snapshots_view

    changed = Range(
        snapshots_words.CHANGED,
        default=5,
        low=0,
        high=16,
        unit=snapshots_words.UNIT,
        help=snapshots_words.CHANGED_HELP,
    )
    where = Choice(snapshots_words.WHERE, snapshots_words.WHERES, default="spread", help=snapshots_words.WHERE_HELP)
    deleted = Choices(snapshots_words.DELETED, snapshots_words.NUMBERS, help=snapshots_words.DELETED_HELP)
    restored = Choice(
        snapshots_words.RESTORED, snapshots_words.NUMBERS, default="3", help=snapshots_words.RESTORED_HELP
    )
    fast = Toggle(snapshots_words.FAST, default=False, help=snapshots_words.FAST_HELP)

    def simulate(self) -> snapshots.History:
        deleted = [int(number) for number in self.deleted]
        return snapshots.history(self.changed, self.where, deleted, int(self.restored), fast=self.fast)


class SharedFiles(Explorer):
    """A file system of EFS and its mount targets: who still reads when a zone fails."""

    words = shared_files_words
    view = shared_files_view

    kind = Choice(
        shared_files_words.KIND, shared_files_words.KINDS, default="regional", help=shared_files_words.KIND_HELP
    )
    targets = Choices(
        shared_files_words.TARGETS,
        shared_files_words.TARGET_ZONES,
        default=("a", "c"),
        help=shared_files_words.TARGETS_HELP,
    )
    failed = Choice(
        shared_files_words.FAILED, shared_files_words.FAILURES, default="none", help=shared_files_words.FAILED_HELP
    )

    def simulate(self) -> shared_files.Sharing:
        return shared_files.share(self.kind, self.targets, self.failed)


class FileLifecycle(Explorer):
    """A year of files in EFS: in which storage class they lie, and what that costs."""

    words = lifecycle_words
    view = lifecycle_view

    every = Choice(lifecycle_words.EVERY, lifecycle_words.INTERVALS, default="45", help=lifecycle_words.EVERY_HELP)
    to_ia = Choice(lifecycle_words.TO_IA, lifecycle_words.IAS, default="30", help=lifecycle_words.TO_IA_HELP)
    to_archive = Choice(
        lifecycle_words.TO_ARCHIVE, lifecycle_words.ARCHIVES, default="90", help=lifecycle_words.TO_ARCHIVE_HELP
    )
    back = Toggle(lifecycle_words.BACK, default=False, help=lifecycle_words.BACK_HELP)

    def simulate(self) -> lifecycle.Year:
        return lifecycle.live(lifecycle.Policy(int(self.to_ia), int(self.to_archive), self.back), int(self.every))
