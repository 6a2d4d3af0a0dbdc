"""JSON Web Tokens against the example of RFC 7515 and the documented order of checks."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumo.api_gateway.model.signed_token import (
    CHECKS,
    Claims,
    MalformedTokenError,
    PrivateKey,
    decode,
    encode,
    issue,
    parse,
    verify,
)


def number(text: str) -> int:
    return int.from_bytes(decode(text))


# RFC 7515, appendix A.2: key, signing input and signature.
RFC_KEY = PrivateKey(
    number(
        "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2"
        "KKDcmnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc"
    ),
    number(
        "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_"
        "HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc"
    ),
)
RFC_INPUT = (
    b"eyJhbGciOiJSUzI1NiJ9."
    b"eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
)
RFC_SIGNATURE = (
    "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1"
    "dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzD"
    "wusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe7"
    "7Rw"
)

NOW = 1_000
HEADER = {"alg": "RS256", "kid": "key-1"}
PAYLOAD = {"iss": "https://idp", "aud": "orders", "sub": "u", "iat": 900, "exp": 1_100, "scope": "read write"}
EXPECTED = Claims("https://idp", ("orders",), ("write",))
KEYS = {"key-1": RFC_KEY.public}


def first_failure(header: dict[str, object], payload: dict[str, object], expected: Claims = EXPECTED) -> str | None:
    checks = verify(issue(header, payload, RFC_KEY), KEYS, expected, NOW)
    return next((name for name, held in checks.items() if held is False), None)


def test_signs_the_example_of_the_rfc() -> None:
    assert encode(RFC_KEY.sign(RFC_INPUT)) == RFC_SIGNATURE
    assert RFC_KEY.public.accepts(RFC_INPUT, decode(RFC_SIGNATURE))


@given(st.integers(0, 255), st.integers(1, 255))
def test_a_signature_fits_one_message_only(place: int, change: int) -> None:
    signature = bytearray(decode(RFC_SIGNATURE))
    signature[place] ^= change
    assert not RFC_KEY.public.accepts(RFC_INPUT, bytes(signature))
    message = bytearray(RFC_INPUT)
    message[place % len(message)] ^= change
    assert not RFC_KEY.public.accepts(bytes(message), decode(RFC_SIGNATURE))


def test_a_signature_has_one_length() -> None:
    assert not RFC_KEY.public.accepts(RFC_INPUT, decode(RFC_SIGNATURE)[1:])
    assert not RFC_KEY.public.accepts(RFC_INPUT, b"\0" + decode(RFC_SIGNATURE))


@given(st.binary())
def test_base64url_has_no_padding_and_comes_back(data: bytes) -> None:
    text = encode(data)
    assert not set(text) & set("=+/")
    assert decode(text) == data


def test_three_parts_come_back() -> None:
    header, payload, signature = parse(issue(HEADER, PAYLOAD, RFC_KEY))
    assert (header, payload, len(signature)) == (HEADER, PAYLOAD, 256)


@pytest.mark.parametrize(
    "text", ["", "abc", "a.b", "a.b.c.d", "!!.!!.!!", f"{encode(b'[]')}.{encode(b'{}')}.AA", "é.é.é"]
)
def test_other_texts_are_malformed(text: str) -> None:
    with pytest.raises(MalformedTokenError):
        parse(text)
    assert verify(text, KEYS, EXPECTED, NOW) == dict.fromkeys(CHECKS) | {"form": False}


@pytest.mark.parametrize(
    ("header", "payload", "failure"),
    [
        ({}, {}, None),
        ({"kid": "key-2"}, {}, "kid"),
        ({"alg": "none"}, {}, "kid"),
        ({"alg": "HS256"}, {}, "kid"),
        ({}, {"iss": "https://idp/"}, "iss"),
        ({}, {"aud": "billing"}, "aud"),
        ({}, {"aud": ["billing", "orders"]}, None),
        ({}, {"aud": ["billing"], "client_id": "orders"}, "aud"),
        ({}, {"exp": NOW}, "exp"),
        ({}, {"exp": NOW + 1}, None),
        ({}, {"nbf": NOW + 1}, "exp"),
        ({}, {"iat": NOW + 1}, "exp"),
        ({}, {"scope": "read"}, "scope"),
        ({}, {"scope": "write2"}, "scope"),
        ({}, {"iss": "x", "aud": "x", "exp": 0, "scope": ""}, "iss"),
    ],
)
def test_claims_decide_in_the_documented_order(
    header: dict[str, object], payload: dict[str, object], failure: str | None
) -> None:
    assert first_failure(HEADER | header, PAYLOAD | payload) == failure


def test_client_id_stands_in_for_a_missing_audience() -> None:
    payload = {name: value for name, value in PAYLOAD.items() if name != "aud"}
    assert first_failure(HEADER, payload | {"client_id": "orders"}) is None
    assert first_failure(HEADER, payload | {"client_id": "billing"}) == "aud"
    assert first_failure(HEADER, payload, Claims("https://idp", None, ())) is None


@given(st.sampled_from(sorted(PAYLOAD)), st.text(max_size=5))
def test_a_rewritten_payload_loses_its_signature(name: str, value: str) -> None:
    head, payload, signature = issue(HEADER, PAYLOAD, RFC_KEY).split(".")
    forged = encode(json.dumps(json.loads(decode(payload)) | {name: value}).encode())
    checks = verify(f"{head}.{forged}.{signature}", KEYS, EXPECTED, NOW)
    assert checks["signature"] is False
    assert [checks[later] for later in ("iss", "aud", "exp", "scope")] == [None] * 4
