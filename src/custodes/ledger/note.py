"""Signed notes (C2SP signed-note): text with signature lines, and the keys that make and check them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
MAX_NOTE_BYTES = 65_536
MAX_SIGNATURES = 32
_DASH = "\u2014 "


class NoteError(Exception):
    """The note is malformed, or no trusted key signed it."""


class KeyTextError(ValueError):
    """The text is not a verifier key."""


def _check_name(name: str) -> None:
    if not name or "+" in name or re.search(r"\s", name) or any(ord(char) < 0x20 for char in name):
        raise KeyTextError("a key name is not empty and has no spaces, plus signs or control characters")


def _unbase64(text: str) -> bytes:
    """Standard base64 with padding; refuses every other spelling of the same bytes."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise binascii.Error("not in canonical base64")
    return data


def key_id(name: str, kind: int, public: bytes) -> int:
    """SHA-256(name ‖ 0x0A ‖ kind ‖ public key)[:4], big-endian."""
    return int.from_bytes(hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4])


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line.

    Attributes:
        name: the key's name.
        key_id: the key's 32-bit id.
        data: what follows the id: for Ed25519 64 bytes, for a cosignature a timestamp and 64 bytes.
    """

    name: str
    key_id: int
    data: bytes

    def line(self) -> str:
        """The line with its newline, as it stands in a note."""
        blob = base64.b64encode(self.key_id.to_bytes(4) + self.data).decode()
        return f"{_DASH}{self.name} {blob}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note; nothing in it is verified.

    Attributes:
        text: with its final newline, without the blank line.
        signatures: in order.
    """

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """The same text with further signature lines."""
        return Note(self.text, self.signatures + tuple(more))


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key that checks signature lines.

    Attributes:
        name: key name, a schema-less URL.
        kind: signature type byte, `ED25519` or `COSIGNATURE`.
        public: 32 bytes (RFC 8032).
    """

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> int:
        """The 32-bit id that stands in signature lines."""
        return key_id(self.name, self.kind, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id:08x}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    def matches(self, signature: Signature) -> bool:
        """Whether the line claims to be of this key."""
        return signature.name == self.name and signature.key_id == self.key_id

    def check(self, message: bytes, signature: bytes) -> None:
        """Check a raw 64-byte signature.

        Raises:
            NoteError: it does not verify.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError) as error:
            raise NoteError(f"the signature of {self.name} does not verify") from error


def parse_vkey(text: str) -> VerifierKey:
    """Read ``name+hash+base64(kind ‖ public key)``.

    Raises:
        KeyTextError: malformed, of an unknown kind, or its hash is of another key.
    """
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise KeyTextError("a verifier key has the form name+hash+key")
    name, digest, encoded = parts
    _check_name(name)
    try:
        blob = _unbase64(encoded)
    except ValueError as error:
        raise KeyTextError("the key is not base64") from error
    if len(blob) != 33 or blob[0] not in (ED25519, COSIGNATURE):
        raise KeyTextError("the key is not an Ed25519 key of a known signature type")
    key = VerifierKey(name, blob[0], blob[1:])
    if digest != f"{key.key_id:08x}":
        raise KeyTextError("the hash is of another name or key")
    return key


@dataclass(frozen=True)
class Signer:
    """A private key under a name; signs note texts with signature type `ED25519`."""

    name: str
    key: Ed25519PrivateKey

    def __post_init__(self) -> None:
        _check_name(self.name)

    @property
    def verifier(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, ED25519, self.key.public_key().public_bytes_raw())

    def sign(self, text: str) -> Note:
        """A note over `text`, which must end in a newline.

        Raises:
            NoteError: the text can't stand in a note.
        """
        check_text(text)
        signature = Signature(self.name, self.verifier.key_id, self.key.sign(text.encode()))
        return Note(text, (signature,))


def check_text(text: str) -> None:
    """Whether `text` can stand in a note.

    Raises:
        NoteError: it is empty, lacks its final newline, or holds control characters or lone surrogates.
    """
    if not text.endswith("\n"):
        raise NoteError("the text does not end in a newline")
    if any(ord(char) < 0x20 and char != "\n" for char in text):
        raise NoteError("the text holds control characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NoteError("the text is not valid Unicode") from error


def parse_note(data: bytes | str) -> Note:
    """Take a note apart, strictly.

    Raises:
        NoteError: not in the form of C2SP signed-note, or too large.
    """
    if isinstance(data, str):
        try:
            data = data.encode()
        except UnicodeEncodeError as error:
            raise NoteError("the note is not valid Unicode") from error
    if len(data) > MAX_NOTE_BYTES:
        raise NoteError("the note is too large")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError("the note is not valid UTF-8") from error
    text, blank, block = whole.rpartition("\n\n")
    if not blank:
        raise NoteError("the note has no blank line before its signatures")
    text += "\n"
    check_text(text)
    if not block.endswith("\n"):
        raise NoteError("the note has no signature, or its last line is cut off")
    lines = block.removesuffix("\n").split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("the note has too many signatures")
    return Note(text, tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """One signature line, without its newline.

    Raises:
        NoteError: malformed.
    """
    if not line.startswith(_DASH):
        raise NoteError("a signature line does not start with an em dash")
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        _check_name(name)
        blob = _unbase64(encoded)
    except ValueError as error:
        raise NoteError("a signature line is malformed") from error
    if not space or len(blob) < 5:
        raise NoteError("a signature line is malformed")
    return Signature(name, int.from_bytes(blob[:4]), blob[4:])


def open_note(data: bytes | str, keys: Iterable[VerifierKey]) -> Note:
    """Parse a note and require that one of `keys` (of type `ED25519`) signed it.

    Raises:
        NoteError: malformed, a known key's signature does not verify, or no known key signed.
    """
    note = parse_note(data)
    known = [key for key in keys if key.kind == ED25519]
    verified = 0
    for signature in note.signatures:
        for key in known:
            if key.matches(signature):
                key.check(note.text.encode(), signature.data)
                verified += 1
    if not verified:
        raise NoteError("no trusted key signed the note")
    return note
