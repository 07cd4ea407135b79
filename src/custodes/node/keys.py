"""The node's own keys: one to sign what it says to the web, one that camera passwords are sealed to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from custodes.keyfile import (
    NEXT,
    load_sealing_key,
    load_signing_key,
    make_sealing_key,
    make_signing_key,
    public_line,
    publish,
)
from custodes.video.wire.seal import Unsealable, unseal

CONTROL_KEY = "control.key"
SEAL_KEY = "seal.key"
CONTROL_PUBLIC = "node.pub"
SEAL_PUBLIC = "node-seal.pub"


@dataclass(frozen=True)
class NodeKeys:
    """The private keys of one node.

    Attributes:
        control: signs requests to the web (docs/design/wire.md §2).
        seal: opens camera passwords.
        seal_next: the key that is to replace it, while `custodes rotate node-seal` has begun and not ended: some
            passwords are sealed to the one and some to the other then.
    """

    control: Ed25519PrivateKey
    seal: X25519PrivateKey
    seal_next: X25519PrivateKey | None = None

    def unseal(self, sealed: str) -> str:
        """The password in `sealed`.

        Raises:
            Unsealable: it opens with no key of this node.
        """
        try:
            return unseal(self.seal, sealed)
        except Unsealable:
            if self.seal_next is None:
                raise
            return unseal(self.seal_next, sealed)


def make_keys(folder: Path, public_folder: Path) -> NodeKeys:
    """Make the node's keys where they are missing; running it again changes nothing.

    Args:
        folder: ``keys/node``.
        public_folder: ``keys/public``; gets ``node.pub`` and ``node-seal.pub``, raw 32 bytes in base64.

    Raises:
        KeyFileError: a public half is there whose private key is gone, or a key can't be used.
    """
    keys = NodeKeys(
        make_signing_key(folder / CONTROL_KEY, public_folder / CONTROL_PUBLIC),
        make_sealing_key(folder / SEAL_KEY, public_folder / SEAL_PUBLIC),
    )
    publish(public_folder / CONTROL_PUBLIC, public_line(keys.control))
    publish(public_folder / SEAL_PUBLIC, public_line(keys.seal))
    return keys


def load_keys(folder: Path) -> NodeKeys:
    """The keys in `folder`.

    Raises:
        KeyFileError: one is missing or is not what its name says.
    """
    return NodeKeys(
        load_signing_key(folder / CONTROL_KEY),
        load_sealing_key(folder / SEAL_KEY),
        load_sealing_key(following) if (following := folder / (SEAL_KEY + NEXT)).exists() else None,
    )
