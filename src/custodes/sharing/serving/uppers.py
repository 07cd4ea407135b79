"""The upper platforms that the gateway registers with, of each link in force, with a password that it can open; and what each is shown:
`tree.showing.shown` page by page, each read by itself, a tag that changes whenever it does, and which of it brings no pictures.

A page begins behind the last entry of the one before, by path or by id, so that nothing is counted and no page is read for another. From which
cameras no pictures come is known to a room above this one, which says once how to ask it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from custodes.places.models import Camera, Gateway, System
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.links.certificates import certificate_of
from custodes.sharing.links.platforms import own_of
from custodes.sharing.links.reaching import lines_of
from custodes.sharing.models import Link, LinkState, NodeKind, Platform, PlatformRole, SharedNode
from custodes.sharing.tree.showing import CHUNK, Entry, camera_entry, cameras_shown
from custodes.video.wire.upper_platforms import GatewayUpper, GatewayUppers


def uppers_of(gateway: Gateway) -> GatewayUppers:
    """All of them. Without an address, an own platform, or a password that was sealed to the key which the gateway has now, there is nothing
    to register with; the link's page says so."""
    rows = Link.objects.filter(state=LinkState.IN_FORCE, platform__role=PlatformRole.UPPER)
    told = []
    for link in rows.select_related("platform", "office__division").order_by("pk"):
        own = own_of(link.office)
        assert link.platform is not None
        if own is not None and link.platform.host and opens(link, gateway):
            told.append(upper_of(link, link.platform, own, gateway))
    return GatewayUppers(gateway=gateway.name, uppers=tuple(told))


def opens(link: Link, gateway: Gateway) -> bool:
    """Whether its password was sealed to the key that the gateway has now."""
    return bool(link.sealed_password) and link.sealed_to == gateway.seal_key


def upper_of(link: Link, platform: Platform, own: Platform, gateway: Gateway) -> GatewayUpper:
    """As the gateway is told it."""
    return GatewayUpper.model_validate(
        {
            "link": link.pk,
            "id": platform.gb_id,
            "own": own.gb_id,
            "sealed_password": link.sealed_password,
            "hosts": lines_of(platform.hosts),
            "media": lines_of(platform.media),
            "tree": tag_of(link, own, gateway),
            "certificate": certificate_of(platform, timezone.now()),
            "alarms": link.alarms,
            "positions": link.positions,
            **{
                name: getattr(platform, name)
                for name in ("host", "port", "transport", "edition", "charset", "expires_s", "keepalive_s", "misses")
            },
        }
    )


_NODES, _CAMERAS = "n", "c"
LOOKED_AT_AGAIN = 60.0
LOOKED_AT_SOON = 5.0
SHARE = 50.0
"""Seconds after which a tag is made anew though nothing was told that changed it: as many times as making it cost, within these bounds."""


class BadCursor(ValueError):
    """No page begins there."""


@dataclass(frozen=True, slots=True)
class ShownPage:
    """Some entries, and where the next ones begin; empty behind the last."""

    entries: list[Entry]
    after: str


def in_force(pk: UUID) -> tuple[Link, Platform] | None:
    """An upper link in force and the own platform of its office; None where there is none."""
    link = Link.objects.select_related("platform", "office__division").filter(pk=pk, state=LinkState.IN_FORCE).first()
    own = own_of(link.office) if link is not None and link.upper else None
    return None if link is None or own is None else (link, own)


def page_of(link: Link, own: Platform, after: str, most: int) -> ShownPage:
    """At most `most` entries behind a cursor: the platform, groups and organisations by path, cameras by id.

    Raises:
        BadCursor: it is none of ours.
    """
    kind, place = after[:1], after[1:]
    if kind not in ("", _NODES, _CAMERAS):
        raise BadCursor
    entries = [] if kind else [Entry("platform", own.gb_id, own.name)]
    if kind != _CAMERAS:
        room = most - len(entries)
        rows = list(link.nodes.filter(path__gt=place).select_related("parent").order_by("path")[: room + 1])
        entries += _nodes(link, own, rows[:room])
        if len(rows) > room:
            return ShownPage(entries, _NODES + (rows[room - 1].path if room else place))
        place = ""
    room = most - len(entries)
    if not room:
        return ShownPage(entries, _CAMERAS)
    shared = list(cameras_shown(link).filter(channel__gt=place).order_by("channel")[: room + 1])
    places = SharedNode.objects.in_bulk({row.node_id for row in shared if row.node_id is not None})
    groups = _groups(link)
    for row in shared[:room]:
        if (
            node := places.get(row.node_id or 0)
        ) is not None:  # else it was taken away just now, and the tag is another
            entries.append(camera_entry(row, "" if node.kind == NodeKind.GROUP else node.gb_id, groups[_top(node)]))
    return ShownPage(entries, _CAMERAS + shared[room - 1].channel if len(shared) > room else "")


def _nodes(link: Link, own: Platform, rows: list[SharedNode]) -> Iterator[Entry]:
    groups = _groups(link) if rows else {}
    for node in rows:
        if node.kind == NodeKind.GROUP:
            yield Entry("group", node.gb_id, node.name, own.gb_id)
        else:
            assert node.parent is not None
            above = "" if node.parent.kind == NodeKind.GROUP else node.parent.gb_id
            yield Entry("organisation", node.gb_id, node.name, above, groups[_top(node)])


def _groups(link: Link) -> dict[int, str]:
    return dict(link.nodes.filter(kind=NodeKind.GROUP).values_list("pk", "gb_id"))


def _top(node: SharedNode) -> int:
    return int(node.path.split("/")[1])


_tags: dict[UUID, tuple[tuple[Any, ...], float, str]] = {}  # until when, by `time.monotonic`


def tag_of(link: Link, own: Platform, gateway: Gateway) -> str:
    """Another one whenever what the link is shown is another.

    What it is made of is read anew where the tree, the own platform, any assignment or what S20 closes has changed, and after a minute at the
    latest; sooner where that costs little.
    """
    told = (link.revision, own.revision, gateway.generation, _closed())
    known, now = _tags.get(link.pk), time.monotonic()
    if known is not None and known[0] == told and now < known[1]:
        return known[2]
    tag = _digest(link, own)
    made = time.monotonic()
    _tags[link.pk] = (told, made + min(LOOKED_AT_AGAIN, max(LOOKED_AT_SOON, (made - now) * SHARE)), tag)
    return tag


def _closed() -> frozenset[UUID]:
    """Systems that are named nowhere (S20): few, and they come to be so in more ways than one, by a mark, a unit or a role."""
    named = nameable(System.objects.all())
    return frozenset(System.objects.exclude(pk__in=named.values("pk")).order_by().values_list("pk", flat=True))


def _digest(link: Link, own: Platform) -> str:
    """Of everything that an entry is made of."""
    made = hashlib.sha256(repr((own.gb_id, own.name)).encode())
    for row in link.nodes.order_by("path").values_list("path", "kind", "gb_id", "name"):
        made.update(repr(row).encode())
    fields = (
        "channel", "node", "camera__name", "camera__steering", "camera__system__site__division__code",
        "camera__system__site__division__is_standard",
    )  # fmt: skip
    for row in cameras_shown(link).order_by("channel").values_list(*fields).iterator(CHUNK):
        made.update(repr(row).encode())
    return made.hexdigest()[:32]


Dark = Callable[[QuerySet[Camera], datetime], QuerySet[Camera]]
_source: list[Dark] = []


def with_dark(source: Dark) -> None:
    """Where it comes from: those of the given cameras that are down at a moment."""
    _source[:] = [source]


def dark(cameras: Collection[UUID], at: datetime) -> frozenset[UUID]:
    """Those of these cameras from which no pictures come."""
    rows = Camera.objects.filter(pk__in=cameras)
    return frozenset(pk for source in _source for pk in source(rows, at).values_list("pk", flat=True))


def channels_off(link: Link, at: datetime) -> list[str]:
    """Ids of a link's channels from which no pictures come."""
    rows = Camera.objects.filter(pk__in=cameras_shown(link).values("camera"))
    found: list[str] = []
    for source in _source:
        found += cameras_shown(link).filter(camera__in=source(rows, at).values("pk")).values_list("channel", flat=True)
    return found
