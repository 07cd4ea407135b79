"""The key that signs packages, the keys that lie in one, and a stranger's word for the time (RFC 3161): over one proof of the package, so over
the log as it stood, where a TSA is set.

What is stamped is a file of the package, so whoever has the TSA's certificate checks it with `openssl ts` and without us.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import httpx
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from django.utils import timezone
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, VerificationError, VerifierBuilder
from rfc3161_client import decode_timestamp_response as decode

from custodes.evidence.package import Package
from custodes.ledger.checkpoint import parse_proof

if TYPE_CHECKING:
    from custodes.settings import Settings
from custodes.evidence.manifest import SIGNER_SUFFIX
from custodes.ledger.note import Signer, VerifierKey, parse_vkey
from custodes.ledger.witnessed import LogsError, read_witnesses
from custodes.places.keys import public_text, signing_key
from custodes.settings import get_settings

PACKAGES_KEY = "packages.key"


def log_key() -> VerifierKey:
    """The verifier key of this installation's log.

    Raises:
        KeyFileError: not there.
    """
    return parse_vkey(public_text("log.vkey"))


def witness_keys() -> tuple[VerifierKey, ...]:
    """The keys of the witnesses that cosign the log; none where a file of them can't be used: a package is no worse than without."""
    try:
        return tuple(one.key for one in read_witnesses(get_settings().witnesses_folder))
    except LogsError:
        return ()


def signer() -> Signer:
    """Signs the lists of packages; it is named after the log (docs/design/evidence.md, *Keys*).

    Raises:
        KeyFileError: not there or not usable: `custodes init` makes what is missing.
    """
    return Signer(f"{log_key().name}{SIGNER_SUFFIX}", signing_key(get_settings().keys_folder / "web" / PACKAGES_KEY))


def published() -> str:
    """Both verifier keys, a line each: what a court should have from elsewhere than the package.

    Raises:
        KeyFileError: one of them is not there.
    """
    return f"{log_key()}\n{signer().verifier}\n"


MOST_BYTES = 65_536
"""Of an answer; one with its certificates is a few kilobytes."""
FAR_SECONDS = 300.0
"""A time stamp that is further from this machine's clock says that one of the two is wrong."""
CERTIFICATES = "tsa.pem"


class NotStamped(Exception):
    """The TSA gave no time stamp that can be believed; the text says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What goes into the package.

    Attributes:
        name: of the token; ``0007.tsr`` is over ``proofs/0007.tlog-proof``.
        token: the TSA's whole answer (TimeStampResp), DER.
        at: the time that it states, aware.
    """

    name: str
    token: bytes
    at: datetime


def stamp(package: Package, settings: Settings) -> tuple[Stamp, bytes]:
    """The time stamp of a package that is about to be written, and the certificates by which it is checked, PEM.

    Stamped is the proof with the newest checkpoint. `composing.prove` puts all of a package's proofs under one where it can, and then
    the stamp says of each record in it that it stood in the log at that time.

    Raises:
        NotStamped: no answer, a refusal, or a token that the set certificates don't bear out.
    """
    number, proof = _newest(package)
    try:
        trusted = settings.tsa_certificates.read_bytes() if settings.tsa_certificates else b""
        certificates = x509.load_pem_x509_certificates(trusted)
    except (OSError, ValueError) as error:
        raise NotStamped(f"the certificates of the TSA can't be read: {error}") from error
    signing = next(filter(_stamps, certificates), None)
    # A set of two certificates in an answer is often not in DER's order, and then refused: none is asked for where it is there already.
    asking = TimestampRequestBuilder().data(proof).hash_algorithm(HashAlgorithm.SHA256)
    request = asking.cert_request(cert_request=signing is None).build()
    token = _asked(str(settings.tsa_url), request.as_bytes(), settings.tsa_seconds)
    builder = VerifierBuilder.from_request(request)
    if signing is not None:
        builder = builder.tsa_certificate(signing)
    for one in certificates:
        if one.subject == one.issuer:
            builder = builder.add_root_certificate(one)
        elif one != signing:
            builder = builder.add_intermediate_certificate(one)
    try:
        answer = decode(token)
        builder.build().verify_message(answer, proof)
        at = answer.tst_info.gen_time
    except (VerificationError, ValueError) as error:
        raise NotStamped(f"the token is not borne out by the set certificates: {error}") from error
    if abs((at - timezone.now()).total_seconds()) > FAR_SECONDS:
        raise NotStamped(f"the TSA says it is {at:%Y-%m-%d %H:%M:%S} UTC: its clock or this machine's is wrong")
    return Stamp(f"{number:04}.tsr", token, at), trusted


def _stamps(certificate: x509.Certificate) -> bool:
    """Whether it is of a key that signs time stamps."""
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in uses


def _newest(package: Package) -> tuple[int, bytes]:
    """Number and bytes of the proof under the newest checkpoint, numbered as its file is."""
    proofs = package.proven
    sizes = [int(parse_proof(one.proof).note.split("\n")[1]) for one in proofs]
    number = sizes.index(max(sizes))
    return number, proofs[number].proof.encode()


def _asked(url: str, query: bytes, seconds: float) -> bytes:
    until = time.monotonic() + seconds  # httpx holds each read to its time, and not all of them together
    try:
        with httpx.stream(
            "POST", url, content=query, headers={"Content-Type": "application/timestamp-query"}, timeout=seconds
        ) as response:
            response.raise_for_status()
            answer = b""
            for piece in response.iter_bytes():
                answer += piece
                if len(answer) > MOST_BYTES:
                    raise NotStamped("the TSA's answer is too large")
                if time.monotonic() > until:
                    raise NotStamped(f"the TSA took longer than {seconds:g} s")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NotStamped(f"the TSA did not answer: {error}") from error
    return answer
