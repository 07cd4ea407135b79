"""Whether the machine's clock can be believed: every recording and every record carries it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from custodes.upkeep.models import WorkerStatus
from custodes.upkeep.models.status import STALE
from custodes.video.recorder.host_clock import read_host_sync
from custodes.web.doctor.finding import Finding, Patient, attention, ok

SUBJECT = "clock"
LARGEST_OFFSET_US = 100_000


def check(patient: Patient) -> Iterator[Finding]:
    """This machine's clock, and those of the nodes as they report them."""
    here = read_host_sync()
    if not here.synchronised:
        yield attention(SUBJECT, _("本机时钟没有同步，录像时间可能不准。"), "timedatectl set-ntp true")
    elif abs(here.offset_us) > LARGEST_OFFSET_US:
        yield attention(
            SUBJECT, _("本机时钟偏差 {ms} 毫秒。"), "timedatectl timesync-status", ms=here.offset_us // 1000
        )
    else:
        yield ok(SUBJECT, _("本机时钟已同步，偏差 {us} 微秒。"), us=here.offset_us)
    for worker in WorkerStatus.objects.select_related("node"):
        name = f"{worker.node.name}/{worker.worker}"
        if patient.at - worker.at <= STALE and not worker.clock_synchronised:
            yield attention(SUBJECT, _("媒体节点 {name} 的时钟没有同步。"), "timedatectl set-ntp true", name=name)
