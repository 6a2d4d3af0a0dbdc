"""The chain of credentials against botocore itself, which searches a machine made of temporary files and servers."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

import boto3
import botocore.credentials
import pytest

from kumo.ec2.explorers import CredentialChain
from kumo.ec2.model.credentials import (
    CODE,
    CONTAINER,
    EMPTY,
    ENV,
    FILE,
    INSTANCE,
    LIFETIMES,
    PLACES,
    REFRESH,
    ROLE,
    SHADOWED,
    SSO,
    USED,
    remaining,
    search,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

START_URL = "https://example.awsapps.com/start"
# How botocore calls the provider that found something.
METHODS = {
    CODE: "explicit",
    ENV: "env",
    ROLE: "assume-role",
    SSO: "sso",
    FILE: "shared-credentials-file",
    CONTAINER: "container-role",
    INSTANCE: "iam-role",
}


class Endpoint(BaseHTTPRequestHandler):
    """Instance metadata (version 2 only), the container's endpoint, STS and the portal of IAM Identity Center."""

    instance: ClassVar[bool] = False

    def log_message(self, *_: object) -> None:
        pass

    def do_PUT(self) -> None:
        known = self.path == "/latest/api/token" and Endpoint.instance
        self._answer("token", 200 if known else 403)

    def do_GET(self) -> None:
        if self.path.startswith("/latest/meta-data/iam/security-credentials/"):
            if self.headers.get("x-aws-ec2-metadata-token") != "token" or not Endpoint.instance:
                self._answer("", 401)
            elif self.path.endswith("/"):
                self._answer("app-role")
            else:
                self._answer(json.dumps({"Code": "Success", **temporary("INSTANCE")}))
        elif self.path.startswith("/task"):
            self._answer(json.dumps(temporary("CONTAINER")))
        else:
            held = {"accessKeyId": "SSO", "secretAccessKey": "s", "sessionToken": "t", "expiration": 9_999_999_999_000}
            self._answer(json.dumps({"roleCredentials": held}))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        end = temporary("ROLE")["Expiration"]
        self._answer(
            "<AssumeRoleResponse xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><AssumeRoleResult><Credentials>"
            f"<AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
            f"<Expiration>{end}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        )

    def _answer(self, content: str, status: int = 200) -> None:
        body = content.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def temporary(key: str) -> dict[str, str]:
    end = dt.datetime.now(dt.UTC) + dt.timedelta(hours=6)
    return {"AccessKeyId": key, "SecretAccessKey": "s", "Token": "t", "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ")}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def resolved(present: set[str], home: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """Return which place botocore takes its credentials from on a machine that has credentials in `present`."""
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", endpoint)
    monkeypatch.setenv("AWS_ENDPOINT_URL_SSO", endpoint)
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint + "/")
    monkeypatch.setenv("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1")
    Endpoint.instance = INSTANCE in present
    config, keys = ["[default]"], []
    if ROLE in present:
        config += ["role_arn = arn:aws:iam::111122223333:role/app", "source_profile = base"]
        keys += ["[base]", "aws_access_key_id = BASE", "aws_secret_access_key = s"]
    if SSO in present:
        config += [f"sso_start_url = {START_URL}", "sso_region = ap-northeast-1"]
        config += ["sso_account_id = 111122223333", "sso_role_name = app"]
        cache = home / ".aws" / "sso" / "cache"
        cache.mkdir(parents=True)
        # botocore settles on the home directory when it is imported.
        monkeypatch.setattr(botocore.credentials.SSOProvider, "_SSO_TOKEN_CACHE_DIR", str(cache))
        token = {"startUrl": START_URL, "accessToken": "token", "expiresAt": temporary("")["Expiration"]}
        name = hashlib.sha1(START_URL.encode(), usedforsecurity=False).hexdigest()
        (cache / f"{name}.json").write_text(json.dumps(token))
    if FILE in present:
        keys += ["[default]", "aws_access_key_id = FILE", "aws_secret_access_key = s"]
    (home / "config").write_text("\n".join(config))
    (home / "credentials").write_text("\n".join(keys))
    if ENV in present:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENV")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s")
    if CONTAINER in present:
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", endpoint + "/task")
    explicit = {"aws_access_key_id": "CODE", "aws_secret_access_key": "s"} if CODE in present else {}
    found = boto3.Session(**explicit).get_credentials()
    if found is None:
        return None
    place = next(key for key, method in METHODS.items() if method == found.method)
    assert found.get_frozen_credentials().access_key == place.upper()
    return place


def machines() -> list[tuple[str, ...]]:
    """No place, each one, every pair and all: in a fixed order of search the pairs decide everything."""
    return [chosen for size in (0, 1, 2, len(PLACES)) for chosen in combinations(PLACES, size)]


@pytest.mark.parametrize("present", machines(), ids="+".join)
def test_botocore_finds_the_same(
    present: tuple[str, ...], tmp_path: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = search(present, 0).winner
    assert (winner.key if winner else None) == resolved(set(present), tmp_path, endpoint, monkeypatch)


def test_the_search_ends_where_it_finds_something() -> None:
    trace = search({FILE, INSTANCE}, 0)
    assert [place.state for place in trace.places] == [EMPTY] * 4 + [USED, "not-asked", SHADOWED]
    assert [place.key for place in trace.asked] == [CODE, ENV, ROLE, SSO, FILE]


def test_all_that_is_there_leaks_used_or_not() -> None:
    for present in machines():
        trace = search(present, 60)
        assert [place.key for place in trace.leaked] == list(present)
        assert {place.key for place in trace.endless} == set(present) & {CODE, ENV, ROLE, FILE}


def test_botocore_renews_as_long_before_the_end_as_the_model_does() -> None:
    assert botocore.credentials.RefreshableCredentials._advisory_refresh_timeout == REFRESH * 60


@pytest.mark.parametrize("key", [CONTAINER, INSTANCE])
def test_temporary_credentials_are_as_old_as_their_last_renewal(key: str) -> None:
    """Step by step: the program renews as soon as less than the margin is left."""
    left = LIFETIMES[key]
    assert left is not None
    lifetime = left
    for minute in range(24 * 60):
        assert remaining(key, minute) == left
        left -= 1
        if left <= REFRESH:
            left = lifetime


def test_a_sign_in_runs_out_and_keys_never_do() -> None:
    assert remaining(SSO, 0) == 8 * 60
    assert remaining(SSO, 450) == 30
    assert {remaining(key, 10_000) for key in (CODE, ENV, ROLE, FILE)} == {None}


def test_the_words_say_who_wins_and_what_it_hides() -> None:
    frame = CredentialChain.frame({})
    assert "使われるのは「共有認証情報ファイル」" in frame["explanation"]["point"]
    assert "「インスタンスプロファイル」は使われません" in frame["explanation"]["why"]
    assert "取り消すまで" in frame["pictures"]["wide"]
    assert "あと4時間" in frame["pictures"]["narrow"]
    alone = CredentialChain.frame({"present": ["instance"]})
    assert "長くても4時間で使えなくなります" in alone["explanation"]["why"]
    assert "取り消すまで" not in alone["pictures"]["wide"]
    nothing = CredentialChain.frame({"present": []})
    assert "NoCredentialsError" in nothing["explanation"]["point"]
