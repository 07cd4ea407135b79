"""Cosignatures that witnesses gave to checkpoints: verified here, kept with them, and carried by proofs.

Others fetch them (the notary reaches no network, decision 0363). What is handed in is believed as far as it verifies.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import structlog

from custodes.ledger.checkpoint import open_checkpoint, verify_cosignatures
from custodes.ledger.note import Note, NoteError, VerifierKey, parse_note, parse_signature
from custodes.ledger.tiles import TileError, TileFolder, TileTree
from custodes.ledger.witnessed import LogsError, Witness, read_witnesses

from .files import write_durable
from .protocol import NotaryRefused
from .signing import Published, Publisher

FILE_NAME = "cosigned"
MAX_OFFERED = 16
"""Checkpoints that may still be cosigned: a witness answers within seconds, and a new one comes once a second at most."""

_log = structlog.get_logger("notary")


@dataclass(frozen=True, slots=True)
class Last:
    """A witness's last cosignature; `size` and `at` are 0 where there is none.

    Attributes:
        size: of the tree.
        at: seconds since the Unix epoch, by the witness's clock.
    """

    name: str
    size: int = 0
    at: int = 0


class LogCosignatures:
    """The cosignatures of one log. `take` must be called in the publisher's thread."""

    def __init__(self, folder: Path, key: VerifierKey, publisher: Publisher, witnesses: Path) -> None:
        """
        Args:
            folder: the ledger folder.
            key: of the log.
            witnesses: folder that says who they are; read again whenever it matters.
        """
        self._folder = folder
        self._key = key
        self._publisher = publisher
        self._witnesses = witnesses
        self._offered: OrderedDict[str, Note] = OrderedDict()
        self._by_count: dict[int, Published] = {}
        self._last: dict[str, Last] = {}
        self._load()

    def known(self) -> tuple[Witness, ...]:
        """Who may cosign.

        Raises:
            Refused: ``unavailable``, a file can't be used.
        """
        try:
            return read_witnesses(self._witnesses)
        except LogsError as error:
            _log.error("witnesses.refused", reason=str(error))
            raise NotaryRefused("unavailable", "a file of a witness can't be used") from error

    def last(self) -> list[Last]:
        """The last cosignature of each witness; while a file of them can't be used, of those that are known already."""
        try:
            return [self._last.get(str(one.key), Last(one.name)) for one in self.known()]
        except NotaryRefused:
            return list(self._last.values())

    def offer(self, published: Published) -> None:
        """This checkpoint is on its way to witnesses; from any thread."""
        text = published.note.partition("\n\n")[0]
        if text not in self._offered:
            self._offered[text] = parse_note(published.note)
            while len(self._offered) > MAX_OFFERED:
                self._offered.popitem(last=False)

    def take(self, text: str, lines: list[str]) -> int:
        """Keep cosignatures of an offered checkpoint; how many of the lines are ones.

        Args:
            text: the checkpoint's note text, without its last newline.
            lines: signature lines, without newlines.

        Raises:
            Refused: ``bad_request``: that checkpoint was not offered, or a line is malformed or of a witness and false.
            OSError: the disk refused.
        """
        note = self._offered.get(text)
        if note is None:
            raise NotaryRefused("bad_request", "no such checkpoint was offered to witnesses, or it was long ago")
        keys = [one.key for one in self.known()]
        try:
            given = Note(note.text, tuple(map(parse_signature, lines)))
            found = verify_cosignatures(given, keys)
        except NoteError as error:
            raise NotaryRefused("bad_request", str(error)) from error
        # A witness has one line: a later one takes the place of the earlier. Lines of nobody whom we know are left out.
        fresh = {str(key): one for one in given.signatures for key in keys if key.matches(one)}
        others = [one for one in note.signatures if not any(key.matches(one) for key in keys if str(key) in fresh)]
        self._keep(Note(note.text, (*others, *fresh.values())), keys)
        return len(found)

    def _keep(self, note: Note, keys: list[VerifierKey]) -> None:
        checkpoint, _ = open_checkpoint(str(note), [self._key])
        published = Published(checkpoint.size, str(note))
        self._offered[note.text.removesuffix("\n")] = note
        current = self._publisher.published
        if current is not None and current.note.partition("\n\n")[0] + "\n" == note.text:
            write_durable(self._folder / "checkpoint", published.note.encode())
            self._publisher.published = published
        if self._count(published, keys):
            write_durable(self._folder / FILE_NAME, published.note.encode())

    def _count(self, published: Published, keys: list[VerifierKey]) -> bool:
        """Take it into account; whether no other has as many cosignatures over as many entries."""
        found = verify_cosignatures(parse_note(published.note), keys)
        for one in found:
            key = next(str(key) for key in keys if key.name == one.witness)
            last = self._last.get(key)
            if last is None or published.size >= last.size:
                self._last[key] = Last(one.witness, published.size, one.timestamp)
        for count in range(1, len(found) + 1):
            best = self._by_count.get(count)
            if best is None or best.size <= published.size:
                self._by_count[count] = published
        return bool(found) and len(found) == max(self._by_count)

    def covering(self, index: int) -> Published | None:
        """The checkpoint to prove an entry under: the one with the most cosignatures that covers it, else the last."""
        for _, published in sorted(self._by_count.items(), reverse=True):
            if index < published.size:
                return published
        return self._publisher.published

    def _load(self) -> None:
        """What was kept, where it is of this log still: a checkpoint of another history of it is left alone."""
        try:
            data = (self._folder / FILE_NAME).read_bytes()
            checkpoint, _ = open_checkpoint(data, [self._key])
            if TileTree(TileFolder(self._folder), checkpoint.size).root() != checkpoint.root:
                raise NoteError("it is of another tree")
            self._count(Published(checkpoint.size, data.decode()), [one.key for one in self.known()])
        except FileNotFoundError:
            return
        except (OSError, NoteError, TileError, NotaryRefused) as error:
            _log.warning("cosigned.left", reason=str(error))
