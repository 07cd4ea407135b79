"""How a message goes out: by e-mail through the installation's own SMTP server, or to a web hook.

Web hooks are signed as Standard Webhooks has it: ``webhook-id``, ``webhook-timestamp``, ``webhook-signature: v1,…``
(HMAC-SHA256 over id, time and body). The secret is shown once, when it is made; afterwards it is sealed. One goes to an https address
outside this machine; in a training installation also to this machine, by http.

Whoever enters an address makes this server call it. It must not reach what only this server can reach: its own loopback,
link-local addresses, a cloud's services for it, multicast (`custodes.addresses`). The name is looked up once and the connection goes to
the address that was looked at, so that a name that changes its answer gains nothing.
"""

from __future__ import annotations

import base64
import json
import secrets
import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import InvalidToken
from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from custodes.addresses import may_reach
from custodes.people.sealing import sealer
from custodes.settings import Settings, get_settings
from custodes.upkeep.alarms.delivery.message import Mail, payload_of
from custodes.upkeep.models import AlarmDelivery

MAIL_SECONDS = 15


class NotSent(Exception):
    """It could not be sent; the text says why, for the page and the log, without a secret."""


def mail_is_set_up(settings: Settings) -> bool:
    """Whether this installation can send mail at all."""
    return bool(settings.mail_host)


def send_mail(address: str, mail: Mail) -> None:
    """Send one mail.

    Raises:
        NotSent: no server is set, it can't be reached, or it refuses.
    """
    settings = get_settings()
    if not mail_is_set_up(settings):
        raise NotSent("CUSTODES_MAIL_HOST is empty")
    try:
        backend = EmailBackend(
            host=settings.mail_host,
            port=settings.mail_port,
            username=settings.mail_user,
            password=settings.mail_password.get_secret_value(),
            use_tls=settings.mail_security == "starttls",
            use_ssl=settings.mail_security == "tls",
            timeout=MAIL_SECONDS,
        )
        message = EmailMessage(mail.subject, mail.text, settings.mail_from, [address], connection=backend)
        message.extra_headers["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence note answers it
        message.send()
    except smtplib.SMTPResponseException as error:
        raise NotSent(f"the mail server answered {error.smtp_code}") from error
    except smtplib.SMTPRecipientsRefused as error:
        raise NotSent("the mail server refused the address") from error
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSent(f"the mail server can't be used: {type(error).__name__}") from error


class BadTarget(ValueError):
    """The address can't be a web hook's; the text says why, for the person."""


@dataclass(frozen=True)
class HookTarget:
    """An address that may be called.

    Attributes:
        url: as it was entered.
        host: its host, for the Host header and the certificate.
        port: its port.
        address: the IP address to connect to.
    """

    url: str
    host: str
    port: int
    address: str


def check_form(url: str, *, training: bool) -> tuple[str, int]:
    """Host and port of an address whose form is right.

    Raises:
        BadTarget.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadTarget(_("地址格式不对。")) from error
    if parts.scheme not in {"https", "http"} or not host:
        raise BadTarget(_("请填写以 https:// 开头的完整地址。"))
    if parts.username or parts.password or parts.fragment:
        raise BadTarget(_("地址中不能含有用户名、密码或者“#”。"))
    if parts.scheme == "http" and not (training and host in {"localhost", "127.0.0.1", "::1"}):
        raise BadTarget(_("只能使用 https 地址：告警内容不能明文传送。"))
    return host, port or (443 if parts.scheme == "https" else 80)


def resolve(url: str, *, training: bool) -> HookTarget:
    """Look the name up and check where it leads.

    Raises:
        BadTarget: its form, or an address that it leads to, is not allowed, or the name is unknown.
    """
    host, port = check_form(url, training=training)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise BadTarget(_("查不到这个域名。")) from error
    addresses = [str(each[4][0]) for each in found]
    for address in addresses:
        if not may_reach(address, loopback=training):
            raise BadTarget(
                _(
                    "这个地址指向本机、链路本地网络、运营商共享地址（100.64.0.0/10）或者云平台内部服务，不能使用。请填写接收服务器自己的地址。"
                )
            )
    return HookTarget(url, host, port, addresses[0])


SECONDS = 10.0
_PURPOSE = "custodes web hook"


def make_secret() -> tuple[str, str]:
    """A fresh secret: as it is shown once (``whsec_…``), and sealed for the database."""
    shown = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
    return shown, sealer(_PURPOSE).encrypt(shown.encode()).decode()


def send_hook(row: AlarmDelivery, at: datetime) -> None:
    """Send one delivery; any answer of 2xx is a yes, a redirect is a no.

    Raises:
        NotSent.
    """
    subscription = row.subscription
    try:
        secret = sealer(_PURPOSE).decrypt(subscription.secret.encode()).decode()
    except InvalidToken as error:
        raise NotSent("the secret can't be opened: make the web hook anew") from error
    body = json.dumps(payload_of(row, at), ensure_ascii=False, separators=(",", ":"))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "custodes",
        "webhook-id": str(row.pk),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(str(row.pk), at, body),
    }
    try:
        target = resolve(subscription.address, training=get_settings().training)
    except BadTarget as error:
        raise NotSent(str(error)) from error
    status = _post(target, body.encode(), headers)
    if not 200 <= status < 300:
        raise NotSent(f"it answered {status}")


def _post(target: HookTarget, body: bytes, headers: dict[str, str]) -> int:
    """Post to the address that was looked at, under the name that was asked for; the answer's body is not read."""
    parts = urlsplit(target.url)
    literal = f"[{target.address}]" if ":" in target.address else target.address
    url = parts._replace(netloc=f"{literal}:{target.port}").geturl()
    named = {**headers, "Host": parts.netloc}
    try:
        with (
            httpx.Client(verify=_authorities(), timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=named, extensions={"sni_hostname": target.host}) as answer,
        ):
            return answer.status_code
    except httpx.HTTPError as error:
        raise NotSent(f"it can't be reached: {type(error).__name__}") from error


def _authorities() -> ssl.SSLContext:
    """The system's authorities, and the installation's own where it has one."""
    context = ssl.create_default_context()
    own = get_settings().keys_folder / "public" / "ca.pem"
    if own.exists():
        context.load_verify_locations(own)
    return context
