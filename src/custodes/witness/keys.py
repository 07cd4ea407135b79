"""The witness's key and its server's certificate: made where the witness is switched on, never replaced."""

from __future__ import annotations

import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.keyfile import KeyFileError, load_signing_key, make_signing_key, publish
from custodes.ledger.checkpoint import verifier_of
from custodes.tls.names import OWN, NameRefused, host
from custodes.tls.pinned import make_pinned, witness_server

KEY = "witness.key"
VKEY = "witness.vkey"


def make_keys(keys: Path, name: str, address: str, at: datetime.datetime) -> None:
    """Make what is missing.

    Args:
        keys: the installation's folder of keys.
        name: of the witness.
        address: that its server listens on.
        at: now, aware.

    Raises:
        KeyFileError: a key is gone while its public half is there, or the witness had another name: its name is its identity.
    """
    public = keys / "public"
    key = make_signing_key(keys / "witness" / KEY, public / VKEY)
    line = str(verifier_of(name, key))
    path = public / VKEY
    if path.exists() and path.read_text(encoding="utf-8").strip() != line:
        raise KeyFileError(
            f"{path} is of another key or name; a witness keeps its name (CUSTODES_WITNESS_NAME) for life"
        )
    publish(path, line)
    make_pinned(witness_server(keys), f"witness {name}", _names(address), at, serves=True)


def load_key(keys: Path) -> Ed25519PrivateKey:
    """The key that cosigns.

    Raises:
        KeyFileError: missing, unreadable or open to others.
    """
    return load_signing_key(keys / "witness" / KEY)


def _names(address: str) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys((host(address), *OWN)))
    except NameRefused:  # 0.0.0.0: those who submit keep the certificate itself and look at no name
        return OWN
