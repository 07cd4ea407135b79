"""A mail server and a receiver of web hooks inside the test, and settings that lead to them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from custodes.settings import get_settings
from tests.patience import PATIENCE

#: Modules that read the settings while alarms are told.
READERS = ("message", "channels", "queue", "sending")


class Mailbox:
    """Keeps what comes, or refuses it."""

    def __init__(self) -> None:
        self.messages: list[tuple[list[str], bytes]] = []
        self.refuses = False

    async def handle_DATA(self, server, session, envelope):
        if self.refuses:
            return "451 not now"
        self.messages.append((list(envelope.rcpt_tos), envelope.content))
        return "250 OK"


class AnyPort(Controller):
    """A server on whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Receiver:
    """Keeps calls and answers with `status`."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((dict(self.headers), body))
                self.send_response(receiver.status)
                self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/alarms"


@pytest.fixture
def settings_of(monkeypatch):
    """Settings for the telling: ``settings_of(training=True)``."""
    from importlib import import_module

    def change(**more):
        changed = get_settings().model_copy(update=more)
        for name in READERS:
            monkeypatch.setattr(
                import_module(f"custodes.upkeep.alarms.delivery.{name}"), "get_settings", lambda: changed
            )
        monkeypatch.setattr("custodes.upkeep.forms.alarms.get_settings", lambda: changed)
        return changed

    return change


@pytest.fixture
def mailbox(settings_of) -> Iterator[Mailbox]:
    """A mail server that runs, and is the installation's."""
    box = Mailbox()
    controller = AnyPort(box, hostname="127.0.0.1", port=0)
    controller.start()
    settings_of(mail_host="127.0.0.1", mail_port=controller.port, mail_security="none", training=True)
    yield box
    controller.stop()


@pytest.fixture
def receiver(settings_of) -> Iterator[Receiver]:
    """A program on this machine, as a training installation may call it."""
    made = Receiver()
    with made.server:
        thread = threading.Thread(target=made.server.serve_forever, daemon=True)
        thread.start()
        settings_of(training=True)
        yield made
        made.server.shutdown()
        thread.join(PATIENCE)
