"""The gateway's own keys: one to sign what it says to the web, one that devices' passwords are sealed to, one of its side channel."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from custodes.keyfile import (
    load_sealing_key,
    load_signing_key,
    make_sealing_key,
    make_signing_key,
    public_line,
    publish,
)
from custodes.tls.pinned import gateway_statements, make_pinned
from custodes.video.wire.seal import unseal

CONTROL_KEY = "control.key"
SEAL_KEY = "seal.key"
CONTROL_PUBLIC = "gateway.pub"
SEAL_PUBLIC = "gateway-seal.pub"


@dataclass(frozen=True)
class GatewayKeys:
    """The private keys of one gateway.

    Attributes:
        control: signs requests to the web (docs/design/wire.md §8).
        seal: opens devices' passwords.
    """

    control: Ed25519PrivateKey
    seal: X25519PrivateKey

    def unseal(self, sealed: str) -> str:
        """The password in `sealed`.

        Raises:
            Unsealable: it does not open with this gateway's key.
        """
        return unseal(self.seal, sealed)


def make_keys(folder: Path, public_folder: Path) -> GatewayKeys:
    """Make the gateway's keys where they are missing; running it again changes nothing.

    Args:
        folder: ``keys/gateway``.
        public_folder: ``keys/public``; gets ``gateway.pub`` and ``gateway-seal.pub``, raw 32 bytes in base64, and ``gateway-statements.crt``,
            with which it states to platforms below who asks, and is known by platforms above (`statements`).

    Raises:
        KeyFileError: a public half is there whose private key is gone, or a key can't be used.
    """
    keys = GatewayKeys(
        make_signing_key(folder / CONTROL_KEY, public_folder / CONTROL_PUBLIC),
        make_sealing_key(folder / SEAL_KEY, public_folder / SEAL_PUBLIC),
    )
    publish(public_folder / CONTROL_PUBLIC, public_line(keys.control))
    publish(public_folder / SEAL_PUBLIC, public_line(keys.seal))
    files = gateway_statements(folder.parent)
    make_pinned(files, "Custodes gateway", (), datetime.datetime.now(datetime.UTC), serves=True, calls=True)
    return keys


def load_keys(folder: Path) -> GatewayKeys:
    """The keys in `folder`.

    Raises:
        KeyFileError: one is missing or is not what its name says.
    """
    return GatewayKeys(load_signing_key(folder / CONTROL_KEY), load_sealing_key(folder / SEAL_KEY))
