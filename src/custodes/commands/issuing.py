"""That a certificate was issued is on record: kept beside the web's keys at once, taken into the log by the web process.

`custodes tls` is called on the first day, before there is a log, and on the day on which nothing runs because a certificate
has ended. What it has issued is therefore written down before any server can show it, and waits (`people/kept_records.py`).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography import x509

    from custodes.settings import Settings


def keeper(settings: Settings, at: datetime) -> Callable[[str, x509.Certificate], None]:
    """What `tls.files.Store` tells of each certificate: writes one record down, whole and durable, as the web's user.

    Raises (what it gives):
        OSError: it can't be written; nothing has been issued then.
    """
    from custodes.commands.person import person_here
    from custodes.commands.users import as_web
    from custodes.people.kept_records import keep

    by = person_here()

    def told(server: str, certificate: x509.Certificate) -> None:
        with as_web(settings):
            keep(settings.keys_folder / "web", _record(server, certificate, by, at))

    return told


def _record(server: str, certificate: x509.Certificate, by: str, at: datetime) -> dict[str, object]:
    from cryptography.hazmat.primitives import hashes

    from custodes.tls.reading import names_of

    return {
        "id": str(uuid.uuid4()),
        "type": "certificate.issued",
        "at": _text(at),
        "by": by,
        "server": server,
        "names": list(names_of(certificate)),
        "serial": format(certificate.serial_number, "x"),
        "begins": _text(certificate.not_valid_before_utc),
        "ends": _text(certificate.not_valid_after_utc),
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
    }


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
