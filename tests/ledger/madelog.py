"""Real logs on disk for tests: written by the notary's own parts, with as many checkpoints as a test wants."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.note import Signer
from custodes.ledger.records import Gap, Grant, Record, at_text
from custodes.notary.prepare import prepare
from custodes.notary.recovery import OpenLog, open_log

ORIGIN = "custodes.example/log"
START_US = 1_795_000_000_000_000
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
CAMERA = uuid.UUID(int=7)


def gap(number: int, detail: str = "摄像机无信号") -> Gap:
    """The record of one test entry; the same number gives the same id."""
    return Gap(
        id=uuid.UUID(int=number + 1),
        at=at_text(START_US + number * 1_000_000),
        camera=CAMERA,
        from_us=START_US,
        to_us=START_US + number,
        reason="silent",
        detail=detail,
    )


def grant(number: int = 1, **changes: object) -> Grant:
    """A grant of two cameras, live and half an hour back."""
    fields: dict[str, object] = {
        "id": uuid.UUID(int=(1 << 64) + number),
        "at": at_text(START_US),
        "grant": uuid.UUID(int=(2 << 64) + number),
        "person": "p-1",
        "person_name": "扎西",
        "unit": "城关区公安分局",
        "post": "operator",
        "ground": "duty",
        "clauses": ("S34(1)",),
        "cameras": (CAMERA, uuid.UUID(int=8)),
        "live": True,
        "back_seconds": 1800,
        "span": (START_US, START_US + 60_000_000),
        "still": False,
        "purpose": None,
        "content": None,
        "watermark": "扎西 城关区公安分局",
    }
    return Grant(**(fields | changes))  # type: ignore[arg-type]


def write(log: OpenLog, records: Sequence[Record]) -> None:
    """Append records and tell the publisher, without a checkpoint."""
    outcomes, entries = log.store.commit([prepare(records)])
    assert isinstance(outcomes[0], list), outcomes[0]
    log.publisher.feed(entries)


def open_test_log(folder: Path) -> OpenLog:
    """The log in ``folder/ledger``, its signed state beside it."""
    return open_log(folder / "ledger", folder / "signed.json", SIGNER)


def make_log(folder: Path, checkpoints: Sequence[int], unproven: int = 0, detail: str = "说明") -> list[str]:
    """Make a log in ``folder/ledger`` with a checkpoint at each of these sizes, or go on with the one there.

    Args:
        unproven: further entries behind the last checkpoint.
        detail: text in each record.

    Returns:
        The new notes, in order.
    """
    log = open_test_log(folder)
    notes = []
    size = log.store.size
    for checkpoint in checkpoints:
        write(log, [gap(number, detail) for number in range(size, checkpoint)])
        notes.append(log.publisher.publish("2026-11-24").note)
        size = checkpoint
    write(log, [gap(number, detail) for number in range(size, size + unproven)])
    log.close()
    return notes
