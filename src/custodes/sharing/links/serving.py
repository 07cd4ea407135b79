"""Whether a link may be served a camera now: what the gateway asks before it answers an upper. Reads alone, changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custodes.law.grounds.ground import Unmet
from custodes.places.models import WATCHED, Camera, CameraState
from custodes.places.planning import voting
from custodes.sharing.links.gathering import is_closed
from custodes.sharing.links.refusals import GrantFacts, ServeFacts, counts, unmet
from custodes.sharing.models import GrantState, Link, LinkGrant, LinkState, Verb


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `may_serve` answers.

    Attributes:
        grant: the link grant that it rests on; None where it is refused.
        unmet: each condition that is not met, with clause and remedy; empty: it may be served.
        unknown: it is served though nobody knows who asks and why: the record says so.
    """

    grant: UUID | None
    unmet: tuple[Unmet, ...]
    unknown: bool = False

    @property
    def may(self) -> bool:
        """Whether it may be served."""
        return not self.unmet


def may_serve(link: Link, camera: Camera, verb: Verb, at: datetime, *, stated: bool = False) -> Verdict:
    """Whether this link may have this of this camera at this moment.

    Args:
        verb: live, history, download or steer.
        at: aware; grants count in local days and hours.
        stated: the officer's unit, name and reason came with the request over the side channel and were checked.

    Raises:
        ValueError: `verb` is the decision about unknown purposes, which is nothing that can be asked for.
    """
    if verb == Verb.UNKNOWN:
        raise ValueError("nobody asks for a decision")
    found = list(_reaching(link, camera))
    facts = _facts(link, camera, found, at, stated)
    lacking = unmet(facts, verb, at)
    if lacking:
        return Verdict(None, lacking)
    grant = next(row for row in found if row.verb == verb and counts(_told(row), at))
    return Verdict(grant.pk, (), unknown=verb != Verb.LIVE and not stated)


def _reaching(link: Link, camera: Camera) -> list[LinkGrant]:
    """Approved grants of the link that reach the camera through the tree."""
    place = link.shared.filter(camera=camera, node__isnull=False).values_list("node__path", flat=True).first()
    if place is None:
        return []
    rows = link.grants.filter(state=GrantState.IN_FORCE).select_related("node").order_by("until_on", "pk")
    return [row for row in rows if row.node is None or place.startswith(row.node.path)]


def _facts(link: Link, camera: Camera, grants: list[LinkGrant], at: datetime, stated: bool) -> ServeFacts:
    # Read again: whoever asks may hold rows of an hour ago.
    now = Link.objects.select_related("platform", "office__division").get(pk=link.pk)
    fresh = Camera.objects.select_related("system__site__division").get(pk=camera.pk)
    within = fresh.system.site.division.path.startswith(now.office.division.path)
    shown = within and now.shared.filter(camera=fresh, node__isnull=False).exists()
    return ServeFacts(
        in_force=now.state == LinkState.IN_FORCE,
        upper=now.upper,
        shown=shown,
        closed=is_closed(fresh.system),
        watched=fresh.state == CameraState.CONNECTED and fresh.system.state in WATCHED,
        vote=bool(voting([fresh], at)),
        grants=tuple(_told(row) for row in grants),
        custodes=now.platform is not None and now.platform.custodes,
        stated=stated,
    )


def _told(row: LinkGrant) -> GrantFacts:
    hours = (row.day_from, row.day_to) if row.day_from is not None and row.day_to is not None else None
    return GrantFacts(row.verb, row.from_on, row.until_on, hours)
