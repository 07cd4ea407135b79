"""What settings follow from others, and what they refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from custodes.settings import Settings

TLS = {"tls_cert": Path("/c.pem"), "tls_key": Path("/k.pem")}


def test_addresses_follow_the_web_port() -> None:
    settings = Settings(web_port=28500)
    assert settings.web_origin == "http://localhost:28500"
    assert settings.web_internal_url == "http://127.0.0.1:28500"
    assert settings.node_origin == "http://localhost"


def test_addresses_follow_the_certificate() -> None:
    settings = Settings(**TLS)  # type: ignore[arg-type]
    assert settings.web_origin == settings.web_internal_url == "https://localhost:8000"
    assert settings.node_origin == "https://localhost"


def test_an_address_that_is_given_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTODES_WEB_ORIGIN", "https://video.example")
    monkeypatch.setenv("CUSTODES_WEB_PORT", "9000")
    settings = Settings()
    assert settings.web_origin == "https://video.example"
    assert settings.web_internal_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"retention_days": 29}, "S32"),
        ({"web_host": "0.0.0.0"}, "TLS"),
        ({"node_host": "192.0.2.1"}, "TLS"),
        ({"tls_cert": Path("/c.pem")}, "belong together"),
        ({"grant_seconds": 61}, "60"),
        ({"tsa_url": "http://tsa.example/"}, "CUSTODES_TSA_CERTIFICATES"),
    ],
)
def test_what_is_not_lawful_is_refused_with_the_rule(given: dict[str, object], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        Settings(**given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "tiles",
    [
        "http://tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://user:word@tiles.example/{z}/{x}/{y}.png",
        "https://{s}.tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example; script-src *,/{z}/{x}/{y}",
        "//tiles.example/{z}/{x}/{y}",
    ],
)
def test_an_address_of_tiles_that_would_open_the_policy_or_give_a_password_away_is_refused(tiles: str) -> None:
    with pytest.raises(ValidationError, match="https address"):
        Settings(map_tiles=tiles)


def test_where_tiles_come_from_is_their_server_alone() -> None:
    assert Settings().map_origin == ""
    assert Settings(map_tiles="http://127.0.0.1:9000/a/{z}/{x}/{y}.png").map_origin == "http://127.0.0.1:9000"
