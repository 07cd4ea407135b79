"""The verifier's own Ed25519 says what `cryptography` says, and refuses what RFC 8032 §5.1.7 refuses."""

from __future__ import annotations

import ast
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from custodes.evidence.verifiers import verify

#: Secret key, public key, message, signature: RFC 8032 §7.1, tests 1 to 3.
VECTORS = (
    ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
)  # fmt: skip


@pytest.mark.parametrize(("secret", "public", "message", "signature"), VECTORS)
def test_the_vectors_of_the_rfc(secret: str, public: str, message: str, signature: str) -> None:
    said = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).sign(bytes.fromhex(message))
    assert said.hex() == signature, "the vectors themselves"
    assert verify.ed25519_holds(bytes.fromhex(public), bytes.fromhex(message), said)


def test_what_is_changed_holds_for_neither() -> None:
    chance = random.Random(3)
    for _ in range(60):
        key = Ed25519PrivateKey.from_private_bytes(chance.randbytes(32))
        message = chance.randbytes(chance.randrange(200))
        whole = bytearray(key.public_key().public_bytes_raw() + key.sign(message))
        assert verify.ed25519_holds(bytes(whole[:32]), message, bytes(whole[32:]))
        whole[chance.randrange(96)] ^= 1 << chance.randrange(8)
        public, signature = bytes(whole[:32]), bytes(whole[32:])
        assert not verify.ed25519_holds(public, message, signature)
        with pytest.raises((InvalidSignature, ValueError)):
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message)


def test_a_second_spelling_of_a_signature_or_a_point_is_refused() -> None:
    key = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"m")
    s = int.from_bytes(signature[32:], "little") + verify.L
    assert not verify.ed25519_holds(public, b"m", signature[:32] + s.to_bytes(32, "little"))
    assert verify.ed25519_point((verify.P + 1).to_bytes(32, "little")) is None, "y beyond the field"
    assert verify.ed25519_point((1 | 1 << 255).to_bytes(32, "little")) is None, "x = 0 with a sign"
    for wrong in (b"", public[:31], public + b"\0"):
        assert not verify.ed25519_holds(wrong, b"m", signature)
    for short in (b"", signature[:63], signature + b"\0"):
        assert not verify.ed25519_holds(public, b"m", short)


def test_it_is_written_for_older_pythons_and_imports_the_standard_library_alone() -> None:
    text = Path(verify.__file__).read_text()
    tree = ast.parse(text, feature_version=(3, 8))
    used = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    used |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    known = {
        "__future__",
        "argparse",
        "base64",
        "binascii",
        "concurrent.futures",
        "datetime",
        "hashlib",
        "hmac",
        "json",
        "os",
        "re",
        "struct",
    }
    assert used <= known | {"sys", "threading", "typing", "unicodedata", "zlib"}


@pytest.mark.skipif(shutil.which("python3.13") is None, reason="Debian's own Python is not here")
def test_another_python_runs_it() -> None:
    done = subprocess.run(
        ["python3.13", "-I", "-S", verify.__file__, "none.zip"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "none.zip" in done.stderr) == (2, True)
