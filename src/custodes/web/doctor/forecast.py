"""How long the volumes last, as the nodes report it (S32)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.upkeep.health import forecasts
from custodes.upkeep.models.status import STALE
from custodes.web.doctor.finding import Finding, Patient, attention, fault, ok

SUBJECT = "forecast"


def check(patient: Patient) -> Iterator[Finding]:
    """Each volume of each node, as its workers last reported."""
    settings = patient.settings
    if settings.training:
        return
    for volume in forecasts(settings.volume_cap_bytes > 0):
        name = f"{volume.node.name}/{volume.name}"
        if patient.at - volume.at > STALE:
            yield attention(SUBJECT, _("存储卷 {name} 没有新的上报。"), "systemctl status custodes-node", name=name)
            continue
        for state in volume.faults:
            yield fault(SUBJECT, _("存储卷 {name}：{state}。"), "custodes volumes list", name=name, state=state)
        if volume.braked:
            yield fault(SUBJECT, _("存储卷 {name} 的到期删除已暂停，等待人工决定。"), "custodes purge", name=name)
        if volume.under_floor(settings.retention_days):
            yield fault(
                SUBJECT,
                _("存储卷 {name} 按现在的写入速度容不下 {days} 日（第三十二条）。"),
                "CUSTODES_VOLUMES=…,/mnt/more",
                name=name,
                days=settings.retention_days,
            )
        elif volume.days_held is not None:
            yield ok(
                SUBJECT,
                _("存储卷 {name} 按现在的写入速度共可存储 {days} 日。"),
                name=name,
                days=int(volume.days_held),
            )
