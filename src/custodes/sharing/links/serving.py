"""Whether a link may be served a camera now: what the gateway asks before it answers an upper. Reads alone, changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from custodes.law.grounds.ground import Unmet
from custodes.places.models import WATCHED, Camera, CameraState, System
from custodes.places.planning import voting
from custodes.places.sound import heard
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.links.refusals import SOUND, UNKNOWN, GrantFacts, ServeFacts, counts, unmet, window_end
from custodes.sharing.models import BESIDE, GrantState, Link, LinkGrant, LinkState, Verb


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `may_serve` answers.

    Attributes:
        grant: the link grant that it rests on; None where it is refused.
        unmet: each condition that is not met, with clause and remedy; empty: it may be served.
        unknown: it is served though nobody knows who asks and why: the record says so.
        sound: the camera's sound goes with its pictures: that is granted, and the register has its leave to record it.
        until: when what it rests on ends: the grant's days, its hours of today, those of its sound, the decision about unknown purposes; None where refused.
    """

    grant: UUID | None
    unmet: tuple[Unmet, ...]
    unknown: bool = False
    sound: bool = False
    until: datetime | None = None

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
        ValueError: `verb` is a decision (`BESIDE`), which is nothing that can be asked for.
    """
    return may_serve_each(link, [(camera.pk, verb)], at, stated=stated)[camera.pk, verb]


def may_serve_each(
    link: Link, asked: Iterable[tuple[UUID, Verb]], at: datetime, *, stated: bool = False
) -> dict[tuple[UUID, Verb], Verdict]:
    """The same for many cameras and verbs of one link, in a number of questions to the database that does not grow with them.

    Raises:
        ValueError: as `may_serve`.
    """
    wanted = set(asked)
    if any(verb in BESIDE for _camera, verb in wanted):
        raise ValueError("nobody asks for a decision")
    # Read again: whoever asks may hold rows of an hour ago.
    now = Link.objects.select_related("platform", "office__division").get(pk=link.pk)
    keys = {camera for camera, _verb in wanted}
    cameras = Camera.objects.select_related("system__site__division").in_bulk(keys)
    hung = now.shared.filter(camera__in=keys, node__isnull=False)
    places = {camera: (path, placed) for camera, path, placed in hung.values_list("camera", "node__path", "placed")}
    systems = {row.system_id for row in cameras.values()}
    open_to_all = set(nameable(System.objects.filter(pk__in=systems)).values_list("pk", flat=True))
    votes = voting(cameras.values(), at)
    recorded = {one.pk for one in heard(cameras.values())}
    rows = list(now.grants.filter(state=GrantState.IN_FORCE).select_related("node").order_by("until_on", "pk"))
    found = {}
    for camera, verb in wanted:
        one = cameras[camera]
        mine = _of_place(rows, places.get(camera))
        facts = ServeFacts(
            in_force=now.state == LinkState.IN_FORCE,
            upper=now.upper,
            shown=camera in places and one.system.site.division.path.startswith(now.office.division.path),
            closed=one.system_id not in open_to_all,
            watched=one.state == CameraState.CONNECTED and one.system.state in WATCHED,
            vote=camera in votes,
            grants=tuple(told for _row, told in mine),
            custodes=now.platform is not None and now.platform.custodes,
            stated=stated,
        )
        found[camera, verb] = _verdict(facts, mine, verb, at, sounds=camera in recorded)
    return found


def _verdict(
    facts: ServeFacts, mine: list[tuple[LinkGrant, GrantFacts]], verb: Verb, at: datetime, *, sounds: bool
) -> Verdict:
    lacking = unmet(facts, verb, at)
    if lacking:
        return Verdict(None, lacking)
    lasting = [(window_end(told, at), row) for row, told in mine if row.verb == verb and counts(told, at)]
    until, grant = max(lasting, key=lambda one: one[0])
    unknown = verb != Verb.LIVE and not facts.stated
    if unknown:
        decided = [window_end(told, at) for _row, told in mine if told.verb == UNKNOWN and counts(told, at)]
        until = min(until, max(decided))
    heard_until = [window_end(told, at) for _row, told in mine if told.verb == SOUND and counts(told, at)]
    sound = sounds and verb != Verb.STEER and bool(heard_until)
    if sound:
        until = min(until, max(heard_until))
    return Verdict(grant.pk, (), unknown, sound, until)


def _of_place(rows: list[LinkGrant], there: tuple[str, int] | None) -> list[tuple[LinkGrant, GrantFacts]]:
    """Approved grants of the link that are of the camera's place in the tree, each with whether the camera hung there then."""
    if there is None:
        return []
    place, placed = there
    mine = [row for row in rows if row.node is None or place.startswith(row.node.path)]
    return [(row, _told(row, placed)) for row in mine]


def _told(row: LinkGrant, placed: int) -> GrantFacts:
    hours = (row.day_from, row.day_to) if row.day_from is not None and row.day_to is not None else None
    covers = row.link_revision is not None and placed <= row.link_revision
    return GrantFacts(row.verb, row.from_on, row.until_on, hours, covers)
