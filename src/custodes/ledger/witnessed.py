"""The logs that a witness knows, and what it keeps of each: files that its process writes and the pages read. And the witnesses that cosign
this installation's log: ``NAME.toml`` each, with address, key and certificate.

``logs/NAME.toml``            which log, its keys, the certificate of who may submit for it; a person's, root's
``state/DIGEST.json``         what was cosigned last, one file for each log
``evidence/DIGEST/….json``    contradictions (`witness.py`)
``evidence/rewound.json``     the witness met its own signature over more than it remembered (`Rewound`)

DIGEST is the SHA-256 over the origin, hex: an origin is no file name.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from custodes.ledger.merkle import EMPTY_ROOT
from custodes.ledger.note import COSIGNATURE, ED25519, KeyTextError, VerifierKey, parse_vkey
from custodes.ledger.witness import Contradiction, ContradictionError, WitnessedState
from custodes.ledger.witness import read as read_contradiction

MAX_LOGS = 1000
MAX_KEYS = 8
MAX_TOML_BYTES = 65_536
MAX_STATE_BYTES = 262_144
MAX_EVIDENCE = 32
"""Files of one log that a reader takes; the witness keeps fewer."""


_Form = TypeVar("_Form")
_NAME = re.compile("[A-Za-z0-9_-]{1,60}")


class LogsError(ValueError):
    """A file of a log can't be used; the message names file, field, rule and remedy."""


class StateError(Exception):
    """The kept state of a log can't be read: nothing may be cosigned for it."""


@dataclass(frozen=True, slots=True)
class LowerLog:
    """A log that the witness cosigns.

    Attributes:
        name: of the platform, as people call it.
        origin: of the log.
        keys: that may sign its checkpoints.
        certificate: of the client that may submit them.
    """

    name: str
    origin: str
    keys: tuple[VerifierKey, ...]
    certificate: x509.Certificate

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 over the certificate."""
        return self.certificate.fingerprint(SHA256())


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    origin: str
    keys: list[str]
    certificate: str


class WitnessedLog(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a witness keeps of a log. The first four decide, the others inform.

    Attributes:
        origin: of the log.
        size: of the tree that was cosigned last.
        root: of it, hex.
        note: its checkpoint as the log signed it.
        at: when it was cosigned, seconds since the Unix epoch.
        grown_at: when a larger tree than before was last cosigned; 0 in a file of before this was kept (`grown` reads it).
        behind_at, behind_size: when a smaller tree was last submitted, and its size; 0 since the log moved on.
        refused: contradictions that came since, those that were not kept included.
    """

    origin: str
    size: int = 0
    root: str = EMPTY_ROOT.hex()
    note: str = ""
    at: int = 0
    grown_at: int = 0
    behind_at: int = 0
    behind_size: int = 0
    refused: int = 0

    @property
    def grown(self) -> int:
        """When the log last moved on: the same checkpoint again shows only that somebody still has it."""
        return self.grown_at or self.at

    @property
    def seen(self) -> WitnessedState:
        """As the rules want it."""
        return WitnessedState(self.size, bytes.fromhex(self.root))


class Rewound(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a witness was put back to an older state: a checkpoint that its own key cosigned, and that it doesn't remember.

    Attributes:
        key: of the witness, as text. With another key it counts no more: what the old one may have cosigned is nobody's word now.
        origin: of the log.
        kept: entries that it remembered as cosigned.
        signed: entries under the checkpoint.
        note: the checkpoint, with the cosignature.
        at: when it was shown, seconds since the Unix epoch.
    """

    key: str
    origin: str
    kept: int
    signed: int
    note: str
    at: int


REWOUND = "rewound.json"


def read_rewound(folder: Path, key: str) -> Rewound | None:
    """Whether the witness with this key was put back; `folder` is ``evidence``.

    Raises:
        StateError: something is there and can't be read.
    """
    try:
        with (folder / REWOUND).open("rb") as file:
            found = msgspec.json.decode(file.read(MAX_STATE_BYTES + 1), type=Rewound)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StateError(f"{folder / REWOUND} can't be read: {error}") from error
    return found if found.key == key else None


def digest_of(origin: str) -> str:
    """The origin as a name of files."""
    return hashlib.sha256(origin.encode()).hexdigest()


def read_logs(folder: Path) -> dict[str, LowerLog]:
    """Every log that is known, by origin; none where the folder is missing.

    Raises:
        LogsError: a file can't be used. None is known then: what was meant is not guessed.
    """
    logs: dict[str, LowerLog] = {}
    paths = sorted(folder.glob("*.toml"))
    if len(paths) > MAX_LOGS:
        raise LogsError(f"{folder} holds {len(paths)} logs; at most {MAX_LOGS} are witnessed")
    for path in paths:
        log = read_log(path)
        if log.origin in logs:
            raise LogsError(f"{path}: origin: {log.origin!r} is in another file too; a log stands in one file")
        logs[log.origin] = log
    return logs


def read_log(path: Path) -> LowerLog:
    """One log.

    Raises:
        LogsError.
    """
    written = read_toml(path, _Written)
    if not written.name.strip() or len(written.name) > 200:
        raise LogsError(f"{path}: name: a name of 1 to 200 characters says which platform it is")
    if not 1 <= len(written.keys) <= MAX_KEYS:
        raise LogsError(
            f"{path}: keys: give 1 to {MAX_KEYS} verifier keys (`keys/public/log.vkey` of the lower platform)"
        )
    try:
        keys = tuple(parse_vkey(text) for text in written.keys)
    except KeyTextError as error:
        raise LogsError(f"{path}: keys: {error}; copy `keys/public/log.vkey` of the lower platform whole") from error
    if any(key.kind != ED25519 or key.name != written.origin for key in keys):
        raise LogsError(f"{path}: keys: a log's key has the log's origin as its name, and is not a witness's key")
    return LowerLog(written.name.strip(), written.origin, keys, _certificate(path, written.certificate))


def read_toml(path: Path, form: type[_Form]) -> _Form:
    """A small file that a person wrote, in one form.

    Raises:
        LogsError.
    """
    if _NAME.fullmatch(path.stem) is None:
        raise LogsError(f"{path}: the file's name has 1 to 60 letters, digits, dashes and underscores before .toml")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TOML_BYTES + 1)
        if len(data) > MAX_TOML_BYTES:
            raise LogsError(f"{path}: the file is larger than {MAX_TOML_BYTES} bytes")
        return msgspec.convert(tomllib.loads(data.decode()), form)
    except OSError as error:
        raise LogsError(f"{path} can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LogsError(f"{path} is not TOML: {error}") from error
    except msgspec.ValidationError as error:
        raise LogsError(f"{path}: {error}") from error


def _certificate(path: Path, pem: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem.encode())
    except ValueError as error:
        raise LogsError(
            f"{path}: certificate: not one certificate in PEM; copy what `custodes witness join` printed"
        ) from error


def read_state(folder: Path, origin: str) -> WitnessedLog | None:
    """The kept state of a log, None when nothing was cosigned.

    Raises:
        StateError: it is there and can't be read.
    """
    path = folder / f"{digest_of(origin)}.json"
    try:
        with path.open("rb") as file:
            data = file.read(MAX_STATE_BYTES + 1)
        state = msgspec.json.decode(data, type=WitnessedLog)
        if len(bytes.fromhex(state.root)) != len(EMPTY_ROOT) or state.size < 0:
            raise ValueError("a field is out of its bounds")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StateError(f"{path} can't be read: {error}") from error
    if state.origin != origin:
        raise StateError(f"{path} is of the log {state.origin!r}")
    return state


def read_evidence(folder: Path, origin: str) -> Iterator[Contradiction]:
    """Kept contradictions of a log, oldest first; files that are none are passed over."""
    found = []
    for path in sorted((folder / digest_of(origin)).glob("*.json"))[:MAX_EVIDENCE]:
        try:
            with path.open("rb") as file:
                found.append(read_contradiction(file.read(MAX_STATE_BYTES + 1)))
        except (OSError, ContradictionError):
            continue
    yield from sorted((one for one in found if one.origin == origin), key=lambda one: one.at)


MAX_WITNESSES = 8


@dataclass(frozen=True, slots=True)
class Witness:
    """One witness.

    Attributes:
        url: submission prefix, `https://…`; ``/add-checkpoint`` is appended.
        key: checks its cosignatures.
        certificate: PEM; what its server shows, or the authority that vouches for it.
        pinned: whether `certificate` is the server's own: then no name is looked at.
    """

    url: str
    key: VerifierKey
    certificate: str
    pinned: bool

    @property
    def name(self) -> str:
        """As on its signature lines."""
        return self.key.name


class _WrittenWitnesses(msgspec.Struct, forbid_unknown_fields=True):
    url: str
    key: str
    certificate: str


def read_witnesses(folder: Path) -> tuple[Witness, ...]:
    """Every witness, in the order of the files; none where the folder is missing.

    Raises:
        LogsError: a file can't be used.
    """
    paths = sorted(folder.glob("*.toml"))
    if len(paths) > MAX_WITNESSES:
        raise LogsError(f"{folder} holds {len(paths)} witnesses; at most {MAX_WITNESSES} cosign a log")
    found = tuple(_read(path) for path in paths)
    if len({one.name for one in found}) < len(found):
        raise LogsError(f"{folder}: two files name the same witness; each has one file")
    return found


def _read(path: Path) -> Witness:
    written = read_toml(path, _WrittenWitnesses)
    parts = urlsplit(written.url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise LogsError(f"{path}: url: give https://HOST:PORT, without name, password or query")
    try:
        key = parse_vkey(written.key)
    except KeyTextError as error:
        raise LogsError(f"{path}: key: {error}; copy what `custodes witness show` printed") from error
    if key.kind != COSIGNATURE:
        raise LogsError(f"{path}: key: this is a log's key; a witness's is of type cosignature/v1 (0x04)")
    try:
        certificate = x509.load_pem_x509_certificate(written.certificate.encode())
    except ValueError as error:
        raise LogsError(
            f"{path}: certificate: not one certificate in PEM; copy what `custodes witness show` printed"
        ) from error
    return Witness(written.url.rstrip("/"), key, written.certificate, not _vouches(certificate))


def _vouches(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return True
