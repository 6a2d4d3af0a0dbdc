"""The one error of this package: a network, a flow or a plan that cannot exist."""

from __future__ import annotations

from kumo.vpc.words import errors as words


class NetworkError(ValueError):
    """Something that AWS would not accept either; the message is for the reader.

    Attributes
    ----------
    code : str
        Which rule is broken (a key of `kumo.vpc.words.errors.MESSAGES`).
    data : dict
        What fills the message: the thing at fault, its value, what is allowed.

    """

    def __init__(self, code: str, **data: object) -> None:
        self.code, self.data = code, data
        super().__init__(words.message(code, **data))
