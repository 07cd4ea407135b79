"""The read tick: what it watches, what it calls, and that members don't hurt each other."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from custodes.video.clock import FakeClock, SystemClock
from custodes.video.source.kept import Backoff, JumpDetector
from custodes.video.source.tick import Reader
from tests.patience import PATIENCE


class Member:
    def __init__(self, sock: socket.socket, fail: bool = False) -> None:
        self.sock, self.fail = sock, fail
        self.read = b""
        self.broken: list[Exception] = []

    def on_readable(self) -> None:
        if self.fail:
            raise RuntimeError("mine alone")
        self.read += self.sock.recv(100)

    def on_writable(self) -> None:
        self.read += b"writable"

    def on_broken(self, error: Exception) -> None:
        self.broken.append(error)


def test_a_failing_member_is_taken_out_and_the_others_are_read() -> None:
    reader = Reader(FakeClock())
    pairs = [socket.socketpair() for _ in range(3)]
    members = [Member(ours, fail=index == 1) for index, (ours, _theirs) in enumerate(pairs)]
    for member, (ours, theirs) in zip(members, pairs, strict=True):
        reader.add(ours, member)
        theirs.send(b"x")
    assert reader.tick() == 3
    assert [member.read for member in members] == [b"x", b"", b"x"]
    assert [len(member.broken) for member in members] == [0, 1, 0]
    assert len(reader) == 2
    assert reader.tick() == 0
    for ours, theirs in pairs:
        reader.remove(ours)
        ours.close()
        theirs.close()
    reader.close()


def test_a_member_removed_by_another_within_the_tick_is_not_called() -> None:
    reader = Reader(FakeClock())
    (a, a_peer), (b, b_peer) = socket.socketpair(), socket.socketpair()

    class Remover(Member):
        def on_readable(self) -> None:
            super().on_readable()
            reader.remove(a)
            reader.remove(b)

    first, second = Remover(a), Remover(b)
    reader.add(a, first)
    reader.add(b, second)
    a_peer.send(b"x")
    b_peer.send(b"x")
    reader.tick()
    assert sorted([first.read, second.read]) == [b"", b"x"]
    for sock in (a, a_peer, b, b_peer):
        sock.close()
    reader.close()


def test_a_resting_member_is_not_read() -> None:
    reader = Reader(FakeClock())
    ours, theirs = socket.socketpair()
    member = Member(ours)
    reader.add(ours, member, write=True)
    reader.tick()
    assert member.read == b"writable"
    reader.want(ours, read=False)
    theirs.send(b"x")
    reader.tick()
    assert member.read == b"writable"
    reader.want(ours)
    reader.tick()
    assert member.read == b"writablex"
    ours.close()
    theirs.close()
    reader.close()


def test_timers_are_called_in_order_when_due_and_not_when_cancelled() -> None:
    clock = FakeClock()
    reader = Reader(clock)
    called: list[str] = []
    reader.call_later(2, lambda: called.append("second"))
    reader.call_later(1, lambda: called.append("first"))
    reader.call_later(1, lambda: 1 // 0)  # a failing timer is logged and forgotten
    reader.call_later(1.5, lambda: called.append("never")).cancel()
    reader.tick()
    assert called == []
    clock.advance(3)
    reader.tick()
    assert called == ["first", "second"]
    reader.close()


async def test_run_ticks_on_the_event_loop_until_cancelled() -> None:
    reader = Reader(SystemClock(), tick_ms=1)
    happened = asyncio.Event()
    reader.call_later(0, happened.set)
    task = asyncio.create_task(reader.run())
    await asyncio.wait_for(happened.wait(), PATIENCE)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    reader.close()


def test_the_tick_is_calm_while_nobody_watches_and_nothing_is_left_to_read() -> None:
    reader = Reader(FakeClock(), tick_ms=10, calm_ms=37)
    assert reader.period == 0.037
    reader.watch(1)
    reader.watch(1)
    reader.watch(-1)
    assert reader.period == 0.01
    reader.watch(-1)
    assert reader.period == 0.037
    reader.full = True
    assert reader.period == 0.01
    assert Reader(FakeClock(), tick_ms=50, calm_ms=37).period == 0.05
    reader.close()


async def test_a_reader_that_is_closed_while_it_runs_ticks_no_more() -> None:
    reader = Reader(SystemClock(), tick_ms=1)
    happened = asyncio.Event()
    reader.call_later(0, happened.set)
    task = asyncio.create_task(reader.run())
    await asyncio.wait_for(happened.wait(), PATIENCE)
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: failures.append(context))
    reader.close()
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, passed.set)
    await asyncio.wait_for(passed.wait(), PATIENCE)
    assert failures == []
    task.cancel()


def test_waiting_grows_to_a_minute_with_jitter_and_begins_anew_after_a_good_time() -> None:
    import random

    backoff = Backoff(random.Random(1))
    waits = [backoff.wait() for _ in range(10)]
    assert all(
        0.5 * full <= wait <= full for wait, full in zip(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60, 60], strict=True)
    )
    assert len(set(waits)) == len(waits)
    backoff.reset()
    assert backoff.wait() <= 1
    assert backoff.wait(least=30) >= 15


def test_drift_is_no_jump_and_a_jump_is_told_once() -> None:
    detector = JumpDetector()
    # 500 ppm off for a day.
    assert all(detector.see(round(second * 1_000_500), float(second)) == 0 for second in range(0, 86_400, 4))
    day = 86_400_000_000
    assert abs(detector.see(86_400 * 1_000_500 + day, 86_400.0) - day) < 1_000_000
    assert detector.see(86_401 * 1_000_500 + day, 86_401.0) == 0
    assert detector.see(86_402 * 1_000_500, 86_402.0) < -day + 1_000_000
