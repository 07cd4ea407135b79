"""Whom an alarm has reached: told whom, when, by which way, whether it arrived, and whether it was read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from custodes.upkeep.models import Alarm, AlarmDelivery, AlarmStep, AlarmTelling, Channel

#: Why a telling again was not sent: it was no news any more.
NOT_NEEDED = "acknowledged or over before it was told again"


@dataclass(frozen=True)
class Line:
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


def lines(alarm: Alarm) -> list[Line]:
    """All tellings of an alarm, oldest first."""
    tellings = list(alarm.tellings.select_related("person__unit", "subscription__division"))
    arrived: dict[tuple[UUID | None, int], AlarmDelivery] = {
        (row.subscription_id, row.round): row
        for row in AlarmDelivery.objects.filter(alarm=alarm, step__in=[AlarmStep.RAISED, AlarmStep.TOLD_AGAIN])
    }
    return [_line(telling, arrived.get((telling.subscription_id, telling.round))) for telling in tellings]


def _line(telling: AlarmTelling, delivery: AlarmDelivery | None) -> Line:
    if telling.channel == Channel.PAGE:
        return Line(telling, "info", _("已在页面显示"))
    if delivery is None:  # written down long ago, and tidied away
        return Line(telling, "neutral", _("结果不再保留"))
    if delivery.delivered_at is not None and not delivery.attempts:
        return Line(telling, "neutral", _("送出前已消除，未送"))
    if delivery.delivered_at is not None:
        return Line(telling, "fine", _("已送达"))
    if delivery.given_up_at is not None:
        if delivery.last_error == NOT_NEEDED:
            return Line(telling, "neutral", _("送出前已有人确认，未送"))
        return Line(telling, "danger", _("没有送到"), delivery.last_error)
    if delivery.attempts:
        return Line(telling, "attention", _("没有送到，将再试"), delivery.last_error)
    return Line(telling, "attention", _("等待送出"))


def told_before(alarm: Alarm, number: int) -> Iterable[tuple[str, datetime, str, str]]:
    """Who was told before a round, for whoever is told then: post, when, way and state. No person's name leaves this way."""
    for line in lines(alarm):
        if line.telling.round < number:
            post = str(line.telling.get_post_kind_display()) or _("辖区接收方式")
            yield post, line.telling.at, str(line.telling.get_channel_display()), line.state
