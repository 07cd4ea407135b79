"""The web's own control key, and the public keys that it hands on. Private keys of others are never read here."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.keyfile import KeyFileError, load_signing_key, public_line
from custodes.settings import get_settings


@lru_cache(maxsize=4)
def signing_key(path: Path) -> Ed25519PrivateKey:
    """The private key in a file of the web's own, read once.

    Raises:
        KeyFileError: not there or not usable.
    """
    return load_signing_key(path)


def control_key() -> Ed25519PrivateKey:
    """The Ed25519 key with which the web signs its requests to workers (wire.md §1).

    Raises:
        KeyFileError: not there or not usable.
    """
    return signing_key(get_settings().keys_folder / "web" / "control.key")


def control_public_key() -> str:
    """The public half, raw 32 bytes in base64, as the assignment carries it."""
    return public_line(control_key())


def public_text(name: str) -> str:
    """One line from ``keys/public/NAME``: ``grant.pub``, ``node.pub``, ``node-seal.pub``, ``log.vkey``.

    Raises:
        KeyFileError: not there.
    """
    path = get_settings().keys_folder / "public" / name
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise KeyFileError(f"{path} can't be read; run `custodes init`") from error
