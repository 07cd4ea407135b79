"""Whether the side channel of a platform below is there: who shows its certificate and then does nothing holds nobody up."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from custodes.gateway.statements.reaching import context_of, shake_hands
from custodes.tls.files import TlsFiles
from custodes.video.wire.statements import StatementsAt
from tests.gateway.statements.world import HOST, certified
from tests.patience import PATIENCE


@contextmanager
def rude(files: TlsFiles) -> Iterator[int]:
    """A server that shakes hands and from then on neither reads nor writes; its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.cert, files.key)
    over, there = threading.Event(), socket.create_server((HOST, 0))

    def serve() -> None:
        with suppress(OSError):
            came, _ = there.accept()
            with context.wrap_socket(came, server_side=True):
                over.wait(2 * PATIENCE)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with closing(there):
        yield there.getsockname()[1]
        over.set()
        thread.join()


async def test_who_shakes_hands_and_never_says_goodbye_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio.constants, "SSL_SHUTDOWN_TIMEOUT", 3_600.0)  # of who waits for a goodbye
    (tmp_path / "below").mkdir()
    (tmp_path / "above").mkdir()
    below, above = certified(tmp_path / "below"), certified(tmp_path / "above")
    with rude(below) as port:
        at = StatementsAt(url=f"https://{HOST}:{port}", certificate=below.cert.read_text())
        context = await context_of(at, above)
        async with asyncio.timeout(PATIENCE):
            await shake_hands(at, context, 5)
