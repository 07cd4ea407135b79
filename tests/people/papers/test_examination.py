"""What others made is opened in a process that has little, and a process that is made to fail is a refusal in words."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from custodes.people.papers.examination import asking
from custodes.people.papers.examination import keeper as keeper_process
from custodes.people.papers.examination.order import USED, ExaminationOrder, Unfit, UnfitReason
from custodes.people.papers.kinds import DOSSIER, JPEG, PNG, PaperLimits, PaperRefused, find_kind, refusal_of
from tests.patience import PATIENCE
from tests.people.papers.hostile import MB, makers, unended_streams
from tests.people.papers.samples import docx, pdf

examine_apart = asking.examine_apart
LIMITS = PaperLimits(bytes=20 * MB, unpacked=64 * MB, pixels=100_000_000)
HOSTILE = tuple(makers())


@pytest.fixture
def keeper(monkeypatch: pytest.MonkeyPatch):
    """A keeper of the test's own, whose children do this instead of examining a file."""
    own = asking._Keeper()
    monkeypatch.setattr(asking, "_keeper", own)

    def begin(does: str) -> None:
        code = f"import time, os, signal\nfrom custodes.people.papers.examination import keeper\ndef does(order, file):\n {does}\n"
        command = (sys.executable, "-I", "-c", code + "keeper.answer_of = does\nkeeper.main()")
        monkeypatch.setattr(asking, "COMMAND", command)

    yield begin
    own.end()


@pytest.mark.parametrize(
    ("does", "order", "why"),
    [
        ("time.sleep(600)", ExaminationOrder("pdf", wall_s=0.2), UnfitReason.BUSY),
        ("while True: pass", ExaminationOrder("pdf", processor_s=0.05), UnfitReason.WORK),
        ("os.kill(os.getpid(), signal.SIGSEGV)", ExaminationOrder("pdf"), UnfitReason.SILENT),
        ("raise ValueError", ExaminationOrder("pdf"), UnfitReason.SILENT),
        ("bytes(64 << 20); return b'+'", ExaminationOrder("pdf", memory=8 << 20), UnfitReason.SILENT),
        ("return b'+' + bytes(8 << 20)", ExaminationOrder("pdf", memory=64 << 20), UnfitReason.SILENT),
        ("return b'perhaps'", ExaminationOrder("pdf"), UnfitReason.SILENT),
        ("os.write(os.memfd_create('x'), b'x'); return b'+'", ExaminationOrder("pdf"), UnfitReason.SILENT),
        ("os.dup(0); return b'+'", ExaminationOrder("pdf"), UnfitReason.SILENT),
        ("open('/etc/passwd'); return b'+'", ExaminationOrder("pdf"), UnfitReason.SILENT),
        ("keeper.socket.socket(); return b'+'", ExaminationOrder("pdf"), UnfitReason.SILENT),
        ("os.pidfd_open(os.getppid()); return b'+'", ExaminationOrder("pdf"), UnfitReason.SILENT),
    ],
)
def test_a_child_that_hangs_dies_or_takes_too_much_is_a_refusal(
    keeper, does: str, order: ExaminationOrder, why: UnfitReason
) -> None:
    keeper(does)
    with pytest.raises(Unfit) as unfit:
        asking.ask(order, io.BytesIO(pdf()))
    assert unfit.value.why is why


class _Waiting(socket.socket):
    """Tells when whoever writes to it has said how long it waits for room."""

    def __init__(self, held: socket.socket) -> None:
        super().__init__(fileno=held.detach())
        self.waits = threading.Event()

    def settimeout(self, value: float | None) -> None:
        super().settimeout(value)
        self.waits.set()


def test_a_large_answer_is_whole_although_whoever_asked_takes_it_late() -> None:
    """The child is gone, and what it said fills the socket: what it used must still come behind it."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    filled = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            filled += theirs.send(bytes(1 << 14))
    answer = _Waiting(theirs)
    child = os.posix_spawn(sys.executable, [sys.executable, "-c", ""], {})
    handle = os.pidfd_open(child)
    with ours, ThreadPoolExecutor(1) as others:
        reaping = others.submit(keeper_process._reap, handle, keeper_process._Child(child, 0.0, answer))
        while not answer.waits.wait(0.05):
            assert not reaping.done(), "nothing waits for room in the answer"
        said = bytearray()
        while piece := ours.recv(1 << 16):
            said += piece
        reaping.result()
    assert len(said) == filled + USED.size
    assert USED.unpack(said[filled:])[0] == 0


def test_a_slow_machine_is_given_time_for_the_processor_time_that_it_is_allowed() -> None:
    for processor_s, wall_s in ((0.2, 10.0), (30.0, 150.0)):
        assert PaperLimits(bytes=1, unpacked=1, pixels=1, processor_s=processor_s).order("pdf").wall_s == wall_s


def test_a_keeper_that_is_gone_is_begun_again_and_one_that_cannot_be_is_a_refusal(keeper, monkeypatch) -> None:
    own = asking._keeper
    assert asking.ask(ExaminationOrder("pdf"), io.BytesIO(pdf())) == b""
    assert own._process is not None
    own._process.kill()
    own._process.wait()
    assert asking.ask(ExaminationOrder("pdf"), io.BytesIO(pdf())) == b""
    own.end()
    monkeypatch.setattr(asking, "COMMAND", ("/nowhere/python",))
    with pytest.raises(Unfit, match="silent"):
        asking.ask(ExaminationOrder("pdf"), io.BytesIO(pdf()))


def test_when_no_place_is_free_it_is_told_when_to_come_again(monkeypatch) -> None:
    monkeypatch.setattr(asking, "WAITS_S", 0.0)
    taken = [asking._places.acquire(timeout=PATIENCE) for _ in range(asking.AT_ONCE)]
    try:
        with pytest.raises(PaperRefused, match="过一分钟"):
            find_kind(io.BytesIO(pdf()), "a.pdf", "", DOSSIER, LIMITS)
    finally:
        for _ in taken:
            asking._places.release()


def test_what_is_not_wanted_here_is_not_opened(monkeypatch) -> None:
    def opened(*given):
        raise AssertionError("it was opened")

    monkeypatch.setattr(asking, "ask", opened)
    for data, name in ((docx(), "a.docx"), (pdf(), "a.pdf"), ("文字".encode(), "a.txt")):
        with pytest.raises(PaperRefused, match="这里不接受"):
            find_kind(io.BytesIO(data), name, "", (JPEG, PNG), LIMITS)
    with pytest.raises(PaperRefused, match="扩展名"):
        find_kind(io.BytesIO(pdf()), "a.jpg", "", DOSSIER, LIMITS)


def test_the_pdf_that_froze_the_web_is_told_for_what_it_is() -> None:
    """45 KB of streams that never end: it took a regular expression seconds of the web's own process."""
    asking.ask(ExaminationOrder("pdf", processor_s=2), io.BytesIO(unended_streams(45_000)))


@pytest.mark.parametrize(("kind", "what", "make"), HOSTILE, ids=[f"{kind}: {what}" for kind, what, _make in HOSTILE])
def test_a_hostile_file_costs_no_more_than_the_limits(
    monkeypatch, kind: str, what: str, make: Callable[[int], bytes]
) -> None:
    used: list[asking.Examined] = []
    monkeypatch.setattr(asking, "examine_apart", lambda *given: used.append(examine_apart(*given)) or used[-1])
    said = ""
    try:
        find_kind(io.BytesIO(make(MB)), f"a.{kind}", "", DOSSIER, LIMITS)
    except PaperRefused as refusal:
        said = str(refusal)
    assert said != str(refusal_of(Unfit(UnfitReason.SILENT))), used
    assert all(one.processor_ms <= 400 and one.memory_kib <= 64 << 10 for one in used), used
