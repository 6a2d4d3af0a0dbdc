"""What the texts that readers write line by line have in common."""

from __future__ import annotations


class LineError(ValueError):
    """A line that is not what it should be.

    Attributes
    ----------
    code : str
        What is wrong; a key of the words.
    part : str
        The text at fault.

    """

    def __init__(self, code: str, part: str) -> None:
        super().__init__(f"{code}: {part}")
        self.code, self.part = code, part
