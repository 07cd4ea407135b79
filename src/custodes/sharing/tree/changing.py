"""Changing what an upper is shown: groups and organisations, cameras into them and out again, each change a step with its record. Their ids are of
the own platform's region, industry and network, with a type and a serial that is never given out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.gb28181 import ids
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.stating import says_something
from custodes.people.lawful import StepRefused
from custodes.people.records import record_language
from custodes.sharing.links.case import AT_ONCE, LINK
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Link, NodeKind, Platform, SharedCamera, SharedNode
from custodes.sharing.models.link import OPEN
from custodes.sharing.tree.showing import Filter, closed, narrowed, not_shared, shareable

GROUP, ORGANISATION, CAMERA = 215, 216, 131
LAST = 999_999
TYPES = {NodeKind.GROUP: GROUP, NodeKind.ORGANISATION: ORGANISATION}


def node_id(link: Link, own: Platform, kind: NodeKind) -> str:
    """The next id of a group or an organisation; the caller holds the link's row and saves it.

    Raises:
        StepRefused: all serials are used up.
    """
    link.last_node = _next(link.last_node, 1)
    return _made(own, TYPES[kind], link.last_node)


def channel_ids(link: Link, own: Platform, number: int) -> list[str]:
    """So many ids of cameras; the caller holds the link's row and saves it.

    Raises:
        StepRefused: there are not so many left.
    """
    first = link.last_channel + 1
    link.last_channel = _next(link.last_channel, number)
    return [_made(own, CAMERA, serial) for serial in range(first, first + number)]


def _next(last: int, number: int) -> int:
    if last + number > LAST:
        raise StepRefused(
            _("本联网的编码已经用完（一个联网最多 %(most)d 个），请联系上级平台重新建立联网。") % {"most": LAST}
        )
    return last + number


def _made(own: Platform, kind: int, serial: int) -> str:
    like = ids.parse(own.gb_id)
    return ids.make(like.centre, like.industry, kind, like.network, serial).text


Line = tuple[str, str, str]
"""One line of `TreeChange`."""
MOST_NODES = 2000
MOST_DEPTH = 8
MOST_CAMERAS = 200_000
"""Cameras that hang in one tree."""


def add_node(link: Link, parent: SharedNode | None, name: str, step: StepInput) -> SharedNode:
    """A business group under the own platform, or a virtual organisation under a node.

    Raises:
        StepRefused: there is no name, no own platform, no room, or the parent is another link's.
    """
    if not says_something(name):
        raise StepRefused(_("名称：请填写。"))
    with transaction.atomic():
        held, own = open_tree(link)
        above = _node(held, parent.pk) if parent is not None else None
        if held.nodes.count() >= MOST_NODES:
            raise StepRefused(_("一个共享目录最多 %(most)d 个分组和组织，请合并后再添加。") % {"most": MOST_NODES})
        if above is not None and above.path.count("/") - 1 >= MOST_DEPTH:
            raise StepRefused(_("共享目录最多 %(most)d 层，请放到上面的组织中。") % {"most": MOST_DEPTH})
        if held.nodes.filter(parent=above, name=name).exists():
            raise StepRefused(_("名称：同一层已有“%(name)s”，请换一个名称。") % {"name": name})
        kind = NodeKind.ORGANISATION if above is not None else NodeKind.GROUP
        row = SharedNode.objects.create(
            link=held, kind=kind, gb_id=node_id(held, own, kind), name=name, parent=above, path="-"
        )
        row.path = f"{above.path if above is not None else '/'}{row.pk}/"
        row.save(update_fields=["path"])
        _kept(held, "tree_node", f"{row.gb_id} {name}", [_line(row)], step)
    return row


def rename_node(node: SharedNode, name: str, step: StepInput) -> None:
    """Another name under the same id.

    Raises:
        StepRefused: there is none, or its neighbour has it.
    """
    if not says_something(name):
        raise StepRefused(_("名称：请填写。"))
    with transaction.atomic():
        held, _own = open_tree(node.link)
        row = _node(held, node.pk)
        if held.nodes.filter(parent=row.parent, name=name).exclude(pk=row.pk).exists():
            raise StepRefused(_("名称：同一层已有“%(name)s”，请换一个名称。") % {"name": name})
        row.name = name
        row.save(update_fields=["name"])
        _kept(held, "tree_node", f"{row.gb_id} {name}", [_line(row)], step)


def remove_node(node: SharedNode, step: StepInput) -> None:
    """Take out an empty node; its id is given to no other.

    Raises:
        StepRefused: something hangs in it, or a grant is of it.
    """
    with transaction.atomic():
        held, _own = open_tree(node.link)
        row = _node(held, node.pk)
        if row.children.exists() or row.cameras.exists():
            raise StepRefused(_("“%(name)s”下面还有组织或者点位，请先移出。") % {"name": row.name})
        if row.grants.exists():
            raise StepRefused(_("“%(name)s”上有过授权，予以保留。可以改名。") % {"name": row.name})
        told, words = (*_line(row)[:2], ""), f"{row.gb_id} {row.name}"
        row.delete()
        _kept(held, "tree_remove", words, [told], step)


def put(link: Link, cameras: Iterable[UUID], node: SharedNode, step: StepInput) -> int:
    """Hang cameras into an organisation; those that hang elsewhere in this tree are moved.

    Returns:
        How many.

    Raises:
        StepRefused: one of them may not be shared (S20, S33.1), they are too many, all of them hang there already, or the node is no
            organisation of this link.
    """
    wanted = set(cameras)
    if not wanted:
        raise StepRefused(_("请先选择点位。"))
    with transaction.atomic():
        held, own = open_tree(link)
        place = _organisation(held, node.pk)
        may = set(shareable(held).filter(pk__in=wanted).values_list("pk", flat=True))
        if may != wanted:
            raise StepRefused(
                _("有 %(count)d 个点位不能共享：不在本辖区、没有投入使用，或者依法不得对外提供。没有放入任何点位。")
                % {"count": len(wanted - may)},
                clause="S20",
            )
        there = held.shared.filter(camera__in=wanted, node__isnull=False).count()
        _bounded(held, len(wanted) - there)
        changed = _hang(held, own, sorted(wanted), place, step)
        if not changed:
            raise StepRefused(_("所选点位已经在“%(name)s”中。") % {"name": place.name})
        with record_language():
            words = _("%(name)s：%(count)d 个点位") % {"name": place.name, "count": len(changed)}
        _kept(held, "tree_put", words, changed, step)
    return len(changed)


def put_all(link: Link, by: Filter, node: SharedNode, step: StepInput) -> int:
    """Hang all cameras that a filter leaves and that do not hang in this tree yet.

    Raises:
        StepRefused: the filter narrows nothing, leaves nothing or too many, or the node is no organisation of this link.
    """
    if not by:
        raise StepRefused(_("请先按行政区划、场所类别、系统或者名称筛选，再全部放入。"))
    with transaction.atomic():
        held, own = open_tree(link)
        place = _organisation(held, node.pk)
        rows = not_shared(held, narrowed(shareable(held), by)).order_by("pk")
        wanted = list(rows.values_list("pk", flat=True)[: MOST_CAMERAS + 1])
        if not wanted:
            raise StepRefused(_("没有符合条件、可以放入的点位。"))
        _bounded(held, len(wanted))
        changed = _hang(held, own, wanted, place, step)
        with record_language():
            words = _("%(name)s：%(count)d 个点位") % {"name": place.name, "count": len(changed)}
        _kept(held, "tree_put", words, changed, step)
    return len(changed)


def take_out(link: Link, cameras: Iterable[UUID], step: StepInput) -> int:
    """Show these cameras no more. Their ids stay theirs.

    Raises:
        StepRefused: none of them hangs in the tree.
    """
    with transaction.atomic():
        held, _own = open_tree(link)
        return _out(held, held.shared.filter(camera__in=set(cameras), node__isnull=False), step)


def take_out_closed(link: Link, node: SharedNode | None, step: StepInput) -> int:
    """Take out what S20 closes without naming it: of one node, or of the whole tree. The step is the same as of any others that are taken
    out: neither it nor its record tells why (decision 0359).

    Raises:
        StepRefused: there is none.
    """
    with transaction.atomic():
        held, _own = open_tree(link)
        hung = held.shared.filter(node=node) if node is not None else held.shared.filter(node__isnull=False)
        return _out(held, closed(hung), step)


def _out(held: Link, rows: QuerySet[SharedCamera], step: StepInput) -> int:
    told = list(rows.values_list("pk", "camera", "channel"))
    if not told:
        raise StepRefused(_("所选点位已不在共享目录中，请刷新页面。"))
    for at in range(0, len(told), AT_ONCE):
        part = told[at : at + AT_ONCE]
        held.shared.filter(pk__in=[pk for pk, _camera, _channel in part]).update(node=None, by=step.by, at=step.at)
    changed = [(str(camera), channel, "") for _pk, camera, channel in told]
    with record_language():
        words = _("%(count)d 个点位") % {"count": len(changed)}
    _kept(held, "tree_out", words, changed, step)
    return len(changed)


def open_tree(link: Link) -> tuple[Link, Platform]:
    """The link under its lock, with the own platform whose id those of the tree are made of.

    Raises:
        StepRefused: the link does not lead upwards, is over, or there is no own platform.
    """
    rows = Link.objects.select_for_update(of=("self",)).select_related("office__division", "platform")
    held = rows.get(pk=link.pk)
    if not held.upper or held.state not in OPEN:
        raise StepRefused(_("只有上级平台的、没有终止的联网有共享目录。"))
    own = own_of(held.office)
    if own is None:
        raise StepRefused(_("本级平台还没有登记，不能编制共享目录。请先登记本级平台及其 20 位编码。"), clause="S21")
    return held, own


def _hang(link: Link, own: Platform, cameras: Sequence[UUID], node: SharedNode, step: StepInput) -> list[Line]:
    """Rows for those that never were in this tree, the place for the others; what was changed. What hangs there already stays as it is."""
    changed: list[Line] = []
    now = {"node": node, "by": step.by, "at": step.at, "placed": link.revision + 1}
    for part in _parts(cameras):
        known = link.shared.filter(camera__in=part)
        there = {camera: (channel, place) for camera, channel, place in known.values_list("camera", "channel", "node")}
        moved = [pk for pk in part if pk in there and there[pk][1] != node.pk]
        link.shared.filter(camera__in=moved).update(**now)
        new = [pk for pk in part if pk not in there]
        rows = [
            SharedCamera(link=link, camera_id=pk, channel=channel, **now)
            for pk, channel in zip(new, channel_ids(link, own, len(new)), strict=True)
        ]
        SharedCamera.objects.bulk_create(rows)
        changed += [(str(pk), there[pk][0], node.gb_id) for pk in moved]
        changed += [(str(row.camera_id), row.channel, node.gb_id) for row in rows]
    return changed


def _bounded(link: Link, more: int) -> None:
    if link.shared.filter(node__isnull=False).count() + more > MOST_CAMERAS:
        raise StepRefused(
            _("一个共享目录最多 %(most)d 个点位，请缩小筛选范围，或者先移出不再共享的点位。") % {"most": MOST_CAMERAS}
        )


def _line(node: SharedNode) -> Line:
    return node.gb_id, node.parent.gb_id if node.parent is not None else "", node.name


def _parts(cameras: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for at in range(0, len(cameras), AT_ONCE):
        yield cameras[at : at + AT_ONCE]


def _kept(link: Link, event: str, words: str, changed: list[Line], step: StepInput) -> None:
    link.save(update_fields=["last_channel", "last_node"])
    take(LINK, link, event, replace(step, words=words, data={"changed": changed}), LegalTerms())


def _node(link: Link, pk: int) -> SharedNode:
    found = link.nodes.filter(pk=pk).select_related("parent").first()
    if found is None:
        raise StepRefused(_("该组织已不在共享目录中，请刷新页面。"))
    return found


def _organisation(link: Link, pk: int) -> SharedNode:
    found = _node(link, pk)
    if found.kind != NodeKind.ORGANISATION:
        raise StepRefused(_("点位放在虚拟组织中，不直接放在业务分组中。请先在分组下添加组织。"))
    return found
