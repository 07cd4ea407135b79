"""A whole machine on a disk that can lose its power: cameras outside, notary, node and the web's database on it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from custodes.notary.keys import load_grant_key, make_keys
from custodes.video.rtsp.server import RtspServer
from tests.chaos.power.disk import ROOT, run
from tests.chaos.power.witness import Promises, Witness
from tests.ledger.madelog import ORIGIN
from tests.node.process import NodeProcess
from tests.node.support import Installation, camera
from tests.notary.running import Running, launch, wait_ready
from tests.patience import PATIENCE, until

UNSYNCED = {"PYTHONPATH": f"{ROOT}/tests/chaos/power/unsynced"}
"""The node's environment for a program that forgets to sync; to see that it is found out."""


@dataclass
class Run:
    """What happened between power-on and power cut.

    Attributes:
        from_ns, until_ns: the power may be cut between these moments (monotonic clock).
        wall_ns: wall time less monotonic time.
        promises: what was said meanwhile.
    """

    from_ns: int = 0
    until_ns: int = 0
    wall_ns: int = field(default_factory=lambda: time.time_ns() - time.monotonic_ns())
    promises: Promises = field(default_factory=Promises)


class Machine:
    """The installation in ``MOUNT/d``; the same paths before and after a cut."""

    def __init__(self, mount: Path, server: RtspServer, cameras: int) -> None:
        self.data = mount / "d"
        self._server, self.cameras = server, cameras
        self.installation: Installation

    def install(self, database: Path) -> None:
        """Keys, an assignment, and the web's database with its tables; all of it synced."""
        self.installation = Installation(self.data)
        (self.data / "n.sock").symlink_to(self.socket)
        make_keys(self.data / "keys/notary", self.data / "keys/public", ORIGIN)
        self.installation.grant_key = load_grant_key(self.data / "keys/notary")  # pinned in keys/public
        self.installation.assign([camera(number, self._server) for number in range(self.cameras)])
        shutil.copy(database, self.data / "web.sqlite3")
        run("sync", "--file-system", self.data)

    @property
    def socket(self) -> Path:
        """The notary's."""
        return self.data / "s"

    @contextlib.contextmanager
    def on(self, **environment: str) -> Iterator[tuple[Running, NodeProcess]]:
        """Notary and node, recording; killed at the end unless they were stopped."""
        running = launch(self.data, checkpoint_seconds=1)
        node = None
        try:
            wait_ready(running)
            node = NodeProcess(self.installation, 1, **environment)
            node.wait_recording(self.cameras)
            yield running, node
        finally:
            if node is not None and node.process.poll() is None:
                node.kill()
            running.kill()

    def work(self, seconds: float, pause: float, **environment: str) -> Run:
        """Record and append under load, then die.

        Args:
            pause: seconds between two requests of each of those who append.
            environment: the node's.
        """
        done = Run()
        with self.on(**environment):
            writer = self.web_writer(str(pause), stdout=subprocess.PIPE)
            witness = Witness(self.installation, self.socket, writer, self.cameras, pause)
            try:
                promises = witness.promises
                until(lambda: promises.notes and promises.changed and len(promises.shown) >= 2 * self.cameras)
                done.from_ns = time.monotonic_ns()
                threading.Event().wait(seconds)  # how long it works is the test's input
                done.until_ns = time.monotonic_ns()
            finally:
                writer.kill()
                writer.wait(PATIENCE)
        witness.stop()
        done.promises = promises
        return done

    def web_writer(self, *arguments: str, **how: int) -> subprocess.Popen[str]:
        """A process that works with the web's database."""
        env = {
            **os.environ, "CUSTODES_DATA": str(self.data), "CUSTODES_NOTARY_SOCKET": str(self.socket),
            "CUSTODES_DATABASE_URL": "", "PYTHONPATH": f"{ROOT}:{ROOT / 'src'}",
        }  # fmt: skip
        command = [sys.executable, "-m", "tests.chaos.power.web_writer", *arguments]
        return subprocess.Popen(command, env=env, cwd=ROOT, text=True, **how)  # type: ignore[call-overload,no-any-return]

    def recover(self) -> None:
        """Start again as after a power cut: everything is delivered, a few seconds are recorded, all is stopped in order."""
        with self.on() as (running, node):
            assert self.web_writer("--deliver-once").wait(PATIENCE) == 0
            index = self.data / "node/worker-0.sqlite3"
            until(lambda: not waiting(index))
            assert node.stop() == 0, node.log.read_text()
            assert running.stop() == 0, running.log_text()


def waiting(index: Path) -> int:
    """Records in a worker's outbox."""
    import sqlite3

    with contextlib.closing(sqlite3.connect(f"{index.as_uri()}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT count(*) FROM outbox").fetchone()[0])
