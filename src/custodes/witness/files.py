"""What the witness keeps: the state of each log, durable before a cosignature exists, and contradictions in a bounded place."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from custodes.keyfile import sync_folder
from custodes.ledger.witness import CheckpointDoubt, Contradiction, encode
from custodes.ledger.witnessed import REWOUND, Rewound, WitnessedLog, digest_of, read_rewound, read_state

KEPT = {CheckpointDoubt.FORKED: 8, CheckpointDoubt.UNPROVEN: 4}
"""Contradictions of one log that are kept, the first ones: they are nearest to what happened. Who submits proofs that prove nothing
can't take the room of one that does."""


class WitnessFiles:
    """The files of one witness. One process writes; its lock is `process.py`'s."""

    def __init__(self, folder: Path) -> None:
        """
        Args:
            folder: ``witness`` in the data folder.
        """
        self._states = folder / "state"
        self._evidence = folder / "evidence"

    def prepare(self) -> None:
        """Make the folders.

        Raises:
            OSError.
        """
        for each in (self._states, self._evidence):
            each.mkdir(parents=True, exist_ok=True)

    def state(self, origin: str) -> WitnessedLog:
        """What is kept of a log; an empty one when nothing is.

        Raises:
            StateError: it can't be read. Nothing may be cosigned then: what is not known can't be extended.
        """
        return read_state(self._states, origin) or WitnessedLog(origin=origin)

    def keep(self, state: WitnessedLog, *, durable: bool = True) -> None:
        """Replace the state of a log, whole.

        Args:
            durable: also after a power cut; not needed for what only informs.

        Raises:
            OSError: the disk refused; the state before stands.
        """
        _write(self._states / f"{digest_of(state.origin)}.json", msgspec.json.encode(state), durable=durable)

    def keep_evidence(self, one: Contradiction) -> bool:
        """Keep a contradiction, unless it is there already or there is no more room; whether it is there now.

        Raises:
            OSError: the disk refused.
        """
        folder = self._evidence / digest_of(one.origin)
        path = folder / f"{one.doubt}-{one.digest}.json"
        if path.exists():
            return True
        if len(list(folder.glob(f"{one.doubt}-*.json"))) >= KEPT[one.doubt]:
            return False
        folder.mkdir(exist_ok=True)
        _write(path, encode(one), durable=True)
        sync_folder(self._evidence)
        return True

    def rewound(self, key: str) -> Rewound | None:
        """Whether the witness with this key was found to have been put back.

        Raises:
            StateError: it can't be read.
        """
        return read_rewound(self._evidence, key)

    def keep_rewound(self, one: Rewound) -> None:
        """Keep it.

        Raises:
            OSError: the disk refused.
        """
        _write(self._evidence / REWOUND, msgspec.json.encode(one), durable=True)


def _write(path: Path, data: bytes, *, durable: bool) -> None:
    draft = path.with_name(path.name + ".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.rename(path)
    if durable:
        sync_folder(path.parent)
