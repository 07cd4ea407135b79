"""Taking a grant back: marked and recorded in one transaction, then pushed to every worker that may show it. Taking cameras out of a running
look while the others go on: a vote before one of a wall, one that is retired. And what does either by itself: the end of the duty, the
post, the account, the camera, or the post's tie to the system.

The push takes at most `PUSH_SECONDS` for each worker, all at once. One that does not arrive is not lost: the notary
renews nothing under a revoked grant, and a token lives 60 s.

What the row `Grant.withheld` says is out. Each camera that goes out is a refusal in the ledger, written with the row; then
every worker that may show it is told. The notary and the tokens need not know: a fresh token names the others alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_noop

from custodes.access.ask import Ask, Refused
from custodes.access.models import Grant
from custodes.access.models.grant import GrantQuerySet
from custodes.access.papers import refusal_record
from custodes.law.grounds.ground import Unmet
from custodes.people import delivery
from custodes.people.accounts import account_closed
from custodes.people.duty import duty_ended
from custodes.people.models import Account, DutySession, Person, Post, RecordOutbox
from custodes.people.posts import post_ended
from custodes.people.records import record
from custodes.places.models import Camera, Node, System
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client
from custodes.places.signals import camera_retired, post_withdrawn

log = structlog.get_logger(__name__)
_pushes = ThreadPoolExecutor(max_workers=16, thread_name_prefix="revoke")

REASON_LENGTH = 200


def revoke(grants: GrantQuerySet, *, by: str, reason: str, clause: str) -> int:
    """Revoke those of these grants that are open.

    Args:
        by: the person's uuid, or ``system``.
        reason, clause: shown in place of the picture, so in plain words.

    Returns:
        How many were revoked.
    """
    now = timezone.now()
    with transaction.atomic():
        rows = list(grants.open().select_for_update(of=("self",)).prefetch_related("cameras__node"))
        if not rows:
            return 0
        Grant.objects.filter(pk__in=[row.pk for row in rows]).update(
            revoked_at=now, revoked_reason=reason[:REASON_LENGTH], revoked_clause=clause
        )
        record("revocation", at=now, grants=[row.id for row in rows], by=by, reason=reason, clause=clause)
        concerned = _workers(rows)
        transaction.on_commit(lambda: _push_all(concerned, reason, clause))
    return len(rows)


def _workers(rows: list[Grant]) -> dict[tuple[Node, int], list[UUID]]:
    concerned: dict[tuple[Node, int], list[UUID]] = defaultdict(list)
    for row in rows:
        for key in {(camera.node, camera.worker) for camera in row.cameras.all()}:
            concerned[key].append(row.id)
    return dict(concerned)


def _push_all(concerned: dict[tuple[Node, int], list[UUID]], reason: str, clause: str) -> None:
    for (node, worker), grants in concerned.items():
        push_soon(node, worker, grants, reason, clause)


def push_soon(node: Node, worker: int, grants: list[UUID], reason: str, clause: str) -> None:
    """`push`, and nobody waits for it."""
    _pushes.submit(push, node, worker, grants, reason, clause)


def push_withheld(grant: Grant, cameras: Iterable[Camera], reason: str, clause: str) -> None:
    """Tell each worker which of its cameras an open grant shows no more."""
    shares: dict[tuple[Node, int], list[UUID]] = defaultdict(list)
    for camera in cameras:
        shares[camera.node, camera.worker].append(camera.pk)
    for (node, worker), share in shares.items():
        _pushes.submit(push, node, worker, [grant.pk], reason, clause, share)


def push(node: Node, worker: int, grants: list[UUID], reason: str, clause: str, cameras: Sequence[UUID] = ()) -> bool:
    """Tell one worker; whether it heard."""
    try:
        worker_client(node, worker).revoke(grants, reason, clause, cameras)
    except (NodeUnreachable, NodeBusy) as error:
        log.warning("revocation.not_pushed", worker=f"{node.name}/{worker}", grants=len(grants), error=str(error))
        return False
    return True


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
    transaction.on_commit(delivery.wake_delivery)


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


DUTY_OVER = gettext_noop("值班已结束")
POST_OVER = gettext_noop("岗位已终止")
ACCOUNT_CLOSED = gettext_noop("账号已停用")
CAMERA_RETIRED = Unmet(
    "S34(1)",
    gettext_noop("点位已停用"),
    "the camera is retired",
    "停用前的录像请说明事由后查看",
    "state a reason to see what was recorded before",
)
POST_WITHDRAWN = Unmet(
    "S34(1)",
    gettext_noop("该岗位不再值守本系统"),
    "this post no longer watches the system",
    "请以值守该系统的岗位查看",
    "look in a post that watches it",
)


@receiver(duty_ended)
def _duty_ended(session: DutySession, **_kwargs: Any) -> None:
    revoke(Grant.objects.filter(duty_session=session), by="system", reason=DUTY_OVER, clause="S34(1)")


@receiver(post_ended)
def _post_ended(post: Post, **_kwargs: Any) -> None:
    revoke(Grant.objects.filter(post=post), by="system", reason=POST_OVER, clause="S34(1)")


@receiver(account_closed)
def _account_closed(account: Account, **_kwargs: Any) -> None:
    revoke(Grant.objects.filter(person=account.person_id), by="system", reason=ACCOUNT_CLOSED, clause="S33.1")


@receiver(camera_retired)
def _camera_retired(camera: Camera, **_kwargs: Any) -> None:
    # Playback of what it recorded stays lawful; a fresh grant opens it.
    take_out(Grant.objects.filter(cameras=camera), [camera], CAMERA_RETIRED, timezone.now())


@receiver(post_withdrawn)
def _post_withdrawn(system: System, post: Post, **_kwargs: Any) -> None:
    grants = Grant.objects.filter(pk__in=Grant.objects.filter(post=post, cameras__system=system).values("pk"))
    take_out(grants, system.cameras.all(), POST_WITHDRAWN, timezone.now())
