"""What is said of an alarm outside this installation: what, where, since when, what to do, and a link; and whom it has reached: told whom,
when, by which way, whether it arrived, and whether it was read.

No footage, no address of a camera and no person's name leaves this way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from custodes.settings import get_settings
from custodes.upkeep.alarms.kinds import KINDS
from custodes.upkeep.alarms.words import title
from custodes.upkeep.growth import grown_words
from custodes.upkeep.models import Alarm, AlarmDelivery, AlarmStep, AlarmTelling, Channel

#: Why a telling again was not sent: it was no news any more.
NOT_NEEDED = "acknowledged or over before it was told again"


@dataclass(frozen=True)
class MessageLine:
    """One telling in words.

    Attributes:
        telling: the row.
        badge: the state as a badge of the design system.
        state: the state in words.
        detail: what the mail server or the program answered, where it failed.
    """

    telling: AlarmTelling
    badge: str
    state: str
    detail: str = ""


def lines(alarm: Alarm) -> list[MessageLine]:
    """All tellings of an alarm, oldest first."""
    tellings = list(alarm.tellings.select_related("person__unit", "subscription__division"))
    arrived: dict[tuple[UUID | None, int], AlarmDelivery] = {
        (row.subscription_id, row.round): row
        for row in AlarmDelivery.objects.filter(alarm=alarm, step__in=[AlarmStep.RAISED, AlarmStep.TOLD_AGAIN])
    }
    return [_telling_line(telling, arrived.get((telling.subscription_id, telling.round))) for telling in tellings]


def _telling_line(telling: AlarmTelling, delivery: AlarmDelivery | None) -> MessageLine:
    if telling.channel == Channel.PAGE:
        return MessageLine(telling, "info", _("已在页面显示"))
    if delivery is None:  # written down long ago, and tidied away
        return MessageLine(telling, "neutral", _("结果不再保留"))
    if delivery.delivered_at is not None and not delivery.attempts:
        return MessageLine(telling, "neutral", _("送出前已消除，未送"))
    if delivery.delivered_at is not None:
        return MessageLine(telling, "fine", _("已送达"))
    if delivery.given_up_at is not None:
        if delivery.last_error == NOT_NEEDED:
            return MessageLine(telling, "neutral", _("送出前已有人确认，未送"))
        return MessageLine(telling, "danger", _("没有送到"), delivery.last_error)
    if delivery.attempts:
        return MessageLine(telling, "attention", _("没有送到，将再试"), delivery.last_error)
    return MessageLine(telling, "attention", _("等待送出"))


def told_before(alarm: Alarm, number: int) -> Iterable[tuple[str, datetime, str, str]]:
    """Who was told before a round, for whoever is told then: post, when, way and state. No person's name leaves this way."""
    for line in lines(alarm):
        if line.telling.round < number:
            post = str(line.telling.get_post_kind_display()) or _("辖区接收方式")
            yield post, line.telling.at, str(line.telling.get_channel_display()), line.state


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
                "false_alarm": alarm.false_alarm,
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
