"""A paper is kept once by its bytes, whole or not at all, on record, and goes with its last row."""

from __future__ import annotations

import datetime
import hashlib
import os
import stat
from pathlib import Path

import pytest
from django.db import transaction

from custodes.people.models import Paper, RecordOutbox
from custodes.people.papers import store
from custodes.people.papers.keeping import keep_paper, kept_name, remove_paper
from custodes.people.papers.kinds import SCANS, PaperRefused
from custodes.settings import get_settings
from tests.cast import Cast
from tests.people.papers.samples import pdf, picture, upload

AT = datetime.datetime(2026, 6, 1, 4, tzinfo=datetime.UTC)
LATER = AT + store.GRACE + datetime.timedelta(minutes=1)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of this test's own."""
    folder = tmp_path / "papers"
    monkeypatch.setattr(type(get_settings()), "papers_folder", property(lambda self: folder))
    return folder


def files(papers: Path) -> list[str]:
    return sorted(path.name for path in papers.rglob("*") if path.is_file() and path.name != ".lock")


def test_a_paper_lies_under_its_hash_for_its_owner_alone_and_is_on_record(cast: Cast, papers: Path) -> None:
    data = pdf()
    paper = keep_paper(upload(data), by=cast.caretaker.person, at=AT, about="people.unit:1")
    sha256 = hashlib.sha256(data).hexdigest()
    assert (paper.sha256, paper.size, paper.media_type, paper.name) == (
        sha256,
        len(data),
        "application/pdf",
        "授权书.pdf",
    )
    path = papers / sha256[:2] / sha256
    assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(papers.stat().st_mode) == 0o700
    record = RecordOutbox.objects.get(type="paper.kept").record
    assert (record["sha256"], record["person"], record["about"]) == (
        sha256,
        str(cast.caretaker.person.uuid),
        "people.unit:1",
    )
    assert "授权书" not in str(record)


def test_the_same_bytes_are_kept_once_and_have_two_rows(papers: Path) -> None:
    first = keep_paper(upload(pdf()), by=None, at=AT)
    second = keep_paper(upload(pdf(), "另一份.pdf"), by=None, at=AT)
    assert first.pk != second.pk
    assert files(papers) == [first.sha256]


def test_what_is_refused_leaves_nothing(papers: Path) -> None:
    with pytest.raises(PaperRefused) as refusal:
        keep_paper(upload(b"MZ" + bytes(99)), by=None, at=AT, kinds=SCANS, field="letter")
    assert refusal.value.field == "letter"
    with pytest.raises(PaperRefused, match="MB"):
        keep_paper(upload(pdf(b"%" + b"x" * (2 << 20))), by=None, at=AT, most=1 << 20)
    assert files(papers) == []
    assert not Paper.objects.exists()
    assert not RecordOutbox.objects.exists()


def test_a_crash_before_the_name_leaves_no_half_file_under_it(papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "link", crash)
    with pytest.raises(KeyboardInterrupt):
        keep_paper(upload(pdf()), by=None, at=AT)
    assert not list(papers.glob("[0-9a-f][0-9a-f]/*"))


def test_bytes_whose_transaction_was_taken_back_are_swept_a_day_later(papers: Path) -> None:
    with transaction.atomic():
        keep_paper(upload(pdf()), by=None, at=AT)
        transaction.set_rollback(True)
    assert len(files(papers)) == 1
    assert store.sweep(AT + datetime.timedelta(hours=1)) == 0
    assert store.sweep(LATER) == 1
    assert files(papers) == []


def test_a_draft_that_was_left_is_swept_and_a_kept_paper_is_not(papers: Path) -> None:
    paper = keep_paper(upload(pdf()), by=None, at=AT)
    left = papers / ".incoming" / "left"
    left.write_bytes(b"half")
    os.utime(left, (AT.timestamp(), AT.timestamp()))
    assert store.sweep(LATER) == 1
    assert files(papers) == [paper.sha256]


@pytest.mark.django_db(transaction=True)
def test_bytes_go_with_their_last_row_and_the_record_says_why(papers: Path) -> None:
    first = keep_paper(upload(pdf()), by=None, at=AT)
    second = keep_paper(upload(pdf()), by=None, at=AT)
    sha256 = first.sha256
    remove_paper(first, by=None, at=LATER, reason="到期")
    assert files(papers) == [sha256]
    remove_paper(second, by=None, at=LATER, reason="到期")
    assert files(papers) == []
    records = [row.record for row in RecordOutbox.objects.filter(type="paper.removed")]
    assert [(row["by"], row["reason"]) for row in records] == [("system", "到期")] * 2


def test_bytes_that_were_just_handed_in_again_are_not_removed_under_somebodys_hands(papers: Path) -> None:
    paper = keep_paper(upload(pdf()), by=None, at=AT)
    Paper.objects.all().delete()
    # Another request has given the bytes its mark, and its row is not committed yet.
    store.keep(store.path_of(paper.sha256), paper.sha256, LATER)
    assert not store.remove_unowned(paper.sha256, LATER)
    assert files(papers) == [paper.sha256]


def test_damaged_bytes_are_not_taken_for_the_paper(papers: Path) -> None:
    paper = keep_paper(upload(picture(), "图.png"), by=None, at=AT)
    assert store.read(paper.sha256, paper.size) == picture()
    store.path_of(paper.sha256).write_bytes(b"x" * paper.size)
    assert store.read(paper.sha256, paper.size) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\Users\\me\\委托书.pdf", "委托书.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie_ x.pdf"),
        ("委托\u202efdp.exe", "委托fdp.exe"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("", "file"),
        ("...", "file"),
    ],
)
def test_a_name_is_kept_without_folders_and_without_what_nobody_sees(name: str, kept: str) -> None:
    assert kept_name(name) == kept
