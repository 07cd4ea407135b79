"""kill -9 of a worker that is told of holds while it deletes: what it has answered for is held and there ever after (S33.2a, Q7)."""

from __future__ import annotations

import json
import os
import random
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from custodes.video.archive.archive import Archive
from custodes.video.archive.retention import Retention
from custodes.video.wire.archive import HoldAnswer, HoldOrder
from tests.chaos.recorder_process import FastClock, open_archive
from tests.chaos.test_archive_kill import Victim, after_the_crash

FEW_KILLS = 4
MANY_KILLS = min(12, int(os.environ.get("CUSTODES_CHAOS_KILLS", "50")))
"""Each runs longer than the recorder's own kills do: footage has to come to its term meanwhile."""


@dataclass
class Said:
    """What the web knows of one hold: all that it asked, and the last answer that came."""

    asked: list[HoldOrder] = field(default_factory=list)
    answer: HoldAnswer | None = None
    answers: int = 0

    @property
    def unanswered(self) -> bool:
        """The kill came between an order and its answer."""
        return len(self.asked) > self.answers


def said(folder: Path) -> list[Said]:
    """Of each hold; a last line that was torn by the kill was never said."""
    holds: dict[str, Said] = {}
    for line in (folder / "holds.jsonl").read_text().splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue
        if "asked" in told:
            order = HoldOrder.model_validate(told["asked"])
            holds.setdefault(str(order.id), Said()).asked.append(order)
        else:
            answer = HoldAnswer.model_validate(told["answered"])
            hold = holds[str(answer.id)]
            hold.answer, hold.answers = answer, hold.answers + 1
    return list(holds.values())


@dataclass
class Seen:
    """What the runs have shown, so that a run which showed nothing fails."""

    in_force: int = 0
    released: int = 0
    unanswered: int = 0
    kept_past_term: int = 0


def check(folder: Path, seen: Seen) -> None:
    """Each hold that stands, after the start and after one more pass, keeps what the answer said was there."""
    clock = FastClock(folder)
    archive = open_archive(folder, clock, threads=False)
    rule = Retention(training_minutes=1)
    try:
        archive.purge(rule, 1.0)
        cutoff = rule.cutoff_us(0, clock.wall_us())
        for hold in said(folder):
            order = hold.asked[0]
            if hold.unanswered:
                _pushed_again(archive, folder, hold)
                seen.unanswered += 1
            elif hold.answer is not None and not hold.answer.released:
                _is_kept(archive, order, hold.answer)
                seen.in_force += 1
                seen.kept_past_term += order.to_us < cutoff and any(one.there_us for one in hold.answer.cameras)
            else:
                seen.released += 1
    finally:
        archive.close()


def _is_kept(archive: Archive, order: HoldOrder, answer: HoldAnswer) -> None:
    now = {one.camera: one for one in archive.holds.answer(order).cameras}
    for before in answer.cameras:
        held = archive.held(before.camera, order.from_us, order.to_us)
        assert any(start <= order.from_us and order.to_us <= end for start, end in held), "an answered hold is gone"
        after = now[before.camera]
        assert after.there_us >= before.there_us, f"held footage is gone: {before} was answered, {after} is left"
        assert after.deleted_us <= before.deleted_us, "something was deleted under the hold"


def _pushed_again(archive: Archive, folder: Path, hold: Said) -> None:
    """The web has no answer and says it again: it is held (or released) then, whether the worker had it already or not."""
    order = hold.asked[-1]
    archive.holds.take([order])
    answer = archive.holds.answer(order)
    assert (answer.version, answer.released) == (order.version, order.released)
    with (folder / "holds.jsonl").open("a") as out:
        out.write(json.dumps({"answered": answer.model_dump(mode="json")}) + "\n")


def kill_again_and_again(folder: Path, kills: int, seed: int) -> Seen:
    chance, seen = random.Random(seed), Seen()
    for _ in range(kills):
        victim = Victim(folder, CUSTODES_CHAOS_HOLDS="1")
        victim.run_for(chance.randint(20, 60))
        threading.Event().wait(chance.random() / 10)
        victim.kill()
        after_the_crash(folder, victim)
        check(folder, seen)
    return seen


@pytest.mark.parametrize(
    "kills", [FEW_KILLS, pytest.param(MANY_KILLS, marks=[pytest.mark.chaos, pytest.mark.timeout(1800)])]
)
def test_what_was_answered_for_is_held_after_each_kill(tmp_path: Path, kills: int) -> None:
    seen = kill_again_and_again(tmp_path, kills, kills)
    assert seen.in_force
    assert seen.released
    assert seen.kept_past_term, "no hold was ever the reason why something was kept"


@pytest.mark.parametrize("point", ["hold", "held"])
def test_killed_while_it_writes_a_hold_down_it_is_held_whole_or_said_again(tmp_path: Path, point: str) -> None:
    """Inside the transaction, and between its end and the answer."""
    victim = Victim(tmp_path, f"{point}:6", CUSTODES_CHAOS_HOLDS="1")
    victim.wait()
    seen = Seen()
    check(tmp_path, seen)
    assert seen.unanswered == 1
