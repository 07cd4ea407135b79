"""A log below that a witness keeps, written by the witness's own parts: fine at first, then contradicted."""

from __future__ import annotations

import tempfile
import time
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.witness import Contradiction
from custodes.ledger.witnessed import LowerLog, digest_of, read_evidence, read_logs
from custodes.witness.files import WitnessFiles
from custodes.witness.service import WitnessService
from tests.witness.running import NAME, NOW, Lower

__all__ = ["KEY", "NAME", "NOW", "ORIGIN", "contradict", "known", "lower", "stand", "submit"]

KEY = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
ORIGIN = "liuwu.example/log"


@lru_cache(maxsize=1)
def lower() -> Lower:
    """The platform below; the same one throughout a run, with a key of its own."""
    made = Lower.make(Path(tempfile.mkdtemp(prefix="cl-")), ORIGIN)
    object.__setattr__(made.signer, "key", Ed25519PrivateKey.from_private_bytes(b"l" * 32))
    return made


def submit(folder: Path, body: bytes, at: float | None = None) -> int:
    """Submit to the witness whose folder this is, now or at another moment; the status."""
    shelf = WitnessFiles(folder)
    shelf.prepare()
    logs = known(folder)
    service = WitnessService(NAME, KEY, shelf, lambda: int(time.time() if at is None else at))
    return service.answer(logs, logs[ORIGIN].fingerprint, body).status


def known(folder: Path) -> dict[str, LowerLog]:
    """What the folder says that the witness knows."""
    return read_logs(folder / "logs")


def stand(folder: Path, at: float | None = None) -> str:
    """Let the log be known and cosigned once; its key in addresses."""
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    (folder / "logs/liuwu.toml").write_text(lower().toml("柳梧公安分局"))
    assert submit(folder, lower().request(0, 21), at) in (200, 409)
    return digest_of(ORIGIN)


def contradict(folder: Path, at: float | None = None) -> Contradiction:
    """Let it show another history."""
    assert submit(folder, lower().rewritten(3).request(21, 30), at) == 422
    return next(read_evidence(folder / "evidence", ORIGIN))
