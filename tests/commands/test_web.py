"""How the web server is started."""

from __future__ import annotations

from custodes.settings import Settings
from custodes.web.server import config_of


def test_a_forwarded_header_never_replaces_the_peers_address() -> None:
    assert config_of(Settings()).proxy_headers is False
