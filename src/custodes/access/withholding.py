"""Some cameras of a running look are shown no more while the others go on: a vote before one of a wall, one that is retired.

What the row `Grant.withheld` says is out. Each camera that goes out is a refusal in the ledger, written with the row; then
every worker that may show it is told. The notary and the tokens need not know: a fresh token names the others alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from custodes.access.ask import Ask, Refused
from custodes.access.models import Grant
from custodes.access.models.grant import GrantQuerySet
from custodes.access.papers import refusal_record
from custodes.access.revocation import push_withheld, revoke
from custodes.law.grounds.ground import Unmet
from custodes.people import delivery_bell
from custodes.people.models import Person, RecordOutbox
from custodes.places.models import Camera

KEPT_OUT = timedelta(seconds=120)
"""A worker remembers for so long that a camera was taken out (grants.md 4): before, a token that names it opens nothing."""

LeftOut = Mapping[Camera, tuple[Unmet, ...]]
"""Cameras that may not be looked at, each with what is not met."""


@dataclass(frozen=True)
class Withheld:
    """Cameras of a look that are not shown, and why."""

    cameras: tuple[Camera, ...]
    unmet: tuple[Unmet, ...]


def grouped(left_out: LeftOut) -> tuple[Withheld, ...]:
    """Cameras with the same conditions together."""
    groups: dict[tuple[Unmet, ...], list[Camera]] = defaultdict(list)
    for camera, unmet in left_out.items():
        groups[unmet].append(camera)
    return tuple(Withheld(tuple(cameras), unmet) for unmet, cameras in groups.items())


def write_refusals(person: Person, ask: Ask, ground: str, left_out: LeftOut, at: datetime) -> None:
    """Record in the caller's transaction, through the outbox, that these cameras are not shown; nothing waits for it."""
    for group in grouped(left_out):
        wish = Ask(group.cameras, ask.live, ask.span, ask.purpose, ask.content, ask.asked_at)
        record = refusal_record(person, wish, Refused(ground, group.unmet), at)
        document = msgspec.to_builtins(record)
        RecordOutbox.objects.create(id=record.id, type=record.type, record=document, created_at=at)
    transaction.on_commit(delivery_bell.ring)


def keep_out(grant: Grant, ask: Ask, left_out: LeftOut, at: datetime) -> LeftOut:
    """Take cameras out of a running look, and let those back in which nothing keeps out any more.

    Args:
        ask: what the look was asked for.
        left_out: all that may not be looked at now.

    Returns:
        All that stays out: a camera comes back when its workers have forgotten that it was out.
    """
    with transaction.atomic():
        row = Grant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
        before = _read(row.withheld, ask.cameras)
        fresh = {camera: unmet for camera, unmet in left_out.items() if camera not in before}
        kept = {
            camera: (since, left_out.get(camera, unmet))
            for camera, (since, unmet) in before.items()
            if camera in left_out or at < since + KEPT_OUT
        }
        out = kept | {camera: (at, unmet) for camera, unmet in fresh.items()}
        row.withheld = {
            str(camera.pk): {"since": since.isoformat(), "unmet": [asdict(one) for one in unmet]}
            for camera, (since, unmet) in out.items()
        }
        row.save(update_fields=["withheld"])
        if fresh:
            write_refusals(row.person, ask, row.ground, fresh, at)
            transaction.on_commit(lambda: _push(row, fresh))
    return {camera: unmet for camera, (_since, unmet) in out.items()}


def take_out(grants: GrantQuerySet, cameras: Iterable[Camera], unmet: Unmet, at: datetime) -> None:
    """Take cameras out of those of these grants that are open; one that has no other camera is revoked."""
    going = {camera.pk: camera for camera in cameras}
    whole: list[Any] = []
    for grant in grants.open().select_related("person__unit").prefetch_related("cameras__node"):
        held = tuple(grant.cameras.all())
        theirs = [camera for camera in held if camera.pk in going]
        out = {str(camera.pk) for camera in theirs} | set(grant.withheld)
        if all(str(camera.pk) in out for camera in held):
            whole.append(grant.pk)
        elif theirs:
            ask = Ask(held, grant.live, grant.span, grant.purpose, grant.content, grant.asked_at)
            keep_out(grant, ask, _read_all(grant, held) | dict.fromkeys(theirs, (unmet,)), at)
    revoke(Grant.objects.filter(pk__in=whole), by="system", reason=unmet.reason_zh, clause=unmet.clause)


def _read_all(grant: Grant, cameras: Iterable[Camera]) -> dict[Camera, tuple[Unmet, ...]]:
    return {camera: unmet for camera, (_since, unmet) in _read(grant.withheld, cameras).items()}


def _read(withheld: Mapping[str, Any], cameras: Iterable[Camera]) -> dict[Camera, tuple[datetime, tuple[Unmet, ...]]]:
    return {
        camera: (
            datetime.fromisoformat(withheld[str(camera.pk)]["since"]),
            tuple(Unmet(**one) for one in withheld[str(camera.pk)]["unmet"]),
        )
        for camera in cameras
        if str(camera.pk) in withheld
    }


def _push(grant: Grant, left_out: LeftOut) -> None:
    for group in grouped(left_out):
        push_withheld(grant, group.cameras, group.unmet[0].reason_zh, group.unmet[0].clause)
