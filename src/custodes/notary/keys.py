"""The notary's two keys: one signs the log, the other signs grants."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.keyfile import KeyFileError, load_signing_key, make_signing_key, public_line, publish
from custodes.ledger.note import KeyTextError, Signer, VerifierKey, parse_vkey

LOG_KEY = "log.key"
GRANT_KEY = "grant.key"
LOG_VKEY = "log.vkey"
GRANT_PUBLIC = "grant.pub"


def make_keys(folder: Path, public_folder: Path, origin: str) -> None:
    """Make the log key and the grant key where they are missing, and publish their public halves.

    Args:
        folder: private keys, ``log.key`` and ``grant.key``.
        public_folder: ``log.vkey`` (signed-note verifier key) and ``grant.pub`` (raw 32 bytes, base64).
        origin: the log's origin, which is the log key's name.

    Raises:
        KeyFileError: a public half is there whose private key is gone, or is of another key or origin. Nothing is
            replaced.
    """
    log = make_signing_key(folder / LOG_KEY, public_folder / LOG_VKEY)
    _publish(public_folder / LOG_VKEY, vkey_of(log, origin))
    grant = make_signing_key(folder / GRANT_KEY, public_folder / GRANT_PUBLIC)
    _publish(public_folder / GRANT_PUBLIC, public_line(grant))


def vkey_of(key: Ed25519PrivateKey, origin: str) -> str:
    """The log key's verifier key, as ``log.vkey`` holds it.

    Raises:
        KeyFileError: the origin can't be a key name.
    """
    try:
        return str(Signer(origin, key).verifier)
    except KeyTextError as error:
        raise KeyFileError(f"the log's origin {origin!r} can't be a key name: {error}") from error


def load_signer(folder: Path, origin: str) -> Signer:
    """The log's signer.

    Raises:
        KeyFileError: the key is missing, unreadable or open to others.
    """
    return Signer(origin, load_signing_key(folder / LOG_KEY))


def load_grant_key(folder: Path) -> Ed25519PrivateKey:
    """The key that signs grants.

    Raises:
        KeyFileError: the key is missing, unreadable or open to others.
    """
    return load_signing_key(folder / GRANT_KEY)


def load_vkey(public_folder: Path) -> VerifierKey:
    """The log's verifier key as published.

    Raises:
        KeyFileError: missing or malformed.
    """
    path = public_folder / LOG_VKEY
    try:
        return parse_vkey(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise KeyFileError(f"{path} is missing or malformed: {error}") from error


def _publish(path: Path, line: str) -> None:
    """Publish, but never over another key: a log and its grants change theirs by `custodes rotate` alone."""
    if path.exists() and path.read_text(encoding="utf-8").strip() != line:
        raise KeyFileError(f"{path} is of another key or origin; a log keeps its origin for life")
    publish(path, line)
