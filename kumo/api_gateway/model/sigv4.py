"""AWS Signature Version 4: the signature that a client puts on a request, and how AWS checks it.

Modelled: signing with the ``Authorization`` header (canonical request, string to sign, derived key,
signature) and the checks that the receiving side makes with its own copy of the secret.

Not modelled: presigned URLs, chunked bodies, S3's exceptions to path encoding, SigV4a.

Sources (read 2026-11-22): "Create a signed AWS API request",
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html;
"AWS Signature Version 4 for API requests", https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
("in most cases, a request must reach AWS within five minutes of the time stamp in the request").

Times are whole seconds since 1970 (UTC).
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

if TYPE_CHECKING:
    from collections.abc import Mapping

ALGORITHM = "AWS4-HMAC-SHA256"
# How far the time stamp of a request may lie from the clock of AWS, in seconds.
TOLERANCE = 300


@dataclass(frozen=True)
class Request:
    """What is signed.

    Attributes
    ----------
    method, host, path, query : str
        ``GET``, host name, path before encoding, query string without ``?``.
    body : bytes
        The payload.
    headers : tuple of (str, str)
        Further headers to sign; ``host`` and ``x-amz-date`` are added.

    """

    method: str
    host: str
    path: str
    query: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AccessKey:
    """The public name of a key (`key_id`) and its secret, which never travels."""

    key_id: str
    secret: str


@dataclass(frozen=True)
class Scope:
    """Where a signature counts: region and service. The date is added from the time of signing."""

    region: str
    service: str


@dataclass(frozen=True)
class Signed:
    """A signature and the intermediate results on the way to it.

    Attributes
    ----------
    key_id : str
        Which key signed.
    time : str
        Time stamp of the request, ``YYYYMMDDTHHMMSSZ``.
    scope : Scope
        Region and service that the signature names.
    canonical : str
        The canonical request.
    string_to_sign : str
        Algorithm, time stamp, scope and hash of the canonical request, one a line.
    keys : tuple of str
        The derived keys after date, region, service and ``aws4_request`` (hex).
    signature : str
        Hex.

    """

    key_id: str
    time: str
    scope: Scope
    canonical: str
    string_to_sign: str
    keys: tuple[str, ...]
    signature: str

    @property
    def signed_headers(self) -> str:
        """Names of the signed headers as the ``Authorization`` header lists them."""
        return self.canonical.split("\n")[-2]

    @property
    def authorization(self) -> str:
        """Value of the ``Authorization`` header."""
        credential = f"{self.key_id}/{self.time[:8]}/{self.scope.region}/{self.scope.service}/aws4_request"
        return f"{ALGORITHM} Credential={credential}, SignedHeaders={self.signed_headers}, Signature={self.signature}"


def timestamp(seconds: int) -> str:
    """Return a time (seconds since 1970) as requests write it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H%M%SZ")


def seconds_of(stamp: str) -> int:
    """Return the time (seconds since 1970) of a request's time stamp."""
    return int(datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp())


def canonical_request(request: Request, time: str) -> str:
    """Return the request in the one form that both sides agree on."""
    pairs = sorted((_encode(name), _encode(value)) for name, value in parse_qsl(request.query, keep_blank_values=True))
    headers = {"host": request.host, "x-amz-date": time} | {
        name.lower(): " ".join(value.split()) for name, value in request.headers
    }
    names = sorted(headers)
    return "\n".join(
        [
            request.method,
            quote(request.path, safe="/-_.~") or "/",
            "&".join(f"{name}={value}" for name, value in pairs),
            *(f"{name}:{headers[name]}" for name in names),
            "",
            ";".join(names),
            hashlib.sha256(request.body).hexdigest(),
        ]
    )


def derive(secret: str, date: str, scope: Scope) -> tuple[bytes, ...]:
    """Return the keys after each step of the derivation; the last one signs."""
    keys, key = [], f"AWS4{secret}".encode()
    for part in (date, scope.region, scope.service, "aws4_request"):
        key = _mac(key, part)
        keys.append(key)
    return tuple(keys)


def sign(request: Request, key: AccessKey, scope: Scope, time: str) -> Signed:
    """Sign `request` with `key` for `scope` at `time` (``YYYYMMDDTHHMMSSZ``)."""
    canonical = canonical_request(request, time)
    credential_scope = f"{time[:8]}/{scope.region}/{scope.service}/aws4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"{ALGORITHM}\n{time}\n{credential_scope}\n{digest}"
    keys = derive(key.secret, time[:8], scope)
    return Signed(
        key_id=key.key_id,
        time=time,
        scope=scope,
        canonical=canonical,
        string_to_sign=text,
        keys=tuple(step.hex() for step in keys),
        signature=_mac(keys[-1], text).hex(),
    )


def verify(
    request: Request, signed: Signed, secrets: Mapping[str, str], scope: Scope, now: int
) -> dict[str, bool | None]:
    """Check a signed request as it arrived, in order, up to the first failure.

    Parameters
    ----------
    request : Request
        What arrived; it need not be what was signed.
    signed : Signed
        Only what travels in the header is looked at: key, time stamp, scope and signature.
    secrets : mapping
        The receiver's secrets by key id.
    scope : Scope
        Region and service of the receiver.
    now : int
        The receiver's clock, seconds since 1970.

    Returns
    -------
    dict
        Result of the checks ``key``, ``time``, ``scope``, ``signature``; None for those not reached.

    """
    checks: dict[str, bool | None] = dict.fromkeys(("key", "time", "scope", "signature"))
    checks["key"] = signed.key_id in secrets
    if checks["key"]:
        checks["time"] = abs(now - seconds_of(signed.time)) <= TOLERANCE
    if checks["time"]:
        checks["scope"] = signed.scope == scope
    if checks["scope"]:
        own = sign(request, AccessKey(signed.key_id, secrets[signed.key_id]), scope, signed.time)
        checks["signature"] = hmac.compare_digest(own.signature, signed.signature)
    return checks


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")
