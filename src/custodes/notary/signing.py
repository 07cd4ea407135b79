"""Signs checkpoints: only of trees that extend the last one signed, and only once their files are durable."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from custodes.ledger.checkpoint import Checkpoint, sign_checkpoint
from custodes.ledger.merkle import EMPTY_ROOT, ProofFailed, verify_consistency
from custodes.ledger.note import Signer
from custodes.ledger.tiles import TileFolder, TileTree

from .files import write_durable
from .tilewriter import TileWriter

_log = structlog.get_logger("notary")


class SigningRefused(Exception):
    """The tree does not extend the last one signed; signing it would be a fork."""


@dataclass(frozen=True, slots=True)
class SignedTree:
    """The last tree that was signed: kept apart from the log, so that restoring an old log is seen."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that readers may see."""

    size: int
    note: str


def load_signed(path: Path, origin: str) -> SignedTree | None:
    """The last signed state, or None when nothing was ever signed.

    Raises:
        SigningRefused: unreadable, or of another log.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        signed = SignedTree(int(value["size"]), bytes.fromhex(value["root"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SigningRefused(f"the last signed state in {path} can't be read") from error
    if value["origin"] != origin:
        raise SigningRefused(f"{path} is of the log {value['origin']}, not of {origin}")
    return signed


def store_signed(path: Path, origin: str, signed: SignedTree) -> None:
    """Keep the last signed state, durably."""
    value = {"origin": origin, "root": signed.root.hex(), "size": signed.size}
    write_durable(path, json.dumps(value).encode() + b"\n", 0o600)


class Publisher:
    """Turns durable entries into files and a checkpoint. `publish` must come from one thread at a time.

    Attributes:
        published: the last checkpoint, or None before the first.
    """

    def __init__(
        self,
        folder: Path,
        state: Path,
        signer: Signer,
        signed: SignedTree,
        writer: TileWriter,
        copy: Path | None = None,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        """
        Args:
            folder: the ledger folder.
            state: file of the last signed state.
            signed: that state.
            writer: stands at ``signed.size``.
            copy: folder to which each checkpoint is written too.
            reached: told the name of each step, for tests that stop there.
        """
        self._folder = folder
        self._state = state
        self._signer = signer
        self._signed = signed
        self._writer = writer
        self._copy = copy
        self._reached = reached
        self._tree = TileTree(TileFolder(folder), signed.size, cached_tiles=16)
        self._pending: list[bytes] = []
        self._lock = threading.Lock()
        self.published: Published | None = None

    @property
    def unsigned(self) -> int:
        """Durable entries that no checkpoint covers yet."""
        return self._writer.size - self._signed.size + len(self._pending)

    def feed(self, entries: Sequence[bytes]) -> None:
        """Tell of entries that have become durable, in order; from any thread."""
        with self._lock:
            self._pending += entries

    def publish(self, day: str) -> Published:
        """Write the files of all entries told so far, then sign and publish the checkpoint over them.

        Args:
            day: UTC date for the name of the daily copy.

        Raises:
            OSError: the disk refused; ask again later.
            SigningRefused: what is on disk does not extend the last signed tree.
        """
        with self._lock:
            entries = self._pending
            self._pending = []
        try:
            self._writer.extend(entries)
        except BaseException:
            with self._lock:
                self._pending = entries + self._pending
            raise
        self._reached("publish.tiles")
        signed = self._extension()
        store_signed(self._state, self._signer.name, signed)
        self._signed = signed
        self._reached("publish.state")
        note = str(sign_checkpoint(Checkpoint(self._signer.name, signed.size, signed.root), self._signer))
        self._reached("publish.signed")
        write_durable(self._folder / "checkpoint", note.encode())
        self._reached("publish.done")
        self.published = Published(signed.size, note)
        self._writer.prune()
        self._copy_out(note, day)
        return self.published

    def _extension(self) -> SignedTree:
        """The new tree, read back from its files and proved to extend the last signed one."""
        last, size = self._signed, self._writer.size
        self._tree.size = size
        root = self._tree.root()
        if root != self._writer.root_hash():
            raise SigningRefused("the tiles on disk are not those that were written")
        try:
            verify_consistency(last.size, last.root, size, root, self._tree.consistency(last.size))
        except ProofFailed as error:
            raise SigningRefused(f"the log does not extend its last signed tree of {last.size} entries") from error
        return SignedTree(size, root)

    def _copy_out(self, note: str, day: str) -> None:
        """Best effort: a share that is away must not stop the log."""
        if self._copy is None:
            return
        try:
            self._copy.mkdir(parents=True, exist_ok=True)
            write_durable(self._copy / "checkpoint", note.encode())
            write_durable(self._copy / f"checkpoint-{day}", note.encode())
        except OSError as error:
            _log.warning("checkpoint.copy_failed", reason=error.strerror)
