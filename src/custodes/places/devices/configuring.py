"""Setting a device: a right of its own, a stated reason, a leaf before it is sent, and what came of it (decision 0425).

Order, and what a crash leaves: the step with the change and its reason, and where the device is to be silent for longer the register's
expectation with it, committed; its record at the notary, durable; the gateway, which expects that too before it sends; the step of the outcome.
Before the last one there is a wish and no outcome: nobody knows whether it was sent, and the register goes on expecting the longer silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.cases.models import CaseStep
from custodes.law.grounds.stating import says_something
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.ledger.records import record_of
from custodes.people.models import Person
from custodes.places.devices.assignment import bump_gateways
from custodes.places.devices.configured import (
    FRESH,
    camera_of,
    is_below,
    keep_after,
    mark_of,
    name_of,
    reading_of,
    recorded_of,
    said_in,
)
from custodes.places.devices.entering import REASON
from custodes.places.devices.gateways import GatewayClient, GatewayUnreachable, own_gateway
from custodes.places.devices.settingrules import SettingFacts, told_of
from custodes.places.devices.settingwords import (
    LABELS,
    SettingOutcome,
    changes_in_chinese,
    names_of,
    now_in_chinese,
    outcome_of,
)
from custodes.places.lifecycle import stepping
from custodes.places.lifecycle.stepping import StepRefused, Taken, note
from custodes.places.models import Gateway, GbDevice
from custodes.places.register import keep_edit
from custodes.video.wire.configuration import ConfigurationWish, ConfigureAnswer, ConfigureAsk, DeviceSettings

ASKED, TOLD = "ask_configuration", "configuration"
CLAUSES = ("S34(7)",)
"""The functions of a system's equipment are not changed without leave."""
CHANGES = 240
"""Characters of all changes together in the record, so that the reason always stands there whole."""
PAUSE = timedelta(minutes=1)
"""One change of a device at a time: one without an outcome may be under way for so long."""
MOST_SILENCE = 3600
"""Seconds for which a device may be set to be silent before it counts as offline: one that failed is to be noticed within the hour."""


@dataclass(frozen=True)
class _Order:
    step: CaseStep
    gateway: Gateway
    before: DeviceSettings
    expected: tuple[int, int]
    silence_s: int


def configure_device(
    device: GbDevice,
    channel_id: str,
    wish: ConfigurationWish,
    reason: str,
    seen: str,
    by: Person,
    at: datetime,
    *,
    aware: bool = False,
) -> SettingOutcome:
    """Have a device, or one of its channels, set so. That the person may is the caller's to know.

    Args:
        seen: `mark_of` of the reading that the person had before them.
        aware: the person said that they know what is told of it.

    Raises:
        StepRefused: nothing was sent; the text says why and what to do.
    """
    reason = reason.strip()
    if not says_something(reason):
        raise StepRefused(_("请写明更改理由。"))
    order = _ask(device, channel_id, wish, reason[:REASON], seen, by, at, aware)
    outcome, answer = _send(order, device, channel_id, wish)
    now = timezone.now()
    with transaction.atomic():
        row = GbDevice.objects.select_for_update(of=("self",)).select_related("system").get(pk=device.pk)
        if answer.after is not None:
            keep_after(row, channel_id, answer.after, now)
        note_outcome(row, channel_id, wish, answer, by, now, outcome)
        _settle(row, order, wish, outcome, answer, by)
    return outcome


def note_change(
    row: GbDevice,
    channel_id: str,
    before: DeviceSettings,
    wish: ConfigurationWish,
    reason: str,
    by: Person,
    at: datetime,
    *,
    warned: bool = False,
) -> CaseStep:
    """Keep what is to be changed, and why; and that the person was told what it costs and confirmed it."""
    words = changed_words(row, channel_id, before, wish, reason, warned)
    return note(row, row.system, ASKED, Taken(by, at, timezone.localdate(at), words), CLAUSES)


def note_outcome(
    row: GbDevice,
    channel_id: str,
    wish: ConfigurationWish,
    answer: ConfigureAnswer,
    by: Person,
    at: datetime,
    outcome: SettingOutcome | None = None,
) -> CaseStep:
    """Keep what came of it."""
    words = _told(row, channel_id, wish, outcome or outcome_of(answer), answer)
    return note(row, row.system, TOLD, Taken(by, at, timezone.localdate(at), words), CLAUSES)


def changed_words(
    device: GbDevice, channel_id: str, before: DeviceSettings, wish: ConfigurationWish, reason: str, warned: bool
) -> str:
    """What is to be changed and why, as the record has it."""
    changes = "；".join(
        words
        for name in names_of(wish)
        for words in changes_in_chinese(name, getattr(before, name), getattr(wish, name))
    )
    if len(changes) > CHANGES:
        changes = changes[: CHANGES - 1] + "…"
    known = "影响已提示并经本人确认。" if warned else ""
    return f"{_where(device, channel_id)}{changes}。{known}理由：{reason}"[:500]


def _ask(
    device: GbDevice,
    channel_id: str,
    wish: ConfigurationWish,
    reason: str,
    seen: str,
    by: Person,
    at: datetime,
    aware: bool,
) -> _Order:
    with transaction.atomic():
        row = GbDevice.objects.select_for_update(of=("self",)).select_related("system").get(pk=device.pk)
        if row.retired_at is not None:
            raise StepRefused(_("该设备已经停用。"))
        if is_below(row):
            raise StepRefused(_("这是下级平台，其设备的配置由其自行管理。"))
        gateway = own_gateway()
        if gateway is None:
            raise StepRefused(_("本装置没有国标网关，不能更改设备的配置。"))
        reading = reading_of(row, channel_id)
        if reading is None or reading.read_at is None or at - reading.read_at > FRESH:
            raise StepRefused(_("请先读取设备现在的配置，再更改：读取超过十五分钟的，以新的为准。"))
        if mark_of(reading) != seen:
            raise StepRefused(_("打开本页以后，设备的配置已经重新读取或者更改。请核对后再更改。"))
        if _under_way(row, at - PAUSE):
            raise StepRefused(_("该设备的上一次更改还没有结果。请在一分钟后再看。"))
        before = said_in(reading)
        _check(row, channel_id, wish, before)
        warned = _check_rules(ground_of(row, channel_id, before), wish, aware)
        expected = (row.keepalive_s, row.misses)
        step = note_change(row, channel_id, before, wish, reason, by, at, warned=warned)
        silence = _expect_longer(row, channel_id, wish, by)
        return _Order(step, gateway, before, expected, silence)


def _check(row: GbDevice, channel_id: str, wish: ConfigurationWish, before: DeviceSettings) -> None:
    """What the form asks too, for whoever goes around it.

    Raises:
        StepRefused.
    """
    names = names_of(wish)
    unsaid = [name for name in names if getattr(before, name) is None]
    if unsaid:
        raise StepRefused(_("设备没有报告这一项，不能更改。请重新读取配置。"))
    if channel_id != row.gb_id and any(name in ("expiration_s", "heartbeat_s", "heartbeat_count") for name in names):
        raise StepRefused(_("注册和心跳是整台设备的，不能按通道更改。"))
    if any(not getattr(getattr(before, name), "whole", True) for name in names):
        raise StepRefused(not_whole())
    if silence_of(row, wish, before) > MOST_SILENCE and (wish.heartbeat_s or wish.heartbeat_count):
        raise StepRefused(too_silent())


def _check_rules(ground: SettingFacts, wish: ConfigurationWish, aware: bool) -> bool:
    """Whether there was something to be told, which the person knows.

    Raises:
        StepRefused: it may not be set so, or the person does not know yet what it means.
    """
    found = told_of(ground, wish)
    for told in found:
        if told.refused:
            raise StepRefused(told.words)
        if not aware:
            raise StepRefused(told.words + _("请确认已知悉后再下发。"))
    return bool(found)


def ground_of(device: GbDevice, channel_id: str, said: DeviceSettings) -> SettingFacts:
    """What a change of a device, or of a channel, is held against."""
    if channel_id == device.gb_id:
        only = list(device.channels.values_list("channel_id", flat=True)[:2])
        if len(only) == 1:
            return SettingFacts(device.name, camera_of(device, only[0]), said)
        return SettingFacts(device.name, None, said, tuple(recorded_of(device)))
    return SettingFacts(name_of(device, channel_id), camera_of(device, channel_id), said)


def not_whole() -> str:
    """The rule and the remedy."""
    return _("设备报来的内容没有全部读懂，从这里更改会丢失其中一部分。请到设备自己的页面上更改。")


def too_silent() -> str:
    """The rule and the remedy."""
    return _("心跳间隔乘以允许缺失的心跳数不得超过 3600 秒：设备失联要在一小时内发现。请缩短心跳间隔，或者减少次数。")


def silence_of(device: GbDevice, wish: ConfigurationWish, before: DeviceSettings) -> int:
    """Seconds of silence after which it counts as offline, where it is set so: by its own word or by the register, whichever is longer."""
    heartbeat, count = wish.heartbeat_s, wish.heartbeat_count
    by_device = (heartbeat or before.heartbeat_s or device.keepalive_s) * (
        count or before.heartbeat_count or device.misses
    )
    return max(by_device, (heartbeat or device.keepalive_s) * (count or device.misses))


def _under_way(row: GbDevice, since: datetime) -> bool:
    steps = CaseStep.objects.filter(case_id=row.pk, event__in=(ASKED, TOLD), at__gt=since)
    last = steps.order_by("-at").first()
    return last is not None and last.event == ASKED


def _expect_longer(row: GbDevice, channel_id: str, wish: ConfigurationWish, by: Person) -> int:
    """Before a device may be silent for longer the register expects it, so that it never counts as offline for it. The seconds; 0 for no matter."""
    if channel_id != row.gb_id or (wish.heartbeat_s is None and wish.heartbeat_count is None):
        return 0
    interval, misses = wish.heartbeat_s or row.keepalive_s, wish.heartbeat_count or row.misses
    if interval * misses > row.keepalive_s * row.misses:
        both = max(interval, row.keepalive_s), max(misses, row.misses)
        # An hour is the most also while nobody knows; the longer of the two is enough for either.
        _expect(row, *(both if both[0] * both[1] <= MOST_SILENCE else (interval, misses)), by)
    return row.keepalive_s * row.misses


def _settle(
    row: GbDevice, order: _Order, wish: ConfigurationWish, outcome: SettingOutcome, answer: ConfigureAnswer, by: Person
) -> None:
    """The register expects what stands. Where that is not known it goes on expecting the longer silence."""
    if not order.silence_s:
        return
    interval, misses = order.expected
    said = answer.after.heartbeat_s if answer.after is not None else None
    as_it_was = outcome.undone if said is None else said == order.before.heartbeat_s
    if outcome.stands:
        # What was not to be changed here is somebody else's matter, also while the device was waited for.
        _expect(row, wish.heartbeat_s or row.keepalive_s, wish.heartbeat_count or row.misses, by)
    elif as_it_was and row.keepalive_s * row.misses == order.silence_s:
        _expect(row, interval, misses, by)


def _expect(row: GbDevice, interval: int, misses: int, by: Person) -> None:
    at = timezone.now()  # behind the step that it follows from
    changes = {
        name: [getattr(row, name), value]
        for name, value in (("keepalive_s", interval), ("misses", misses))
        if getattr(row, name) != value
    }
    if not changes:
        return
    row.keepalive_s, row.misses = interval, misses
    row.revision += 1
    row.save(update_fields=["keepalive_s", "misses", "revision"])
    keep_edit(row, changes, by, at)
    words = f"每 {interval} 秒一次心跳，缺失 {misses} 次视为离线"
    note(row, row.system, "change", Taken(by, at, timezone.localdate(at), words, via="随设备配置的更改"), ())
    bump_gateways()


def _send(
    order: _Order, device: GbDevice, channel_id: str, wish: ConfigurationWish
) -> tuple[SettingOutcome, ConfigureAnswer]:
    assert order.step.record is not None
    nothing = ConfigureAnswer()
    try:
        # The outbox delivers it anyway; the notary knows it by its id then.
        stepping.notary().append([record_of(order.step.record.record)])
    except (NotaryUnavailable, NotaryRefused):
        return SettingOutcome.UNRECORDED, nothing
    ask = ConfigureAsk(
        device=device.gb_id, channel=channel_id, step=order.step.pk, wish=wish, silence_s=order.silence_s,
        before=DeviceSettings(**{name: getattr(order.before, name) for name in names_of(wish) if name not in LABELS}),
    )  # fmt: skip
    try:
        answer = GatewayClient(order.gateway).configure(ask)
    except GatewayUnreachable:
        return SettingOutcome.UNKNOWN, nothing
    return outcome_of(answer), answer


def _told(
    row: GbDevice, channel_id: str, wish: ConfigurationWish, outcome: SettingOutcome, answer: ConfigureAnswer
) -> str:
    words = f"{_where(row, channel_id)}{outcome.words}"
    if answer.status >= 300:
        words += f"（SIP {answer.status}）"
    if answer.after is not None and answer.differs:
        known = [name for name in answer.differs if name in ConfigurationWish.model_fields]
        now = [
            words for name in known for words in now_in_chinese(name, getattr(wish, name), getattr(answer.after, name))
        ]
        words += "：设备现为" + "，".join(now)
    return words[:500]


def _where(device: GbDevice, channel_id: str) -> str:
    if channel_id == device.gb_id:
        return ""
    return f"通道 {name_of(device, channel_id) or channel_id}："
