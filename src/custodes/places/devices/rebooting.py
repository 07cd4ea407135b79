"""Starting a device again: a right of its own, a stated reason, a leaf before it is sent, and what came of it (docs/design/gateway.md).

Order, and what a crash leaves: the step with the reason, committed; its record at the notary, durable; the gateway; the step of the outcome. Before the
last one there is a reason and no outcome: nobody knows whether it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.cases.models import CaseStep
from custodes.law.grounds.stating import says_something
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.records import record_of
from custodes.people.models import Person
from custodes.places.devices.entering import REASON
from custodes.places.devices.gateways import GatewayClient, GatewayUnreachable, own_gateway
from custodes.places.lifecycle import stepping
from custodes.places.lifecycle.stepping import StepRefused, Taken, note
from custodes.places.models import Gateway, GbDevice

ASKED, TOLD = "ask_reboot", "reboot"
PAUSE = timedelta(minutes=2)
"""A device that starts again hears nothing for as long: another order would only strike it in the middle."""


class RebootOutcome(StrEnum):
    """What came of it."""

    SENT = "sent"
    UNRECORDED = "unrecorded"
    NOT_REGISTERED = "not_registered"
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    UNKNOWN = "unknown"

    @property
    def may_have_reached(self) -> bool:
        """Whether the device has it, or may have: where that is sure not to be so, it may be asked again at once."""
        return self in (RebootOutcome.SENT, RebootOutcome.NO_ANSWER, RebootOutcome.UNKNOWN)

    @property
    def words(self) -> str:
        """For the record, in Chinese as all of the register's words there."""
        return _WORDS[self]


_WORDS = {
    RebootOutcome.SENT: "设备已收到重启指令",
    RebootOutcome.UNRECORDED: "存证日志暂不可用，没有下发",
    RebootOutcome.NOT_REGISTERED: "设备没有注册，没有下发",
    RebootOutcome.NO_ANSWER: "已下发，设备没有应答，是否收到不明",
    RebootOutcome.REFUSED: "设备拒绝了重启指令，或者刚刚重启过",
    RebootOutcome.UNKNOWN: "国标网关没有应答，是否下发不明",
}
_OF_GATEWAY = {
    "": RebootOutcome.SENT,
    "not_registered": RebootOutcome.NOT_REGISTERED,
    "no_answer": RebootOutcome.NO_ANSWER,
}


@dataclass(frozen=True)
class _Order:
    step: CaseStep
    gateway: Gateway


def reboot_device(device: GbDevice, reason: str, by: Person, at: datetime) -> RebootOutcome:
    """Have a device start again. That the person may is the caller's to know.

    Raises:
        StepRefused: it is retired, there is no gateway or no reason, or it was started again a moment ago; nothing was sent.
    """
    reason = reason.strip()
    if not says_something(reason):
        raise StepRefused(_("请写明重启理由。"))
    order = _ask(device, reason[:REASON], by, at)
    outcome = _send(order, device)
    with transaction.atomic():
        row = GbDevice.objects.select_related("system").get(pk=device.pk)
        now = timezone.now()
        note(row, row.system, TOLD, Taken(by, now, timezone.localdate(now), outcome.words), ())
    return outcome


def _ask(device: GbDevice, reason: str, by: Person, at: datetime) -> _Order:
    with transaction.atomic():
        row = GbDevice.objects.select_for_update(of=("self",)).select_related("system").get(pk=device.pk)
        if row.retired_at is not None:
            raise StepRefused(_("该设备已经停用。"))
        gateway = own_gateway()
        if gateway is None:
            raise StepRefused(_("本装置没有国标网关，不能重启国标设备。"))
        if _struck(row, at - PAUSE):
            raise StepRefused(_("该设备在两分钟内已经下发过重启。请等待设备重新注册后再看。"))
        return _Order(note(row, row.system, ASKED, Taken(by, at, timezone.localdate(at), reason), ()), gateway)


def _struck(row: GbDevice, since: datetime) -> bool:
    """Whether an order since then reached it or may have. One without an outcome may be on its way yet, or was when we crashed."""
    steps = CaseStep.objects.filter(case_id=row.pk, event__in=(ASKED, TOLD), at__gt=since)
    if not steps.filter(event=ASKED).exists():
        return False
    last = steps.latest("at")
    return last.event == ASKED or last.words not in [one.words for one in RebootOutcome if not one.may_have_reached]


def _send(order: _Order, device: GbDevice) -> RebootOutcome:
    assert order.step.record is not None
    try:
        # The outbox delivers it anyway; the notary knows it by its id then.
        stepping.notary().append([record_of(order.step.record.record)])
    except (NotaryUnavailable, NotaryRefused):
        return RebootOutcome.UNRECORDED
    try:
        failure = GatewayClient(order.gateway).reboot(device.gb_id, order.step.pk)
    except GatewayUnreachable:
        return RebootOutcome.UNKNOWN
    return _OF_GATEWAY.get(failure, RebootOutcome.REFUSED)
