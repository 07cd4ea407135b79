"""Records of the machine's administrator, who works on the command line: keys, certificates, back-ups."""

from __future__ import annotations

from typing import Literal

from custodes.ledger.entry import is_time

from .base import Count, Name, Record, Sha256, Text, check_hex


class KeyRotated(Record, frozen=True, kw_only=True, gc=False, tag="key.rotated"):
    """A key (``log``, ``grant``, ``web``, ``packages``, ``node``, ``node-seal``, ``gateway``, ``gateway-seal``, ``gateway-statements``, ``witness``) was replaced; `old` and `new` are its fingerprints (`keyfile.fingerprint`; of ``gateway-statements`` SHA-256 of its certificate)."""

    key: Name
    old: Text
    new: Name


class CertificateIssued(Record, frozen=True, kw_only=True, gc=False, tag="certificate.issued"):
    """The installation's own authority vouched for a key: of ``web``, of ``node``, of ``gateway``, or (``authority``) of its own.

    `names` are what the certificate is for, of an authority none; `serial` is hexadecimal; `sha256` is its fingerprint.
    """

    by: Name
    server: Literal["authority", "web", "node", "gateway"]
    names: list[Name]
    serial: Name
    begins: str
    ends: str
    sha256: Sha256

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        check_hex(self.sha256)
        if not (is_time(self.begins) and is_time(self.ends)):
            raise ValueError("`begins` and `ends` must be RFC 3339 with microseconds and Z")


class BackupMade(Record, frozen=True, kw_only=True, gc=False, tag="backup.made"):
    """A back-up was written and read again. `checkpoint` is the size of the last signed tree in it; `sha256` is of the file."""

    by: Name
    file: Name
    bytes: Count
    sha256: Sha256
    checkpoint: Count

    def __post_init__(self) -> None:
        Record.__post_init__(self)
        check_hex(self.sha256)
