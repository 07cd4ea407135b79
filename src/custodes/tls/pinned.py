"""A certificate that stands for itself: the other side keeps a copy of it and takes no other (witness and who submits to it, gateways of two platforms).

It vouches for nothing: an authority between the two would be a third whom both must trust, and would outlive the arrangement.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from custodes.keyfile import KeyFileError, publish_text, write_private
from custodes.tls.authority import BACKDATE
from custodes.tls.files import TlsFiles
from custodes.tls.names import general_name

DAYS = 3650
"""It is exchanged by hand between two offices; a new one is a new arrangement."""


def make_pinned(
    files: TlsFiles,
    name: str,
    names: Sequence[str],
    at: datetime.datetime,
    *,
    serves: bool,
    calls: bool = False,
    acting: AbstractContextManager[None] | None = None,
) -> None:
    """Make key and certificate where they are missing; never replaced.

    Args:
        files: where they are kept; the key 0600, the certificate for everybody.
        name: of whose it is, in the subject.
        names: host names and addresses of a server; may be empty for a client.
        at: from when it is valid.
        serves: for a server, else for a client; calls: for a server that is a client of its like as well.
        acting: in which this process is the OS user whose the key is; None: it is already.

    Raises:
        KeyFileError: the certificate is there without its key.
    """
    acting = acting or nullcontext()
    if files.cert.exists():
        if files.key.exists():
            return
        raise KeyFileError(f"{files.cert} is there but {files.key} is not: restore it, or remove both to begin anew")
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    usages = [ExtendedKeyUsageOID.SERVER_AUTH] if serves else []
    usages += [ExtendedKeyUsageOID.CLIENT_AUTH] if calls or not serves else []
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - BACKDATE)
        .not_valid_after(at + datetime.timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([general_name(each) for each in names]), critical=False
        )
    certificate = builder.sign(key, hashes.SHA256())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with acting:
        write_private(files.key, pem)
    publish_text(files.cert, certificate.public_bytes(serialization.Encoding.PEM).decode())


def witness_server(keys: Path) -> TlsFiles:
    """Of the witness's server; `keys` is the installation's folder of keys."""
    return TlsFiles(keys / "public" / "tls-witness.pem", keys / "witness" / "tls.key")


def witness_client(keys: Path) -> TlsFiles:
    """Of the web process, with which it submits checkpoints to witnesses."""
    return TlsFiles(keys / "public" / "witness-client.pem", keys / "web" / "witness-client.key")


def gateway_statements(keys: Path) -> TlsFiles:
    """Of the gateway's side channel, on which it serves platforms above and calls those below."""
    return TlsFiles(keys / "public" / "gateway-statements.crt", keys / "gateway" / "statements.key")
