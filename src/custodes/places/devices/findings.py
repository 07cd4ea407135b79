"""In what a catalogue differs from the one before it: told to a person, who looks and says so. The register stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.gb28181 import ids
from custodes.people.models import Person
from custodes.places.devices.channel import PREFIX, channel_of
from custodes.places.lifecycle.stepping import StepRefused, Taken, note
from custodes.places.models import Camera, CameraState, DeviceFinding, FindingSort, GbDevice

log = structlog.get_logger("custodes.places.devices")

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
        told = f"{finding.get_sort_display()} {finding.channel_id}：{words.strip()[:200]}"
        device = finding.device
        note(device, device.system, "settle", Taken(by, at, timezone.localdate(at), told), ())
