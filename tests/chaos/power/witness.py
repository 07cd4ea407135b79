"""Whoever stands outside the machine and remembers what it was told: what was promised must be there after the cut."""

from __future__ import annotations

import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx

from custodes.ledger.client import NotaryClient, NotaryRefused, NotaryUnavailable
from custodes.ledger.records import at_text
from tests.ledger.madelog import grant
from tests.node.support import Installation
from tests.patience import PATIENCE


@dataclass
class Promises:
    """What the machine has said, each with the moment on the monotonic clock, in nanoseconds, by which it was said.

    Attributes:
        appended: index and id of a record that the notary answered for; a grant's when its token was given.
        notes: signed checkpoints.
        shown: camera and wall time (µs) up to which the node showed a recording.
        changed: number of a change that the web has committed.
    """

    appended: list[tuple[int, int, UUID]] = field(default_factory=list)
    notes: list[tuple[int, str]] = field(default_factory=list)
    shown: list[tuple[int, UUID, int]] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)


class Witness:
    """Puts notary, web and node under load from outside, and notes their answers."""

    def __init__(
        self, installation: Installation, socket: Path, writer: subprocess.Popen[str], cameras: int, pause: float
    ) -> None:
        self.promises = Promises()
        self._installation, self._socket, self._writer = installation, socket, writer
        self._cameras = [UUID(int=number + 1) for number in range(cameras)]
        self._pause = pause
        self._stop = threading.Event()
        work = (self._append, self._append, self._grant, self._watch_log, self._watch_recording, self._read_writer)
        self._threads = [threading.Thread(target=self._go_on, args=(turn,), daemon=True) for turn in work]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Listen no longer; call once the machine is dead."""
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()

    def _go_on(self, turn: Callable[[NotaryClient], None]) -> None:
        with NotaryClient(self._socket, timeout=2) as notary:
            while not self._stop.wait(self._pause):
                with suppress(NotaryUnavailable, NotaryRefused, httpx.HTTPError):
                    turn(notary)

    def _append(self, notary: NotaryClient) -> None:
        records = [_login() for _ in range(5)]
        indices = notary.append(records)
        now = time.monotonic_ns()
        for index, record in zip(indices, records, strict=True):
            self.promises.appended.append((now, index, UUID(str(record["id"]))))

    def _grant(self, notary: NotaryClient) -> None:
        record = grant(id=uuid.uuid4(), grant=uuid.uuid4(), at=at_text(time.time_ns() // 1000))
        claims = {
            "aud": "node-1/0", "jti": str(uuid.uuid4()), "grant": str(record.grant), "sub": record.person,
            "cameras": [str(camera) for camera in record.cameras], "live": True, "back_seconds": 60, "span": None,
            "still": False, "watermark": record.watermark,
        }  # fmt: skip
        answer = notary.grant(record, [claims])
        self.promises.appended.append((time.monotonic_ns(), answer.index, record.id))

    def _watch_log(self, notary: NotaryClient) -> None:
        note = notary.checkpoint()
        self.promises.notes.append((time.monotonic_ns(), note))

    def _watch_recording(self, _: NotaryClient) -> None:
        for camera in self._cameras:
            path = f"/internal/timeline?camera={camera}&from=0&to={1 << 60}"
            answer = self._installation.request("GET", path).raise_for_status()
            if runs := answer.json()["runs"]:
                self.promises.shown.append((time.monotonic_ns(), camera, max(end for _, end in runs)))

    def _read_writer(self, _: NotaryClient) -> None:
        assert self._writer.stdout is not None
        for line in self._writer.stdout:
            self.promises.changed.append((time.monotonic_ns(), int(line)))


def _login() -> Mapping[str, object]:
    return {
        "id": str(uuid.uuid4()), "type": "login", "at": at_text(time.time_ns() // 1000), "account": "zhaxi",
        "person": None, "method": "password", "address": "10.0.0.9", "reason": "",
    }  # fmt: skip
