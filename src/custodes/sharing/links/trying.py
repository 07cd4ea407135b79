"""Asking the gateway to try a link before it is in force: to be heard by a platform above, or to hear and ask one below."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.places.devices.gateways import own_gateway
from custodes.sharing.links.below import device_of
from custodes.sharing.links.platforms import own_of
from custodes.sharing.links.steps import locked
from custodes.sharing.links.tried import TRIED_BELOW, waits
from custodes.sharing.models import Link, LinkTrial
from custodes.sharing.models.link import TRIED
from custodes.sharing.stepping import StepRefused, Taken, keep

AN_HOUR = 6
"""Trials of one link: a platform locks out who knocks too often."""


def why_not_tried(row: Link) -> str:
    """Why the gateway can't try it; empty where it can. Whether it is the time for it is another question."""
    gateway = own_gateway()
    if row.platform is None:
        return _("国标网关只能试联上级、下级平台。")
    if gateway is None:
        return _("本装置还没有国标网关，不能试联。")
    if not row.upper:
        return _why_not_below(row)
    if own_of(row.office) is None or not row.platform.host:
        return _("请先登记本级平台和上级平台的信令地址。")
    if not row.sealed_password or row.sealed_to != gateway.seal_key:
        return _("请先登记上级平台给本级的密码。")
    return ""


def _why_not_below(row: Link) -> str:
    if row.state not in TRIED_BELOW:
        return _("联网暂停期间不准予下级平台注册，国标网关不能试联。")
    device = device_of(row)
    if device is None:
        return _("下级平台还没有作为国标设备登记，不能试联。请先登记设备，并将密码交给下级平台。")
    if not device.system.unit.division.path.startswith(row.office.division.path):
        return _("该编码的国标设备属于本辖区以外单位的系统，不能试联。请核对平台编码。")
    return ""


def may_call(row: Link) -> bool:
    """Whether a channel can be called in a trial: a platform that runs this program serves nothing before the link is in force there."""
    return row.platform is not None and not row.upper and not row.platform.custodes


def ask_trial(row: Link, taken: Taken, *, call: bool = False) -> Link:
    """Have it tried, and keep who asked for it: they took part in the test.

    Args:
        call: of a platform below, one channel is called as well; who wants that is on record, no media is taken.

    Raises:
        StepRefused: it is not the time for it, the gateway can't, or was asked just now or too often.
    """
    with transaction.atomic():
        held = locked(row.pk, taken)
        if held.state not in TRIED:
            raise StepRefused(_("现为“%(state)s”，不能试联。") % {"state": held.get_state_display()})
        if why := why_not_tried(held):
            raise StepRefused(why)
        recent = list(held.trials.filter(at__gt=taken.at - timedelta(hours=1)))
        if any(waits(one, taken.at) for one in recent):
            raise StepRefused(_("正在试联，请等待结果。"))
        if len(recent) >= AN_HOUR:
            raise StepRefused(
                _("一小时内最多试联 %(count)d 次，以免被对方锁定。请先按结果处理，稍后再试。") % {"count": AN_HOUR}
            )
        calls = call and may_call(held)
        step = replace(taken, words=_("同时试呼一个点位，不接收画面")) if calls else taken
        keep(held, "trial", step, held.clauses)
        LinkTrial.objects.create(link=held, by=taken.by, at=taken.at, revision=held.revision, call=calls)
    return held
