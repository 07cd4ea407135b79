"""Links that the gateway is to try, with platforms above and below, and what came of it; and what the web knows itself of one below: whether
its log is witnessed here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, get_args

from custodes.ledger.note import KeyTextError, parse_vkey
from custodes.ledger.witnessed import LogsError, StateError, read_logs, read_state
from custodes.places.devices.plaintext import shown
from custodes.places.models import Gateway
from custodes.settings import get_settings
from custodes.sharing.links.platforms import own_of
from custodes.sharing.links.standing import FAULT
from custodes.sharing.links.testing import LOWER_WAITS, TRIED_BELOW, WAITS, waits
from custodes.sharing.models import LinkTrial, Platform, PlatformRole
from custodes.sharing.models.link import TRIED
from custodes.sharing.serving.uppers import opens, upper_of
from custodes.video.wire import upper_platforms
from custodes.video.wire.statements import StatementsAt
from custodes.video.wire.upper_platforms import (
    MOST_TRIALS,
    LinkTrials,
    LinkTried,
    LowerPart,
    LowerTrial,
    TriedPart,
    UpperPart,
)

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


_FIGURES = ("ago_s", "off_ms", "got", "said")


def trials_of(gateway: Gateway, at: datetime) -> LinkTrials:
    """Those that wait, of links that are still to be tried."""
    rows = LinkTrial.objects.filter(
        told_at__isnull=True, at__gt=at - WAITS, link__state__in=TRIED, link__platform__role=PlatformRole.UPPER
    )
    told = []
    for row in rows.select_related("link__platform", "link__office__division").order_by("at")[:MOST_TRIALS]:
        platform, own = row.link.platform, own_of(row.link.office)
        if platform is not None and own is not None and platform.host and opens(row.link, gateway):
            upper = upper_of(row.link, platform, own, gateway).model_copy(update={"alarms": False, "positions": False})
            told.append(upper_platforms.LinkTrial(trial=row.pk, upper=upper))
    return LinkTrials(gateway=gateway.name, trials=tuple(told), lowers=lowers_of(at))


def take(told: LinkTried, at: datetime) -> bool:
    """Keep what came of a trial, once. False where there is none that may be told."""
    row = LinkTrial.objects.filter(pk=told.trial).select_related("link__platform").first()
    if row is None or row.link.platform is None:
        return False
    if row.told_at is not None:
        return True
    if not waits(row, at):
        return False
    below = row.link.platform.role == PlatformRole.LOWER
    own = get_args(LowerPart if below else UpperPart)
    parts = [_kept(part) for part in told.parts if part.part in own]
    if below:
        parts.append(witness_part(row.link.platform, at))
    LinkTrial.objects.filter(pk=row.pk, told_at__isnull=True).update(told_at=at, parts=parts)
    return True


def _kept(part: TriedPart) -> dict[str, Any]:
    """With those figures alone that were told."""
    found = part.model_dump() | {"fault": shown(part.fault, FAULT)}
    return {name: value for name, value in found.items() if name not in _FIGURES or value is not None}
