"""SigV4 against AWS's published test vectors and botocore's own signer."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from unittest.mock import patch
from urllib.parse import quote, urlencode

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from kumo.api_gateway.model.sigv4 import (
    TOLERANCE,
    AccessKey,
    Request,
    Scope,
    seconds_of,
    sign,
    timestamp,
    verify,
)

EMPTY = hashlib.sha256(b"").hexdigest()
# "Signature Version 4 test suite" of AWS: key, scope and time.
SUITE = (AccessKey("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), Scope("us-east-1", "service"))
SUITE_TIME = "20150830T123600Z"
# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Example: GET Object".
S3 = (AccessKey("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), Scope("us-east-1", "s3"))

TEXT = st.text("abcXYZ019-_.~ /+=&?%あ!*'()", max_size=6)
PATHS = st.lists(st.text("abcXYZ019-_~", min_size=1, max_size=6), max_size=3).map(lambda parts: "/" + "/".join(parts))
QUERIES = st.lists(st.tuples(TEXT.filter(bool), TEXT), max_size=4).map(
    lambda pairs: urlencode(pairs, quote_via=quote, safe="-_.~")
)
REQUESTS = st.builds(
    Request,
    st.sampled_from(["GET", "POST", "DELETE"]),
    st.just("api.example.com"),
    PATHS,
    QUERIES,
    st.binary(max_size=40),
    st.lists(st.tuples(st.sampled_from(["x-one", "X-Two"]), st.text("ab  c", max_size=8)), max_size=2, unique=True).map(
        lambda pairs: tuple(dict(pairs).items())
    ),
)
KEY, SCOPE = AccessKey("AKID", "secret"), Scope("ap-northeast-1", "execute-api")


@pytest.mark.parametrize(
    ("request_", "signer", "time", "expected"),
    [
        (
            Request("GET", "example.amazonaws.com", "/"),
            SUITE,
            SUITE_TIME,
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            Request("POST", "example.amazonaws.com", "/"),
            SUITE,
            SUITE_TIME,
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        (
            Request("GET", "example.amazonaws.com", "/", "Param2=value2&Param1=value1"),
            SUITE,
            SUITE_TIME,
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        (
            Request(
                "GET",
                "examplebucket.s3.amazonaws.com",
                "/test.txt",
                headers=(("Range", "bytes=0-9"), ("x-amz-content-sha256", EMPTY)),
            ),
            S3,
            "20130524T000000Z",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
    ],
)
def test_signs_as_aws_publishes(request_: Request, signer: tuple[AccessKey, Scope], time: str, expected: str) -> None:
    assert sign(request_, *signer, time).signature == expected


def test_the_steps_are_the_published_ones() -> None:
    signed = sign(Request("GET", "example.amazonaws.com", "/"), *SUITE, SUITE_TIME)
    assert signed.canonical == (
        f"GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:{SUITE_TIME}\n\nhost;x-amz-date\n{EMPTY}"
    )
    assert signed.string_to_sign == (
        f"AWS4-HMAC-SHA256\n{SUITE_TIME}\n20150830/us-east-1/service/aws4_request\n"
        "bb579772317eb040ac9ed261061d46c1f17a8133879d6129b6e1c25292927e63"
    )
    assert len(signed.keys) == 4


@given(REQUESTS, st.text(min_size=1, max_size=40), st.integers(946_684_800, 4_102_444_800))
def test_signs_as_botocore_does(request: Request, secret: str, now: int) -> None:
    address = f"https://{request.host}{request.path}" + (f"?{request.query}" if request.query else "")
    theirs = AWSRequest(request.method, address, headers=dict(request.headers), data=request.body)
    moment = datetime.fromtimestamp(now, UTC).replace(tzinfo=None)
    with patch("botocore.auth.get_current_datetime", return_value=moment):
        SigV4Auth(Credentials("AKID", secret), SCOPE.service, SCOPE.region).add_auth(theirs)
    ours = sign(request, AccessKey("AKID", secret), SCOPE, timestamp(now))
    assert ours.authorization == theirs.headers["Authorization"]


@given(REQUESTS, st.integers(0, 4_102_444_800), st.integers(-TOLERANCE, TOLERANCE))
def test_accepts_what_was_signed(request: Request, now: int, skew: int) -> None:
    signed = sign(request, KEY, SCOPE, timestamp(max(0, now + skew)))
    checks = verify(request, signed, {KEY.key_id: KEY.secret}, SCOPE, now)
    assert all(checks.values())


@given(
    REQUESTS,
    st.sampled_from(
        [
            {"method": "PUT"},
            {"path": "/elsewhere/entirely"},
            {"query": "added=1"},
            {"body": b"x" * 41},
            {"host": "other.example.com"},
            {"headers": (("x-new", "1"),)},
        ]
    ),
)
def test_any_change_on_the_way_breaks_the_signature(request: Request, change: dict[str, object]) -> None:
    signed = sign(request, KEY, SCOPE, timestamp(10**9))
    checks = verify(replace(request, **change), signed, {KEY.key_id: KEY.secret}, SCOPE, 10**9)
    assert checks == {"key": True, "time": True, "scope": True, "signature": False}


@pytest.mark.parametrize(
    ("secrets", "scope", "age", "expected"),
    [
        ({}, SCOPE, 0, [False, None, None, None]),
        ({"AKID": "secret"}, SCOPE, TOLERANCE + 1, [True, False, None, None]),
        ({"AKID": "secret"}, SCOPE, -TOLERANCE - 1, [True, False, None, None]),
        ({"AKID": "secret"}, Scope("us-east-1", "execute-api"), 0, [True, True, False, None]),
        ({"AKID": "secret"}, Scope("ap-northeast-1", "s3"), 0, [True, True, False, None]),
        ({"AKID": "other"}, SCOPE, 0, [True, True, True, False]),
    ],
)
def test_checks_stop_at_the_first_failure(
    secrets: dict[str, str], scope: Scope, age: int, expected: list[bool | None]
) -> None:
    request, now = Request("GET", "api.example.com", "/orders"), 10**9
    signed = sign(request, KEY, SCOPE, timestamp(now - age))
    assert list(verify(request, signed, secrets, scope, now).values()) == expected


@given(st.integers(0, 4_102_444_800))
def test_time_stamps_are_exact(now: int) -> None:
    assert seconds_of(timestamp(now)) == now
