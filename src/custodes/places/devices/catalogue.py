"""A device's catalogue: parts put together, a whole one taken over, and the differences told to a person.

Nothing of it changes the register: a channel becomes a camera by a person's hand alone. A taking that is not whole changes nothing
at all and is shown (decision 0320: only a whole answer removes).

Differences from the catalogue before are findings: a person looks and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.gb28181 import ids
from custodes.people.models import Person
from custodes.people.records import record_language
from custodes.places.devices.channel import PREFIX, channel_of
from custodes.places.devices.plaintext import ahead, degrees, moment, shown, small
from custodes.places.lifecycle.stepping import StepRefused, Taken, note
from custodes.places.models import (
    Camera,
    CameraState,
    CatalogueTaking,
    DeviceFinding,
    FindingSort,
    Gateway,
    GbChannel,
    GbDevice,
    TakenPart,
    TakingState,
)
from custodes.video.wire.devices import MOST_CHANNELS, MOST_ITEMS, CatalogueItem, CataloguePart

MOST_OPEN = 500
"""Findings of one device that wait for somebody; a device whose list changes each hour is one to look at, not a thousand lines."""

_FOLDERS = frozenset({200, 215, 216})
"""Entries that hold others: a platform, a business group, a virtual organisation (2016 Annex D)."""


def is_channel(name: str) -> bool:
    """Whether an entry may be a camera: it is no region and no folder. IDs of a wrong type are common, so nothing else counts."""
    return not ids.is_region(name) and ids.type_code(name) not in _FOLDERS


def compare(device: GbDevice, before: Mapping[str, str] | None, now: Mapping[str, str], at: datetime) -> None:
    """Tell what came, went and is called otherwise; what is as it was settles by itself.

    Args:
        before: channels and their names of the last whole catalogue; None where this is the first: then only cameras are missed.
    """
    cameras = _cameras(device)
    known = dict(before) if before is not None else dict.fromkeys(cameras, "")
    undone = _settle_by_itself(device, now, at)
    told: list[DeviceFinding] = []
    gone = [name for name in known if name not in now and is_channel(name)]
    told += [
        _finding(device, FindingSort.GONE, name, known[name], "", at) for name in sorted(gone, key=_first(cameras))
    ]
    if before is not None:
        told += [
            _finding(device, FindingSort.RENAMED, name, was, now[name], at)
            for name, was in known.items()
            if name in now and now[name] != was and name in cameras
        ]
        told += [
            _finding(device, FindingSort.CAME, name, "", text, at)
            for name, text in now.items()
            if name not in known and is_channel(name)
        ]
    # What only takes back what nobody had looked at yet is no news.
    told = [one for one in told if one.channel_id not in undone]
    room = max(0, MOST_OPEN - open_findings(device).count())
    if len(told) > room:
        log.warning("catalogue.findings_passed_over", device=str(device.pk), findings=len(told) - room)
    DeviceFinding.objects.bulk_create(told[:room], batch_size=200, ignore_conflicts=True)


def _first(cameras: frozenset[str]) -> Callable[[str], tuple[bool, str]]:
    """Cameras before what nobody records."""
    return lambda name: (name not in cameras, name)


def _finding(device: GbDevice, sort: FindingSort, channel: str, before: str, after: str, at: datetime) -> DeviceFinding:
    return DeviceFinding(device=device, sort=sort, channel_id=channel, before=before, after=after, found_at=at)


def _cameras(device: GbDevice) -> frozenset[str]:
    """Channels that are cameras in use."""
    urls = Camera.objects.filter(
        main_url__startswith=f"{PREFIX}{device.gb_id}/", system=device.system_id, state=CameraState.CONNECTED
    ).values_list("main_url", flat=True)
    return frozenset(found.channel for url in urls if (found := channel_of(url)) is not None)


def _settle_by_itself(device: GbDevice, now: Mapping[str, str], at: datetime) -> frozenset[str]:
    """What had gone and is there again, what had come and is gone again, what has its former name; the channels of these."""
    over = [
        row
        for row in open_findings(device)
        if (row.sort == FindingSort.GONE and row.channel_id in now)
        or (row.sort == FindingSort.CAME and row.channel_id not in now)
        or (row.sort == FindingSort.RENAMED and now.get(row.channel_id, row.before) == row.before)
    ]
    DeviceFinding.objects.filter(pk__in=[row.pk for row in over]).update(settled_at=at)
    for row in open_findings(device).filter(sort=FindingSort.RENAMED):
        if now[row.channel_id] != row.after:
            DeviceFinding.objects.filter(pk=row.pk).update(after=now[row.channel_id])
    return frozenset(row.channel_id for row in over)


def open_findings(device: GbDevice) -> QuerySet[DeviceFinding]:
    """Those that wait for a person."""
    return DeviceFinding.objects.filter(device=device, settled_at__isnull=True)


def settle(finding: DeviceFinding, by: Person, words: str, at: datetime) -> None:
    """A person has looked and says what came of it.

    Raises:
        StepRefused: nothing was written, or somebody else was quicker.
    """
    if not words.strip():
        raise StepRefused(_("请写明核对情况。"))
    with transaction.atomic():
        rows = DeviceFinding.objects.filter(pk=finding.pk, settled_at__isnull=True)
        if not rows.update(settled_at=at, settled_by=by, words=words.strip()[:200]):
            raise StepRefused(_("该差异已经核对过。"))
        with record_language():
            told = f"{finding.get_sort_display()} {finding.channel_id}：{words.strip()[:200]}"
        device = finding.device
        note(device, device.system, "settle", Taken(by, at, timezone.localdate(at), told), ())


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
