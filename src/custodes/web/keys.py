"""The web process's own keys: the session secret and the key that signs its control requests (docs/design/wire.md §1)."""

from __future__ import annotations

import base64
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

CONTROL_KEY = "control.key"
SECRET_KEY = "secret.key"  # noqa: S105 - a file name
PUBLIC_KEY = "web.pub"


def make_keys(folder: Path, public_folder: Path) -> None:
    """Make what is missing; never replace a key.

    Args:
        folder: ``keys/web``, readable by the web's user alone.
        public_folder: ``keys/public``, readable by all processes.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    public_folder.mkdir(parents=True, exist_ok=True)
    if not (folder / SECRET_KEY).exists():
        _write_private(folder / SECRET_KEY, secrets.token_urlsafe(50).encode())
    if not (folder / CONTROL_KEY).exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write_private(folder / CONTROL_KEY, pem)
    public = load_control_key(folder).public_key().public_bytes_raw()
    (public_folder / PUBLIC_KEY).write_text(base64.b64encode(public).decode() + "\n", encoding="ascii")


@lru_cache(maxsize=4)
def load_control_key(folder: Path) -> Ed25519PrivateKey:
    """The key that signs control requests to nodes.

    Raises:
        FileNotFoundError: `custodes init` has not made it yet.
        ValueError: the file holds another kind of key.
    """
    key = serialization.load_pem_private_key((folder / CONTROL_KEY).read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{folder / CONTROL_KEY} is not an Ed25519 key")
    return key


def _write_private(path: Path, content: bytes) -> None:
    # O_EXCL: two `init` at once must not each keep a different key.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
