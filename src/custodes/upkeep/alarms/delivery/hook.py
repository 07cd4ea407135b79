"""Web hooks, signed as Standard Webhooks has it: ``webhook-id``, ``webhook-timestamp``, ``webhook-signature: v1,…``
(HMAC-SHA256 over id, time and body). The secret is shown once, when it is made; afterwards it is sealed.
"""

from __future__ import annotations

import base64
import json
import secrets
import ssl
from datetime import datetime
from urllib.parse import urlsplit

import httpx
from cryptography.fernet import InvalidToken
from standardwebhooks import Webhook

from custodes.people.sealing import sealer
from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.mail import NotSent
from custodes.upkeep.alarms.delivery.message import payload_of
from custodes.upkeep.alarms.delivery.target import BadTarget, Target, resolve
from custodes.upkeep.models import AlarmDelivery

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


def _post(target: Target, body: bytes, headers: dict[str, str]) -> int:
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
