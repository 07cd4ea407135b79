"""The offline check of a log: its folder, its key, and notes that somebody saw before.

Needs no network and trusts nothing in the folder: everything is recomputed from the entries and held against the
signature.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from custodes.keyfile import fingerprint_of
from custodes.ledger.book import FILE_NAME, BookCheck, BookError, BookReader
from custodes.ledger.checkpoint import Checkpoint, open_checkpoint
from custodes.ledger.continuations import Continuations
from custodes.ledger.entry import EntryError, decode_entry
from custodes.ledger.merkle import leaf_hash
from custodes.ledger.note import NoteError, VerifierKey
from custodes.ledger.report import FindingKind, Findings, LedgerReport
from custodes.ledger.tiles import (
    WIDTH,
    LogSource,
    TileCheck,
    TileError,
    TileFolder,
    bundle_path,
    mixed,
    tile_path,
    tile_width,
)

Progress = Callable[[int, int], None]
"""``(entries done, entries in all)``."""


def _silent(done: int, total: int) -> None:
    pass


def verify_ledger(
    folder: Path,
    keys: VerifierKey | Sequence[VerifierKey],
    now: datetime,
    seen: Sequence[bytes] = (),
    progress: Progress = _silent,
) -> LedgerReport:
    """Check a log folder.

    Args:
        folder: holds ``checkpoint`` and ``tile/``; the record book too where the records are to be checked.
        keys: the log's verifier key, from a source other than this folder; or the present one and those before it, all
            under one name, for a log whose key was replaced. Behind them may stand keys of other names: those of the logs
            that this one continues.
        now: decides which records may be deleted by now.
        seen: checkpoints of this log, or of one that it continues, that were seen before; each must be extended by it.
        progress: called after each bundle.

    Raises:
        FileNotFoundError: the folder is not there.
    """
    if not folder.is_dir():
        raise FileNotFoundError(folder)
    return _Check(folder, (keys,) if isinstance(keys, VerifierKey) else tuple(keys), now, progress).run(seen)


class _Check:
    def __init__(self, folder: Path, keys: tuple[VerifierKey, ...], now: datetime, progress: Progress) -> None:
        self._folder = folder
        self._tiles = TileFolder(folder)
        self._findings = Findings()
        self._keys = tuple(key for key in keys if key.name == keys[0].name)
        self._continued = Continuations(tuple(key for key in keys if key.name != keys[0].name), self._findings)
        self._signed_by: VerifierKey | None = None
        self._now = now
        self._progress = progress
        self._bad: set[int] = set()
        self._located = True
        self._book: BookCheck | None = None
        self._book_size = 0
        self._missing = ""
        self._reader: BookReader | None = None

    def run(self, seen: Sequence[bytes]) -> LedgerReport:
        checkpoint = self._checkpoint()
        self._open_book()
        try:
            if checkpoint is None:
                return self._report(Checkpoint(self._keys[0].name, 0, b""), 0, ())
            notes = self._seen_notes(seen)
            wanted = [note.size for note in notes if note.size <= checkpoint.size]
            wanted += self._continued.sizes(checkpoint.size)
            sources = self._read(checkpoint, wanted)
            true = self._true_source(sources, checkpoint, wanted)
            self._compare(sources, true, checkpoint)
            if true is not None:
                TileCheck(self._folder, self._findings).check(true, checkpoint.size)
            self._check_signing_key(checkpoint)
            self._check_rest_of_book(checkpoint)
            confirmed = self._check_seen(notes, true or sources[0], checkpoint)
            confirmed += self._continued.check((true or sources[0]).at, checkpoint.size)
            proven = 0 if true is None else checkpoint.size - len(self._bad)
            return self._report(checkpoint, proven, confirmed)
        except BookError as error:
            self._findings.add(FindingKind.BOOK, None, str(error), "book_unreadable", why=str(error))
            return self._report(checkpoint or Checkpoint(self._keys[0].name, 0, b""), 0, ())
        finally:
            if self._reader is not None:
                self._reader.close()

    def _report(self, checkpoint: Checkpoint, proven: int, confirmed: tuple[int, ...]) -> LedgerReport:
        findings = sorted(self._findings.kept, key=lambda finding: (finding.index is not None, finding.index or 0))
        return LedgerReport(
            origin=checkpoint.origin,
            size=checkpoint.size,
            root=checkpoint.root.hex(),
            proven=proven,
            unproven=max(0, self._book_size - checkpoint.size),
            first_bad=min(self._bad, default=None),
            located=self._located,
            records_checked=self._book.checked if self._book else 0,
            records_deleted=self._book.deleted if self._book else 0,
            seen_confirmed=confirmed,
            continues=self._continued.found(),
            findings=tuple(findings),
            findings_total=self._findings.total,
            records_missing=self._missing if checkpoint.size else "",
        )

    def _checkpoint(self) -> Checkpoint | None:
        try:
            checkpoint, note = open_checkpoint((self._folder / "checkpoint").read_bytes(), self._keys)
            self._signed_by = next(key for key in self._keys if any(map(key.matches, note.signatures)))
            return checkpoint
        except OSError as error:
            self._findings.add(
                FindingKind.CHECKPOINT, None, f"the checkpoint can't be read: {error.strerror}", "checkpoint_unreadable"
            )
        except NoteError as error:
            self._findings.add(
                FindingKind.CHECKPOINT,
                None,
                f"the checkpoint was refused: {error}",
                "checkpoint_refused",
                why=str(error),
            )
        return None

    def _open_book(self) -> None:
        # One that this user may not read is as good as one that is not here: entries are checked, records are not.
        if not os.access(self._folder / FILE_NAME, os.R_OK):
            there = (self._folder / FILE_NAME).exists()
            self._missing = "this user may not read the record book" if there else "there is no record book"
            return
        try:
            self._reader = BookReader(self._folder)
        except BookError as error:
            self._findings.add(FindingKind.BOOK, None, str(error), "book_unreadable", why=str(error))
            return
        self._book_size = self._reader.size
        self._continued.read(self._reader)
        self._book = BookCheck(self._reader, self._findings, self._now)

    def _seen_notes(self, seen: Sequence[bytes]) -> list[Checkpoint]:
        notes = []
        for number, data in enumerate(seen, 1):
            try:
                notes.append(open_checkpoint(data, self._keys)[0])
            except NoteError as error:
                if self._continued.take_seen(data):
                    continue
                self._findings.add(
                    FindingKind.SEEN,
                    None,
                    f"note {number} given as seen was refused: {error}",
                    "seen_refused",
                    number=number,
                    why=str(error),
                )
        return notes

    # Reading

    def _bundles(self, size: int) -> Iterator[tuple[int, int]]:
        for n in range(-(-size // WIDTH)):
            yield n, tile_width(0, n, size)

    def _entries(self, n: int, width: int) -> list[bytes] | None:
        try:
            return self._tiles.bundle(n, width)
        except TileError:
            return None

    def _bundle_leaves(self, n: int, width: int) -> list[bytes] | None:
        entries = self._entries(n, width)
        return None if entries is None else [leaf_hash(entry) for entry in entries]

    def _tile_leaves(self, n: int, width: int) -> list[bytes] | None:
        try:
            return self._tiles.tile(0, n, width)
        except TileError:
            return None

    def _book_leaves(self, n: int, width: int) -> list[bytes] | None:
        if self._book is None:
            return None
        entries = self._book.entries(n * WIDTH, n * WIDTH + width)
        return None if entries is None else [leaf_hash(entry) for entry in entries]

    def _read(self, checkpoint: Checkpoint, wanted: list[int]) -> list[LogSource]:
        """One pass over everything that the checkpoint covers."""
        bundles = LogSource("bundles", self._bundle_leaves, wanted)
        tiles = LogSource("tiles", self._tile_leaves, wanted)
        book = LogSource("record book", self._book_leaves, wanted)
        for n, width in self._bundles(checkpoint.size):
            start = n * WIDTH
            entries = self._entries(n, width)
            leaves = None if entries is None else [leaf_hash(entry) for entry in entries]
            if entries is not None:
                self._check_form(start, entries)
            bundles.add(leaves)
            tile = self._tile_leaves(n, width)
            tiles.add(tile)
            if self._book is not None:
                mine = self._book.check(start, entries, min(start + width, max(start, self._book_size)))
                same = mine is not None and mine == entries
                book.add(leaves if same else _hashed(mine, width))
            self._progress(start + width, checkpoint.size)
        if self._book is not None and self._book_size < checkpoint.size:
            self._findings.add(
                FindingKind.BOOK,
                self._book_size,
                f"the record book ends at {self._book_size} entries, the checkpoint covers {checkpoint.size}",
                "book_short",
                size=self._book_size,
                signed=checkpoint.size,
            )
        return [bundles, tiles, book] if self._book is not None else [bundles, tiles]

    def _check_form(self, start: int, entries: list[bytes]) -> None:
        for index, entry in enumerate(entries, start):
            try:
                decode_entry(entry)
            except EntryError as error:
                self._findings.add(
                    FindingKind.ENTRY,
                    index,
                    f"entry {index} is not in the form of an entry: {error}",
                    "entry_malformed",
                    why=str(error),
                )
                self._bad.add(index)

    # Judging

    def _true_source(self, sources: list[LogSource], checkpoint: Checkpoint, wanted: list[int]) -> LogSource | None:
        """The source whose tree is the signed one, or one put together from the sound parts of several."""
        for source in sources:
            if source.root() == checkpoint.root:
                return source
        if not checkpoint.size:
            return None
        expected: list[bytes | None] = []
        full = checkpoint.size // WIDTH
        for n in range(-(-full // WIDTH)):
            width = tile_width(1, n, checkpoint.size)
            try:
                expected += self._tiles.tile(1, n, width)
            except TileError:
                expected += [None] * width
        for first in sources:
            pieced = mixed([first, *(source for source in sources if source is not first)], expected, wanted)
            for n, width in self._bundles(checkpoint.size):
                pieced.add(pieced.leaves(n, width))
            if pieced.root() == checkpoint.root:
                return pieced
        return None

    def _compare(self, sources: list[LogSource], true: LogSource | None, checkpoint: Checkpoint) -> None:
        """Name the entries in which the bundles, and the tiles in which the files, differ from what was signed."""
        bundles, tiles = sources[0], sources[1]
        if true is None:
            self._doubt(sources, checkpoint)
            return
        for n, width in self._bundles(checkpoint.size):
            if bundles.roots[n] != true.roots[n]:
                self._name_entries(n, width, true)
            if tiles.roots[n] != true.roots[n]:
                path = tile_path(0, n, width)
                self._findings.add(
                    FindingKind.TILE,
                    n * WIDTH,
                    f"{path} is missing, or is not what was signed",
                    "tile_missing",
                    path=path,
                )

    def _name_entries(self, n: int, width: int, true: LogSource) -> None:
        start = n * WIDTH
        mine, signed = self._bundle_leaves(n, width), true.leaves(n, width)
        if mine is None or signed is None:
            self._findings.add(
                FindingKind.ENTRY,
                start,
                f"the entries {start} to {start + width - 1} can't be read: {bundle_path(n, width)} is missing, cut off or "
                f"does not hold {width} entries{self._where_in_bundle(n, width, signed)}",
                "entries_unreadable",
                first=start,
                last=start + width - 1,
                path=bundle_path(n, width),
            )
            self._bad.update(range(start, start + width))
            return
        for index in range(width):
            if mine[index] != signed[index]:
                self._findings.add(
                    FindingKind.ENTRY,
                    start + index,
                    f"entry {start + index} is not the one that was signed",
                    "entry_changed",
                )
                self._bad.add(start + index)

    def _where_in_bundle(self, n: int, width: int, signed: list[bytes] | None) -> str:
        """Where a bundle of the wrong length first differs: an entry was removed or added there."""
        if signed is None:
            return ""
        for path in (bundle_path(n, width), bundle_path(n)):
            try:
                data = (self._folder / path).read_bytes()
            except OSError:
                continue
            at, index = 0, 0
            while at < len(data) and index < width:
                end = at + 2 + int.from_bytes(data[at : at + 2])
                if leaf_hash(data[at + 2 : end]) != signed[index]:
                    break
                at, index = end, index + 1
            return f"; the first that differs is entry {n * WIDTH + index}"
        return ""

    def _doubt(self, sources: list[LogSource], checkpoint: Checkpoint) -> None:
        """No source leads to the signed root. Say where they first contradict each other, if they do."""
        self._located = False
        for n, _ in self._bundles(checkpoint.size):
            roots = {source.roots[n] for source in sources}
            if len(roots) > 1 or None in roots:
                self._bad.add(n * WIDTH)
                self._findings.add(
                    FindingKind.ENTRY,
                    n * WIDTH,
                    f"the log is not the one that was signed; bundles, tiles and record book first differ in the entries "
                    f"{n * WIDTH} to {n * WIDTH + WIDTH - 1}",
                    "log_differs",
                    first=n * WIDTH,
                    last=n * WIDTH + WIDTH - 1,
                )
                return
        self._bad.add(0)
        self._findings.add(
            FindingKind.ENTRY,
            0,
            "the log is not the one that was signed: it agrees with itself but not with the signature, so it was "
            "rewritten as a whole; --seen notes can narrow down from where",
            "log_rewritten",
        )

    def _check_signing_key(self, checkpoint: Checkpoint) -> None:
        """The key that signed must be the one that the log's own records name last; a retired one proves nothing.

        The record itself is still signed by the key that it retires, so as the newest entry it changes nothing yet.
        """
        rotated = self._book.log_key if self._book is not None else None
        if rotated is None or self._signed_by is None or rotated[0] == checkpoint.size - 1:
            return
        if fingerprint_of(self._signed_by.public) != rotated[1]:
            self._findings.add(
                FindingKind.CHECKPOINT,
                None,
                f"the checkpoint is signed by another key than the one that entry {rotated[0]} says took over ({rotated[1]})",
                "checkpoint_other_key",
                rotated=rotated[0],
                key=rotated[1],
            )

    def _check_rest_of_book(self, checkpoint: Checkpoint) -> None:
        """Entries that no checkpoint covers yet: unproven, but each record must match its commitment."""
        if self._book is None:
            return
        for start in range(checkpoint.size, self._book_size, WIDTH):
            self._book.check(start, None, min(start + WIDTH, self._book_size))

    def _check_seen(self, notes: Sequence[Checkpoint], source: LogSource, checkpoint: Checkpoint) -> tuple[int, ...]:
        confirmed = []
        for note in notes:
            if note.size > checkpoint.size:
                self._findings.add(
                    FindingKind.ROLLBACK,
                    checkpoint.size,
                    f"a checkpoint over {note.size} entries was seen, this log has signed only {checkpoint.size}: entries "
                    "were taken back",
                    "log_shorter",
                    seen=note.size,
                    signed=checkpoint.size,
                )
            elif source.at.get(note.size) != note.root:
                self._findings.add(
                    FindingKind.FORK,
                    None,
                    f"a checkpoint over {note.size} entries was seen with another root: among the first {note.size} entries "
                    "this log is another history",
                    "log_forked",
                    seen=note.size,
                )
            else:
                confirmed.append(note.size)
        return tuple(confirmed)


def _hashed(entries: list[bytes] | None, width: int) -> list[bytes] | None:
    if entries is None or len(entries) != width:
        return None
    return [leaf_hash(entry) for entry in entries]
