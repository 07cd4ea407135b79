"""The node's own keys: one to sign what it says to the web, one that camera passwords are sealed to."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class MissingKeys(Exception):
    """The node has no keys yet; `custodes init` makes them."""


@dataclass(frozen=True)
class NodeKeys:
    """The private keys of one node.

    Attributes:
        control: signs requests to the web (docs/design/wire.md §2).
        seal: opens camera passwords.
    """

    control: Ed25519PrivateKey
    seal: X25519PrivateKey


def make_keys(folder: Path, public_folder: Path) -> NodeKeys:
    """Make the node's keys where they are missing; running it again changes nothing.

    Args:
        folder: ``keys/node``; private keys are PKCS#8 PEM, mode 0600.
        public_folder: ``keys/public``; gets ``node.pub`` and ``node-seal.pub``, raw 32 bytes in base64.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    public_folder.mkdir(parents=True, exist_ok=True)
    _make_private(folder / "control.key", Ed25519PrivateKey.generate)
    _make_private(folder / "seal.key", X25519PrivateKey.generate)
    keys = load_keys(folder)
    _publish(public_folder / "node.pub", keys.control.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    _publish(public_folder / "node-seal.pub", keys.seal.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    return keys


def load_keys(folder: Path) -> NodeKeys:
    """The keys in `folder`.

    Raises:
        MissingKeys: one is missing or is not what its name says.
    """
    control = _load(folder / "control.key")
    seal = _load(folder / "seal.key")
    if not isinstance(control, Ed25519PrivateKey) or not isinstance(seal, X25519PrivateKey):
        raise MissingKeys(f"{folder} holds keys of the wrong kind: control.key is Ed25519, seal.key is X25519")
    return NodeKeys(control, seal)


def _load(path: Path) -> object:
    try:
        return load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError as error:
        raise MissingKeys(f"{path} is missing: run `custodes init`") from error
    except ValueError as error:
        raise MissingKeys(f"{path} is not a private key in PEM") from error


def _make_private(path: Path, generate: Callable[[], Ed25519PrivateKey | X25519PrivateKey]) -> None:
    if path.exists():
        return
    key = generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)


def _publish(path: Path, raw: bytes) -> None:
    line = base64.b64encode(raw) + b"\n"
    if not path.exists() or path.read_bytes() != line:
        _write(path, line, 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write whole or not at all: a half-written key would lock the node out of its own passwords."""
    partial = path.with_suffix(path.suffix + ".new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
