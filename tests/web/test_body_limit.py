"""A request that sends too much is refused before anything is kept of it."""

from __future__ import annotations

import asyncio

import pytest

from custodes.web.body_limit import NODE_BYTES, PAGE_BYTES, BodyLimit

PIECE = b"x" * 65_536


class Web:
    """An application that reads the whole body, as Django does, and what came of it."""

    def __init__(self, path: str, total: int, announced: int | None = None) -> None:
        self.taken = 0
        self.left = total
        self.status = 0
        self.scope = {
            "type": "http",
            "path": path,
            "headers": [] if announced is None else [(b"content-length", str(announced).encode())],
        }

    async def app(self, scope, receive, send):
        while (message := await receive())["more_body"]:
            self.taken += len(message["body"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def receive(self):
        piece = PIECE[: self.left]
        self.left -= len(piece)
        return {"type": "http.request", "body": piece, "more_body": self.left > 0 or bool(piece)}

    async def send(self, message):
        self.status = self.status or message.get("status", 0)

    def ask(self) -> int:
        asyncio.run(BodyLimit(self.app)(self.scope, self.receive, self.send))
        return self.status


@pytest.mark.parametrize(("path", "limit"), [("/accounts/login/", PAGE_BYTES), ("/internal/status", NODE_BYTES)])
def test_a_body_up_to_the_limit_is_taken(path, limit):
    assert Web(path, limit).ask() == 200


def test_an_announced_flood_is_refused_unread():
    web = Web("/accounts/login/", 10**9, announced=10**9)
    assert (web.ask(), web.taken) == (413, 0)


def test_a_flood_that_does_not_say_its_length_is_cut_off():
    web = Web("/accounts/login/", 10**9)
    assert web.ask() == 413
    assert web.taken <= PAGE_BYTES


def test_the_length_that_was_announced_is_not_believed():
    assert Web("/accounts/login/", 10**9, announced=10).ask() == 413


def test_an_address_that_takes_papers_takes_their_bytes_too_and_no_other_does(monkeypatch):
    from types import SimpleNamespace

    from custodes.people.papers.taking import takes_papers
    from custodes.settings import get_settings
    from custodes.web import body_limit

    @takes_papers(2)
    def view(request):
        raise NotImplementedError

    most = 2 * get_settings().paper_bytes + PAGE_BYTES
    monkeypatch.setattr(body_limit, "resolve", lambda path: SimpleNamespace(func=view))
    assert Web("/papers/", most, announced=most).ask() == 200
    assert Web("/papers/", most + 1, announced=most + 1).ask() == 413
    assert Web("/papers/", most + 1).ask() == 413
    monkeypatch.undo()
    assert Web("/accounts/login/", most, announced=most).ask() == 413
    assert Web("/no-such-page/", most, announced=most).ask() == 413
