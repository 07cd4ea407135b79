"""Takes the gateway's reports in: how devices stand, what they tell as alarms, and who tried to register and may not.

Alarms are kept with the device, so many and no more, and shown; nothing follows from one by itself. `alarms_since` is where a room above
may read them: what an alarm of a device shall mean for the house, and who is called for it, is decided there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field

from custodes.places.devices.plaintext import ahead, moment, said_moment, shown, small
from custodes.places.models import Gateway, GbAlarm, GbDevice, Standing, UnknownDevice, UnknownWhy
from custodes.video.wire.devices import DeviceAlarm, DeviceState, GatewayStates, UnknownRegistrant

KEPT = 200
"""Alarms of one device; a device that cries all the time drops its own oldest and nobody else's."""


class DeviceAlarms(BaseModel):
    """``POST /internal/gateway/alarms`` (wire.md §8)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    gateway: str
    alarms: Annotated[tuple[DeviceAlarm, ...], Field(max_length=1000)] = ()


def take_alarms(alarms: Sequence[DeviceAlarm], at: datetime) -> int:
    """Keep them; one that is told again is known already, and of a device that is not in the register nothing is kept. How many are new."""
    with transaction.atomic():
        names = {alarm.device for alarm in alarms}
        devices = {row.gb_id: row for row in GbDevice.objects.filter(gb_id__in=names, retired_at__isnull=True)}
        told = [_row(devices[alarm.device], alarm, at) for alarm in alarms if alarm.device in devices]
        heard = {_sameness(row) for row in GbAlarm.objects.filter(device__in=devices.values())}
        fresh = {_sameness(row): row for row in told if _sameness(row) not in heard}
        GbAlarm.objects.bulk_create(fresh.values(), batch_size=200)
        for device in {row.device_id for row in fresh.values()}:
            rows = GbAlarm.objects.filter(device=device).order_by("-at", "-pk")
            GbAlarm.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[KEPT:])).delete()
    return len(fresh)


def alarms_since(at: datetime) -> QuerySet[GbAlarm]:
    """What devices told after a moment, the oldest first."""
    return GbAlarm.objects.filter(received_at__gt=at).select_related("device__system").order_by("received_at", "pk")


def _row(device: GbDevice, alarm: DeviceAlarm, at: datetime) -> GbAlarm:
    return GbAlarm(
        device=device,
        channel_id=shown(alarm.channel, 32),
        priority=small(alarm.priority),
        method=small(alarm.method),
        kind=small(alarm.kind),
        at=said_moment(alarm.at_us, at),
        words=shown(alarm.words),
        received_at=at,
    )


def _sameness(row: GbAlarm) -> tuple[object, ...]:
    return row.device_id, row.channel_id, row.priority, row.method, row.kind, row.at, row.words


log = structlog.get_logger("custodes.places.devices")

MOST_UNKNOWN = 500
"""Addresses that are kept; whoever tried longest ago goes first. A flood of them hides nothing for long and fills no disk."""

MOST_UNPROVEN = 100
"""Of them those that answered no challenge: nobody knows whether their addresses are their own."""

FORGOTTEN = timedelta(days=7)
"""An unknown device that has not tried for so long is forgotten."""

_STATE_FIELDS = (
    *("standing", "since", "address", "transport", "said_edition", "why", "maker", "model", "firmware"),
    *("said_channels", "reported_at"),
)
_ASKED_AT_ONCE = 500
MOST_CHANNELS_SAID = 1_000_000


def take_states(gateway: Gateway, report: GatewayStates, at: datetime) -> None:
    """Keep what changed. What is older than what is known of a device, and what is about none, is passed over; a time in the future
    is taken for now, and what is known since a time in the future gives way.

    Raises:
        Impossible: a time before 1970; nothing was kept.
    """
    states = {state.device: state for state in report.devices}
    since = {name: moment(state.since_us, "since_us", at) for name, state in states.items()}
    unknown = [
        (one, moment(one.first_us, "first_us", at), moment(one.last_us, "last_us", at)) for one in report.unknown
    ]
    told = [state.since_us for state in report.devices] + [one.last_us for one in report.unknown]
    wrong = sum(ahead(us, at) for us in (*told, report.started_us))
    if wrong:
        log.warning("report.clock_ahead", gateway=gateway.name, times=wrong)
    started = moment(report.started_us, "started_us", at) if report.started_us else None
    with transaction.atomic():
        Gateway.objects.filter(pk=gateway.pk).update(
            last_seen=at,
            started_at=started,
            registered=min(report.registered, 2**31 - 1) if report.registered > 0 else 0,
            calls=min(report.calls, 2**31 - 1) if report.calls > 0 else 0,
        )
        known = _known(list(states))
        changed = [
            _taken_over(device, states[device.gb_id], since[device.gb_id], at)
            for device in known
            if device.since is None or device.since > at or since[device.gb_id] >= device.since
        ]
        GbDevice.objects.bulk_update(changed, _STATE_FIELDS, batch_size=200)
        if report.whole:
            _miss_others(set(states), at)
        _keep_unknown(gateway, unknown, at)
        forget_unknown(gateway, at)
    if len(known) < len(states):
        log.info("devices.passed_over", gateway=gateway.name, states=len(states) - len(known))


def _known(names: list[str]) -> list[GbDevice]:
    rows: list[GbDevice] = []
    for start in range(0, len(names), _ASKED_AT_ONCE):
        part = names[start : start + _ASKED_AT_ONCE]
        rows += GbDevice.objects.select_for_update().filter(gb_id__in=part, retired_at__isnull=True)
    return rows


def _taken_over(device: GbDevice, state: DeviceState, since: datetime, at: datetime) -> GbDevice:
    if state.standing == "never" and device.standing != Standing.NEVER:
        # A gateway that is new here, or lost what it kept, knows less than the register: the device was there once.
        if device.standing == Standing.ONLINE:
            device.standing, device.since, device.why = Standing.OFFLINE, since, "restarted"
        device.reported_at = at
        return device
    device.standing, device.since = state.standing, since
    device.address, device.transport = shown(state.address), state.transport
    device.said_edition, device.why = shown(state.edition), shown(state.why)
    device.maker, device.model, device.firmware = shown(state.maker), shown(state.model), shown(state.firmware)
    if state.channels is not None and 0 <= state.channels <= MOST_CHANNELS_SAID:
        device.said_channels = state.channels
    device.reported_at = at
    return device


def _miss_others(named: set[str], at: datetime) -> None:
    """A report of everything that does not name a device says that it is not there."""
    online = GbDevice.objects.filter(standing=Standing.ONLINE, retired_at__isnull=True)
    lost = [row.pk for row in online.only("pk", "gb_id") if row.gb_id not in named]
    for start in range(0, len(lost), _ASKED_AT_ONCE):
        GbDevice.objects.filter(pk__in=lost[start : start + _ASKED_AT_ONCE]).update(
            standing=Standing.OFFLINE, since=at, why="restarted", reported_at=at
        )


def _keep_unknown(gateway: Gateway, told: list[tuple[UnknownRegistrant, datetime, datetime]], at: datetime) -> None:
    """The newest ones of a report that names more than are kept."""
    newest = sorted(told, key=lambda one: one[2])[-MOST_UNKNOWN:]
    rows = {(row.address, row.said_id): row for row in UnknownDevice.objects.filter(gateway=gateway)}
    new, changed = {}, {}
    for one, first, last in newest:
        key = (shown(one.address), shown(one.id, 32))
        tries = max(0, min(one.tries, 2**53))
        row = rows.get(key)
        if row is None:
            rows[key] = new[key] = UnknownDevice(
                gateway=gateway, address=key[0], said_id=key[1], why=UnknownWhy(one.why), counted=tries,
                counting_since=first, first_at=first, last_at=last,
            )  # fmt: skip
            continue
        # The gateway began to count anew; the same count again only replaces itself, and a beginning that is not known is none.
        if (first > row.counting_since and first < at) or row.counting_since > at:
            row.before = min(row.before + row.counted, 2**53)
            row.counting_since, row.counted = first, 0
        row.counted, row.why = max(row.counted, tries), UnknownWhy(one.why)
        row.last_at = max(row.last_at, last) if row.last_at <= at else last
        changed[key] = row
    UnknownDevice.objects.bulk_create(new.values(), batch_size=200)
    again = [row for key, row in changed.items() if key not in new]
    UnknownDevice.objects.bulk_update(again, ["before", "counted", "counting_since", "why", "last_at"], batch_size=200)


def forget_unknown(gateway: Gateway, at: datetime) -> None:
    """Those that have not tried for long, and the oldest of too many."""
    rows = UnknownDevice.objects.filter(gateway=gateway)
    rows.filter(last_at__lt=at - FORGOTTEN).delete()
    for some, most in (
        (rows.filter(why__in=(UnknownWhy.UNANSWERED, UnknownWhy.PORT)), MOST_UNPROVEN),
        (rows, MOST_UNKNOWN),
    ):
        extra = list(some.order_by("-last_at", "-pk").values_list("pk", flat=True)[most:])
        if extra:
            UnknownDevice.objects.filter(pk__in=extra).delete()


SHOWN = 20

#: What to do about each fault.
REMEDIES: dict[str, Promise] = {
    UnknownWhy.PASSWORD: _(
        "请核对设备上填写的密码；不记得的，在本页更换密码后重新填入设备。不是本单位设备的，请查明该地址是谁。"
    ),
    UnknownWhy.USERNAME: _("请把设备上的 SIP 用户认证 ID（用户名）改为设备编号。"),
    UnknownWhy.REALM: _("请把设备上的 SIP 服务器域改为登记时给出的域。"),
    UnknownWhy.NETWORK: _(
        "设备不在允许接入的网络内：请核对设备的网络地址，确需从该网络接入的，由系统管理员调整允许的网络（CUSTODES_CAMERA_NETWORKS）。"
    ),
    UnknownWhy.PORT: _(
        "从该地址的另一端口发来的消息没有算作该设备的。设备在地址转换（NAT）之后、端口会变的，在本页选中该项；否则请查明该地址上还有什么程序以该设备的编号发送。该来源地址未经核实。"
    ),
    UnknownWhy.UNANSWERED: _(
        "设备反复发来注册而从不应答口令质询，多为没有填写密码、关闭了鉴权，或者网关的应答到不了设备：请在设备上填写密码，并检查防火墙和地址转换。该来源地址未经核实。"
    ),
}


@dataclass(frozen=True)
class RefusedTry:
    """One address: what failed, and what to do."""

    row: UnknownDevice
    remedy: Promise | str


def refused_tries(device: GbDevice, now: datetime) -> Iterator[RefusedTry]:
    """The newest, of those that are not forgotten; none of a device that was retired, as whose nobody is to register."""
    if device.retired_at is not None:
        return
    rows = UnknownDevice.objects.filter(said_id=device.gb_id, last_at__gt=now - FORGOTTEN)
    for row in rows.order_by("-last_at", "pk")[:SHOWN]:
        # It was entered after these tries: the next one counts.
        remedy = REMEDIES.get(row.why, _("该次注册在设备登记之前，登记后设备会再次注册。"))
        yield RefusedTry(row, remedy)
