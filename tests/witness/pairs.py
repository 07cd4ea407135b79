"""Two installations for tests: a lower one with a real notary and book, an upper one with a real witness, TLS between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from custodes.ledger.witness import Contradiction
from custodes.ledger.witnessed import WitnessedLog, read_evidence, read_state
from custodes.oversight.cosigning import Cosigning, posting
from custodes.tls.pinned import make_pinned, witness_client, witness_server
from tests.ledger.madelog import ORIGIN, gap
from tests.notary import running as notaries
from tests.patience import until
from tests.witness import running as witnesses
from tests.witness.running import NOW

QUICK = {"checkpoint_seconds": 1, "heartbeat_seconds": 3600}


@dataclass
class Pair:
    """Both, and what stands in each other's folders."""

    lower: Path
    upper: witnesses.Running

    @property
    def state(self) -> WitnessedLog:
        """What the witness keeps of the lower log."""
        return read_state(self.upper.folder / "witness/state", ORIGIN) or WitnessedLog(origin=ORIGIN)

    @property
    def evidence(self) -> list[Contradiction]:
        """Contradictions of it."""
        return list(read_evidence(self.upper.folder / "witness/evidence", ORIGIN))

    def toml(self) -> str:
        """The witness, as the lower one has it."""
        pem = witness_server(self.upper.folder / "keys").cert.read_text()
        return f'url = "https://127.0.0.1:{self.upper.port}"\nkey = "{self.upper.key}"\ncertificate = """\n{pem}"""\n'

    @contextmanager
    def notary(self) -> Iterator[tuple[notaries.Running, Cosigning]]:
        """The lower notary, and what takes its checkpoints up."""
        with notaries.notary(self.lower, **QUICK) as one, one.client() as client:
            files = witness_client(self.lower / "keys")
            yield one, Cosigning(client, self.lower / "witnesses", posting(files))

    def fill(self, one: notaries.Running, first: int, count: int, detail: str = "摄像机无信号") -> int:
        """Append records and wait for the checkpoint over them; its size."""
        with one.client() as client:
            client.append([gap(number, detail) for number in range(first, first + count)])
            until(lambda: client.status().checkpoint_size == client.status().size, "the checkpoint")
            return client.status().checkpoint_size


@contextmanager
def made_pair() -> Iterator[Pair]:
    """A fresh pair, each known to the other."""
    with ExitStack() as stack:
        lower = stack.enter_context(notaries.data_folder())
        files = witness_client(lower / "keys")
        make_pinned(files, "lower", (), NOW, serves=False)
        folder = stack.enter_context(witnesses.data_folder())
        vkey = (lower / "keys/public/log.vkey").read_text().strip()
        (folder / "witness/logs/lower.toml").write_text(
            f'name = "柳梧分局"\norigin = "{ORIGIN}"\nkeys = ["{vkey}"]\ncertificate = """\n{files.cert.read_text()}"""\n'
        )
        made = Pair(lower, stack.enter_context(witnesses.witness(folder)))
        (lower / "witnesses").mkdir()
        (lower / "witnesses/upper.toml").write_text(made.toml())
        yield made


def later(seconds: float) -> datetime:
    """So long after the beginning."""
    return datetime.now(UTC) + timedelta(seconds=seconds)
