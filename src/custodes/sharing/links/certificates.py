"""Certificates of platforms that run this program, for the side channel: read, checked, shown so that two people can compare them aloud (wire.md §9).
While our own is replaced: which platforms have to be handed the next one, and which have entered it (decision 0381)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.settings import get_settings
from custodes.sharing.links.reaching import is_host
from custodes.sharing.models import Platform, PlatformRole
from custodes.sharing.models.link import STANDING
from custodes.tls.succession import made_at

OWN_FILE = "gateway-statements.crt"
"""Our own, in ``keys/public``: as the server that hears statements and as the client that makes them."""
MOST = 8192
"""Octets of a file with one certificate."""
MOST_AT_ONCE = 2
"""That a platform may show: the second while it replaces its own (decision 0381)."""
GROUP = 4
SOON = timedelta(days=90)
"""Another one is handed over on paper, and two persons put it in force on the other side: that takes its time."""
_URL = re.compile(r"https://(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,120}):([0-9]{1,5})")


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    """A certificate as a page shows it.

    Attributes:
        groups: its SHA-256, four digits each, to be read aloud.
        over: it has expired; soon: it will within `SOON`, so that another has to be handed over.
    """

    groups: tuple[str, ...]
    name: str
    begins: datetime
    ends: datetime
    over: bool
    soon: bool = False


def read_each(text: str) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM text, each once: one, or two of a platform that is replacing its own.

    Raises:
        ValueError: there is none, there are more, or one cannot be read.
    """
    try:
        rows = dict.fromkeys(x509.load_pem_x509_certificates(text.encode("ascii")))
    except UnicodeEncodeError as error:
        raise ValueError("not ASCII") from error
    if not 1 <= len(rows) <= MOST_AT_ONCE:
        raise ValueError("one certificate is handed over, or two while one follows the other")
    return tuple(rows)


def plain(text: str) -> str:
    """The same certificates in one form, without what stood around them; text that is none stays as it is."""
    try:
        return "".join(_pem(one) for one in read_each(text))
    except ValueError:
        return text


def beside(old: str, new: str) -> str:
    """What was handed over besides, behind what is there already."""
    return plain(f"{old}\n{new}" if old and new else old or new)


def _pem(one: x509.Certificate) -> str:
    return one.public_bytes(Encoding.PEM).decode()


def bad_certificate(text: str, at: datetime) -> str:
    """What is wrong with it, by which rule, and what to do; empty where nothing is, or none is given."""
    if not text:
        return ""
    if "PRIVATE KEY" in text:
        return _("说明通道证书：内容含有私钥。私钥不得离开对方的服务器，请告知对方更换，只取证书部分。")
    try:
        rows = read_each(text)
    except ValueError:
        return _(
            "说明通道证书：无法识别。应当是一份 PEM 格式的证书，以 -----BEGIN CERTIFICATE----- 开头；对方正在更换证书的，新旧两份。请向对方索取原文件。"
        )
    return next((wrong for one in rows if (wrong := _wrong(one, at))), "")


def _wrong(found: x509.Certificate, at: datetime) -> str:
    try:
        key = found.public_key()
        begins, ends = found.not_valid_before_utc, found.not_valid_after_utc
    except ValueError:
        return _("说明通道证书：密钥无法识别。请向对方索取原文件。")
    if _vouches(found):
        return _(
            "说明通道证书：这是可以签发其他证书的证书（CA），凭它签发的任何证书都会被当作对方。请向对方索取其网关自己的证书 gateway-statements.crt。"
        )
    if ends <= at:
        return _("说明通道证书：已于 %(day)s 过期。请向对方索取新的证书；已登记新证书的，只保留新证书。") % {
            "day": timezone.localdate(ends)
        }
    if begins > at:
        return _("说明通道证书：%(day)s 起才有效。请核对对方的证书和双方的时间。") % {"day": timezone.localdate(begins)}
    if not _strong(key):
        return _(
            "说明通道证书：密钥种类或者长度不符合要求。应当是 ECDSA P-256、P-384，Ed25519，或者不短于 2048 位的 RSA。"
        )
    return ""


def _vouches(found: x509.Certificate) -> bool:
    """Whether TLS would take other certificates on its word (RFC 5280 §4.2.1.9): then it stands not for itself alone (`custodes.tls.pinned`)."""
    if found.version is not x509.Version.v3:
        return True  # it can't say that it vouches for none
    try:
        return found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        pass
    try:
        return found.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    except x509.ExtensionNotFound:
        return False


def _strong(key: object) -> bool:
    if isinstance(key, RSAPublicKey):
        return key.key_size >= 2048
    if isinstance(key, EllipticCurvePublicKey):
        return isinstance(key.curve, SECP256R1 | SECP384R1)
    return isinstance(key, Ed25519PublicKey)


def bad_url(text: str) -> str:
    """What is wrong with the address of a lower's side channel; empty where nothing is, or none is given."""
    if not text:
        return ""
    found = _URL.fullmatch(text)
    if found is None or not 1 <= int(found[2]) <= 65535 or not is_host(found[1].strip("[]")):
        return _(
            "说明通道地址：应当是 https://地址:端口，例如 https://192.0.2.20:8443，后面不带路径。请按对方书面通知填写。"
        )
    return ""


def unfit(row: Platform, at: datetime) -> str:
    """What of a platform's side channel does not fit it."""
    url, certificate = row.statements_url, row.statements_certificate
    if (url or certificate) and (row.role == PlatformRole.OWN or not row.custodes):
        return _("说明通道：只有使用本系统的上级、下级平台填写。请勾选“对方使用本系统”，或者清空地址和证书。")
    if row.asks_number and (row.role != PlatformRole.UPPER or not row.custodes):
        return _("说明必须写明警号或者工作证号：只有使用本系统的上级平台可以选择。请取消选择。")
    if url and row.role == PlatformRole.UPPER:
        return _("说明通道地址：上级平台向本级说明，不填对方地址。请清空。")
    if row.role == PlatformRole.LOWER and bool(url) != bool(certificate):
        return _("说明通道：下级平台的地址和证书应当同时填写。")
    return bad_url(url) or bad_certificate(certificate, at)


def fingerprints(text: str) -> tuple[str, ...]:
    """SHA-256 of each certificate in 64 hex digits; none where nothing can be read."""
    try:
        return tuple(one.fingerprint(SHA256()).hex() for one in read_each(text)) if text else ()
    except ValueError:
        return ()


def certificate_of(platform: Platform, at: datetime) -> str:
    """By which a platform's statements are believed now, PEM, one or two; empty where it has none, or none that has not expired."""
    text = platform.statements_certificate
    if not platform.custodes or not text:
        return ""
    try:
        return "".join(_pem(one) for one in read_each(text) if not _wrong(one, at))
    except ValueError:
        return ""


def shown(text: str, at: datetime) -> ShownCertificate | None:
    """For a page, the first; None where there is none that can be read."""
    return next(iter(shown_each(text, at)), None)


def shown_each(text: str, at: datetime) -> tuple[ShownCertificate, ...]:
    """For a page, each."""
    try:
        return tuple(_shown(one, at) for one in read_each(text))
    except ValueError:
        return ()


def _shown(found: x509.Certificate, at: datetime) -> ShownCertificate:
    digits = found.fingerprint(SHA256()).hex()
    groups = tuple(digits[place : place + GROUP] for place in range(0, len(digits), GROUP))
    ends = found.not_valid_after_utc
    return ShownCertificate(
        groups, found.subject.rfc4514_string(), found.not_valid_before_utc, ends, ends <= at, at < ends <= at + SOON
    )


def own_certificate(file: str = OWN_FILE) -> str:
    """Our own, PEM; empty while the installation has none."""
    try:
        path = get_settings().keys_folder / "public" / file
        return path.read_text(encoding="ascii") if path.stat().st_size <= MOST else ""
    except (OSError, UnicodeDecodeError):
        return ""


NEXT_FILE = "gateway-statements-next.crt"
"""In ``keys/public`` from `custodes rotate gateway-statements` until it takes the place of the present one, or is undone."""


@dataclass(frozen=True, slots=True)
class NextCertificate:
    """The certificate that follows ours.

    Attributes:
        pem, sha256: what is handed over; since: when it was made.
    """

    pem: str
    sha256: str
    since: datetime


def next_one() -> NextCertificate | None:
    """None where nothing is being replaced."""
    pem = own_certificate(NEXT_FILE)
    prints = fingerprints(pem)
    return NextCertificate(pem, prints[0], made_at(read_each(pem)[0])) if prints else None


def speaking() -> QuerySet[Platform]:
    """Platforms that hold a certificate of ours: they run this program, and a link with them may be in force."""
    rows = Platform.objects.filter(custodes=True, links__state__in=STANDING).exclude(role=PlatformRole.OWN)
    return rows.select_related("office__division").order_by("name", "pk").distinct()


def owed(told: NextCertificate) -> QuerySet[Platform]:
    """Those that have not entered it, as far as anybody said."""
    return speaking().exclude(handed_certificate=told.sha256)
