"""What the witness answers to one request of one client; no socket in here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock

import msgspec
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.checkpoint import cosign, verifier_of, verify_cosignatures
from custodes.ledger.note import NoteError, parse_note
from custodes.ledger.witness import (
    AddCheckpointRequest,
    CheckpointAccepted,
    CheckpointDoubt,
    Contradiction,
    RequestError,
    WitnessRefusal,
    consider,
    parse_request,
)
from custodes.ledger.witnessed import LowerLog, Rewound, StateError, WitnessedLog
from custodes.witness.files import WitnessFiles

REWOUND = "the witness was put back to an older state: nothing is cosigned until it has another key\n"

_log = structlog.get_logger("witness")


@dataclass(frozen=True, slots=True)
class WitnessAnswer:
    """Status, content type and body."""

    status: int
    body: str = ""
    content_type: str = "text/plain; charset=utf-8"


class WitnessService:
    """Decides, keeps, then cosigns, in this order. One request at a time: a log's state is read and replaced in one step."""

    def __init__(
        self,
        name: str,
        key: Ed25519PrivateKey,
        shelf: WitnessFiles,
        now: Callable[[], int],
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        """
        Args:
            name: of the witness, as on its cosignatures.
            now: seconds since the Unix epoch.
            reached: told the steps, for tests that stop there.

        Raises:
            StateError: whether it was put back can't be read.
        """
        self._name = name
        self._key = key
        self._shelf = shelf
        self._now = now
        self._reached = reached
        self._turn = Lock()
        self._own = verifier_of(name, key)
        self._rewound = shelf.rewound(str(self._own)) is not None
        if self._rewound:
            _log.critical("witness.rewound", remedy="custodes rotate witness")

    def answer(self, logs: Mapping[str, LowerLog], client: bytes, body: bytes) -> WitnessAnswer:
        """The answer to ``POST /add-checkpoint``; never raises for what a client sent.

        Args:
            logs: known logs by origin.
            client: SHA-256 over the certificate that the connection was opened with.
        """
        try:
            request = parse_request(body)
        except RequestError:
            return WitnessAnswer(400, "the request is not of the form of C2SP tlog-witness\n")
        log = logs.get(request.origin)
        if log is not None and log.fingerprint != client:
            # Of another's log a client learns neither the size nor that it is known.
            _log.warning("submission.foreign", origin=request.origin, client=client.hex())
            log = None
        with self._turn:
            try:
                return self._decide(request, body.decode(), log)
            except (StateError, OSError) as error:
                _log.error("state.failed", origin=request.origin, reason=str(error))
                return WitnessAnswer(503, "the witness can't keep what it would cosign\n")

    def _decide(self, request: AddCheckpointRequest, body: str, log: LowerLog | None) -> WitnessAnswer:
        state = self._shelf.state(request.origin) if log is not None else WitnessedLog(origin=request.origin)
        if log is not None and self._was_put_back(request, state):
            return WitnessAnswer(503, REWOUND)
        decided = consider(request, log.keys if log is not None else None, state.seen)
        if isinstance(decided, CheckpointAccepted):
            return self._cosigned(decided, state)
        if decided.doubt is not None:
            assert log is not None  # of a log that is not known nothing is doubted
            self._doubted(decided, state, request, body, log)
        return WitnessAnswer(decided.status, decided.body, decided.content_type)

    def _was_put_back(self, request: AddCheckpointRequest, state: WitnessedLog) -> bool:
        """Whether this witness's own cosignature lies over more than it remembers, or over another tree of that size: what is kept is
        durable before each signature (ledger.md, W2), so its state is then an older one, and nobody knows what else it forgot."""
        if self._rewound:
            return True
        shown = request.checkpoint
        if shown.size < state.size or (shown.size == state.size and shown.root == state.seen.root):
            return False
        try:
            if not verify_cosignatures(parse_note(request.note), [self._own]):
                return False
        except NoteError:
            return False  # in our name and not ours: the rules look at what the log signed
        self._rewound = True
        _log.critical("witness.rewound", origin=state.origin, kept=state.size, signed=shown.size)
        key, at = str(self._own), self._now()
        self._shelf.keep_rewound(
            Rewound(key=key, origin=state.origin, kept=state.size, signed=shown.size, note=request.note, at=at)
        )
        return True

    def _cosigned(self, accepted: CheckpointAccepted, state: WitnessedLog) -> WitnessAnswer:
        """The state is durable before the cosignature exists: who dies between them has cosigned nothing, and never two histories."""
        at = self._now()
        kept = msgspec.structs.replace(
            state, size=accepted.seen.size, root=accepted.seen.root.hex(), note=str(accepted.note), at=at
        )
        # A log that was rewritten can show its last honest checkpoint for ever: only growth says that it goes on.
        if accepted.seen.size > state.size:
            kept = msgspec.structs.replace(kept, grown_at=at, behind_at=0, behind_size=0)
        else:
            kept = msgspec.structs.replace(kept, grown_at=state.grown or at)
        self._shelf.keep(kept)
        self._reached("kept")
        signature = cosign(accepted.note.text, self._name, self._key, at)
        self._reached("cosigned")
        _log.info("checkpoint.cosigned", origin=state.origin, size=kept.size)
        return WitnessAnswer(200, signature.line())

    def _doubted(
        self, refused: WitnessRefusal, state: WitnessedLog, request: AddCheckpointRequest, body: str, log: LowerLog
    ) -> None:
        assert refused.shown is not None
        assert refused.doubt is not None
        size, at = refused.shown.size, self._now()
        if refused.doubt is CheckpointDoubt.BEHIND:
            self._shelf.keep(msgspec.structs.replace(state, behind_at=at, behind_size=size), durable=False)
            return
        keys = tuple(str(key) for key in log.keys)
        one = Contradiction(origin=state.origin, at=at, doubt=refused.doubt, seen=state.note, request=body, keys=keys)
        there = self._shelf.keep_evidence(one)
        self._shelf.keep(msgspec.structs.replace(state, refused=state.refused + 1), durable=False)
        _log.critical("log.contradicted", origin=state.origin, seen=state.size, shown=size, doubt=one.doubt, kept=there)
