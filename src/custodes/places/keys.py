"""The web's own control key, and the public keys that it hands on. Private keys of others are never read here."""

from __future__ import annotations

import base64
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from custodes.settings import get_settings


class MissingKey(Exception):
    """A key that `custodes init` should have made is not there."""


@lru_cache(maxsize=4)
def _control_key(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise MissingKey(f"{path} can't be read; run `custodes init`") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise MissingKey(f"{path} is not an Ed25519 key")
    return key


def control_key() -> Ed25519PrivateKey:
    """The Ed25519 key with which the web signs its requests to workers (wire.md §1).

    Raises:
        MissingKey: not there or not readable.
    """
    return _control_key(get_settings().keys_folder / "web" / "control.key")


def control_public_key() -> str:
    """The public half, raw 32 bytes in base64, as the assignment carries it."""
    raw = control_key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def public_text(name: str) -> str:
    """One line from ``keys/public/NAME``: ``grant.pub``, ``node.pub``, ``node-seal.pub``, ``log.vkey``.

    Raises:
        MissingKey: not there.
    """
    path = get_settings().keys_folder / "public" / name
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise MissingKey(f"{path} can't be read; run `custodes init`") from error
