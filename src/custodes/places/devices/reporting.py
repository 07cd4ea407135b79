"""Takes the gateway's reports in: how devices stand, and who tried to register and may not."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from custodes.places.devices.plaintext import ahead, moment, shown
from custodes.places.models import Gateway, GbDevice, Standing, UnknownDevice, UnknownWhy
from custodes.video.wire.devices import DeviceState, GatewayStates, Unknown

log = structlog.get_logger("custodes.places.devices")

MOST_UNKNOWN = 500
"""Addresses that are kept; whoever tried longest ago goes first. A flood of them hides nothing for long and fills no disk."""

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


def _keep_unknown(gateway: Gateway, told: list[tuple[Unknown, datetime, datetime]], at: datetime) -> None:
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
    UnknownDevice.objects.filter(gateway=gateway, last_at__lt=at - FORGOTTEN).delete()
    extra = list(
        UnknownDevice.objects.filter(gateway=gateway)
        .order_by("-last_at", "-pk")
        .values_list("pk", flat=True)[MOST_UNKNOWN:]
    )
    if extra:
        UnknownDevice.objects.filter(pk__in=extra).delete()
