"""Opening the log at start: nothing is signed unless book, files and the last signed state tell one story."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from custodes.ledger.checkpoint import open_checkpoint
from custodes.ledger.merkle import Frontier, leaf_hash
from custodes.ledger.note import NoteError, Signer
from custodes.ledger.tiles import WIDTH, TileError, TileFolder, TileTree
from custodes.notary.entry_reader import EntryReader

from .files import sync_folders
from .signing import Published, Publisher, SignedTree, load_signed, store_signed
from .store import RecordStore
from .tilewriter import TileWriter

TAIL = 65_536
"""How many of the newest signed entries are compared between book and tiles at start; `custodes verify` compares all."""
_BATCH = 16_384

_log = structlog.get_logger("notary")


class LogMismatch(Exception):
    """The record book is behind or forked from what was signed: the notary does not start. The message says what to do."""


@dataclass
class OpenLog:
    """The log, opened and checked."""

    store: RecordStore
    shelf: EntryReader
    publisher: Publisher

    def close(self) -> None:
        """Close the book."""
        self.shelf.close()
        self.store.close()


def open_log(
    folder: Path,
    state: Path,
    signer: Signer,
    copy: Path | None = None,
    reached: Callable[[str], None] = lambda _: None,
) -> OpenLog:
    """Open the log in `folder`, or begin one.

    Args:
        folder: book, tiles and checkpoint.
        state: file of the last signed state, kept elsewhere.
        copy: folder for copies of checkpoints.
        reached: told the steps of writing, for tests.

    Raises:
        LogMismatch: the book is behind, or forked from, what was signed.
        StoreError, SigningRefused: book or state can't be used.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state.parent.mkdir(parents=True, exist_ok=True)
    signed = _last_signed(folder, state, signer)
    store = RecordStore(folder, signer.name, reached)
    try:
        shelf = EntryReader(folder)
        writer = _matching_writer(folder, store, shelf, signed)
        publisher = Publisher(folder, state, signer, signed, writer, copy, reached)
        if writer.size < store.size:
            publisher.feed(shelf.entries(writer.size, store.size))
        publisher.published = _published(folder, signer, signed)
    except BaseException:
        store.close()
        raise
    return OpenLog(store, shelf, publisher)


def _last_signed(folder: Path, state: Path, signer: Signer) -> SignedTree:
    signed = load_signed(state, signer.name)
    if signed is not None:
        return signed
    try:
        checkpoint, _ = open_checkpoint((folder / "checkpoint").read_bytes(), [signer.verifier])
    except FileNotFoundError:
        return SignedTree()
    except NoteError as error:
        raise LogMismatch(f"{folder / 'checkpoint'} is not of this log's key: {error}") from error
    _log.warning("signed_state.missing", taken_from="checkpoint", size=checkpoint.size)
    signed = SignedTree(checkpoint.size, checkpoint.root)
    store_signed(state, signer.name, signed)
    return signed


def _matching_writer(folder: Path, store: RecordStore, shelf: EntryReader, signed: SignedTree) -> TileWriter:
    if store.size < signed.size:
        raise LogMismatch(
            f"the record book holds {store.size} entries, but {signed.size} were signed: it is behind (an old copy?). "
            "Restore the newest copy; signing goes on only from there."
        )
    tiles = TileFolder(folder)
    try:
        intact = TileTree(tiles, signed.size).root() == signed.root
    except TileError:
        intact = False
    if intact:
        _compare_tail(tiles, shelf, signed)
        return TileWriter.resume(folder, signed.size)
    return _rebuild(folder, shelf, signed)


def _compare_tail(tiles: TileFolder, shelf: EntryReader, signed: SignedTree) -> None:
    start = max(0, (signed.size - TAIL) // WIDTH * WIDTH)
    at = start
    while at < signed.size:
        width = min(WIDTH, signed.size - at)
        if [leaf_hash(entry) for entry in shelf.entries(at, at + width)] != tiles.tile(0, at // WIDTH, width):
            raise LogMismatch(
                f"entries {at} to {at + width - 1} of the record book are not those that were signed: it is forked. "
                "Run `custodes verify ledger`, and restore a copy that it finds whole."
            )
        at += width


def _rebuild(folder: Path, shelf: EntryReader, signed: SignedTree) -> TileWriter:
    """The tiles don't lead to the signed root. If the book does, missing tiles are written anew; damaged ones are not touched."""
    frontier = Frontier()
    for at in range(0, signed.size, _BATCH):
        for entry in shelf.entries(at, min(at + _BATCH, signed.size)):
            frontier.append(leaf_hash(entry))
    if frontier.size != signed.size or frontier.root() != signed.root:
        raise LogMismatch(
            f"the first {signed.size} entries of the record book are not those that were signed: it is forked. "
            "Run `custodes verify ledger`, and restore a copy that it finds whole."
        )
    if (folder / "tile").exists():
        raise LogMismatch(
            "the tiles don't match the last signed tree, but the record book does. "
            "Keep `tile` as evidence: move it away and start again, and it will be written anew."
        )
    _log.warning("tiles.rebuilding", entries=signed.size)
    draft = folder / "rebuilding"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    writer = TileWriter(draft)
    for at in range(0, signed.size, _BATCH):
        writer.extend(shelf.entries(at, min(at + _BATCH, signed.size)))
    writer.prune()
    (draft / "tile").rename(folder / "tile")
    draft.rmdir()
    sync_folders([folder])
    return TileWriter.resume(folder, signed.size)


def _published(folder: Path, signer: Signer, signed: SignedTree) -> Published | None:
    """The checkpoint file, if it is the one that was signed last."""
    try:
        data = (folder / "checkpoint").read_bytes()
        checkpoint, _ = open_checkpoint(data, [signer.verifier])
    except (OSError, NoteError):
        return None
    if (checkpoint.size, checkpoint.root) != (signed.size, signed.root):
        return None
    return Published(checkpoint.size, data.decode())
