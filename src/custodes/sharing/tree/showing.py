"""What an upper platform is shown: catalogue entries in its own ids, ancestors first (GB/T 28181-2016 Annex O). Reads alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import QuerySet

from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Link, LinkState, NodeKind, SharedCamera
from custodes.sharing.tree.candidates import shareable

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
