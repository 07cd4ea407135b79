"""A device's catalogue: parts put together, a whole one taken over, and the differences told to a person.

Nothing of it changes the register: a channel becomes a camera by a person's hand alone. A taking that is not whole changes nothing
at all and is shown (decision 0326: only a whole answer removes).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, Q

from custodes.places.devices.findings import compare
from custodes.places.devices.plaintext import ahead, degrees, moment, shown, small
from custodes.places.models import CatalogueTaking, Gateway, GbChannel, GbDevice, TakenPart, TakingState
from custodes.video.wire.catalogue import MOST_CHANNELS, MOST_ITEMS, CatalogueItem, CataloguePart

log = structlog.get_logger("custodes.places.devices")

KEPT_TAKINGS = 10
"""Of each device, for its page."""

_FIELDS = (
    *("parent", "name", "maker", "model", "civil_code", "address", "ptz", "online", "longitude", "latitude", "order"),
)


class PartRefused(Exception):
    """A part can't be taken.

    Attributes:
        status: of the answer.
        code: its short name.
    """

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code = status, code


def take_part(gateway: Gateway, part: CataloguePart, at: datetime) -> None:
    """Keep a part; with the last one that was missing the taking ends. A part that came before changes nothing.

    Raises:
        PartRefused: of no device that may register, impossible, too long, or of a taking that is older than what is known. One that
            is too long is kept as a taking that was not taken over, for the device's page.
        Impossible: a time before 1970.
    """
    said_at = moment(part.at_us, "at_us", at)
    if ahead(part.at_us, at):
        log.warning("report.clock_ahead", gateway=gateway.name, times=1)
    if part.part >= part.parts:
        raise PartRefused(400, "part", "part is a number below parts")
    if not 0 <= part.said <= 2**31 - 1:
        raise PartRefused(400, "said", "said is a number of entries")
    if part.said > MOST_CHANNELS or (part.parts - 1) * MOST_ITEMS >= MOST_CHANNELS:
        _keep_too_long(part, said_at, at)
        raise PartRefused(413, "too_long", f"a catalogue has at most {MOST_CHANNELS} entries")
    with transaction.atomic():
        device = GbDevice.objects.select_for_update().filter(gb_id=part.device, retired_at__isnull=True).first()
        if device is None:
            raise PartRefused(404, "device", "no such device may register")
        taking = _taking(device, part, said_at, at)
        if taking.state != TakingState.COMING:
            return
        TakenPart.objects.bulk_create(
            [
                TakenPart(
                    taking=taking, part=part.part, complete=part.complete, items=[_plain(one) for one in part.items]
                )
            ],
            ignore_conflicts=True,
        )
        taken = taking.taken.aggregate(number=Count("pk"))["number"]
        if taken == taking.parts:
            _end(device, taking, at)


@transaction.atomic
def _keep_too_long(part: CataloguePart, said_at: datetime, at: datetime) -> None:
    """That a catalogue came and was not taken over: "no channels" would be another thing."""
    device = GbDevice.objects.select_for_update().filter(gb_id=part.device, retired_at__isnull=True).first()
    if device is None:
        raise PartRefused(404, "device", "no such device may register")
    taking = _taking(device, part, said_at, at)
    if taking.state == TakingState.COMING:
        taking.state, taking.ended_at = TakingState.LONG, at
        taking.save(update_fields=["state", "ended_at"])
        log.warning("catalogue.too_long", device=str(device.pk), said=part.said)


def _taking(device: GbDevice, part: CataloguePart, said_at: datetime, now: datetime) -> CatalogueTaking:
    taking = CatalogueTaking.objects.filter(pk=part.taking).first()
    if taking is not None:
        if taking.device_id != device.pk or taking.parts != part.parts:
            raise PartRefused(409, "taking", "this taking is of another device or has another number of parts")
        return taking
    # Of a time that has not come yet, before a clock was set back, nothing is later.
    device.takings.filter(at__gt=now).update(at=said_at)
    if device.takings.filter(at__gt=said_at).exists():
        raise PartRefused(409, "stale", "a later catalogue of this device is known")
    # What was coming before is not whole and won't be: the gateway sends one taking after the other.
    _give_up(device.takings.filter(state=TakingState.COMING), said_at)
    taking = CatalogueTaking.objects.create(id=part.taking, device=device, parts=part.parts, said=part.said, at=said_at)
    old = list(device.takings.order_by("-at", "-pk").values_list("pk", flat=True)[KEPT_TAKINGS:])
    CatalogueTaking.objects.filter(pk__in=old).delete()
    return taking


def _give_up(takings: Any, at: datetime) -> None:
    keys = list(takings.values_list("pk", flat=True))
    TakenPart.objects.filter(taking__in=keys).delete()
    CatalogueTaking.objects.filter(pk__in=keys).update(state=TakingState.SHORT, ended_at=at)


def _end(device: GbDevice, taking: CatalogueTaking, at: datetime) -> None:
    parts = list(taking.taken.order_by("part"))
    items: dict[str, dict[str, Any]] = {}
    for one in parts:
        for item in one.items:
            items.setdefault(item["id"], item)
    taking.got, taking.ended_at = len(items), at
    # The gateway knows whether all that the device said came: entries that were told twice count there, not here.
    taking.state = TakingState.WHOLE if all(one.complete for one in parts) else TakingState.SHORT
    if taking.state == TakingState.WHOLE:
        _take_over(device, items, at)
    taking.save(update_fields=["got", "ended_at", "state"])
    taking.taken.all().delete()
    log.info("catalogue.taken", device=str(device.pk), state=str(taking.state), entries=taking.got)


def _take_over(device: GbDevice, items: dict[str, dict[str, Any]], at: datetime) -> None:
    before = dict(device.channels.values_list("channel_id", "name"))
    first = not before and not device.takings.filter(state=TakingState.WHOLE).exists()
    rows = [
        GbChannel(
            device=device, channel_id=name, order=order, **{field: item[field] for field in _FIELDS if field != "order"}
        )
        for order, (name, item) in enumerate(items.items())
    ]
    GbChannel.objects.bulk_create(
        rows, batch_size=200, update_conflicts=True, unique_fields=["device", "channel_id"], update_fields=_FIELDS
    )
    _remove(device, before.keys() - items.keys())
    compare(device, None if first else before, {name: item["name"] for name, item in items.items()}, at)


def _remove(device: GbDevice, gone: Iterable[str]) -> None:
    names = sorted(gone)
    for start in range(0, len(names), 500):
        GbChannel.objects.filter(Q(device=device), channel_id__in=names[start : start + 500]).delete()


def _plain(item: CatalogueItem) -> dict[str, Any]:
    """An entry as it is kept: text that can be shown, numbers that a column holds."""
    text = {name: shown(getattr(item, name)) for name in ("parent", "name", "maker", "model", "civil_code", "address")}
    return {
        "id": shown(item.id, 32), **text, "ptz": small(item.ptz), "online": item.online,
        "longitude": degrees(item.longitude, 180), "latitude": degrees(item.latitude, 90),
    }  # fmt: skip
