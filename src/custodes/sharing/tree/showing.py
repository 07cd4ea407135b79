"""What an upper platform may be shown (cameras of the office's division, connected, of systems in use that S20 does not close), and what it is shown:
catalogue entries in its own ids, ancestors first (GB/T 28181-2016 Annex O). Reads alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat, Lower
from django.db.models.lookups import Contains

from custodes.people.models import Division
from custodes.places.models import WATCHED, Camera, CameraState, System
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Link, LinkState, NodeKind, SharedCamera


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of candidates is narrowed to; empty fields narrow nothing.

    Attributes:
        division: the one named and what lies under it.
        category: number of the item of S9.
        system: primary key of one.
        words: in a camera's number or name; where it is mounted is base data, which who shares need not read (S33.1).
    """

    division: Division | None = None
    category: int | None = None
    system: UUID | None = None
    words: str = ""

    def __bool__(self) -> bool:
        return bool(self.division or self.category or self.system or self.words)


def shareable(link: Link) -> QuerySet[Camera]:
    """Cameras that this link may show."""
    systems = nameable(
        System.objects.filter(site__division__path__startswith=link.office.division.path, state__in=WATCHED)
    )
    return Camera.objects.filter(state=CameraState.CONNECTED, system__in=systems.values("pk"))


def open_to_see(rows: QuerySet[SharedCamera]) -> QuerySet[SharedCamera]:
    """Those of a tree's rows that a page may name."""
    shut = _closed_systems()
    return rows.exclude(camera__system__in=shut) if shut else rows


def closed(rows: QuerySet[SharedCamera]) -> QuerySet[SharedCamera]:
    """Those that S20 closes: named nowhere, counted alone."""
    return rows.filter(camera__system__in=_closed_systems())


def _closed_systems() -> list[UUID]:
    """Few, or none: a tree of 100,000 cameras is not joined with the register for them."""
    open_ones = nameable(System.objects.all()).values("pk")
    return list(System.objects.exclude(pk__in=open_ones).values_list("pk", flat=True))


def narrowed(rows: QuerySet[Camera], by: Filter) -> QuerySet[Camera]:
    """Those of them that a filter leaves."""
    if by.division is not None:
        rows = rows.filter(system__site__division__path__startswith=by.division.path)
    if by.category is not None:
        rows = rows.filter(system__site__category=by.category)
    if by.system:
        rows = rows.filter(system=by.system)
    if by.words:
        told = Contains(Lower(Concat("number", Value(" "), "name")), by.words.lower())
        rows = rows.filter(Q(sought__contains=by.words.lower()) & Q(told))
    return rows


def not_shared(link: Link, rows: QuerySet[Camera]) -> QuerySet[Camera]:
    """Those that do not hang in the link's tree."""
    there = SharedCamera.objects.filter(link=link, camera=OuterRef("pk"), node__isnull=False)
    return rows.exclude(Exists(there))


Kind = Literal["platform", "group", "organisation", "camera"]
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the catalogue.

    Neither place nor address nor maker is in it: S30.1 and S33.1 keep base data, and no grant is of them.

    Attributes:
        id: 20 digits, this link's own.
        parent: id of what it hangs under (``ParentID``); empty for the platform and, as Annex O wants it, for an organisation directly
            under its group.
        group: id of its business group (``BusinessGroupID``); empty for platform and group.
        civil_code: division of the camera's site, GB/T 2260.
        camera: which camera of the register it is; None for all others.
        turns: it may be steered, as far as is known; what is served is another question.
    """

    kind: Kind
    id: str
    name: str
    parent: str = ""
    group: str = ""
    civil_code: str = ""
    camera: UUID | None = None
    turns: bool = False


def shown(link: Link) -> Iterator[Entry]:
    """The catalogue of an upper; nothing unless its link is in force.

    The platform, groups, organisations (each behind what it hangs under), then cameras in the order of their ids, read in parts. What S20
    closes, what was retired or is not in use any more is left out whatever the tree says.
    """
    now = Link.objects.select_related("platform", "office__division").get(pk=link.pk)
    own = own_of(now.office)
    if not now.upper or now.state != LinkState.IN_FORCE or own is None:
        return
    yield Entry("platform", own.gb_id, own.name)
    ids: dict[int, tuple[str, str]] = {}
    for node in now.nodes.order_by("path"):
        above, group = ids[node.parent_id] if node.parent_id is not None else ("", "")
        if node.kind == NodeKind.GROUP:
            ids[node.pk] = ("", node.gb_id)
            yield Entry("group", node.gb_id, node.name, own.gb_id)
        else:
            ids[node.pk] = (node.gb_id, group)
            yield Entry("organisation", node.gb_id, node.name, above, group)
    for row in cameras_shown(now).iterator(CHUNK):
        if (place := ids.get(row.node_id or 0)) is None:
            continue  # hung into an organisation that came after the nodes were read: the next catalogue has both
        yield camera_entry(row, *place)


def camera_entry(row: SharedCamera, parent: str, group: str) -> Entry:
    """The entry of a row of `cameras_shown`."""
    code = row.camera.system.site.division
    able = row.camera.steering or {}
    return Entry(
        "camera", row.channel, row.camera.name, parent, group, code.code if code.is_standard else "",
        row.camera_id, bool(able.get("move") or able.get("zoom") or able.get("presets")),
    )  # fmt: skip


def cameras_shown(link: Link) -> QuerySet[SharedCamera]:
    """Rows of its tree that may be shown now."""
    rows = link.shared.filter(node__isnull=False, camera__in=shareable(link).values("pk"))
    place = rows.select_related("camera__system__site__division").order_by("channel")
    return place.only(
        "channel", "link", "node", "camera__name", "camera__steering", "camera__system__site__division__code",
        "camera__system__site__division__is_standard",
    )  # fmt: skip


def channel_of(link: Link, channel: str) -> UUID | None:
    """Which camera an upper means by an id; None where it is shown none by it."""
    return cameras_shown(link).filter(channel=channel).values_list("camera", flat=True).first()
