"""What an upper's officer states, as the gateway hands it on; and certificates for it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.utils import timezone

from custodes.sharing.models import Link, Platform, Stated
from tests.places.devices.rows import NAME, us
from tests.sharing.stage import OWN_ID, UPPER_ID

MINUTE = datetime.timedelta(minutes=1)
CALL_ID = "a84b4c76e66710@192.0.2.10"


def statement(at: datetime.datetime, channel: str, verb: str = "history", **more: Any) -> dict[str, Any]:
    """A statement of an hour that ended a day ago, under the ground that opens the verb."""
    told = {
        "id": str(uuid.uuid4()), "upper": UPPER_ID, "lower": OWN_ID, "channel": channel, "verb": verb, "call_id": CALL_ID,
        "unit": "拉萨市公安局刑侦支队", "person": "扎西次仁", "number": "010203", "reason": "办理盗窃案，查找嫌疑人去向",
        "document": "拉公介〔2026〕1号", "ground": "agency", "clauses": ["S27", "S28.1(3)"], "index": 41,
        "said_us": us(at), "counts_until_us": us(at + 10 * MINUTE),
    }  # fmt: skip
    if verb == "steer":
        told |= {"call_id": "", "ground": "duty", "clauses": ["S34(1)"], "document": ""}
    else:
        begin, end = span(at)
        told |= {"from_us": begin, "until_us": end}
    return told | more


def span(at: datetime.datetime) -> tuple[int, int]:
    """Of an hour that ended a day ago."""
    end = at - datetime.timedelta(days=1)
    return us(end - 60 * MINUTE), us(end)


def states(gate: Any, link: Link, said: dict[str, Any]) -> Any:
    """What the gateway is answered."""
    body = {"gateway": NAME, "link": str(link.pk), "statement": said}
    answer = gate.send("POST", "/internal/gateway/statements", body)
    assert answer.status_code == 200, answer.content
    return answer.json()


def kept(gate: Any, link: Link, verb: str = "history", **more: Any) -> Stated:
    """One that is on record, of the link's only channel."""
    said = statement(timezone.now(), link.shared.get().channel, verb, **more)
    told = states(gate, link, said)
    assert told["status"] == 201, told
    return link.stated.get(statement=said["id"])


def certificate(
    key: Any = None,
    *,
    days: int = 365,
    begins: datetime.timedelta = datetime.timedelta(hours=-1),
    name: str = "上级网关",
    more: Sequence[x509.ExtensionType] = (),
) -> str:
    """A self-signed one, PEM; `more` stands in it besides."""
    key = key or generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = timezone.now() + begins
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(begin)
    builder = builder.not_valid_after(begin + datetime.timedelta(days=days))
    for one in more:
        builder = builder.add_extension(one, critical=True)
    algorithm = None if type(key).__name__.startswith("Ed25519") else hashes.SHA256()
    return builder.sign(key, algorithm).public_bytes(Encoding.PEM).decode()


def speaks(link: Link) -> str:
    """The link's platform runs this program, and its certificate was handed over; answered with its PEM."""
    text = certificate()
    Platform.objects.filter(pk=link.platform_id).update(custodes=True, statements_certificate=text)
    link.refresh_from_db()
    return text
