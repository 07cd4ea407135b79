"""What is trusted: keys, certificates, an OS user for each process, and the administrators."""

from __future__ import annotations

import socket
import ssl
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from custodes.keyfile import KeyFileError, load_sealing_key, load_signing_key, public_line
from custodes.people.bootstrap import unenrolled
from custodes.people.models import ADMINISTRATORS, Account, Post, PostKind
from custodes.people.signin import second_factor_missing
from custodes.settings import Settings
from custodes.tls.files import TlsFiles, TlsFolder
from custodes.tls.reading import Certificate, load, read, signed_by
from custodes.web.doctor.finding import DoctorFinding, Examined, attention, fault, ok, under_systemd
from custodes.web.doctor.listening import reachable_host

TLS = "tls"
SOON_DAYS = 30
URGENT_DAYS = 7
RENEW = "custodes tls renew"


def check_tls(patient: Examined) -> Iterator[DoctorFinding]:
    """Certificates of web and node, the authority, what is served, and what browsers are told."""
    settings = patient.settings
    if not settings.has_tls:
        yield (
            ok(TLS, _("训练装置：只在本机访问，不用 TLS。"))
            if settings.training
            else attention(TLS, _("没有证书：只能在本机访问。"), "custodes tls make --host …")
        )
        return
    for server, origin in (("web", settings.web_origin), ("node", settings.node_origin)):
        files = settings.tls_of(server)
        assert files is not None
        yield from _certificate(patient, files, urlsplit(origin).hostname or "")
    yield from _served(settings)
    if settings.hsts_days == 0:
        yield attention(TLS, _("没有要求浏览器只用加密连接（HSTS）。"), "CUSTODES_HSTS_DAYS=365")
    host = urlsplit(settings.web_origin).hostname
    if host != "localhost" and settings.web_host in ("127.0.0.1", "::1", "localhost"):
        yield attention(
            TLS,
            _("网页服务只监听本机，其他电脑无法访问 {host}。"),
            "CUSTODES_WEB_HOST=0.0.0.0 CUSTODES_NODE_HOST=0.0.0.0",
            host=host,
        )


def _certificate(patient: Examined, files: TlsFiles, name: str) -> Iterator[DoctorFinding]:
    try:
        facts = read(files.cert)
    except (OSError, ValueError):
        yield fault(TLS, _("证书 {path} 无法读取。"), "custodes tls show", path=files.cert)
        return
    if name not in facts.names:
        yield fault(
            TLS,
            _("证书 {path} 不包含名称 {name}。"),
            f"{RENEW} --host {name}",
            path=files.cert.name,
            name=name,
        )
    yield _certificate_ending(facts, patient, files)
    authority = TlsFolder(patient.settings.keys_folder).authority_certificate
    if authority.exists() and not signed_by(load(files.cert), load(authority)) and patient.settings.tls_cert is None:
        yield fault(TLS, _("证书 {path} 不是本系统的证书机构签发的。"), RENEW, path=files.cert.name)


def _certificate_ending(facts: Certificate, patient: Examined, files: TlsFiles) -> DoctorFinding:
    days = facts.days_left(patient.at)
    if days < URGENT_DAYS:
        return fault(TLS, _("证书 {path} 还有 {days} 日到期。"), RENEW, path=files.cert.name, days=days)
    if days < SOON_DAYS:
        return attention(TLS, _("证书 {path} 还有 {days} 日到期。"), RENEW, path=files.cert.name, days=days)
    return ok(TLS, _("证书 {path} 有效，还有 {days} 日到期。"), path=files.cert.name, days=days)


def _served(settings: Settings) -> Iterator[DoctorFinding]:
    """Shake hands with the web as a browser would that trusts the authority alone."""
    authority = TlsFolder(settings.keys_folder).authority_certificate
    name = urlsplit(settings.web_origin).hostname or "localhost"
    try:
        trust = ssl.create_default_context(cafile=str(authority) if authority.exists() else None)
        with (
            socket.create_connection((reachable_host(settings.web_host), settings.web_port), timeout=2) as bare,
            trust.wrap_socket(bare, server_hostname=name) as secured,
        ):
            yield ok(
                TLS,
                _("网页服务以 {name} 的名义出示可信的证书（{version}）。"),
                name=name,
                version=secured.version(),
            )
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        yield fault(TLS, _("网页服务出示的证书不可信：{reason}。"), "custodes tls show", reason=reason)
    except OSError:
        return  # that nothing listens is said by `check_ports`


SEPARATION = "separation"


def check_separation(patient: Examined) -> Iterator[DoctorFinding]:
    """What the settings say; whether the processes keep to it is the notary's word (`check_notary`)."""
    settings = patient.settings
    uids = [settings.notary_uid, settings.web_uid, settings.node_uid]
    if None not in uids and len(set(uids)) == 3:
        yield ok(SEPARATION, _("网页、媒体节点、存证服务分属三个系统用户。"))
        if settings.gateway_id and not settings.training:
            yield from _gateway_apart(settings.gateway_uid, uids)
        return
    if settings.training:
        yield ok(SEPARATION, _("训练装置：各进程同属一个系统用户。"))
        return
    yield attention(
        SEPARATION,
        _("网页、媒体节点、存证服务同属一个系统用户：攻破其一即可得到全部密钥。"),
        _making("CUSTODES_NOTARY_UID=… CUSTODES_WEB_UID=… CUSTODES_NODE_UID=… custodes init"),
    )


def _gateway_apart(uid: int | None, others: list[int | None]) -> Iterator[DoctorFinding]:
    if uid is not None and uid not in others:
        yield ok(SEPARATION, _("国标网关也有自己的系统用户。"))
        return
    yield attention(
        SEPARATION,
        _("国标网关没有自己的系统用户：它与外部设备对话，攻破它不应得到其他进程的密钥。"),
        _making("CUSTODES_GATEWAY_UID=… custodes init"),
    )


def _making(command: str) -> str:
    """With the users of our units made before, where systemd makes them; elsewhere whoever runs the machine makes them."""
    return f"systemd-sysusers && {command}" if under_systemd() else command


ACCOUNTS = "accounts"


def check_accounts(patient: Examined) -> Iterator[DoctorFinding]:
    """The three administrators of S34 and their ways to sign in."""
    if unenrolled():
        yield fault(
            ACCOUNTS,
            _("没有登记过安全管理员和审计管理员两人：录像不开放，任何人不能查看，也没有人可以确认岗位和账号。"),
            "custodes init --second … --second-name …",
        )
    valid = Post.objects.valid(patient.at)
    held = set(valid.filter(kind__in=ADMINISTRATORS).values_list("kind", flat=True))
    missing = [PostKind(kind).label for kind in sorted(ADMINISTRATORS - held)]
    if missing and not patient.settings.training:
        yield attention(ACCOUNTS, _("还没有指定：{posts}。"), "/people/posts/", posts=_joined(missing))
    accounts = Account.objects.filter(
        is_active=True, person__posts__in=valid.filter(kind__in=ADMINISTRATORS)
    ).distinct()
    bare = sum(second_factor_missing(account, patient.at) for account in accounts)
    if bare:
        yield attention(ACCOUNTS, _("有 {count} 个管理员账号没有设置两步验证。"), "/accounts/2fa/", count=bare)
    elif not missing:
        yield ok(ACCOUNTS, _("三员齐备，均已按要求设置登录方式。"))


def _joined(names: Sequence[Any]) -> Any:
    """Names beside each other, each in the language of the moment."""
    return format_lazy("、".join(["{}"] * len(names)), *names)


KEYS = "keys"

#: Key file → its public half, and how it is read. The log's own is checked by the notary when it starts.
_PAIRS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "notary/log.key": ("", load_signing_key),
    "notary/grant.key": ("grant.pub", load_signing_key),
    "web/control.key": ("web.pub", load_signing_key),
    "web/packages.key": ("packages.pub", load_signing_key),
    "node/control.key": ("node.pub", load_signing_key),
    "node/seal.key": ("node-seal.pub", load_sealing_key),
}
_GATEWAY_PAIRS: dict[str, tuple[str, Callable[[Path], object]]] = {
    "gateway/control.key": ("gateway.pub", load_signing_key),
    "gateway/seal.key": ("gateway-seal.pub", load_sealing_key),
}
"""Where this machine has a gateway."""


def check_keys(patient: Examined) -> Iterator[DoctorFinding]:
    """Private keys, on the machine itself; the web's own user can't see those of the others."""
    if not patient.on_server:
        return
    folder = patient.settings.keys_folder
    sound = True
    pairs = _PAIRS | (_GATEWAY_PAIRS if patient.settings.gateway_id else {})
    for name, (public, read_key) in pairs.items():
        for finding in _key(folder, name, public, read_key):
            sound = False
            yield finding
    secret = folder / "web" / "secret.key"
    if not _present(secret):
        sound = False
        yield fault(KEYS, _("缺少密钥文件 {path}。"), "custodes init", path=secret)
    elif secret.stat().st_mode & 0o077:
        sound = False
        yield fault(KEYS, _("密钥文件 {path} 其他用户可读。"), f"chmod 600 {secret}", path=secret)
    if sound:
        yield ok(KEYS, _("各进程的密钥齐全，只有所有者可读，与公开部分相符。"))
    yield from _authority_key(patient)


def _key(folder: Path, name: str, public: str, load: Callable[[Path], object]) -> Iterator[DoctorFinding]:
    path = folder / name
    if not _present(path):
        yield fault(KEYS, _("缺少密钥文件 {path}。"), "custodes init", path=path)
        return
    if path.stat().st_mode & 0o077:
        yield fault(KEYS, _("密钥文件 {path} 其他用户可读。"), f"chmod 600 {path}", path=path)
        return
    try:
        key = load(path)
    except KeyFileError:
        yield fault(KEYS, _("密钥文件 {path} 无法读取或者已损坏。"), "sudo custodes doctor", path=path)
        return
    half = folder / "public" / public
    if public and (not half.exists() or half.read_text().strip() != public_line(key)):  # type: ignore[arg-type]
        yield fault(KEYS, _("公开密钥 {path} 与私钥不符。"), "custodes init", path=half)


def _authority_key(patient: Examined) -> Iterator[DoctorFinding]:
    key = TlsFolder(patient.settings.keys_folder).authority_key
    if not _present(key):
        return
    if b"ENCRYPTED" not in key.read_bytes():
        yield fault(
            KEYS,
            _("根证书的私钥没有加密：{path}。"),
            "custodes tls make --new-authority --host …",
            path=key,
        )
    elif stat.S_IMODE(key.stat().st_mode) & 0o077:
        yield fault(KEYS, _("密钥文件 {path} 其他用户可读。"), f"chmod 600 {key}", path=key)
    elif not patient.settings.training:
        yield attention(
            KEYS,
            _("根证书的私钥还在服务器上（已加密）：请移到离线介质，与口令分开保管。"),
            f"mv {key} /media/…",
        )


def _present(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:
        return False
