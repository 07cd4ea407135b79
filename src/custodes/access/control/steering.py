"""The lease to steer a camera (PTZ): a right of its own beside looking, decided and on record before the first command (S34(1), S34(7)).

How a lease is given, and ends, is `control.lease`'s. What is steering's own: the higher post takes a camera over from the lower, and
whoever is on duty here goes before an upper platform (docs/design/steering.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from custodes.access.control.lease import ControlLease, Given, Held, LeaseKind, Look
from custodes.access.grants import Denied
from custodes.law.grounds.ground import Unmet
from custodes.ledger import records
from custodes.people.models import Post, PostKind
from custodes.people.permissions import Permission, allowed
from custodes.places.node_client import WorkerClient
from custodes.video.wire.control_leases import Holder, SteerAnswer, SteerBegin

RANKS: dict[str, int] = {PostKind.DUTY_OFFICER: 1, PostKind.DUTY_LEAD: 2}
"""Who may take a camera over from whom: the higher from the lower, with a reason."""

CLAUSES = ("S34(1)", "S34(7)")

STEER = LeaseKind(
    Permission.STEER,
    lambda camera: camera.steerable,
    no_post=Unmet(
        "S34(7)",
        "本岗位不能操控摄像机的指向",
        "this post may not turn cameras",
        "请由值班监看员或者值班长操控",
        "ask the officer or the lead on duty",
    ),
    unable=Unmet(
        "S34(7)",
        "该点位没有登记云台能力，指向固定",
        "the camera is not registered as one that turns",
        "设备带云台的，请系统管理人在点位页检测云台",
        "if it does turn, have its caretaker look at it on the camera's page",
    ),
)


def begin(look: Look, reason: str) -> Given | Held[Holder] | Denied:
    """Give the lease to steer a camera that the person looks at.

    Args:
        reason: why the camera is taken over from whoever steers it; empty when it is not.

    Raises:
        As `ControlLease.answer`.
    """
    return PtzLease(look, reason.strip()).answer()


def sets_presets(post: Post) -> bool:
    """Whether who has this post may set presets and the home position too."""
    return Permission.SET_PRESETS in allowed(frozenset({post.kind}))


def may_take_over(held: Held[Holder]) -> bool:
    """Whether who asked may take the camera over, with a reason."""
    return held.holder is not None and _rank(held.post) > held.holder.rank


@dataclass(frozen=True)
class PtzLease(ControlLease[Holder]):
    """A lease to steer; `reason` says why the camera is taken over."""

    reason: str

    kind = STEER

    def stands(self, client: WorkerClient) -> SteerAnswer:
        return client.steering(self.look.camera.pk)

    def goes_before(self, holder: Holder, post: Post) -> bool:
        # Whoever is on duty here goes before an upper platform, and says no reason (S2.2).
        return holder.rank < 0 or (bool(self.reason) and _rank(post) > holder.rank)

    def record(self, lease: UUID, post: Post, holder: Holder | None) -> records.ControlBegun:
        over, reason = ("", "") if holder is None else (holder.person_name, self.reason)
        return records.ControlBegun(**self._record(post), steering=lease, clauses=CLAUSES, over=over, reason=reason)

    def tell(self, client: WorkerClient, lease: UUID, index: int, post: Post, holder: Holder | None) -> SteerAnswer:
        return client.begin_steering(
            SteerBegin(
                **self._begun(index, post),
                steering=lease,
                rank=_rank(post),
                presets=sets_presets(post),
                over=holder is not None,
            )
        )


def _rank(post: Post) -> int:
    return RANKS.get(post.kind, 0)
