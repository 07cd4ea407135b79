"""The witnesses that cosign this installation's log: ``NAME.toml`` each, with address, key and certificate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from cryptography import x509

from .note import COSIGNATURE, KeyTextError, VerifierKey, parse_vkey
from .witnessed import LogsError, read_toml

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


class _Written(msgspec.Struct, forbid_unknown_fields=True):
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
    written = read_toml(path, _Written)
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
