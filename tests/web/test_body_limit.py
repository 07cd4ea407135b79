"""A request that sends too much is refused before anything is kept of it."""

from __future__ import annotations

import asyncio
import contextlib
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.video.wire.control import ADMITTED, InvalidRequest, RequestChecker, sign_request
from custodes.web.body_limit import NODE_BYTES, PAGE_BYTES, UNSIGNED_BYTES, BodyLimit, in_threads
from tests.patience import PATIENCE

PIECE = b"x" * 65_536


class Web:
    """An application that reads the whole body, as Django does, and what came of it."""

    def __init__(self, path: str, total: int, announced: int | None = None, signed: str = "node-1") -> None:
        self.taken = 0
        self.left = total
        self.status = 0
        self.scope = {
            "type": "http",
            "path": path,
            "headers": [(b"authorization", signed.encode())],
        }
        if announced is not None:
            self.scope["headers"].append((b"content-length", str(announced).encode()))
        self.admitted = 0
        self.said = b""

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
        self.said += message.get("body", b"")

    def admit(self, header: str) -> str:
        self.admitted += 1
        if header != "node-1":
            raise InvalidRequest("no signature")
        return header

    def ask(self) -> int:
        asyncio.run(BodyLimit(self.app, in_threads(self.admit))(self.scope, self.receive, self.send))
        return self.status


@pytest.mark.parametrize(("path", "limit"), [("/accounts/login/", PAGE_BYTES), ("/internal/status", NODE_BYTES)])
def test_a_body_up_to_the_limit_is_taken(path, limit):
    assert Web(path, limit).ask() == 200


@pytest.mark.parametrize("announced", [None, NODE_BYTES])
def test_an_unsigned_body_of_a_node_is_refused_before_it_is_read_and_told_the_limit(announced):
    web = Web("/internal/status", NODE_BYTES, announced, signed="")
    assert web.ask() == 401
    assert web.taken <= (0 if announced else UNSIGNED_BYTES)
    assert str(UNSIGNED_BYTES).encode() in web.said


def test_a_signed_one_is_admitted_once_and_that_is_handed_on_and_a_small_one_is_the_view_s():
    web = Web("/internal/status", NODE_BYTES)
    assert (web.ask(), web.admitted, web.scope[ADMITTED]) == (200, 1, "node-1")
    small = Web("/internal/status", UNSIGNED_BYTES, signed="")
    assert (small.ask(), small.admitted) == (200, 0)


def test_a_check_that_takes_long_holds_up_no_other():
    """One slow look into the register: a request of another node is admitted meanwhile."""
    other, slow, quick = threading.Event(), *(Web("/internal/status", NODE_BYTES) for _ in range(2))
    slow.admit = lambda header: other.wait(PATIENCE) or pytest.fail("the other waits for this one")
    quick.admit = lambda header: other.set()

    async def both():
        one = asyncio.create_task(BodyLimit(slow.app, in_threads(slow.admit))(slow.scope, slow.receive, slow.send))
        await asyncio.sleep(0)
        await BodyLimit(quick.app, in_threads(quick.admit))(quick.scope, quick.receive, quick.send)
        await one

    asyncio.run(both())
    assert (slow.status, quick.status) == (200, 200)


def test_one_signature_that_comes_twice_at_once_is_taken_once():
    """Checks run in any thread now; what was seen is looked up and noted as one."""
    key, both, taken = Ed25519PrivateKey.generate(), threading.Barrier(2), []
    checker = RequestChecker(key.public_key(), "node-1", "web")

    def signed():
        return sign_request(key, "node-1", "web", "POST", "/internal/status", b"", 1000.0)

    class Met(float):
        """A time that waits for the other thread where it is held against what was seen."""

        def __lt__(self, until):
            if isinstance(until, float):
                with contextlib.suppress(threading.BrokenBarrierError):
                    both.wait(0.5)
            return float(self) < until

    def ask(header):
        with contextlib.suppress(InvalidRequest):
            taken.append(checker.admit(header, Met(1001)))

    checker.admit(signed(), 1000.5)
    threads = [threading.Thread(target=ask, args=(header,)) for header in [signed()] * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(taken) == 1


def test_a_signed_body_that_is_too_large_is_told_the_limit():
    web = Web("/internal/status", 10**9, 10**9)
    assert (web.ask(), web.taken) == (413, 0)
    assert str(NODE_BYTES).encode() in web.said


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

    from custodes.people.papers.kinds import takes_papers
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
