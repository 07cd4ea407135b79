"""Everything that is kept says its format, and a newer one is refused with a word about what to do."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from custodes.ledger.book import BookError, BookReader
from custodes.node.account_file import AccountRefused
from custodes.node.journal import Journal
from custodes.notary.store import RecordStore, StoreError
from custodes.video.archive.schema import IndexRefused, connect
from custodes.video.archive.volume import VolumeRefused, claim, read_identity
from custodes.video.clock import FakeClock


def raise_format(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        db.execute(f"PRAGMA user_version = {version + 1}")


def index(folder: Path) -> None:
    connect(folder / "worker-0.sqlite3").close()


def journal(folder: Path) -> None:
    Journal(folder / "views-0.sqlite3", FakeClock(0)).close()


def book(folder: Path) -> None:
    RecordStore(folder, "o").close()


def read_book(folder: Path) -> None:
    BookReader(folder).close()


@pytest.mark.parametrize(
    ("make", "open_again", "refusal"),
    [
        (index, index, IndexRefused),
        (journal, journal, AccountRefused),
        (book, book, StoreError),
        (book, read_book, BookError),
    ],
)
def test_a_database_of_a_newer_format_is_refused_and_left_as_it_is(
    tmp_path: Path, make: Callable[[Path], None], open_again: Callable[[Path], None], refusal: type[Exception]
) -> None:
    make(tmp_path)
    open_again(tmp_path)
    [path] = tmp_path.glob("*.sqlite3")
    with closing(sqlite3.connect(path)) as db:
        (known,) = db.execute("PRAGMA user_version").fetchone()
    raise_format(path)
    with pytest.raises(refusal, match=rf"has format {known + 1}.*knows {known}.*newer program"):
        open_again(tmp_path)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (known + 1,)


def test_a_volume_of_a_newer_format_is_refused(tmp_path: Path) -> None:
    identity = claim(tmp_path)
    (tmp_path / "custodes-volume.json").write_text(json.dumps({"format": 2, "id": identity}))
    with pytest.raises(VolumeRefused, match=r"has format 2.*knows 1.*newer program"):
        read_identity(tmp_path)
