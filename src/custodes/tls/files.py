"""Where an installation keeps its authority and its servers' certificates, and how they get there.

``keys/public/ca.pem``            the authority's certificate: what node, web and browsers trust
``keys/authority/ca.key``         its key, encrypted, root's alone; may be carried away between renewals
``keys/public/tls-web.pem``       the web's certificate; ``keys/web/tls.key`` its key
``keys/public/tls-node.pem``      the node's certificate; ``keys/node/tls.key`` its key
``keys/public/tls-gateway.pem``   the gateway's certificate, where there is one; ``keys/gateway/tls.key`` its key

Each server has a key of its own: who breaks into one can't pose as the other. Certificates are public, and stand where every
process of the installation may read them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from custodes.keyfile import publish_text, write_private
from custodes.tls.authority import Authority, encrypted, issue, make_authority, new_passphrase
from custodes.tls.names import Network

SERVERS = ("web", "node")

Told = Callable[[str, x509.Certificate], None]
"""Hears that a certificate was issued: for ``authority``, ``web``, ``node`` or ``gateway``."""


@dataclass(frozen=True)
class TlsFiles:
    """What a server needs, in PEM.

    Attributes:
        cert: its certificate, or a chain that begins with it.
        key: its private key.
    """

    cert: Path
    key: Path


@dataclass(frozen=True)
class TlsFolder:
    """The files of one installation; `keys` is its folder of keys."""

    keys: Path

    @property
    def authority_certificate(self) -> Path:
        """What everybody trusts."""
        return self.keys / "public" / "ca.pem"

    @property
    def authority_key(self) -> Path:
        """Encrypted; may be elsewhere."""
        return self.keys / "authority" / "ca.key"

    def server(self, name: str) -> TlsFiles:
        """Certificate and key of ``web``, ``node`` or ``gateway``."""
        return TlsFiles(self.keys / "public" / f"tls-{name}.pem", self.keys / name / "tls.key")

    def own(self, name: str) -> TlsFiles | None:
        """The same, None where `custodes tls make` was not called."""
        files = self.server(name)
        return files if files.cert.exists() else None

    def found_authority(
        self,
        name: str,
        names: Sequence[str],
        networks: Sequence[Network],
        at: datetime.datetime,
        told: Told = lambda server, certificate: None,
    ) -> tuple[Authority, str]:
        """Make and keep a new authority; what was there is replaced. With the passphrase, which is kept nowhere.

        Args:
            told: hears of ``authority`` and its certificate before either is anywhere.
        """
        authority = make_authority(name, names, networks, at)
        told("authority", authority.certificate)
        passphrase = new_passphrase()
        write_private(self.authority_key, encrypted(authority.key, passphrase))
        publish_text(
            self.authority_certificate, authority.certificate.public_bytes(serialization.Encoding.PEM).decode()
        )
        return authority, passphrase

    def certify(
        self,
        authority: Authority,
        names: Sequence[str],
        at: datetime.datetime,
        acting: Callable[[str], AbstractContextManager[None]] = lambda server: nullcontext(),
        told: Told = lambda server, certificate: None,
        servers: Sequence[str] = SERVERS,
    ) -> None:
        """Give servers new keys and certificates; those that run take them up by themselves.

        Args:
            acting: name of a server → a context in which this process is the OS user whose the key is.
            told: hears of each certificate, before it is anywhere.

        Raises:
            AuthorityError: nothing was changed.
        """
        made = {server: issue(authority, names, at) for server in servers}
        for server, (certificate, _key) in made.items():
            told(server, certificate)
        for server, (certificate, key) in made.items():
            files = self.server(server)
            pem = key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            with acting(server):
                write_private(files.key, pem)
            publish_text(files.cert, certificate.public_bytes(serialization.Encoding.PEM).decode())
