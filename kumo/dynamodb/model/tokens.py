"""Expressions cut into tokens: names, placeholders, numbers of list elements, signs.

A name begins with a letter; what follows are letters, digits and underscores. After ``#`` and ``:`` any of these may
come first. Everything else is a sign of its own; what is no sign of the language either is an error of syntax.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kumo.dynamodb.model.errors import in_expression

NAME, ALIAS, PLACEHOLDER, INDEX, END = "name", "alias", "placeholder", "index", "end"
END_TEXT = "<EOF>"

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<alias>#[A-Za-z0-9_]+)|(?P<placeholder>:[A-Za-z0-9_]+)"
    r"|(?P<index>[0-9]+)|(?P<sign><>|<=|>=|[=<>()\[\].,+\-])|(?P<other>.)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A piece of an expression.

    Attributes
    ----------
    kind : str
        ``name``, ``alias`` (#…), ``placeholder`` (:…), ``index`` (digits), ``sign`` or ``end``.
    text : str
        As written.
    start, end : int
        Where it stands in the expression.

    """

    kind: str
    text: str
    start: int
    end: int

    @property
    def keyword(self) -> str:
        """The name in capitals, for comparison with keywords; empty when it is no name."""
        return self.text.upper() if self.kind == NAME else ""


def tokens_of(text: str, label: str) -> list[Token]:
    """Return the tokens of an expression, an ``end`` last; raise `DynamoDBError` for a character of no token."""
    found = [
        Token(match.lastgroup or "", match[0], match.start(), match.end())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "space"
    ]
    found.append(Token(END, END_TEXT, len(text), len(text)))
    for number, token in enumerate(found):
        if token.kind == "other":
            raise syntax_error(text, label, found, number)
    return found


def syntax_error(text: str, label: str, tokens: list[Token], number: int) -> Exception:
    """Return the error of syntax at a token, shown between its neighbours as the service does."""
    token = tokens[number]
    near = text[tokens[max(0, number - 1)].start : tokens[min(len(tokens) - 1, number + 1)].end].strip()
    return in_expression(label, "syntax", token=token.text, near=near, position=token.start)
