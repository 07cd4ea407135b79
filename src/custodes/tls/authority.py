"""A private certificate authority that can vouch for one installation's names and for nothing else.

Browsers are asked to trust it, so that whoever steals its key must not be able to pose as any other site: its certificate
carries name constraints (RFC 5280 §4.2.1.10, critical), vouches for servers alone (not for programs or mail) and has no
authority under it. The key lies encrypted; it is needed once a year and can be kept on paper and a stick in a safe.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from custodes.tls.names import Network, constraint, general_name

AUTHORITY_DAYS = 3650
#: 397 days and a few hours are what browsers take of a public server; a private one keeps to it as well.
SERVER_DAYS = 397
#: Clocks of cameras' networks are often a little behind.
BACKDATE = datetime.timedelta(hours=1)

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that a person takes for something else when copying from paper


class AuthorityError(Exception):
    """The authority can't be used as asked; the message says why and what to do."""


class NotVouched(AuthorityError):
    """The authority's name constraints don't permit a name."""


@dataclass(frozen=True)
class Authority:
    """Certificate and private key.

    Attributes:
        certificate: what browsers and the installation's own processes trust.
        key: signs server certificates.
    """

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey


def new_passphrase() -> str:
    """Six groups of five characters: 148 bits, so that the encrypted key alone helps nobody."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(6))


def make_authority(name: str, names: Sequence[str], networks: Sequence[Network], at: datetime.datetime) -> Authority:
    """A new authority.

    Args:
        name: of the installation; stands in the subject.
        names: host names and addresses that it may vouch for; names below a host name are included.
        networks: networks whose addresses it may vouch for as well.
        at: from when it is valid.
    """
    key = generate_private_key(SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{name[:48]} 根证书 {at:%Y-%m-%d}"),
        ]
    )
    permitted = list(dict.fromkeys([*(constraint(each) for each in names), *map(x509.IPAddress, networks)]))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATE)
        .not_valid_after(at + datetime.timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs=True), critical=True)
        # On a root Windows and OpenSSL take this for what it may vouch for: not for programs, not for mail.
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def issue(
    authority: Authority, names: Sequence[str], at: datetime.datetime
) -> tuple[x509.Certificate, EllipticCurvePrivateKey]:
    """A server certificate for these names, with a key of its own.

    Raises:
        NotVouched: the authority may not vouch for one of the names.
        AuthorityError: it has run out.
    """
    outside = [name for name in names if not vouches(authority.certificate, name)]
    if outside:
        raise NotVouched(
            f"the authority may not vouch for {', '.join(outside)}: `custodes tls make --new-authority` makes one that may,"
            " and every computer has to install it"
        )
    end = min(at + datetime.timedelta(days=SERVER_DAYS), authority.certificate.not_valid_after_utc)
    if end <= at:
        raise AuthorityError("the authority has run out: `custodes tls make --new-authority` makes another")
    key = generate_private_key(SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])]))
        .issuer_name(authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATE)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([general_name(name) for name in names]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return certificate, key


def vouches(authority: x509.Certificate, name: str) -> bool:
    """Whether the authority's name constraints permit a host name or an address."""
    try:
        permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    except x509.ExtensionNotFound:
        return True
    wanted = general_name(name)
    if isinstance(wanted, x509.DNSName):
        trees = [tree.value for tree in permitted if isinstance(tree, x509.DNSName)]
        return any(name == tree or name.endswith(f".{tree}") for tree in trees)
    address = ip_address(name)
    networks = [ip_network(str(tree.value)) for tree in permitted if isinstance(tree, x509.IPAddress)]
    return any(address.version == network.version and address in network for network in networks)


def encrypted(key: EllipticCurvePrivateKey, passphrase: str) -> bytes:
    """The authority's key as it is kept: PKCS#8 PEM under the passphrase."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )


def open_authority(certificate: Path, key: Path, passphrase: str) -> Authority:
    """The authority in these files.

    Raises:
        AuthorityError: one is missing or can't be read, the passphrase is wrong, or they don't belong together.
    """
    try:
        root = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ValueError) as error:
        raise AuthorityError(f"{certificate} is missing or no certificate") from error
    try:
        pem = key.read_bytes()
    except OSError as error:
        raise AuthorityError(
            f"the authority's key {key} can't be read ({error.strerror}): put it back, or name it with --authority-key"
        ) from error
    try:
        private = serialization.load_pem_private_key(pem, passphrase.strip().encode())
    except (ValueError, TypeError) as error:
        raise AuthorityError(f"the passphrase does not open {key}, or it is no key") from error
    if not isinstance(private, EllipticCurvePrivateKey) or private.public_key() != root.public_key():
        raise AuthorityError(f"{key} is not the key of {certificate}")
    return Authority(root, private)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
