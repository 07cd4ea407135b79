"""Keys and certificates: what runs out, and what has been used long enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509

from custodes.settings import get_settings
from custodes.upkeep.alarms.condition import Condition, Fact, Source
from custodes.upkeep.alarms.kinds.trust import CERTIFICATE_EXPIRED, CERTIFICATE_EXPIRING, KEY_OLD

SOON = timedelta(days=30)
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
}
"""Keys by name, as `custodes rotate` has it for those that it replaces, and the file that is written anew when one is replaced."""


def look(now: datetime) -> Iterator[Condition]:
    """What is so."""
    settings = get_settings()
    if settings.tls_cert is not None:
        chain = x509.load_pem_x509_certificates(settings.tls_cert.read_bytes())
        end = min(certificate.not_valid_after_utc for certificate in chain)
        facts: dict[str, Fact] = {"expires": end.isoformat(), "days_left": round((end - now) / timedelta(days=1), 1)}
        if end <= now:
            yield Condition(CERTIFICATE_EXPIRED, "certificate:tls", settings.tls_cert.name, end, facts)
        elif end - now <= SOON:
            yield Condition(CERTIFICATE_EXPIRING, "certificate:tls", settings.tls_cert.name, end - SOON, facts)
    for name, file in PUBLIC_KEYS.items():
        path = settings.keys_folder / "public" / file
        try:
            made = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError:
            continue  # another machine's key, or none of this installation's
        if now - made >= OLD:
            facts_of_key = {"days": (now - made).days}
            yield Condition(KEY_OLD, f"key:{name}", name, made + OLD, facts_of_key)


SOURCE = Source("keys", (CERTIFICATE_EXPIRING, CERTIFICATE_EXPIRED, KEY_OLD), look, timedelta(minutes=10))
