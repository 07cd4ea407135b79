"""Taking a grant back: marked and recorded in one transaction, then pushed to every worker that may show it.

The push takes at most `PUSH_SECONDS` for each worker, all at once. One that does not arrive is not lost: the notary
renews nothing under a revoked grant, and a token lives 60 s.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import structlog
from django.db import transaction
from django.utils import timezone

from custodes.access.models import Grant
from custodes.access.models.grant import GrantQuerySet
from custodes.people.records import record
from custodes.places.models import Camera, Node
from custodes.places.node_client import NodeBusy, NodeUnreachable, worker_client

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
