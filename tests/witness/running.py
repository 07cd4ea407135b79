"""Runs a real witness for tests: as a process of its own, on a folder of the test's, with certificates of two platforms."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.keyfile import load_signing_key
from custodes.ledger.checkpoint import Checkpoint, sign_checkpoint, verifier_of, verify_cosignatures
from custodes.ledger.merkle import consistency_proof, leaf_hash, subtrees_of, tree_root
from custodes.ledger.note import Note, Signer, VerifierKey, parse_signature
from custodes.ledger.witness import format_request
from custodes.tls.files import TlsFiles
from custodes.tls.pinned import make_pinned, witness_server
from custodes.witness.keys import KEY, make_keys
from tests.day import machines_time
from tests.patience import PATIENCE
from tests.ports import free_port

NAME = "witness.example/w1"
NOW = machines_time()


@dataclass
class Lower:
    """A platform below: a log in memory, and the certificate with which it submits.

    Attributes:
        leaves: of its log.
    """

    signer: Signer
    files: TlsFiles
    leaves: list[bytes]

    @classmethod
    def make(cls, folder: Path, origin: str, entries: int = 40) -> Lower:
        """A fresh one with so many entries."""
        files = TlsFiles(folder / "client.pem", folder / "client.key")
        folder.mkdir(parents=True, exist_ok=True)
        make_pinned(files, origin, (), NOW, serves=False)
        leaves = [leaf_hash(f"{origin} {n}".encode()) for n in range(entries)]
        return cls(Signer(origin, Ed25519PrivateKey.generate()), files, leaves)

    def toml(self, name: str = "") -> str:
        """As it stands in the witness's folder of logs."""
        pem = self.files.cert.read_text()
        origin = self.signer.name
        return f'name = "{name or origin}"\norigin = "{origin}"\nkeys = ["{self.signer.verifier}"]\ncertificate = """\n{pem}"""\n'

    def note(self, size: int) -> Note:
        """Its checkpoint over so many entries."""
        return sign_checkpoint(Checkpoint(self.signer.name, size, tree_root(self.leaves[:size])), self.signer)

    def request(self, old: int, size: int) -> bytes:
        """An honest ``add-checkpoint`` body."""
        proof = consistency_proof(old, size, subtrees_of(self.leaves[:size]))
        return format_request(old, proof, self.note(size))

    def rewritten(self, at: int) -> Lower:
        """The same platform with another log under the same key: entry `at` is another."""
        return Lower(self.signer, self.files, [*self.leaves[:at], leaf_hash(b"another"), *self.leaves[at + 1 :]])


@dataclass
class Running:
    """A witness under test."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def key(self) -> VerifierKey:
        """Checks its cosignatures."""
        return verifier_of(NAME, load_signing_key(self.folder / "keys/witness" / KEY))

    def context(self, files: TlsFiles | None) -> ssl.SSLContext:
        """A client's TLS: it takes this witness alone."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        context.load_verify_locations(witness_server(self.folder / "keys").cert)
        if files is not None:
            context.load_cert_chain(files.cert, files.key)
        return context

    def post(self, files: TlsFiles | None, body: bytes, path: str = "/add-checkpoint") -> tuple[int, str, str]:
        """Status, content type, body."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.context(files), timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("POST", path, body)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type", ""), answer.read().decode()

    def submit(self, lower: Lower, old: int, size: int) -> tuple[int, str]:
        """Submit a checkpoint of a log; status and body."""
        status, _, body = self.post(lower.files, lower.request(old, size))
        return status, body

    def log_text(self) -> str:
        """What it has written to its log."""
        return (self.folder / "witness.log").read_text()

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def holds(lower: Lower, key: VerifierKey, size: int, body: str) -> bool:
    """Whether the answer is a cosignature of this checkpoint."""
    note = lower.note(size).with_signatures([parse_signature(body.removesuffix("\n"))])
    return [one.witness for one in verify_cosignatures(note, [key])] == [key.name]


@contextlib.contextmanager
def data_folder(*lowers: Lower) -> Iterator[Path]:
    """A data folder with the witness's keys, and the logs that it is to know."""
    folder = Path(tempfile.mkdtemp(prefix="cw-"))
    try:
        make_keys(folder / "keys", NAME, "127.0.0.1", NOW)
        (folder / "witness/logs").mkdir(parents=True)
        for number, lower in enumerate(lowers):
            (folder / f"witness/logs/{number}.toml").write_text(lower.toml())
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def launch(folder: Path, port: int, *fault: str) -> Running:
    """Start a witness without waiting for it.

    Args:
        fault: a step and how often it is passed before the process kills itself there.
    """
    environment = {
        **os.environ,
        "CUSTODES_DATA": str(folder),
        "CUSTODES_WITNESS_NAME": NAME,
        "CUSTODES_WITNESS_PORT": str(port),
    }
    command = ["-m", "tests.witness.faulty", *fault]
    with (folder / "witness.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, *command], env=environment, stdout=log, stderr=log)
    return Running(folder, port, process)


@contextlib.contextmanager
def witness(folder: Path, *fault: str) -> Iterator[Running]:
    """A witness that listens; stopped at the end whatever happened."""
    running = launch(folder, free_port(), *fault)
    try:
        wait_listening(running)
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
        running.process.wait(PATIENCE)


def wait_listening(running: Running) -> None:
    """Until it listens, or fail."""
    deadline, last = time.monotonic() + PATIENCE, ""
    while running.process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", running.port), timeout=1).close()
        except OSError as error:
            last = repr(error)
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"the witness does not listen; last seen: {last}; it says: {running.log_text()}")
