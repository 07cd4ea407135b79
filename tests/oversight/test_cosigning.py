"""Taking checkpoints to witnesses that cheat: what one of them answers costs no other its turn."""

from __future__ import annotations

import ssl
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.checkpoint import verifier_of
from custodes.ledger.client import LastCosignature, LogGrowth, NotaryRefused, NotaryStatus
from custodes.ledger.witnessed import Witness
from custodes.oversight import cosigning
from custodes.oversight.cosigning import MAX_LOG_SIZE, Cosigning, NotCosigned, posting
from custodes.tls.files import TlsFiles
from custodes.tls.pinned import make_pinned
from tests.oversight import below
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.witness.running import NOW

NAMES = ("a.example/w1", "b.example/w1")
AT = datetime(2026, 11, 27, tzinfo=UTC)


class Notary:
    """A notary whose log has so many entries, and which takes no number that no log has."""

    def __init__(self, size: int = 21) -> None:
        self.size = size
        self.asked: list[int] = []
        self.kept: list[str] = []

    def status(self) -> NotaryStatus:
        return NotaryStatus(
            below.ORIGIN, self.size, self.size, False, "", tuple(LastCosignature(name, 0, 0) for name in NAMES)
        )

    def consistency(self, old: int) -> LogGrowth:
        self.asked.append(old)
        if old > MAX_LOG_SIZE:
            raise NotaryRefused("bad_request", "Expected `int` <= 9007199254740991 - at `$.old`")
        return LogGrowth(self.size, str(below.lower().note(self.size)), () if old < self.size else None)

    def cosigned(self, note: str, lines: list[str]) -> int:
        if lines == ["refused"]:
            raise NotaryRefused("unproven", "the line does not verify")
        self.kept += lines
        return 1


def witness(name: str, url: str = "https://127.0.0.1:1", certificate: str = "") -> Witness:
    """One of them; its key is the same as everybody's."""
    return Witness(url, verifier_of(name, Ed25519PrivateKey.from_private_bytes(b"w" * 32)), certificate, True)


def carrying(monkeypatch: pytest.MonkeyPatch, notary: Notary, answers: dict[str, object]) -> Cosigning:
    """Over witnesses that answer so; an exception is raised."""
    monkeypatch.setattr(cosigning, "read_witnesses", lambda _: tuple(witness(name) for name in NAMES))

    def post(one: Witness, _: bytes) -> tuple[int, str, str]:
        answer = answers[one.name]
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, tuple)
        return answer

    return Cosigning(notary, Path(), post)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answer",
    [
        (409, "text/x.tlog.size", f"{2**53}\n"),
        (409, "text/x.tlog.size", f"{2**63 - 1}\n"),
        (200, "text/plain", "refused\n"),
        NotaryRefused("bad_request", "whatever"),
        RuntimeError("nobody thought of this"),
    ],
)
def test_a_witness_that_cheats_keeps_no_later_one_from_its_turn(
    monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    notary = Notary()
    one = carrying(monkeypatch, notary, {NAMES[0]: answer, NAMES[1]: (200, "text/plain", "line\n")})
    one.tick(AT)
    assert notary.kept == ["line"]
    assert one.outcomes[NAMES[0]].words
    assert one.outcomes[NAMES[1]].words == ""


def test_a_size_that_no_log_has_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    notary = Notary()
    answers: dict[str, object] = dict.fromkeys(NAMES, (409, "text/x.tlog.size", f"{2**53}\n"))
    one = carrying(monkeypatch, notary, answers)
    one.tick(AT)
    assert "a size that no log has" in one.outcomes[NAMES[0]].words
    answers[NAMES[0]] = (200, "text/plain", "line\n")
    one.tick(AT.replace(hour=1))
    assert notary.kept == ["line"], "it is asked again as if it had said nothing"
    assert set(notary.asked) == {0}


@pytest.mark.real_clock
def test_an_answer_that_drips_is_cut_off_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cosigning, "EXCHANGE_SECONDS", 0.6)
    files = TlsFiles(tmp_path / "w.pem", tmp_path / "w.key")
    make_pinned(files, "w", ("127.0.0.1",), NOW, serves=True)
    make_pinned(TlsFiles(tmp_path / "c.pem", tmp_path / "c.key"), "c", (), NOW, serves=False)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.cert, files.key)
    port, ready = free_port(), threading.Event()

    def drip() -> None:
        import socket

        with socket.create_server(("127.0.0.1", port)) as server:
            ready.set()
            plain, _ = server.accept()
            with context.wrap_socket(plain, server_side=True) as line:
                try:
                    line.sendall(b"HTTP/1.1 200 OK\r\n")
                    for _ in range(100):
                        line.sendall(b"x")
                        time.sleep(0.1)
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    ready.wait(PATIENCE)
    began = time.monotonic()
    post = posting(TlsFiles(tmp_path / "c.pem", tmp_path / "c.key"))
    with pytest.raises(NotCosigned, match="not whole"):
        post(witness("a.example/w1", f"https://127.0.0.1:{port}", files.cert.read_text()), b"old 0\n\n")
    assert time.monotonic() - began < 5
    thread.join(PATIENCE)
    assert not thread.is_alive()
