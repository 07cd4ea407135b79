"""A restored log goes on under a new origin and a new key: on record, before the notary starts (docs/design/ledger.md *Restoring*).

The log that was backed up may have gone on where the back-up doesn't reach. Going on under its name would be a second history
of one log; so the name, the key and the first words are new, and the words quote the last checkpoint that the back-up knew.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from custodes.keyfile import fingerprint_of
from custodes.ledger.book import FILE_NAME, FORMAT, BookError, BookReader
from custodes.ledger.checkpoint import Checkpoint, open_checkpoint
from custodes.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from custodes.ledger.note import NoteError, VerifierKey
from custodes.ledger.records import KeyRotated, LogContinued, Record, at_text, new_id
from custodes.video.clock import HostClock

from .files import write_durable
from .keys import load_signer
from .prepare import prepare
from .process import STATE_FILE, NotaryConfig, locked
from .protocol import NotaryRefused
from .recovery import LogMismatch, open_log
from .signing import SignedTree, store_signed
from .store import StoreError

_BATCH = 16_384
_SUFFIX = "/restored-"


@dataclass(frozen=True, slots=True)
class Before:
    """The log that was backed up.

    Attributes:
        vkey: its verifier key.
        note: its last checkpoint in the back-up, as it was signed; empty when none was.
        backup: SHA-256 of the back-up, hex.
        keys: fingerprints of the keys that are replaced with the log's, by their names in `key.rotated`: old and new.
    """

    vkey: VerifierKey
    note: str
    backup: str
    keys: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LogContinuation:
    """What was done: the new origin, the index of `log.continued`, and the new log's checkpoint."""

    origin: str
    index: int
    note: str


def next_origin(origin: str, at: str) -> str:
    """The origin of a log restored from one of `origin`: its own name and when it was restored.

    Args:
        at: as in a record, ``2026-11-24T15:05:11.000000Z``.
    """
    day, _, time = at.partition("T")
    return f"{origin.partition(_SUFFIX)[0]}{_SUFFIX}{day.replace('-', '')}T{time[:8].replace(':', '')}Z"


def continue_log(config: NotaryConfig, before: Before, by: str, clock: HostClock) -> LogContinuation:
    """Open the log in ``config.ledger``, which holds the restored record book alone, under ``config.origin``.

    Args:
        config: of the notary that will write it; its keys are there.
        by: who restored it.

    Raises:
        LogMismatch: the book does not hold what the back-up's checkpoint says.
        StoreError: the book can't be read.
        KeyFileError, OSError: as the notary's start.
    """
    last = _last_checkpoint(before)
    with locked(config.ledger):
        _compare(config.ledger, last)
        _rename(config.ledger / FILE_NAME, config.origin)
        if before.note:  # the last word of the old key, kept as after a rotation
            write_durable(config.ledger / f"checkpoint-{before.vkey.key_id:08x}", before.note.encode())
        signer = load_signer(config.keys, config.origin)
        if last.size:
            # What was signed under the old name must be extended under the new one, as if it were this log's own; and the
            # tiles up to there are made from the book piece by piece.
            store_signed(config.keys / STATE_FILE, config.origin, SignedTree(last.size, last.root))
        log = open_log(config.ledger, config.keys / STATE_FILE, signer, config.checkpoint_copy)
        try:
            at = at_text(clock.wall_us())
            index = log.store.size
            first = LogContinued(
                id=new_id(), at=at, origin=before.vkey.name, size=last.size, root=last.root.hex(), note=before.note,
                carried=index, old=fingerprint_of(before.vkey.public), new=fingerprint_of(signer.verifier.public),
                backup=before.backup, by=by,
            )  # fmt: skip
            replaced = [
                KeyRotated(id=new_id(), at=at, key=name, old=old, new=new) for name, (old, new) in before.keys.items()
            ]
            records: list[Record] = [first, *replaced]
            ([outcome], entries) = log.store.commit([prepare(records)])
            if isinstance(outcome, NotaryRefused):  # only grants are ever refused
                raise AssertionError(outcome.detail)
            log.publisher.feed(entries)
            note = log.publisher.publish(at[:10]).note
        finally:
            log.close()
    return LogContinuation(config.origin, index, note)


def _last_checkpoint(before: Before) -> Checkpoint:
    if not before.note:
        return Checkpoint(before.vkey.name, 0, EMPTY_ROOT)
    try:
        return open_checkpoint(before.note, [before.vkey])[0]
    except NoteError as error:
        raise LogMismatch(f"the back-up's checkpoint is not signed by the key of its log: {error}") from error


def _compare(folder: Path, last: Checkpoint) -> None:
    """The book must hold what was signed: else it is not the log that it says it is."""
    try:
        book = BookReader(folder)
    except BookError as error:
        raise StoreError(str(error)) from error
    with closing(book):
        frontier = Frontier()
        for start in range(0, min(last.size, book.size), _BATCH):
            for row in book.rows(start, min(start + _BATCH, last.size)):
                frontier.append(leaf_hash(row.entry))
    if frontier.size != last.size or frontier.root() != last.root:
        raise LogMismatch(
            f"the record book in the back-up does not hold the {last.size} entries that its checkpoint signs: "
            "it was damaged or changed. Restore another back-up."
        )


def _rename(book: Path, origin: str) -> None:
    with closing(sqlite3.connect(book, isolation_level=None)) as db:
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version != FORMAT:
            raise StoreError(f"{FILE_NAME} has format {version}, this program knows {FORMAT}: use the newer program")
        db.execute("PRAGMA synchronous=FULL")
        db.execute("UPDATE about SET origin = ?", (origin,))
