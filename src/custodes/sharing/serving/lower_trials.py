"""Links with platforms below that the gateway is to try; and what of a trial the web knows itself: whether their logs are witnessed here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from custodes.ledger.note import KeyTextError, parse_vkey
from custodes.ledger.witnessed import LogsError, StateError, read_logs, read_state
from custodes.settings import get_settings
from custodes.sharing.links.tried import LOWER_WAITS, TRIED_BELOW
from custodes.sharing.models import LinkTrial, Platform, PlatformRole
from custodes.video.wire.linktests import MOST_TRIALS, LowerTrial
from custodes.video.wire.statements import StatementsAt

FRESH = timedelta(minutes=15)
"""A log grows with its heartbeat every ten minutes."""

UNWITNESSED = "its log is not witnessed here"
UNREADABLE = "what the witness keeps of its log can't be read"
NEVER = "no checkpoint of its log has come yet"
STALE = "its log has not grown for more than a quarter of an hour"


def lowers_of(at: datetime) -> tuple[LowerTrial, ...]:
    """Those that wait, of links that are still to be tried."""
    rows = LinkTrial.objects.filter(
        told_at__isnull=True, at__gt=at - LOWER_WAITS, link__state__in=TRIED_BELOW, link__platform__role=PlatformRole.LOWER
    )  # fmt: skip
    told = []
    for row in rows.select_related("link__platform").order_by("at")[:MOST_TRIALS]:
        platform, left = row.link.platform, (row.at + LOWER_WAITS - at) // timedelta(seconds=1)
        if platform is not None and left > 0:
            told.append(
                LowerTrial(
                    trial=row.pk,
                    device=platform.gb_id,
                    call=row.call,
                    statements=_statements(platform),
                    left_s=min(left, LOWER_WAITS // timedelta(seconds=1)),
                )
            )
    return tuple(told)


def witness_part(platform: Platform, at: datetime) -> dict[str, Any]:
    """Whether checkpoints of its log come to our witness, as a part of a trial."""
    settings = get_settings()
    try:
        origin = parse_vkey(platform.log_key).name if platform.log_key else ""
        known = bool(settings.witness_name and origin) and origin in read_logs(settings.witness_folder / "logs")
        state = read_state(settings.witness_folder / "state", origin) if known else None
    except (KeyTextError, LogsError, StateError):
        return _part("untried", UNREADABLE)
    if not known:
        return _part("untried", UNWITNESSED)
    if state is None or not state.grown:
        return _part("failed", NEVER)
    ago = max(0, round(at.timestamp()) - state.grown)
    late = ago > FRESH.total_seconds()
    return _part("failed" if late else "passed", STALE if late else "") | {"ago_s": min(ago, 86_400)}


def _part(outcome: str, fault: str) -> dict[str, Any]:
    return {"part": "witness", "outcome": outcome, "ms": None, "fault": fault}


def _statements(platform: Platform) -> StatementsAt | None:
    url, certificate = platform.statements_url.rstrip("/"), platform.statements_certificate
    return StatementsAt(url=url, certificate=certificate) if platform.custodes and url and certificate else None
