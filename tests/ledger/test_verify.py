"""The offline check: whatever is changed under a checkpoint is found, and named."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custodes.ledger.book import FILE_NAME
from custodes.ledger.entry import LedgerEntry
from custodes.ledger.report import FindingKind, LedgerReport
from custodes.ledger.tiles import WIDTH, TileFolder, bundle_path, pack_bundle, tile_path, tile_width, unpack_bundle
from custodes.ledger.verify import verify_ledger
from custodes.notary.prepare import prepare
from custodes.notary.tilewriter import TileWriter
from tests.ledger.madelog import SIGNER, gap, make_log

CHECKPOINTS = (300, 520, 700)
SIZE = CHECKPOINTS[-1]
UNPROVEN = 5
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A log with three checkpoints and a few entries behind the last."""
    folder = tmp_path_factory.mktemp("made")
    notes = make_log(folder, CHECKPOINTS, UNPROVEN)
    return folder / "ledger", notes


@pytest.fixture(scope="module")
def log(made: tuple[Path, list[str]]) -> Iterator[Callable[[], Path]]:
    """Makes copies of the log that a test may spoil."""
    base = Path(mkdtemp())
    count = 0

    def copy() -> Path:
        nonlocal count
        count += 1
        return Path(shutil.copytree(made[0], base / str(count)))

    yield copy
    shutil.rmtree(base)


def check(folder: Path, *seen: str, now: datetime = NOW) -> LedgerReport:
    """Verify with the log's key."""
    return verify_ledger(folder, SIGNER.verifier, now, [note.encode() for note in seen])


def kinds(report: LedgerReport) -> set[FindingKind]:
    """The kinds of what was found."""
    return {finding.kind for finding in report.findings}


def bundle_of(folder: Path, n: int) -> tuple[Path, list[bytes]]:
    """Path and entries of bundle `n` under the last checkpoint."""
    width = tile_width(0, n, SIZE)
    path = folder / bundle_path(n, width)
    return path, unpack_bundle(path.read_bytes(), width)


def entry_at(folder: Path, index: int) -> bytes:
    """One entry from its bundle."""
    return bundle_of(folder, index // WIDTH)[1][index % WIDTH]


def put_entry(folder: Path, index: int, entry: bytes) -> None:
    """Replace one entry in its bundle."""
    path, entries = bundle_of(folder, index // WIDTH)
    entries[index % WIDTH] = entry
    path.write_bytes(pack_bundle(entries))


def forged(entry: bytes) -> bytes:
    """Another well-formed entry."""
    return LedgerEntry("gap", "2026-11-24T00:00:00.000000Z", entry.hex()[:64].ljust(64, "0")).encode()


def edit_book(folder: Path, statement: str, *values: object) -> None:
    """Change the record book behind the notary's back."""
    db = sqlite3.connect(folder / FILE_NAME)
    with db:
        db.execute(statement, values)
    db.close()


few = settings(max_examples=25, deadline=None)
indices = st.integers(0, SIZE - 1)


def test_a_whole_log_is_proven_and_what_is_newer_is_said_to_be_unproven(made: tuple[Path, list[str]]) -> None:
    report = check(made[0], *made[1])
    assert report.ok
    assert (report.size, report.proven, report.unproven) == (SIZE, SIZE, UNPROVEN)
    assert report.seen_confirmed == CHECKPOINTS
    assert report.records_checked == SIZE + UNPROVEN
    assert report.first_bad is None


def test_the_tiles_alone_are_enough_to_prove_the_entries(log: Callable[[], Path]) -> None:
    folder = log()
    for file in folder.glob(FILE_NAME + "*"):
        file.unlink()
    report = check(folder)
    assert report.ok
    assert (report.proven, report.unproven, report.records_checked) == (SIZE, 0, 0)


@few
@given(st.data())
def test_one_flipped_bit_in_any_file_is_found(log: Callable[[], Path], data: st.DataObject) -> None:
    folder = log()
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name[:4] not in ("book", "nota"))
    path = data.draw(st.sampled_from(files))
    content = bytearray(path.read_bytes())
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    report = check(folder)
    assert not report.ok, f"bit {bit} of {path.relative_to(folder)}"


@few
@given(indices, st.sampled_from(["entry", "salt", "record"]), st.data())
def test_one_flipped_bit_in_the_record_book_is_found_and_named(
    log: Callable[[], Path], index: int, column: str, data: st.DataObject
) -> None:
    folder = log()
    db = sqlite3.connect(folder / FILE_NAME)
    (content,) = db.execute(f"SELECT {column} FROM entry WHERE idx = ?", (index,)).fetchone()
    db.close()
    bit = data.draw(st.integers(0, len(content) * 8 - 1))
    spoiled = bytearray(content)
    spoiled[bit // 8] ^= 1 << bit % 8
    edit_book(folder, f"UPDATE entry SET {column} = ? WHERE idx = ?", bytes(spoiled), index)
    report = check(folder)
    assert not report.ok
    assert {finding.index for finding in report.findings} == {index}
    assert kinds(report) <= {FindingKind.BOOK, FindingKind.RECORD}
    assert report.proven == SIZE


@few
@given(indices)
@pytest.mark.clause("S33.2a", "S35(3)", "N15.1", "N23(3)", "N23(5)")
def test_an_edited_entry_is_named(log: Callable[[], Path], index: int) -> None:
    folder = log()
    put_entry(folder, index, forged(entry_at(folder, index)))
    report = check(folder)
    assert report.first_bad == index
    assert report.located
    assert report.proven == SIZE - 1


@few
@given(indices, indices)
def test_swapped_entries_are_named(log: Callable[[], Path], one: int, other: int) -> None:
    if one == other:
        return
    folder = log()
    first, second = entry_at(folder, one), entry_at(folder, other)
    put_entry(folder, one, second)
    put_entry(folder, other, first)
    report = check(folder)
    assert report.first_bad == min(one, other)
    assert report.proven == SIZE - 2


@few
@given(indices)
@pytest.mark.clause("S35(3)", "N23(5)")
def test_a_removed_entry_is_named(log: Callable[[], Path], index: int) -> None:
    folder = log()
    path, entries = bundle_of(folder, index // WIDTH)
    del entries[index % WIDTH]
    path.write_bytes(pack_bundle(entries))
    report = check(folder)
    assert not report.ok
    assert report.first_bad == index // WIDTH * WIDTH
    assert any(f"the first that differs is entry {index}" in finding.detail for finding in report.findings)


@few
@given(indices)
@pytest.mark.clause("N23(5)")
def test_an_added_entry_is_named(log: Callable[[], Path], index: int) -> None:
    folder = log()
    path, entries = bundle_of(folder, index // WIDTH)
    entries.insert(index % WIDTH, forged(entries[index % WIDTH]))
    path.write_bytes(pack_bundle(entries))
    report = check(folder)
    assert not report.ok
    assert any(f"the first that differs is entry {index}" in finding.detail for finding in report.findings)


@few
@given(indices)
def test_entries_shifted_through_all_bundles_are_found_from_the_first(log: Callable[[], Path], index: int) -> None:
    folder = log()
    entries = [entry for n in range(3) for entry in bundle_of(folder, n)[1]]
    del entries[index]
    entries.append(forged(entries[-1]))
    for n in range(3):
        path, _ = bundle_of(folder, n)
        path.write_bytes(pack_bundle(entries[n * WIDTH : (n + 1) * WIDTH]))
    report = check(folder)
    assert report.first_bad == index
    assert report.located


@few
@given(indices)
def test_an_edit_that_is_carried_up_through_all_tiles_is_still_named(log: Callable[[], Path], index: int) -> None:
    """Whoever can write the files can make them agree; the book, or else the signature, still tells."""
    folder = log()
    entries = [entry for n in range(3) for entry in bundle_of(folder, n)[1]]
    entries[index] = forged(entries[index])
    shutil.rmtree(folder / "tile")
    TileWriter(folder).extend(entries)
    report = check(folder)
    assert report.first_bad == index
    assert report.located

    for file in folder.glob(FILE_NAME + "*"):
        file.unlink()
    report = check(folder)
    assert not report.ok
    assert report.proven == 0
    assert not report.located
    assert "rewritten as a whole" in report.findings[0].detail


@few
@given(indices, indices)
def test_damage_in_two_places_is_told_apart(log: Callable[[], Path], edited: int, tile: int) -> None:
    """An entry edited in one bundle, and a level-0 tile spoiled elsewhere, without a book to compare with."""
    folder = log()
    for file in folder.glob(FILE_NAME + "*"):
        file.unlink()
    put_entry(folder, edited, forged(entry_at(folder, edited)))
    n = tile // WIDTH
    path = folder / tile_path(0, n, tile_width(0, n, SIZE))
    content = bytearray(path.read_bytes())
    content[tile % WIDTH * 32] ^= 1
    path.write_bytes(content)
    report = check(folder)
    assert not report.ok
    if n != edited // WIDTH:
        assert report.first_bad == edited
        assert report.located
        assert FindingKind.TILE in kinds(report)
    else:
        assert report.first_bad == edited // WIDTH * WIDTH


@few
@given(st.sampled_from(["bundle", "tile"]), st.integers(0, 2))
def test_a_missing_file_is_found(log: Callable[[], Path], which: str, n: int) -> None:
    folder = log()
    width = tile_width(0, n, SIZE)
    (folder / (bundle_path(n, width) if which == "bundle" else tile_path(0, n, width))).unlink()
    report = check(folder)
    assert not report.ok
    assert {finding.index for finding in report.findings} == {n * WIDTH}


def test_a_missing_or_foreign_checkpoint_proves_nothing(log: Callable[[], Path]) -> None:
    folder = log()
    (folder / "checkpoint").unlink()
    report = check(folder)
    assert kinds(report) == {FindingKind.CHECKPOINT}
    assert (report.proven, report.unproven) == (0, SIZE + UNPROVEN)


def test_a_log_taken_back_is_found_by_a_note_that_was_seen(tmp_path: Path) -> None:
    """An old copy is put back: whole in itself, but shorter than what was signed."""
    first = make_log(tmp_path, (300,))
    old = shutil.copytree(tmp_path / "ledger", tmp_path / "old")
    later = make_log(tmp_path, (520, 700))
    assert check(old).ok
    report = check(old, *first, *later)
    assert kinds(report) == {FindingKind.ROLLBACK}
    assert report.findings_total == 2
    assert report.seen_confirmed == (300,)


def test_a_checkpoint_put_back_is_found_by_a_note_that_was_seen(
    made: tuple[Path, list[str]], log: Callable[[], Path]
) -> None:
    folder = log()
    (folder / "checkpoint").write_text(made[1][1], encoding="utf-8")
    report = check(folder, made[1][2])
    assert kinds(report) == {FindingKind.ROLLBACK}
    assert report.unproven == SIZE + UNPROVEN - CHECKPOINTS[1]


def test_a_rewritten_log_is_found_by_a_note_that_was_seen(tmp_path: Path) -> None:
    """The same key signed two histories that part after entry 300."""
    first = make_log(tmp_path / "one", (300,))
    shutil.copytree(tmp_path / "one", tmp_path / "other")
    seen = make_log(tmp_path / "one", (520, 700))
    make_log(tmp_path / "other", (530, 710), detail="改写")
    assert check(tmp_path / "other" / "ledger").ok
    report = check(tmp_path / "other" / "ledger", *first, *seen)
    assert kinds(report) == {FindingKind.FORK}
    assert report.seen_confirmed == (300,)
    assert report.findings_total == 2


def test_a_seen_note_of_another_log_is_said_to_be_so(made: tuple[Path, list[str]]) -> None:
    report = check(made[0], made[1][0].replace("300", "301"), "rubbish")
    assert [finding.kind for finding in report.findings] == [FindingKind.SEEN, FindingKind.SEEN]


def test_a_record_deleted_after_its_time_leaves_its_entry_proven(log: Callable[[], Path]) -> None:
    folder = log()
    edit_book(folder, "UPDATE entry SET salt = NULL, record = NULL WHERE idx = 17")
    report = check(folder, now=datetime(2030, 1, 1, tzinfo=UTC))
    assert report.ok
    assert (report.proven, report.records_deleted, report.records_checked) == (SIZE, 1, SIZE + UNPROVEN - 1)


def test_a_record_deleted_before_its_time_is_found(log: Callable[[], Path]) -> None:
    folder = log()
    edit_book(folder, "UPDATE entry SET salt = NULL, record = NULL WHERE idx = 17")
    report = check(folder)
    assert [(finding.kind, finding.index) for finding in report.findings] == [(FindingKind.RECORD_MISSING, 17)]
    assert report.proven == SIZE


def test_a_record_of_another_entry_is_found(log: Callable[[], Path]) -> None:
    folder = log()
    db = sqlite3.connect(folder / FILE_NAME)
    salt, record = db.execute("SELECT salt, record FROM entry WHERE idx = 3").fetchone()
    db.close()
    edit_book(folder, "UPDATE entry SET salt = ?, record = ? WHERE idx = 4", salt, record)
    report = check(folder)
    assert [(finding.kind, finding.index) for finding in report.findings] == [(FindingKind.RECORD, 4)]


@pytest.mark.parametrize(("start", "kind"), [(10, FindingKind.BOOK), (SIZE - 3, FindingKind.BOOK)])
def test_rows_gone_from_the_record_book_are_found(log: Callable[[], Path], start: int, kind: FindingKind) -> None:
    folder = log()
    edit_book(folder, "DELETE FROM entry WHERE idx >= ? AND idx < ?", start, start + 2)
    report = check(folder)
    assert kinds(report) == {kind}
    assert report.findings[0].index == start
    edit_book(folder, "DELETE FROM entry WHERE idx >= ?", SIZE - 3)
    assert any("ends at" in finding.detail for finding in check(folder).findings)


def test_a_changed_record_behind_the_checkpoint_is_found_too(log: Callable[[], Path]) -> None:
    folder = log()
    edit_book(folder, "UPDATE entry SET record = replace(record, 'silent', 'clock') WHERE idx = ?", SIZE + 1)
    report = check(folder)
    assert [(finding.kind, finding.index) for finding in report.findings] == [(FindingKind.RECORD, SIZE + 1)]


def test_a_book_that_is_no_database_is_said_to_be_so(log: Callable[[], Path]) -> None:
    folder = log()
    for file in folder.glob(FILE_NAME + "-*"):
        file.unlink()
    (folder / FILE_NAME).write_bytes(b"rubbish" * 1000)
    report = check(folder)
    assert kinds(report) == {FindingKind.BOOK}


def test_an_empty_log_is_proven(tmp_path: Path) -> None:
    make_log(tmp_path, (0,))
    report = check(tmp_path / "ledger")
    assert report.ok
    assert report.size == 0


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        check(tmp_path / "nothing")


def test_a_partial_tile_of_an_earlier_checkpoint_is_checked_too(log: Callable[[], Path]) -> None:
    folder = log()
    old = folder / tile_path(0, 2, CHECKPOINTS[1] - 2 * WIDTH)
    assert old.exists()
    old.write_bytes(bytes(len(old.read_bytes())))
    report = check(folder)
    assert kinds(report) == {FindingKind.TILE}
    assert TileFolder(folder).tile(0, 2, CHECKPOINTS[1] - 2 * WIDTH) == [bytes(32)] * 8


def test_a_row_of_the_record_book_that_is_forged_as_a_whole_is_found(log: Callable[[], Path]) -> None:
    folder = log()
    ((_, entry, salt, record, _),) = prepare([gap(33, "另一件事")])
    edit_book(folder, "UPDATE entry SET entry = ?, salt = ?, record = ? WHERE idx = 33", entry, salt, record)
    report = check(folder)
    assert [(finding.kind, finding.index) for finding in report.findings] == [(FindingKind.BOOK, 33)]
