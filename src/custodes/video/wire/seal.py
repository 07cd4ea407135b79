"""How the web hands a camera's password to a node without being able to read it back: HPKE (RFC 9180).

Base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. The text form is base64 of encapsulated key and
ciphertext. Whoever holds `keys/public/node-seal.pub` can seal; only the node's `seal.key` opens.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

INFO = b"custodes camera password v1"
"""RFC 9180 §5.1 ``info``: binds a sealed text to this use of the key."""

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Unsealable(Exception):
    """The sealed text is not for this key, or was changed. Never says anything about the content."""


def seal(public: X25519PublicKey, plaintext: str) -> str:
    """Seal `plaintext` to the holder of the private key; each call gives another text."""
    return base64.b64encode(_SUITE.encrypt(plaintext.encode(), public, INFO)).decode("ascii")


def unseal(private: X25519PrivateKey, sealed: str) -> str:
    """The plaintext of `sealed`.

    Raises:
        Unsealable: not base64, not for this key, or changed.
    """
    try:
        return _SUITE.decrypt(base64.b64decode(sealed, validate=True), private, INFO).decode()
    except (InvalidTag, binascii.Error, ValueError) as error:
        raise Unsealable("the sealed password does not open with this node's key") from error


def seal_key_from_base64(text: str) -> X25519PublicKey:
    """A raw 32-byte X25519 public key in base64, as in ``keys/public/node-seal.pub``.

    Raises:
        ValueError: not 32 bytes of base64.
    """
    return X25519PublicKey.from_public_bytes(base64.b64decode(text.strip(), validate=True))
