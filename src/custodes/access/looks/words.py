"""What happened to an embargo or a finding, as pages and the log tell it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from custodes.access.models import EmbargoState, FindingKind, FindingState, LookFinding, LookStep
from custodes.access.telling import Happening, happening
from custodes.places.models import Camera

EMBARGO_EVENTS = {
    "ask": pgettext_lazy("暂缓告知", "提出暂缓告知"),
    "approve": pgettext_lazy("暂缓告知", "批准暂缓告知"),
    "decline": pgettext_lazy("暂缓告知", "不予批准"),
    "withdraw": pgettext_lazy("暂缓告知", "撤回"),
    "lapse": pgettext_lazy("暂缓告知", "未批准届满"),
    "lift": pgettext_lazy("暂缓告知", "提前解除"),
}
FINDING_EVENTS = {
    "found": pgettext_lazy("查看复核", "系统发现"),
    "ask": pgettext_lazy("查看复核", "要求本人说明"),
    "explain": pgettext_lazy("查看复核", "本人说明"),
    "in_order": pgettext_lazy("查看复核", "判定情况正常"),
    "incident": pgettext_lazy("查看复核", "判定记为事件"),
    "settle": pgettext_lazy("查看复核", "登记处置"),
}
KINDS = dict(FindingKind.choices)


def embargo_story(steps: QuerySet[LookStep]) -> Iterator[Happening]:
    """Steps of embargoes, the newest first."""
    return _story(steps, EMBARGO_EVENTS, dict(EmbargoState.choices))


def finding_story(steps: QuerySet[LookStep]) -> Iterator[Happening]:
    """Steps of a finding, the newest first."""
    return _story(steps, FINDING_EVENTS, dict(FindingState.choices))


def _story(steps: QuerySet[LookStep], events: dict[str, Any], states: dict[str, Any]) -> Iterator[Happening]:
    for step in steps.select_related("by__unit", "record").order_by("-at", "-pk"):
        yield happening(step, events.get(step.event, step.event), states)


def figures(row: LookFinding) -> str:
    """What the rule counted, in words; empty where nothing is counted."""
    facts = row.facts
    counted = {"figure": facts.get("figure", 0), "limit": facts.get("limit", 0)}
    match row.kind:
        case FindingKind.ODD_HOUR:
            return _("%(count)d 次查看，最早一次在 %(hour)s") % {"count": facts["looks"], "hour": facts["hour"]}
        case FindingKind.MANY_LOOKS:
            return _("一小时内 %(figure)d 次，超过 %(limit)d 次") % counted
        case FindingKind.MANY_CAMERAS:
            return _("一小时内 %(figure)d 个点位，超过 %(limit)d 个") % counted
        case FindingKind.LONG_WATCHED:
            return _("当日查看 %(figure)d 小时，超过 %(limit)d 小时") % counted
        case FindingKind.SAME_CAMERA:
            name = Camera.objects.filter(pk=facts.get("camera")).values_list("name", flat=True).first()
            return _("%(camera)s当日单独查看 %(figure)d 次，超过 %(limit)d 次") % {"camera": name or "", **counted}
        case FindingKind.MANY_REFUSED:
            return _("当日被拒绝 %(figure)d 次，超过 %(limit)d 次") % counted
        case FindingKind.OWN_IMAGES:
            words = _("30 日内 %(figure)d 件本人影像申请核对画面后撤回或者答复没有本人，超过 %(limit)d 件：%(numbers)s")
            return words % {"numbers": facts.get("numbers", ""), **counted}
        case FindingKind.OFF_MATTER:
            words = _("%(figure)d 次查看超出所填案件、事件 %(matter)s 的点位或者时段")
            return words % {"matter": facts.get("matter", ""), **counted}
        case FindingKind.UNSTATED | FindingKind.BEYOND:
            return _("%(figure)d 次查看") % counted
        case _:
            return _two_accounts(facts)


def _two_accounts(facts: dict[str, Any]) -> str:
    leaf, other = facts.get("leaf"), facts.get("other")
    if other is None:
        return _("节点记录 #%(leaf)s，日志中此前没有相应的准予") % {"leaf": leaf}
    return _("节点记录 #%(leaf)s，与准予 #%(other)s 不符") % {"leaf": leaf, "other": other}
