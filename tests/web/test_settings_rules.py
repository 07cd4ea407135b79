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
    ],
)
def test_what_is_not_lawful_is_refused_with_the_rule(given: dict[str, object], rule: str) -> None:
    with pytest.raises(ValidationError, match=rule):
        Settings(**given)  # type: ignore[arg-type]
