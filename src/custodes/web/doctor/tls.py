"""TLS: certificates for the names in use, not about to end, by an authority that the installation trusts, and served."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from custodes.settings import Settings
from custodes.tls.files import Store, TlsFiles
from custodes.tls.reading import Certificate, load, read, signed_by
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok
from custodes.web.doctor.listening import reachable_host

SUBJECT = "tls"
SOON_DAYS = 30
URGENT_DAYS = 7
RENEW = "custodes tls renew"


def check(patient: Patient) -> Iterator[Finding]:
    """Certificates of web and node, the authority, what is served, and what browsers are told."""
    settings = patient.settings
    if not settings.has_tls:
        yield (
            ok(SUBJECT, _("训练装置：只在本机访问，不用 TLS。"))
            if settings.training
            else attention(SUBJECT, _("没有证书：只能在本机访问。"), "custodes tls make --host …")
        )
        return
    for server, origin in (("web", settings.web_origin), ("node", settings.node_origin)):
        files = settings.tls_of(server)
        assert files is not None
        yield from _certificate(patient, files, urlsplit(origin).hostname or "")
    yield from _served(settings)
    if settings.hsts_days == 0:
        yield attention(SUBJECT, _("没有要求浏览器只用加密连接（HSTS）。"), "CUSTODES_HSTS_DAYS=365")
    host = urlsplit(settings.web_origin).hostname
    if host != "localhost" and settings.web_host in ("127.0.0.1", "::1", "localhost"):
        yield attention(
            SUBJECT,
            _("网页服务只监听本机，其他电脑无法访问 {host}。"),
            "CUSTODES_WEB_HOST=0.0.0.0 CUSTODES_NODE_HOST=0.0.0.0",
            host=host,
        )


def _certificate(patient: Patient, files: TlsFiles, name: str) -> Iterator[Finding]:
    try:
        facts = read(files.cert)
    except (OSError, ValueError):
        yield fault(SUBJECT, _("证书 {path} 无法读取。"), "custodes tls show", path=files.cert)
        return
    if name not in facts.names:
        yield fault(
            SUBJECT,
            _("证书 {path} 不包含名称 {name}。"),
            f"{RENEW} --host {name}",
            path=files.cert.name,
            name=name,
        )
    yield _ending(facts, patient, files)
    authority = Store(patient.settings.keys_folder).authority_certificate
    if authority.exists() and not signed_by(load(files.cert), load(authority)) and patient.settings.tls_cert is None:
        yield fault(SUBJECT, _("证书 {path} 不是本系统的证书机构签发的。"), RENEW, path=files.cert.name)


def _ending(facts: Certificate, patient: Patient, files: TlsFiles) -> Finding:
    days = facts.days_left(patient.at)
    if days < URGENT_DAYS:
        return fault(SUBJECT, _("证书 {path} 还有 {days} 日到期。"), RENEW, path=files.cert.name, days=days)
    if days < SOON_DAYS:
        return attention(SUBJECT, _("证书 {path} 还有 {days} 日到期。"), RENEW, path=files.cert.name, days=days)
    return ok(SUBJECT, _("证书 {path} 有效，还有 {days} 日到期。"), path=files.cert.name, days=days)


def _served(settings: Settings) -> Iterator[Finding]:
    """Shake hands with the web as a browser would that trusts the authority alone."""
    authority = Store(settings.keys_folder).authority_certificate
    name = urlsplit(settings.web_origin).hostname or "localhost"
    try:
        trust = ssl.create_default_context(cafile=str(authority) if authority.exists() else None)
        with (
            socket.create_connection((reachable_host(settings.web_host), settings.web_port), timeout=2) as bare,
            trust.wrap_socket(bare, server_hostname=name) as secured,
        ):
            yield ok(
                SUBJECT,
                _("网页服务以 {name} 的名义出示可信的证书（{version}）。"),
                name=name,
                version=secured.version(),
            )
    except ssl.SSLError as error:
        reason = getattr(error, "verify_message", "") or error.reason or str(error)
        yield fault(SUBJECT, _("网页服务出示的证书不可信：{reason}。"), "custodes tls show", reason=reason)
    except OSError:
        return  # that nothing listens is said by `ports.py`
