"""Key files: private keys in PKCS#8 PEM for their owner alone, public halves as one line that everybody may read.

All processes keep their keys in this form (docs/design/wire.md §1); whose keys there are is their own rooms' matter.
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

PrivateKey = Ed25519PrivateKey | X25519PrivateKey

NEXT = ".next"
"""Ends the name of a key that is to replace the one of the same name (`notary/rotation.py`)."""


class KeyFileError(Exception):
    """A key is missing, unreadable, open to others, or does not fit its public half; the message says which."""


def make_signing_key(path: Path, public: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in `path`, made if it is missing; never replaced.

    Args:
        public: where its public half is published.

    Raises:
        KeyFileError: the public half is there without the private key, or the key can't be used.
    """
    if _must_make(path, public):
        write_key(path, Ed25519PrivateKey.generate())
    return load_signing_key(path)


def make_sealing_key(path: Path, public: Path) -> X25519PrivateKey:
    """The X25519 key in `path`; otherwise as `make_signing_key`."""
    if _must_make(path, public):
        write_key(path, X25519PrivateKey.generate())
    return load_sealing_key(path)


def load_signing_key(path: Path) -> Ed25519PrivateKey:
    """An Ed25519 key.

    Raises:
        KeyFileError: missing, unreadable, open to others, or of another kind.
    """
    key = _load(path)
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileError(f"{path} is not an Ed25519 key")
    return key


def load_sealing_key(path: Path) -> X25519PrivateKey:
    """An X25519 key; otherwise as `load_signing_key`."""
    key = _load(path)
    if not isinstance(key, X25519PrivateKey):
        raise KeyFileError(f"{path} is not an X25519 key")
    return key


def write_key(path: Path, key: PrivateKey) -> None:
    """Write a private key, mode 0600: whole and durable, or not at all."""
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_private(path, pem)


def write_private(path: Path, content: bytes) -> None:
    """Write a secret, mode 0600: whole and durable, or not at all. Its folder is made with mode 0700."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, content, 0o600)


def publish(path: Path, line: str) -> None:
    """Write a public half, one line, mode 0644: whole and durable. What is there already is replaced."""
    publish_text(path, line + "\n")


def publish_text(path: Path, text: str) -> None:
    """Write what everybody may read, mode 0644; otherwise as `publish`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = text.encode("ascii")
    if not path.exists() or path.read_bytes() != content:
        _write(path, content, 0o644)


def public_raw(key: PrivateKey) -> bytes:
    """The public half, 32 bytes (RFC 8032, RFC 7748)."""
    return key.public_key().public_bytes_raw()


def public_line(key: PrivateKey) -> str:
    """The public half in base64, as ``keys/public`` and the assignment carry it."""
    return base64.b64encode(public_raw(key)).decode()


def fingerprint(key: PrivateKey) -> str:
    """``SHA256:`` and the unpadded base64 of the SHA-256 over the raw public half: names a key in a record."""
    return fingerprint_of(public_raw(key))


def fingerprint_of(public: bytes) -> str:
    """The same, from the raw public half."""
    return "SHA256:" + base64.b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")


def sync_folder(folder: Path) -> None:
    """Make names in the folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _must_make(path: Path, public: Path) -> bool:
    if path.exists():
        return False
    if public.exists():
        raise KeyFileError(f"{public} is there but {path} is not: restore it, or remove both to begin anew")
    return True


def _load(path: Path) -> object:
    try:
        if path.stat().st_mode & 0o077:
            raise KeyFileError(f"{path} can be read by others; its mode must be 0600")
        return serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise KeyFileError(f"{path} is missing; `custodes init` makes it") from error
    except (OSError, ValueError, TypeError) as error:
        raise KeyFileError(f"{path} can't be read as a PKCS#8 key") from error


def _write(path: Path, content: bytes, mode: int) -> None:
    """Under another name first: a crash must not leave half a key under the real one."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    sync_folder(path.parent)
