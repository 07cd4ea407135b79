"""What is said of an alarm outside this installation: what, where, since when, what to do, and a link.

No footage, no address of a camera and no person's name leaves this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from custodes.settings import get_settings
from custodes.upkeep.alarms.delivery.told import told_before
from custodes.upkeep.alarms.grown import grown_words
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.alarms.words import title
from custodes.upkeep.models import AlarmDelivery, AlarmStep

MOST = 20
"""So many alarms stand in one mail; of more it says how many."""


@dataclass(frozen=True)
class Mail:
    """A mail's subject and text."""

    subject: str
    text: str


def mail_of(rows: Sequence[AlarmDelivery], language: str) -> Mail:
    """One mail for all that one recipient is to be told now, the gravest first.

    Args:
        rows: deliveries with their alarms; a test has none.
        language: ``zh-hans`` or ``en``.
    """
    name = get_settings().installation_name
    with translation.override(language or get_settings().language):
        real = sorted(
            (row for row in rows if row.alarm is not None),
            key=lambda row: (row.step == AlarmStep.CLEARED, -row.alarm.severity, row.alarm.since),  # type: ignore[union-attr]
        )
        if not real:
            return Mail(
                f"[{name}] " + _("测试通知"),
                _("这是一封测试通知。收到它，说明告警能够送到这个地址。") + "\n" + _link(""),
            )
        first = _line(real[0])
        subject = (
            first if len(real) == 1 else _("%(first)s，另有 %(count)d 条") % {"first": first, "count": len(real) - 1}
        )
        blocks = [_block(row) for row in real[:MOST]]
        if len(real) > MOST:
            blocks.append(_("另有 %(count)d 条，请打开告警页。") % {"count": len(real) - MOST})
        blocks.append(_link("/upkeep/alarms/"))
        return Mail(f"[{name}] {subject}"[:200].replace("\n", " "), "\n\n".join(blocks) + "\n")


def _line(row: AlarmDelivery) -> str:
    alarm = row.alarm
    assert alarm is not None
    if row.step == AlarmStep.CLEARED:
        return _("已消除：%(title)s") % {"title": title(alarm)}
    if row.step == AlarmStep.TOLD_AGAIN:
        words = _("无人确认（第 %(count)d 次再通知），%(severity)s：%(title)s")
        return words % {"count": row.round, "severity": alarm.get_severity_display(), "title": title(alarm)}
    return _("%(severity)s：%(title)s") % {"severity": alarm.get_severity_display(), "title": title(alarm)}


def _block(row: AlarmDelivery) -> str:
    alarm = row.alarm
    assert alarm is not None
    lines = [_line(row), _("起于 %(at)s") % {"at": _moment(alarm.since)}]
    if row.step == AlarmStep.CLEARED and alarm.cleared_at is not None:
        lines.append(_("消除于 %(at)s") % {"at": _moment(alarm.cleared_at)})
    else:
        lines.append(_("怎么办：%(remedy)s") % {"remedy": KINDS[alarm.kind].remedy})
        reader = row.subscription.post.person if row.subscription.post is not None else None
        if reader is not None and (grown := grown_words(alarm, reader, row.created_at)):
            lines.append(grown)
    if row.step == AlarmStep.TOLD_AGAIN:
        lines.append(_("此前通知："))
        lines += [
            f"- {post} · {_moment(at)} · {way} · {state}" for post, at, way, state in told_before(alarm, row.round)
        ]
        lines.append(_("请打开告警页确认。确认之后不再通知。"))
    lines.append(_link(alarm.get_absolute_url()))
    return "\n".join(lines)


def _moment(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")


def _link(path: str) -> str:
    return f"{get_settings().web_origin}{path or '/'}"


def payload_of(row: AlarmDelivery, at: datetime) -> dict[str, object]:
    """The document of a web hook, in the form of Standard Webhooks: ``type``, ``timestamp``, ``data``."""
    alarm = row.alarm
    if alarm is None:
        return {"type": "alarm.test", "timestamp": at.isoformat(), "data": {"link": _link("/upkeep/alarms/")}}
    with translation.override(row.subscription.language or get_settings().language):
        return {
            "type": f"alarm.{row.step}",
            "timestamp": at.isoformat(),
            "data": {
                "alarm": str(alarm.pk),
                "kind": alarm.kind,
                "severity": {1: "notice", 2: "serious", 3: "critical"}[alarm.severity],
                "subject": alarm.subject,
                "title": title(alarm),
                "remedy": str(KINDS[alarm.kind].remedy),
                "since": alarm.since.isoformat(),
                "raised_at": alarm.raised_at.isoformat() if alarm.raised_at else None,
                "cleared_at": alarm.cleared_at.isoformat() if alarm.cleared_at else None,
                "link": _link(alarm.get_absolute_url()),
                **_again(row),
            },
        }


def _again(row: AlarmDelivery) -> dict[str, object]:
    if row.alarm is None or row.step != AlarmStep.TOLD_AGAIN:
        return {}
    before = told_before(row.alarm, row.round)
    return {
        "round": row.round,
        "told_before": [
            {"post": post, "at": at.isoformat(), "channel": way, "state": state} for post, at, way, state in before
        ],
    }
