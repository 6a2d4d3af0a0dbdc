"""Domain names as the rest of the models take them: lower case, absolute, with the dot of the root at the end.

Modelled: labels of letters, digits, hyphens and underscores, of 1 to 63 bytes; at most 255 bytes on the wire; an
asterisk as a whole label. Not modelled: escapes with a backslash, internationalized names.

Sources: RFC 1035, sections 2.3.4 and 3.1 (labels of 63, names of 255 bytes, lengths on the wire); RFC 4592 (the
asterisk); "DNS domain name format", https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html.
"""

from __future__ import annotations

import re

LABEL_BYTES, NAME_BYTES = 63, 255
ROOT = "."
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?|\*")


class BadNameError(ValueError):
    """A text that is no domain name.

    Attributes
    ----------
    code : str
        What is wrong: ``empty_label``, ``long_label``, ``bad_label`` or ``long_name``.
    part : str
        The label at fault, or the whole name.

    """

    def __init__(self, code: str, part: str) -> None:
        super().__init__(f"{code}: {part}")
        self.code, self.part = code, part


def absolute(text: str, origin: str = ROOT) -> str:
    """Return the name that `text` stands for: without a final dot it is below `origin`; ``@`` is `origin`.

    Raises
    ------
    BadNameError
        When it is no name.

    """
    if text == "@":
        return origin
    if text == ROOT:
        return ROOT
    found = (text if text.endswith(".") else f"{text}.{'' if origin == ROOT else origin}").lower()
    for label in found[:-1].split("."):
        if not label:
            raise BadNameError("empty_label", text)
        if len(label) > LABEL_BYTES:
            raise BadNameError("long_label", label)
        if not _LABEL.fullmatch(label):
            raise BadNameError("bad_label", label)
    if wire_bytes(found) > NAME_BYTES:
        raise BadNameError("long_name", text)
    return found


def labels(name: str) -> tuple[str, ...]:
    """Return the labels of a name from left to right, without the root."""
    return tuple(name[:-1].split(".")) if name != ROOT else ()


def parent(name: str) -> str:
    """Return the name without its leftmost label; the root's parent is the root."""
    return name.partition(".")[2] or ROOT


def within(name: str, domain: str) -> bool:
    """Return whether `name` is `domain` or below it."""
    return domain in (ROOT, name) or name.endswith(f".{domain}")


def suffixes(name: str) -> list[str]:
    """Return the name and its ancestors, from the name to the root."""
    found = [name]
    while found[-1] != ROOT:
        found.append(parent(found[-1]))
    return found


def wire_bytes(name: str) -> int:
    """Return the bytes of a name on the wire, uncompressed: a length byte before each label, one for the root."""
    return sum(len(label) + 1 for label in labels(name)) + 1
