"""Setting a division's chain, and going back to the one that held without it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.people.models import Division, Person
from custodes.people.records import config_changed, differences, snapshot
from custodes.upkeep.alarms.escalation.chain import Chain
from custodes.upkeep.models import EscalationChain, Severity
from custodes.upkeep.models.escalation import look_again

MOST_STEPS = 4
LATEST = timedelta(days=1)
LATEST_FIRST = {Severity.CRITICAL: timedelta(hours=1), Severity.SERIOUS: LATEST, Severity.NOTICE: LATEST}
"""A critical alarm that nobody has acknowledged in an hour must have reached a second post."""


class ChainRefused(Exception):
    """It can't be set like this; the text says why, for the person."""


def set_chain(division: Division, severity: Severity, chain: Chain, *, by: Person, at: datetime) -> EscalationChain:
    """Set it; what held before is ended.

    Raises:
        ChainRefused: no step, too many, not in the order of time, or the first too late.
    """
    _check(chain, severity)
    with transaction.atomic():
        before = _end(division, severity, at)
        row = EscalationChain.objects.create(
            division=division,
            severity=severity,
            steps=[{"after": step.after // timedelta(minutes=1), "post": str(step.post)} for step in chain],
            created_by=by,
            created_at=at,
        )
        config_changed(row, differences(_recorded(before) if before else {}, _recorded(row)), by=by, at=at)
        look_again(at)
    return row


def end_chain(row: EscalationChain, *, by: Person, at: datetime) -> None:
    """Take a division's own chain back; the division's above holds, or the installation's.

    Raises:
        ChainRefused: it was taken back already.
    """
    with transaction.atomic():
        ended = _end(row.division, Severity(row.severity), at, row.pk)
        if ended is None:
            raise ChainRefused(_("该规则已经停用。"))
        config_changed(ended, {"ended_at": (None, at)}, by=by, at=at)
        look_again(at)


def _end(division: Division, severity: Severity, at: datetime, pk: int | None = None) -> EscalationChain | None:
    rows = EscalationChain.objects.select_for_update().filter(
        division=division, severity=severity, ended_at__isnull=True
    )
    row = (rows.filter(pk=pk) if pk is not None else rows).first()
    if row is not None:
        row.ended_at = at
        row.save(update_fields=["ended_at"])
    return row


def _recorded(row: EscalationChain) -> dict[str, object]:
    """What the log says of it: each step as ``5 duty_lead``."""
    return snapshot(row) | {"steps": [f"{step['after']} {step['post']}" for step in row.steps]}


def _check(chain: Chain, severity: Severity) -> None:
    if not chain:
        raise ChainRefused(_("至少填写一步。"))
    if len(chain) > MOST_STEPS:
        raise ChainRefused(_("最多 %(count)d 步。") % {"count": MOST_STEPS})
    times = [step.after for step in chain]
    if times != sorted(set(times)) or times[0] <= timedelta(0):
        raise ChainRefused(_("每一步的分钟数应当比前一步大。"))
    if times[0] > LATEST_FIRST[severity]:
        raise ChainRefused(
            _("第一步不能晚于 %(minutes)d 分钟：紧急告警无人确认时，应当及时有人接手（第三十四条第一项）。")
            % {"minutes": LATEST_FIRST[severity] // timedelta(minutes=1)}
        )
    if times[-1] > LATEST:
        raise ChainRefused(_("最后一步不能晚于 %(minutes)d 分钟。") % {"minutes": LATEST // timedelta(minutes=1)})
