"""A whole node as the command starts it, in a process group of its own that can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.node.support import Installation
from tests.patience import PATIENCE, until


def _lives(pid: int) -> bool:
    """Whether a process still holds its files: its first thread may be a zombie while another ends a write to the disk."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")
        return len(threads) > 1 or Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _waited_ns(pid: int) -> int:
    waited = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # it has ended, or the kernel does not count it
            waited += int((thread / "schedstat").read_text().split()[1])
    return waited


class NodeProcess:
    """`custodes node` with its workers."""

    def __init__(self, installation: Installation, workers: int = 1, **environment: str) -> None:
        settings = installation.settings
        self.installation = installation
        self.log = installation.folder / "node.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "custodes.cli", "node"],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={
                    **os.environ,
                    "CUSTODES_DATA": str(settings.data),
                    "CUSTODES_TRAINING": "yes",
                    "CUSTODES_NODE_PORT": str(settings.node_port),
                    "CUSTODES_NODE_WORKERS": str(workers),
                    "CUSTODES_NOTARY_SOCKET": str(settings.notary_socket_path),
                    "CUSTODES_WEB_INTERNAL_URL": settings.web_internal_url,
                    "CUSTODES_SEGMENT_SECONDS": "10",
                    "CUSTODES_VOLUME_RESERVE_BYTES": "0",
                    "CUSTODES_HEALTH_CHECKS_PER_MINUTE": "0",
                    **environment,
                },
            )

    def recording(self, worker: int = 0) -> int:
        """Cameras that a worker says it records; -1 when it does not answer."""
        url = f"http://127.0.0.1:{self.installation.port + worker}/healthz"
        try:
            return int(httpx.get(url, timeout=2, trust_env=False).json()["cameras"].get("recording", 0))
        except (httpx.HTTPError, ValueError):
            return -1

    def wait_recording(self, cameras: int, worker: int = 0) -> None:
        """Wait until that many cameras are recorded."""
        until(lambda: self.recording(worker) >= cameras)

    def workers(self) -> list[int]:
        """Process ids of its workers."""
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(child) for child in path.read_text().split()]

    def kept_waiting_us(self) -> int:
        """How long its workers' and this process's threads have waited for a processor until now, and anybody for a disk.

        What the machine was late by, whoever else works on it: the difference of two is what no program could be blamed for between them.
        """
        waited = sum(_waited_ns(pid) for pid in (*self.workers(), os.getpid())) // 1000
        with contextlib.suppress(OSError):  # a kernel that does not count it
            waited += int(Path("/proc/pressure/io").read_text().partition("total=")[2].split()[0])
        return waited

    def kill(self) -> int:
        """SIGKILL for all of it at once; when, µs UTC."""
        workers = self.workers()
        at = time.time_ns() // 1000
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)
        # A dying worker holds its index until the kernel has closed its files; the next start would be refused.
        until(lambda: not any(_lives(worker) for worker in workers))
        return at

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)
