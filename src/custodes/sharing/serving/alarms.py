"""Alarms of cameras that an upper is shown: those of GB/T 28181 devices, and those that a room above this one holds, which says once how to read them.

Of an alarm nothing goes up but which camera, when, and the standard's numbers with their words: what a device writes may name persons.

Where cameras are that move is told likewise: the last place of each, where it is not old.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from custodes.places.devices.channel import Channel
from custodes.places.devices.moving import cameras_of_mobiles
from custodes.places.models import Camera, GbAlarm, GbMobile
from custodes.places.planning import voting
from custodes.sharing.models import Link
from custodes.sharing.serving.uppers import BadCursor
from custodes.sharing.tree.showing import cameras_shown
from custodes.video.wire.devices import MOST_SHOWN_PLACES, ShownPosition, ShownPositions
from custodes.video.wire.upper_platforms import ShownAlarm, ShownAlarms

LATEST = timedelta(minutes=10)
"""What came longer ago is history, no alarm: whoever was away that long is not told it late."""

SETTLED = timedelta(seconds=2)
"""So old a row is before it is told: one that was begun before it and kept after it is not passed over."""

LOOKED_AT = 500
"""Rows of each source that one question reads; more come with the next."""

WORDS: dict[tuple[int, int], str] = {
    (2, 1): "视频丢失",
    (2, 2): "设备防拆",
    (2, 3): "存储设备磁盘满",
    (2, 4): "设备高温",
    (2, 5): "设备低温",
    (5, 1): "人工视频报警",
    (5, 2): "运动目标检测",
    (5, 3): "遗留物检测",
    (5, 4): "物体移除检测",
    (5, 5): "绊线检测",
    (5, 6): "入侵检测",
    (5, 7): "逆行检测",
    (5, 8): "徘徊检测",
    (5, 9): "流量统计",
    (5, 10): "密度检测",
    (5, 11): "视频异常检测",
    (5, 12): "快速移动",
    (6, 1): "存储设备磁盘故障",
    (6, 2): "存储设备风扇故障",
}
"""Types of GB/T 28181-2016 A.2.5 in its own words, by method: they go over the wire and are in no reader's language."""

METHODS: dict[int, str] = {2: "设备报警", 5: "视频报警", 6: "设备故障报警"}
"""Methods that are told. A telephone, a message and a position are about a person; other alarms say nothing that could be judged."""

LEAST_PRIORITY = 4


@dataclass(frozen=True, slots=True)
class Happened:
    """One row of a source.

    Attributes:
        place: it rises from row to row and is given to no other.
        kept_at: when it was kept here, last.
        camera: whose alarm it is; None for a row that is passed over.
        priority: 1 the highest to 4; None where nobody said.
    """

    place: int
    kept_at: datetime
    at: datetime
    camera: UUID | None
    method: int
    type: int | None = None
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where alarms are kept.

    Attributes:
        letter: its own, in cursors.
        newest: the last place there is, 0 for none; behind: so many rows at most behind a place, in order.
    """

    letter: str
    newest: Callable[[], int]
    behind: Callable[[int, int], list[Happened]]


def _newest() -> int:
    return GbAlarm.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def _behind(place: int, most: int) -> list[Happened]:
    rows = list(GbAlarm.objects.filter(pk__gt=place).select_related("device").order_by("pk")[:most])
    urls = {Channel(row.device.gb_id, row.channel_id).url for row in rows}
    known = Camera.objects.filter(main_url__in=urls).values_list("main_url", "system", "pk")
    cameras = {(url, system): pk for url, system, pk in known}
    return [
        Happened(
            row.pk, row.received_at, row.at,
            cameras.get((Channel(row.device.gb_id, row.channel_id).url, row.device.system_id)),
            row.method or 0, row.kind, row.priority,
        )
        for row in rows
    ]  # fmt: skip


_sources: dict[str, Source] = {"g": Source("g", _newest, _behind)}


def with_alarms(source: Source) -> None:
    """One more source, or another in place of the one with its letter."""
    _sources[source.letter] = source


def alarms_of(link: Link, after: str, now: datetime) -> ShownAlarms:
    """What happened behind a cursor, of cameras that this link shows now; where it tells no alarms, or no cursor is given, nothing.

    Raises:
        BadCursor: it is none of ours.
    """
    places = _read(after)
    if not after or not link.alarms:
        return ShownAlarms(link=link.pk, after=_written({one.letter: one.newest() for one in _sources.values()}))
    found: list[Happened] = []
    for one in _sources.values():
        if one.letter not in places:
            places[one.letter] = one.newest()
            continue
        for row in one.behind(places[one.letter], LOOKED_AT // len(_sources)):
            if row.kept_at > now - SETTLED:
                break
            places[one.letter] = row.place
            found.append(row)
    recent = [row for row in found if row.camera is not None and row.method in METHODS and row.kept_at > now - LATEST]
    return ShownAlarms(link=link.pk, alarms=tuple(_told(link, recent, now)), after=_written(places))


def _told(link: Link, rows: list[Happened], now: datetime) -> Iterable[ShownAlarm]:
    """Those of cameras that hang in its tree and may be named now (S20 is asked again here), and before which no vote is or was held (S10(3))."""
    if not rows:
        return
    cameras = Camera.objects.filter(pk__in={row.camera for row in rows})
    votes = voting(cameras, now) | voting(cameras, min(row.kept_at for row in rows))
    shown = cameras_shown(link).filter(camera__in=cameras.exclude(pk__in=votes).values("pk"))
    channels = dict(shown.values_list("camera", "channel"))
    for row in rows:
        if row.camera in channels:
            kind = row.type if row.type is not None and (row.method, row.type) in WORDS else None
            yield ShownAlarm(
                channel=channels[row.camera],
                at_us=round(row.at.timestamp() * 1_000_000),
                priority=row.priority if row.priority in (1, 2, 3, 4) else LEAST_PRIORITY,
                method=row.method,
                type=kind,
                text=WORDS[row.method, kind] if kind is not None else METHODS[row.method],
            )


def _written(places: dict[str, int]) -> str:
    return ".".join(f"{letter}{place}" for letter, place in sorted(places.items()))


def _read(after: str) -> dict[str, int]:
    places: dict[str, int] = {}
    for part in filter(None, after.split(".")):
        if not (part[1:].isascii() and part[1:].isdigit() and len(part) <= 20):
            raise BadCursor
        places[part[0]] = min(int(part[1:]), 2**63 - 1)
    return places


def positions_of(link: Link, now: datetime) -> ShownPositions:
    """Those of cameras that hang in its tree and may be named now (S20 is asked again here), and before which no vote is held (S10(3)). Nothing where
    this link tells no positions. Which place was the one before is known to nobody."""
    if not link.positions:
        return ShownPositions(link=link.pk)
    rows = GbMobile.objects.filter(heard_at__isnull=False, device__retired_at__isnull=True).select_related("device")
    fresh = [row for row in rows.order_by("-heard_at").iterator() if not row.late(now)]
    shown = cameras_shown(link)
    pairs = cameras_of_mobiles(fresh, Camera.objects.filter(pk__in=shown.values("camera")))
    cameras = Camera.objects.filter(pk__in=[camera.pk for camera, _mobile in pairs])
    votes = voting(cameras, now)
    channels = dict(
        shown.filter(camera__in=cameras.exclude(pk__in=votes).values("pk")).values_list("camera", "channel")
    )
    told = [_position(channels[camera.pk], mobile) for camera, mobile in pairs if camera.pk in channels]
    return ShownPositions(link=link.pk, positions=tuple(told[:MOST_SHOWN_PLACES]))


def _position(channel: str, mobile: GbMobile) -> ShownPosition:
    seen = mobile.seen_at
    assert seen is not None
    assert mobile.longitude is not None
    assert mobile.latitude is not None
    return ShownPosition(
        channel=channel,
        longitude=mobile.longitude,
        latitude=mobile.latitude,
        at_us=round(seen.timestamp() * 1_000_000),
    )
