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
    found = _of_place(link, camera)
    facts = _facts(link, camera, [told for _row, told in found], at, stated)
    lacking = unmet(facts, verb, at)
    if lacking:
        return Verdict(None, lacking)
    grant = next(row for row, told in found if row.verb == verb and counts(told, at))
    return Verdict(grant.pk, (), unknown=verb != Verb.LIVE and not stated)


def _of_place(link: Link, camera: Camera) -> list[tuple[LinkGrant, GrantFacts]]:
    """Approved grants of the link that are of the camera's place in the tree, each with whether the camera hung there then."""
    there = link.shared.filter(camera=camera, node__isnull=False).values_list("node__path", "placed").first()
    if there is None:
        return []
    place, placed = there
    rows = link.grants.filter(state=GrantState.IN_FORCE).select_related("node").order_by("until_on", "pk")
    mine = [row for row in rows if row.node is None or place.startswith(row.node.path)]
    return [(row, _told(row, placed)) for row in mine]


def _facts(link: Link, camera: Camera, grants: list[GrantFacts], at: datetime, stated: bool) -> ServeFacts:
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
        grants=tuple(grants),
        custodes=now.platform is not None and now.platform.custodes,
        stated=stated,
    )


def _told(row: LinkGrant, placed: int) -> GrantFacts:
    hours = (row.day_from, row.day_to) if row.day_from is not None and row.day_to is not None else None
    covers = row.link_revision is not None and placed <= row.link_revision
    return GrantFacts(row.verb, row.from_on, row.until_on, hours, covers)
