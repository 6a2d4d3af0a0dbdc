"""No lab reaches an account by accident: endpoints, credentials, configuration."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from kumo.labs import Lab, LabError, cli
from kumo.labs.endpoint import NotAnEndpointError, NotThisMachineError, on_loopback

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Return what each name leads to, for a resolver that asks no network."""
    known: dict[str, list[str]] = {"localhost": ["127.0.0.1"]}
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: object, **options: object) -> list:
        if host in known:
            return [entry for address in known[host] for entry in real(address, port, **options)]
        if any(letter.isalpha() for letter in host.replace("x", "")) and ":" not in host:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return real(host, port, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
        ("http://localhost:4566/", "http://127.0.0.1:4566"),
        ("https://127.8.9.10", "https://127.8.9.10"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("http://2130706433:80", "http://127.0.0.1:80"),  # the same address as one number
        ("http://127.0.0.1:80#.example.com", "http://127.0.0.1:80"),
    ],
)
@pytest.mark.usefixtures("names")
def test_what_leads_to_this_machine_is_put_together_anew(url: str, endpoint: str) -> None:
    assert on_loopback(url) == endpoint


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1:80@evil.example",
        "http://user:secret@127.0.0.1",
        "http://127.0.0.1\\@evil.example",
        "http://127.0.0.1%2f@evil.example",
        "http://127.0.0.1 .evil.example",
        "http://127.0.0.1:99999",
        "http://",
        "127.0.0.1:4566",
        "ftp://127.0.0.1",
        "file:///etc/hosts",
        "",
    ],
)
@pytest.mark.usefixtures("names")
def test_what_can_be_read_in_two_ways_is_no_endpoint(url: str) -> None:
    with pytest.raises(NotAnEndpointError):
        on_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://dynamodb.ap-northeast-1.amazonaws.com",
        "http://10.0.0.1:4566",
        "http://169.254.169.254",
        "http://0.0.0.0:5000",
        "http://[::]:5000",
        "http://128.0.0.1",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://two-faced.example",
    ],
)
def test_what_leads_elsewhere_is_refused(url: str, names: dict[str, list[str]]) -> None:
    names["localhost.evil.example"] = names["127.0.0.1.evil.example"] = ["203.0.113.5"]
    names["two-faced.example"] = ["127.0.0.1", "203.0.113.5"]
    with pytest.raises(NotThisMachineError):
        on_loopback(url)


@pytest.mark.parametrize("how", ["argument", "variable"])
def test_the_lab_refuses_a_foreign_endpoint_in_a_sentence(
    how: str, session: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "http://203.0.113.5"
    if how == "variable":
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    with pytest.raises(LabError, match=r"このマシン.*ではないので使いません。.*real_account=True"):
        session.start("dynamodb", **({"endpoint": url} if how == "argument" else {}))
    with pytest.raises(LabError, match="始まっていません"):
        session.client("dynamodb")


def test_the_readers_own_settings_are_not_used(session: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / ".aws"
    own.mkdir()
    (own / "credentials").write_text("[default]\naws_access_key_id = REAL\naws_secret_access_key = REAL\n")
    (own / "config").write_text("[default]\nregion = us-east-1\nendpoint_url = http://203.0.113.5\n")
    for name, value in {
        "HOME": str(tmp_path),
        "AWS_PROFILE": "default",
        "AWS_ACCESS_KEY_ID": "REAL",
        "AWS_SESSION_TOKEN": "REAL",
        "AWS_ENDPOINT_URL_DYNAMODB": "http://203.0.113.5",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "HTTP_PROXY": "http://203.0.113.5:3128",
    }.items():
        monkeypatch.setenv(name, value)
    session.start("dynamodb")
    client = session.client("dynamodb")
    assert client.meta.endpoint_url.startswith("http://127.0.0.1:")
    assert client.meta.region_name == "ap-northeast-1"
    credentials = client._request_signer._credentials
    assert (credentials.access_key, credentials.token) == ("testing", None)
    assert client.list_tables()["TableNames"] == []  # past the proxy
    assert not [value for name, value in os.environ.items() if name.startswith("AWS_") and "REAL" in value]
    if cli.program():
        session.cli(
            "aws dynamodb create-table --table-name T --attribute-definitions AttributeName=a,AttributeType=S "
            "--key-schema AttributeName=a,KeyType=HASH --billing-mode PAY_PER_REQUEST"
        )
        assert client.list_tables()["TableNames"] == ["T"]


def test_after_the_lab_the_process_keeps_to_this_machine(session: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    session.start("dynamodb")
    session.stop()
    assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    assert os.environ["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")


def test_a_real_account_needs_a_word_and_warns_of_its_price(
    session: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "REAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "REAL")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    session.start("dynamodb")
    capsys.readouterr()
    session.start("dynamodb", real_account=True)
    said = capsys.readouterr().out
    assert said.startswith("⚠")
    assert "料金の目安" in said
    client = session.client("dynamodb")  # made, not called
    assert client._request_signer._credentials.access_key == "REAL"
    assert client.meta.endpoint_url == "https://dynamodb.eu-west-1.amazonaws.com"
    with pytest.raises(LabError, match="手元のサーバー"):
        session.catch_up("table")


def test_localstack_is_taken_and_never_emptied(session: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Lab()
    other.start("dynamodb")
    url = other._server.url
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    session.start("dynamodb")
    assert session.client("dynamodb").meta.endpoint_url == url
    with pytest.raises(LabError, match="手元のサーバー"):
        session.catch_up("table")
    other.stop()
