"""From the outbox to the notary: everything once, in order, and a bad record holds up nobody."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest
from django.db import transaction

from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.records import Record, RecordError
from custodes.people import delivery
from custodes.people.models import Paper, RecordOutbox
from custodes.people.papers.serving import unopened
from custodes.people.records import config_changed, plain, record
from tests.cast import Cast

AT = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


class Notary:
    """Keeps what it is given; may be away, and may refuse one record."""

    def __init__(self, refused: str = "") -> None:
        self.log: list[str] = []
        self.away = False
        self.refused = refused

    def append(self, records: Sequence[Record]) -> list[int]:
        if self.away:
            raise NotaryUnavailable("away")
        if any(str(entry.id) == self.refused for entry in records):
            raise NotaryRefused("bad_request", "no")
        for entry in records:
            if str(entry.id) not in self.log:
                self.log.append(str(entry.id))
        return [self.log.index(str(entry.id)) for entry in records]


def _login(second: int) -> RecordOutbox:
    at = AT + datetime.timedelta(seconds=second)
    return record("login", at=at, account="zhaxi", person=None, method="password", address="10.0.0.9", reason="")


def test_records_arrive_in_order_with_their_indices() -> None:
    rows = [_login(second) for second in range(5)]
    notary = Notary()
    assert delivery.deliver(notary, AT) == 5
    assert notary.log == [str(row.pk) for row in rows]
    assert list(RecordOutbox.objects.order_by("created_at").values_list("index", flat=True)) == [0, 1, 2, 3, 4]
    assert delivery.waiting() == 0


def test_what_was_delivered_is_not_sent_again() -> None:
    _login(0)
    notary = Notary()
    delivery.deliver(notary, AT)
    assert delivery.deliver(notary, AT) == 0


def test_records_wait_while_the_notary_is_away_and_arrive_afterwards() -> None:
    rows = [_login(second) for second in range(3)]
    notary = Notary()
    notary.away = True
    with pytest.raises(NotaryUnavailable):
        delivery.deliver(notary, AT)
    assert delivery.waiting() == 3
    notary.away = False
    assert delivery.deliver(notary, AT) == 3
    assert notary.log == [str(row.pk) for row in rows]


def test_a_crash_after_the_answer_gives_the_same_index_again() -> None:
    row = _login(0)
    notary = Notary()
    delivery.deliver(notary, AT)
    RecordOutbox.objects.update(delivered_at=None, index=None)
    assert delivery.deliver(notary, AT) == 1
    row.refresh_from_db()
    assert (row.index, len(notary.log)) == (0, 1)


def test_a_refused_record_keeps_its_reason_and_holds_up_nobody() -> None:
    rows = [_login(second) for second in range(7)]
    notary = Notary(refused=str(rows[3].pk))
    assert delivery.deliver(notary, AT) == 6
    rows[3].refresh_from_db()
    assert (rows[3].attempts, rows[3].last_error) == (1, "bad_request: no")
    notary.refused = ""
    assert delivery.deliver(notary, AT) == 1


def test_a_record_falls_with_its_transaction() -> None:
    with transaction.atomic():
        _login(0)
        transaction.set_rollback(True)
    assert delivery.waiting() == 0


def test_a_record_that_the_notary_would_refuse_is_refused_when_it_is_written() -> None:
    with pytest.raises(RecordError):
        record("login", at=AT, account="zhaxi", nonsense=1)


def test_floats_are_refused() -> None:
    with pytest.raises(TypeError):
        plain({"rate": 0.5})


def test_secrets_never_enter_a_record(cast: Cast) -> None:
    row = config_changed(cast.operator.account, {"password": ("old-hash", "new-hash")}, by=None, at=AT)
    assert row is not None
    assert row.record["changes"] == {"password": ["(sealed)", "(sealed)"]}
    assert "hash" not in str(row.record)


def test_no_change_leaves_no_record(cast: Cast) -> None:
    assert config_changed(cast.operator.account, {}, by=None, at=AT) is None


def test_old_rows_go_when_the_log_has_them_and_waiting_ones_stay() -> None:
    _login(0)
    delivery.deliver(Notary(), AT)
    _login(1)
    assert delivery.prune(AT + datetime.timedelta(days=31)) == 1
    assert delivery.waiting() == 1


def test_rows_that_say_of_which_row_they_tell_stay_for_as_long_as_its_story_is_told(cast: Cast) -> None:
    kept = config_changed(cast.operator.account, {"language": ("zh", "en")}, by=None, at=AT)
    assert kept is not None
    assert kept.about
    delivery.deliver(Notary(), AT)
    assert delivery.prune(AT + datetime.timedelta(days=400)) == 0


def test_that_a_paper_was_opened_is_known_for_a_month(cast: Cast) -> None:
    paper = Paper.objects.create(sha256="ab" * 32, size=1, media_type="application/pdf", name="同意书.pdf", at=AT)
    person = cast.operator.person
    assert unopened([paper], person) == [paper]
    for form in ("thumbnail", "original"):
        assert unopened([paper], person) == [paper], f"before the {form}"
        record("paper.read", at=AT, paper=paper.pk, sha256=paper.sha256, person=person, form=form, about="x")
    assert unopened([paper], person) == []
    assert unopened([paper], cast.approver.person) == [paper]
    delivery.deliver(Notary(), AT)
    delivery.prune(AT + datetime.timedelta(days=30))
    assert unopened([paper], person) == []
    assert delivery.prune(AT + datetime.timedelta(days=31)) == 2
    assert unopened([paper], person) == [paper]
