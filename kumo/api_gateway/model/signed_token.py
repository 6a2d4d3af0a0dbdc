"""JSON Web Tokens signed with RS256, and the checks that a receiver makes.

Modelled: compact serialization (RFC 7515), RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2) on
plain integers, and the checks that API Gateway documents for its JWT authorizer, in its order.

Not modelled: other algorithms, encryption, the fetching of keys over the network (the caller hands over
the key set). The demonstration keys have 1024 bits, so that signing takes no noticeable time in a reader's
browser; keys in service have 2048 or more. The arithmetic is not hardened against timing attacks.

Sources (read 2026-11-22): RFC 7515, https://www.rfc-editor.org/rfc/rfc7515; RFC 7519,
https://www.rfc-editor.org/rfc/rfc7519; "Control access to HTTP APIs with JWT authorizers",
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html.

Times are whole seconds since 1970 (UTC), as in the claims ``exp``, ``nbf`` and ``iat``.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CHECKS = ("form", "kid", "signature", "iss", "aud", "exp", "scope")
# DER prefix of a SHA-256 digest (RFC 8017, section 9.2, note 1).
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")


class MalformedTokenError(ValueError):
    """A text that is not three parts of Base64url with two JSON objects."""


@dataclass(frozen=True)
class PublicKey:
    """An RSA public key: modulus and exponent."""

    modulus: int
    exponent: int = 65537

    def accepts(self, message: bytes, signature: bytes) -> bool:
        """Tell whether `signature` is the RS256 signature of `message`."""
        size = (self.modulus.bit_length() + 7) // 8
        number = int.from_bytes(signature)
        if len(signature) != size or number >= self.modulus:
            return False
        return pow(number, self.exponent, self.modulus).to_bytes(size) == _padded(message, size)


@dataclass(frozen=True)
class PrivateKey:
    """An RSA private key by its two primes."""

    prime1: int
    prime2: int

    @property
    def public(self) -> PublicKey:
        """The key that others may have."""
        return PublicKey(self.prime1 * self.prime2)

    def sign(self, message: bytes) -> bytes:
        """Return the RS256 signature of `message`."""
        return _rsa(self.prime1, self.prime2, message)


@dataclass(frozen=True)
class Claims:
    """What an authorizer expects of a token.

    Attributes
    ----------
    issuer : str
        The ``iss`` that counts.
    audiences : collection of str or None
        ``aud`` (or, without one, ``client_id``) must be among them; None: not looked at.
    scopes : collection of str
        At least one must be in ``scope`` (or ``scp``); empty: not looked at.

    """

    issuer: str
    audiences: Collection[str] | None
    scopes: Collection[str]


def issue(header: Mapping[str, Any], payload: Mapping[str, Any], key: PrivateKey) -> str:
    """Return the token with this header and payload, signed with `key`."""
    signing_input = f"{encode(_json(header))}.{encode(_json(payload))}"
    return f"{signing_input}.{encode(key.sign(signing_input.encode()))}"


def parse(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Return header, payload and signature of a token without checking them.

    Raises
    ------
    MalformedTokenError
        When the text has no such parts.

    """
    try:
        header, payload, signature = token.split(".")
        parts = json.loads(decode(header)), json.loads(decode(payload))
    except (ValueError, binascii.Error) as error:
        raise MalformedTokenError(token) from error
    if not all(isinstance(part, dict) for part in parts):
        raise MalformedTokenError(token)
    return *parts, decode(signature)


def verify(token: str, keys: Mapping[str, PublicKey], expected: Claims, now: int) -> dict[str, bool | None]:
    """Check a token in the documented order, up to the first failure.

    Parameters
    ----------
    token : str
        The compact form, without ``Bearer``.
    keys : mapping
        The issuer's public keys by key id.
    expected : Claims
        What the authorizer is set to.
    now : int
        The checker's clock, seconds since 1970. The check ``exp`` covers ``nbf`` and ``iat`` too.

    Returns
    -------
    dict
        Result by name of check, in the order of `CHECKS`; None for those not reached or not asked for.

    """
    checks: dict[str, bool | None] = dict.fromkeys(CHECKS)
    try:
        header, payload, signature = parse(token)
    except MalformedTokenError:
        return checks | {"form": False}
    signed = token.rpartition(".")[0].encode()
    key = keys.get(header.get("kid", "")) if header.get("alg") == "RS256" else None
    audience = payload.get("aud", payload.get("client_id"))
    audiences = audience if isinstance(audience, list) else [audience]
    wanted = expected.audiences
    claimed = str(payload.get("scope", payload.get("scp", ""))).split()
    for name, holds in {
        "form": lambda: True,
        "kid": lambda: key is not None,
        "signature": lambda: key is not None and key.accepts(signed, signature),
        "iss": lambda: payload.get("iss") == expected.issuer,
        "aud": lambda: any(name in wanted for name in audiences) if wanted is not None else None,
        "exp": lambda: payload.get("iat", 0) <= now and payload.get("nbf", 0) <= now < payload.get("exp", now + 1),
        "scope": lambda: any(scope in claimed for scope in expected.scopes) if expected.scopes else None,
    }.items():
        checks[name] = holds()
        if checks[name] is False:
            break
    return checks


def encode(data: bytes) -> str:
    """Return `data` in Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of a Base64url text without padding; raise `ValueError` when it is none."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars="-_", validate=True)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _padded(message: bytes, size: int) -> bytes:
    digest = _SHA256 + hashlib.sha256(message).digest()
    return b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest


@cache
def _halves(prime1: int, prime2: int) -> tuple[int, int, int]:
    private = pow(PublicKey(1).exponent, -1, (prime1 - 1) * (prime2 - 1))
    return private % (prime1 - 1), private % (prime2 - 1), pow(prime2, -1, prime1)


@cache
def _rsa(prime1: int, prime2: int, message: bytes) -> bytes:
    # Chinese remainders: two powers of half the length take a quarter of the time.
    modulus = prime1 * prime2
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(_padded(message, size))
    exponent1, exponent2, inverse = _halves(prime1, prime2)
    half1, half2 = pow(number % prime1, exponent1, prime1), pow(number % prime2, exponent2, prime2)
    return (half2 + (half1 - half2) * inverse % prime1 * prime2).to_bytes(size)
