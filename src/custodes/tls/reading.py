"""What a certificate says: for whom, until when, and the number by which a person knows it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization


@dataclass(frozen=True)
class Certificate:
    """One certificate.

    Attributes:
        names: host names and addresses that it is for, in its own order; empty for an authority.
        begins, ends: aware, UTC.
        fingerprint: SHA-256 over the DER form, upper-case hexadecimal in pairs, as systems show it.
        subject: its common name.
        issuer: the common name of who signed it.
    """

    names: tuple[str, ...]
    begins: datetime.datetime
    ends: datetime.datetime
    fingerprint: str
    subject: str
    issuer: str

    def days_left(self, at: datetime.datetime) -> int:
        """Whole days until it ends; negative after that."""
        return (self.ends - at).days


def load(path: Path) -> x509.Certificate:
    """The first certificate of a PEM file, which is the server's own in a chain.

    Raises:
        OSError: it can't be read.
        ValueError: it is no certificate.
    """
    return x509.load_pem_x509_certificate(path.read_bytes())


def read(path: Path) -> Certificate:
    """What the first certificate of a PEM file says; raises as `load`."""
    return describe(load(path))


def describe(certificate: x509.Certificate) -> Certificate:
    """What a certificate says."""
    pairs = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificate(
        names=names_of(certificate),
        begins=certificate.not_valid_before_utc,
        ends=certificate.not_valid_after_utc,
        fingerprint=pairs,
        subject=_common_name(certificate.subject),
        issuer=_common_name(certificate.issuer),
    )


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Host names and addresses of its subjectAltName."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in names if isinstance(name, x509.DNSName | x509.IPAddress))


def signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether the authority's key signed it."""
    try:
        certificate.verify_directly_issued_by(authority)
    except Exception:  # the library raises three kinds, each means no
        return False
    return True


def der(path: Path) -> bytes:
    """The first certificate of a PEM file in DER, the form that phones take; raises as `load`."""
    return load(path).public_bytes(serialization.Encoding.DER)


def _common_name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(found[0].value) if found else name.rfc4514_string()
