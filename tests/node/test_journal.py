"""What was shown is written down before and after, and a crash leaves no view without an end."""

from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.records import Record, ViewBegun, ViewEnded, ViewHeard, at_text, record_of
from custodes.node.delivery import ArchiveOutbox, Delivery
from custodes.node.journal import JOIN_US, MAX_INTERVALS, Journal, ShownIntervals
from custodes.video.archive.index import OutboxEntry
from custodes.video.clock import FakeClock


def begun() -> ViewBegun:
    return ViewBegun(
        id=uuid4(),
        at=at_text(1_750_000_000_000_000),
        grant=uuid4(),
        index=3,
        person="p",
        camera=uuid4(),
        stream="main",
        at_us=None,
        worker="node-1/0",
    )


def test_a_view_has_its_first_record_when_it_begins_and_its_last_when_it_ends(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "v.sqlite3", FakeClock())
    viewing = journal.begin(begun())
    assert [type(record) for _, record in journal.outbox_pending(9)] == [ViewBegun]
    viewing.shown.add(1_000_000, 2_000_000, 500)
    journal.end(viewing, "closed")
    rows = journal.outbox_pending(9)
    last = rows[-1][1]
    assert isinstance(last, ViewEnded)
    assert (last.shown, last.bytes, last.reason) == (((1_000_000, 2_000_000),), 500, "closed")
    journal.outbox_done([row for row, _ in rows])
    assert journal.outbox_pending(9) == []
    journal.close()


def test_a_view_that_a_crash_cut_off_is_ended_by_the_next_start_with_what_was_noted(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "v.sqlite3", FakeClock())
    viewing = journal.begin(begun())
    journal.note([(viewing.begun.id, ((5, 9),), 77)])
    journal.close()
    again = Journal(tmp_path / "v.sqlite3", FakeClock())
    last = again.outbox_pending(9)[-1][1]
    assert isinstance(last, ViewEnded)
    assert (last.shown, last.bytes, last.reason, last.grant) == (((5, 9),), 77, "crash", viewing.begun.grant)
    again.close()
    third = Journal(tmp_path / "v.sqlite3", FakeClock())
    assert len(third.outbox_pending(9)) == 2, "once"
    third.close()


def test_that_somebody_listens_is_on_record_before_the_first_sound_and_what_was_heard_at_the_end(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path / "v.sqlite3", FakeClock())
    viewing = journal.begin(begun())
    journal.hear(viewing)
    assert viewing.listens
    first, heard = [record for _, record in journal.outbox_pending(9)]
    assert isinstance(heard, ViewHeard)
    assert (heard.view, heard.grant, heard.person, heard.camera) == (
        first.id,
        viewing.begun.grant,
        "p",
        viewing.begun.camera,
    )
    journal.hear(viewing)
    assert len(journal.outbox_pending(9)) == 2, "once for a view"
    viewing.shown.add(1_000_000, 9_000_000, 500)
    viewing.heard.add(2_000_000, 3_000_000, 0)
    viewing.heard.add(7_000_000, 8_000_000, 0)
    journal.end(viewing, "closed")
    last = journal.outbox_pending(9)[-1][1]
    assert isinstance(last, ViewEnded)
    assert last.heard == ((2_000_000, 3_000_000), (7_000_000, 8_000_000))
    journal.hear(viewing)
    assert len(journal.outbox_pending(9)) == 3, "a view that is over is not listened to"
    journal.close()


def test_what_was_heard_until_a_crash_is_in_the_account(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "v.sqlite3", FakeClock())
    viewing, silent = journal.begin(begun()), journal.begin(begun())
    journal.hear(viewing)
    journal.note([(viewing.begun.id, ((5, 9),), 77), (silent.begun.id, ((5, 9),), 7)], [(viewing.begun.id, ((6, 8),))])
    journal.close()
    again = Journal(tmp_path / "v.sqlite3", FakeClock())
    ended = {record.grant: record.heard for _, record in again.outbox_pending(9) if isinstance(record, ViewEnded)}
    assert ended == {viewing.begun.grant: ((6, 8),), silent.begun.grant: ()}
    again.close()


class Notary:
    def __init__(self) -> None:
        self.taken: list[Record] = []
        self.down = False
        self.poison: set[object] = set()

    def append(self, records: list[Record]) -> list[int]:
        if self.down:
            raise NotaryUnavailable("down")
        if any(record.id in self.poison for record in records):
            raise NotaryRefused("bad_request", "poison")
        self.taken += records
        return list(range(len(records)))

    def close(self) -> None:
        return None


def test_records_wait_while_the_notary_is_down_and_arrive_in_order(tmp_path: Path) -> None:
    journal, notary = Journal(tmp_path / "v.sqlite3", FakeClock()), Notary()
    views = [begun() for _ in range(5)]
    for one in views:
        journal.begin(one)
    delivery = Delivery(notary, [journal])  # type: ignore[arg-type]
    notary.down = True
    with pytest.raises(NotaryUnavailable):
        delivery.deliver_once()
    notary.down = False
    assert delivery.deliver_once() == 5
    assert [record.id for record in notary.taken] == [one.id for one in views]
    assert delivery.deliver_once() == 0
    journal.close()


def test_a_record_that_the_notary_refuses_stays_and_holds_up_no_other(tmp_path: Path) -> None:
    journal, notary = Journal(tmp_path / "v.sqlite3", FakeClock()), Notary()
    views = [begun() for _ in range(5)]
    for one in views:
        journal.begin(one)
    notary.poison = {views[2].id}
    delivery = Delivery(notary, [journal])  # type: ignore[arg-type]
    assert delivery.deliver_once() == 4
    assert delivery.deliver_once() == 0
    assert [record.id for _, record in journal.outbox_pending(9)] == [views[2].id]
    assert delivery.refused == 1
    journal.close()


def test_an_entry_of_the_archive_that_is_no_record_holds_up_no_other() -> None:
    class Archive:
        def outbox_pending(self, limit: int) -> list[OutboxEntry]:
            heartbeat = {"id": str(uuid4()), "type": "heartbeat", "at": at_text(1), "size": 1}
            return [OutboxEntry(1, {"type": "nonsense"}), OutboxEntry(2, heartbeat)][:limit]

        def outbox_done(self, ids: object) -> None:
            return None

    outbox = ArchiveOutbox(Archive(), record_of)
    assert outbox.outbox_pending(1) == []
    assert [row for row, _ in outbox.outbox_pending(1)] == [2]


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 5 * 10**6)), max_size=60))
def test_shown_covers_everything_that_was_sent_and_nothing_far_from_it(parts: list[tuple[int, int]]) -> None:
    shown = ShownIntervals()
    for start, length in parts:
        shown.add(start, start + length, 1)
    assert shown.bytes == len(parts)
    intervals = shown.intervals
    for start, length in parts:
        assert any(a <= start and start + length <= b for a, b in intervals)
    for (_, end), (start, _) in pairwise(intervals):
        assert start - end > JOIN_US
    exact = sum(b - a for a, b in _merged(parts))
    assert sum(b - a for a, b in intervals) <= exact + JOIN_US * len(parts)


def _merged(parts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, length in sorted(parts):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], start + length))
        else:
            merged.append((start, start + length))
    return merged


def test_shown_never_grows_without_bound_and_never_says_less() -> None:
    shown = ShownIntervals()
    for number in range(MAX_INTERVALS * 2):
        shown.add(number * 10_000_000, number * 10_000_000 + 1, 1)
    assert len(shown.intervals) == MAX_INTERVALS
    assert shown.intervals[0][0] == 0
    assert shown.intervals[-1][1] == (MAX_INTERVALS * 2 - 1) * 10_000_000 + 1
