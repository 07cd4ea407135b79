"""The notary's two keys: one signs the log, the other signs grants."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.note import KeyTextError, Signer, VerifierKey, parse_vkey

LOG_KEY = "log.key"
GRANT_KEY = "grant.key"
LOG_VKEY = "log.vkey"
GRANT_PUBLIC = "grant.pub"


class KeysError(Exception):
    """A key is missing, unreadable, open to others, or does not fit its public half; the message says which."""


def make_keys(folder: Path, public_folder: Path, origin: str) -> None:
    """Make the log key and the grant key where they are missing, and publish their public halves.

    Args:
        folder: private keys, ``log.key`` and ``grant.key`` (PKCS#8 PEM, mode 0600); made with mode 0700.
        public_folder: ``log.vkey`` (signed-note verifier key) and ``grant.pub`` (raw 32 bytes, base64).
        origin: the log's origin, which is the log key's name.

    Raises:
        KeysError: a public half is there whose private key is gone, or is of another key or origin. Nothing is replaced.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    public_folder.mkdir(parents=True, exist_ok=True)
    log = _make(folder / LOG_KEY, public_folder / LOG_VKEY)
    try:
        vkey = str(Signer(origin, log).verifier)
    except KeyTextError as error:
        raise KeysError(f"the log's origin {origin!r} can't be a key name: {error}") from error
    _publish(public_folder / LOG_VKEY, vkey)
    grant = _make(folder / GRANT_KEY, public_folder / GRANT_PUBLIC)
    _publish(public_folder / GRANT_PUBLIC, base64.b64encode(grant.public_key().public_bytes_raw()).decode())


def load_signer(folder: Path, origin: str) -> Signer:
    """The log's signer.

    Raises:
        KeysError: the key is missing, unreadable or open to others.
    """
    return Signer(origin, _load(folder / LOG_KEY))


def load_grant_key(folder: Path) -> Ed25519PrivateKey:
    """The key that signs grants.

    Raises:
        KeysError: the key is missing, unreadable or open to others.
    """
    return _load(folder / GRANT_KEY)


def load_vkey(public_folder: Path) -> VerifierKey:
    """The log's verifier key as published.

    Raises:
        KeysError: missing or malformed.
    """
    path = public_folder / LOG_VKEY
    try:
        return parse_vkey(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise KeysError(f"{path} is missing or malformed: {error}") from error


def _make(path: Path, public: Path) -> Ed25519PrivateKey:
    if path.exists():
        return _load(path)
    if public.exists():
        raise KeysError(f"{public} is there but {path} is not: restore it, or remove both to begin a new log")
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    # Made under another name first: a crash must not leave half a key under the real one.
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    _sync_folder(path.parent)
    return key


def _publish(path: Path, text: str) -> None:
    if path.exists():
        if path.read_text(encoding="utf-8").strip() != text:
            raise KeysError(f"{path} is of another key or origin; a log keeps its key and origin for life")
        return
    draft = path.with_suffix(path.suffix + ".new")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.chmod(0o644)
    draft.rename(path)
    _sync_folder(path.parent)


def _load(path: Path) -> Ed25519PrivateKey:
    try:
        if path.stat().st_mode & 0o077:
            raise KeysError(f"{path} can be read by others; its mode must be 0600")
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise KeysError(f"{path} is missing; `custodes init` makes it") from error
    except (OSError, ValueError, TypeError) as error:
        raise KeysError(f"{path} can't be read as a PKCS#8 key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeysError(f"{path} is not an Ed25519 key")
    return key


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
