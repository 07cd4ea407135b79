"""Link grants: proposed by one person, approved by another, ended by one at once (S33.1)."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from custodes.law.grounds.stating import says_something
from custodes.settings import get_settings
from custodes.sharing.links.steps import locked as locked_link
from custodes.sharing.models import GrantState, Link, LinkGrant, SharedCamera, SharedNode, Verb
from custodes.sharing.models.link import OPEN
from custodes.sharing.stepping import StepRefused, Taken, as_seen, keep, move

CLAUSES = ("S22", "S33.1")


def propose(
    link: Link,
    verb: Verb,
    taken: Taken,
    *,
    from_on: date,
    until_on: date,
    node: SharedNode | None = None,
    hours: tuple[time, time] | None = None,
) -> LinkGrant:
    """Propose what an upper may have; `taken.words` is why. Nothing comes of it before another person approves it.

    Args:
        from_on, until_on: local days, both included.
        node: a part of the link's tree; None for all of it.
        hours: local times of the day; None for the whole day.

    Raises:
        StepRefused: the link does not lead upwards, the days or hours can't be, the node is another link's, or a decision about unknown
            purposes is proposed for a platform that can say them.
    """
    if not says_something(taken.words):
        raise StepRefused(_("授权理由：请写明为什么需要。"))
    if until_on < from_on:
        raise StepRefused(_("至：不能早于“自”。"))
    most = get_settings().link_grant_days
    if (until_on - from_on).days >= most:
        raise StepRefused(_("至：一次授权不超过 %(days)d 天（本系统设定）。到期后可以再次授权。") % {"days": most})
    if until_on < taken.on:
        raise StepRefused(_("至：不能早于今天。"))
    if hours is not None and hours[0] == hours[1]:
        raise StepRefused(_("每日止：不能与“每日起”相同；全天的，两项都不填。"))
    with transaction.atomic():
        held = locked_link(link.pk, Taken(taken.by, taken.at))
        if not held.upper or held.state not in OPEN:
            raise StepRefused(_("只有上级平台的联网可以授权。"))
        if node is not None and node.link_id != held.pk:
            raise StepRefused(_("范围：不在本联网的共享目录中，请重新选择。"))
        assert held.platform is not None
        if verb == Verb.UNKNOWN and held.platform.custodes:
            raise StepRefused(_("对方使用本系统，每次请求都应当说明人员和事由，不能作此决定。"), clause="N16.2(3)")
        row = LinkGrant(
            link=held, verb=verb, node=node, from_on=from_on, until_on=until_on, reason=taken.words,
            day_from=hours[0] if hours else None, day_to=hours[1] if hours else None,
            proposed_by=taken.by, proposed_at=taken.at,
        )  # fmt: skip
        row.save()
        keep(row, "propose", taken, CLAUSES)
    return row


def approve(row: LinkGrant, taken: Taken) -> LinkGrant:
    """By another person than who proposed it. It is of the cameras that hang in its part of the tree now; those that come later are not in it.

    Raises:
        StepRefused: it is the same person, it was decided already, or its last day has passed.
    """
    with transaction.atomic():
        # The link first: a camera that is being put into the tree at this moment comes before the approval or behind it.
        link = locked_link(row.link_id, Taken(taken.by, taken.at))
        held = locked(row.pk, taken)
        if held.proposed_by_id == taken.by.pk:
            raise StepRefused(_("批准人不能是提出人。请由另一人批准。"), clause="S33.1")
        if held.until_on < taken.on:
            raise StepRefused(_("授权的最后一天已过，请重新提出。"))
        held.approved_by, held.link_revision = taken.by, link.revision
        move(held, "approve", taken, CLAUSES)
    return held


def refuse(row: LinkGrant, taken: Taken) -> LinkGrant:
    """With the reason.

    Raises:
        StepRefused: there is none, or it was decided already.
    """
    return _close(row, "refuse", taken)


def end(row: LinkGrant, taken: Taken) -> LinkGrant:
    """Before its last day, by one person, with the reason: from now on it serves nothing.

    Raises:
        StepRefused: there is none, or it is not in force.
    """
    return _close(row, "end", taken)


def _close(row: LinkGrant, event: str, taken: Taken) -> LinkGrant:
    if not says_something(taken.words):
        raise StepRefused(_("说明：请写明原因。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        held.ended_at = taken.at
        move(held, event, taken, CLAUSES)
    return held


def came_later() -> Subquery:
    """For grants: how many cameras hang in their part of the tree that were hung there or moved after the approval, so that they are not in it."""
    place = Coalesce(OuterRef("node__path"), Value("/"))
    rows = SharedCamera.objects.filter(
        link=OuterRef("link"), placed__gt=OuterRef("link_revision"), node__path__startswith=place
    )
    counted = rows.order_by().values("link").annotate(number=Count("pk")).values("number")
    return Subquery(counted, output_field=IntegerField())


def locked(pk: UUID, taken: Taken) -> LinkGrant:
    """The row as it stands, held until the transaction ends.

    Raises:
        StepRefused: somebody changed it since whoever takes the step looked.
    """
    rows = LinkGrant.objects.select_for_update(of=("self",)).select_related("link__office", "link__platform", "node")
    row = rows.get(pk=pk)
    as_seen(row, taken.seen)
    return row


def waiting(link: Link) -> bool:
    """Whether a grant of it waits to be approved."""
    return link.grants.filter(state=GrantState.PROPOSED).exists()
