"""The parts of an instance type's name.

Read: series, generation, options and size, as in ``c7gn.2xlarge``; a hyphenated addition such as the one of
``u7i-12tb`` is kept as it is. Not read: names without a generation (``u-6tb1``, ``mac-m4``),
which the general form does not cover.

Source, read 2026-11-22: https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(
    r"(?P<series>[a-z]+?)(?P<generation>\d+)(?P<options>[a-z]*)(?P<addition>-[a-z0-9]+)?\.(?P<size>[a-z0-9-]+)"
)


@dataclass(frozen=True)
class InstanceType:
    """An instance type's name, taken apart: `options` letter by letter, `addition` with its hyphen or empty."""

    series: str
    generation: int
    options: tuple[str, ...]
    addition: str
    size: str

    def __str__(self) -> str:
        return f"{self.series}{self.generation}{''.join(self.options)}{self.addition}.{self.size}"


def parse(name: str) -> InstanceType:
    """Return the parts of `name`; raise ValueError when it does not have the general form."""
    match = _NAME.fullmatch(name)
    if match is None:
        message = f"{name!r} is not an instance type's name like c7gn.2xlarge"
        raise ValueError(message)
    return InstanceType(
        match["series"], int(match["generation"]), tuple(match["options"]), match["addition"] or "", match["size"]
    )
