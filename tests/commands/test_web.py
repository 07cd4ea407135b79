"""How the web server is started."""

from __future__ import annotations

import uvicorn

from custodes.commands.web import web


def test_a_forwarded_header_never_replaces_the_peers_address(monkeypatch):
    started = {}
    monkeypatch.setattr(uvicorn, "run", lambda app, **options: started.update(options))
    web()
    assert uvicorn.Config("app", **started).proxy_headers is False
