"""Asking the gateway to try a link with an upper before it is in force: it registers, is heard, offers an empty catalogue, unregisters."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.places.devices.gateways import own_gateway
from custodes.sharing.links.platforms import own_of
from custodes.sharing.links.steps import locked
from custodes.sharing.links.tried import waits
from custodes.sharing.models import Link, LinkTrial
from custodes.sharing.models.link import TRIED
from custodes.sharing.stepping import StepRefused, Taken, keep

AN_HOUR = 6
"""Trials of one link: a platform locks out who knocks too often."""


def why_not_tried(row: Link) -> str:
    """Why the gateway can't try it; empty where it can. Whether it is the time for it is another question."""
    gateway = own_gateway()
    if row.platform is None or not row.upper:
        return _("国标网关只能试联上级平台。下级平台由其主动注册，测试时在“国标设备”页面查看。")
    if gateway is None:
        return _("本装置还没有国标网关，不能试联。")
    if own_of(row.office) is None or not row.platform.host:
        return _("请先登记本级平台和上级平台的信令地址。")
    if not row.sealed_password or row.sealed_to != gateway.seal_key:
        return _("请先登记上级平台给本级的密码。")
    return ""


def ask_trial(row: Link, taken: Taken) -> Link:
    """Have it tried, and keep who asked for it: they took part in the test.

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
        keep(held, "trial", taken, held.clauses)
        LinkTrial.objects.create(link=held, by=taken.by, at=taken.at, revision=held.revision)
    return held
