"""One handed-over certificate is followed by another: the next pair lies beside the present one until those who hold the first have the second too.

Nothing is served or called with the next pair before it takes the place of the present one; each file is replaced as a whole. Stopped between the
two, what is there does not fit together and is used by nobody, until `take_place` is called again.
"""

from __future__ import annotations

import datetime
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.hashes import SHA256

from custodes.keyfile import KeyFileError, sync_folder
from custodes.tls.authority import BACKDATE
from custodes.tls.files import TlsFiles
from custodes.tls.pinned import make_pinned


@dataclass(frozen=True, slots=True)
class Succession:
    """The pair that is used and the one that follows it.

    Attributes:
        name: of whose it is, in the subject.
    """

    now: TlsFiles
    next: TlsFiles
    name: str

    @property
    def waits(self) -> bool:
        """Whether a next one was made and has not taken its place."""
        return self.next.cert.exists()

    def make(self, at: datetime.datetime, acting: AbstractContextManager[None]) -> None:
        """Make the next pair where there is none; for a server that calls as well.

        Raises:
            KeyFileError: there is none that it could follow, or its key is gone.
        """
        if not self.now.cert.exists():
            raise KeyFileError(f"there is no {self.now.cert} that another could follow: call `custodes init`")
        make_pinned(self.next, self.name, (), at, serves=True, calls=True, acting=acting)

    def require_whole(self) -> None:
        """Called as the user whose the keys are.

        Raises:
            KeyFileError: the next pair has taken its place by half, or has lost its key; the message says how to go on.
        """
        if not self.waits or self.next.key.exists():
            return
        if fits(self.next.cert, self.now.key):
            raise KeyFileError("it was finished half: the old key is gone, call it with --finish")
        raise KeyFileError(f"{self.next.cert} is there but {self.next.key} is not: undo, and begin anew")

    def take_place(self, keys: AbstractContextManager[None], public: AbstractContextManager[None]) -> None:
        """The next pair is the present one from here on, and the old key is gone. Called again it goes on.

        Args:
            keys, public: in which this process is the OS user whose each folder is.

        Raises:
            KeyFileError: the next certificate has no key.
        """
        with keys:
            if self.next.key.exists():
                self.next.key.rename(self.now.key)
                sync_folder(self.now.key.parent)
            elif not fits(self.next.cert, self.now.key):
                raise KeyFileError(f"{self.next.cert} is there but {self.next.key} is not: undo, and begin anew")
        with public:
            self.next.cert.rename(self.now.cert)
            sync_folder(self.now.cert.parent)

    def drop(self, keys: AbstractContextManager[None], public: AbstractContextManager[None]) -> None:
        """There is no next pair any more; what is used stays. The key goes first: while the certificate is there, it can be called again."""
        with keys:
            self.next.key.unlink(missing_ok=True)
            sync_folder(self.next.key.parent)
        with public:
            self.next.cert.unlink(missing_ok=True)
            sync_folder(self.next.cert.parent)


def gateway_statements_succession(keys: Path) -> Succession:
    """Of the gateway's side channel; `keys` is the installation's folder of keys."""
    public, own = keys / "public", keys / "gateway"
    return Succession(
        TlsFiles(public / "gateway-statements.crt", own / "statements.key"),
        TlsFiles(public / "gateway-statements-next.crt", own / "statements-next.key"),
        "Custodes gateway",
    )


def fits(cert: Path, key: Path) -> bool:
    """Whether this is the key of this certificate."""
    try:
        private = serialization.load_pem_private_key(key.read_bytes(), None)
        certificate = x509.load_pem_x509_certificate(cert.read_bytes())
    except (OSError, ValueError, TypeError):
        return False
    return private.public_key() == certificate.public_key()


def sha256_of(path: Path) -> str:
    """Of a certificate's file, 64 hex digits.

    Raises:
        OSError, ValueError: it can't be read, or is none.
    """
    return x509.load_pem_x509_certificate(path.read_bytes()).fingerprint(SHA256()).hex()


def made_at(certificate: x509.Certificate) -> datetime.datetime:
    """When it was made, by what it says itself."""
    return certificate.not_valid_before_utc + BACKDATE
