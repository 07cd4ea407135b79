"""Keys and certificates: what runs out, and what has been used long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from custodes.settings import get_settings
from custodes.sharing.links.certificates import speaking
from custodes.tls.pinned import gateway_statements
from custodes.upkeep.alarms.condition import Condition, ConditionSource, Fact
from custodes.upkeep.alarms.kinds.kind import AlarmKind
from custodes.upkeep.alarms.kinds.trust import (
    CERTIFICATE_EXPIRED,
    CERTIFICATE_EXPIRING,
    KEY_OLD,
    STATEMENTS_EXPIRED,
    STATEMENTS_EXPIRING,
)

SOON = timedelta(days=30)
HANDED_SOON = timedelta(days=90)
"""Of a certificate that others have to be handed anew, each of them by two persons of its own."""
OLD = timedelta(days=730)
"""NIST SP 800-57 part 1, 5.3.6: a private signature key is used for one to three years."""

PUBLIC_KEYS = {
    "log": "log.vkey",
    "grant": "grant.pub",
    "web": "web.pub",
    "packages": "packages.pub",
    "node": "node.pub",
    "node-seal": "node-seal.pub",
    "gateway": "gateway.pub",
    "gateway-seal": "gateway-seal.pub",
    "gateway-statements": "gateway-statements.crt",
}
"""Keys by name, as `custodes rotate` has it for those that it replaces, and the file that is written anew when one is replaced."""


def look(now: datetime) -> Iterator[Condition]:
    """What is so."""
    settings = get_settings()
    if settings.tls_cert is not None:
        yield from _ending(settings.tls_cert, "certificate:tls", _SERVED, SOON, now)
    statements = gateway_statements(settings.keys_folder).cert
    if statements.exists() and speaking().exists():  # else nobody was handed it
        yield from _ending(statements, "certificate:gateway-statements", _STATES, HANDED_SOON, now)
    for name, file in PUBLIC_KEYS.items():
        path = settings.keys_folder / "public" / file
        try:
            made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            continue  # another machine's key, or none of this installation's
        if now - made >= OLD:
            facts_of_key = {"days": (now - made).days}
            yield Condition(KEY_OLD, f"key:{name}", name, made + OLD, facts_of_key)


_SERVED = CERTIFICATE_EXPIRING, CERTIFICATE_EXPIRED
_STATES = STATEMENTS_EXPIRING, STATEMENTS_EXPIRED


def _ending(
    path: Path, subject: str, kinds: tuple[AlarmKind, AlarmKind], soon: timedelta, now: datetime
) -> Iterator[Condition]:
    """The first kind of one that ends soon, the second of one that has ended."""
    expiring, expired = kinds
    chain = x509.load_pem_x509_certificates(path.read_bytes())
    end = min(certificate.not_valid_after_utc for certificate in chain)
    facts: dict[str, Fact] = {"expires": end.isoformat(), "days_left": round((end - now) / timedelta(days=1), 1)}
    if end <= now:
        yield Condition(expired, subject, path.name, end, facts)
    elif end - now <= soon:
        yield Condition(expiring, subject, path.name, end - soon, facts)


SOURCE = ConditionSource("keys", (*_SERVED, *_STATES, KEY_OLD), look, timedelta(minutes=10))
