"""The shared tree of a link upwards: groups and organisations at the side, the cameras of one of them or those that may be put there, page by page.

A page holds fifty cameras, however many there are: they are dragged, or ticked and put with a button, or put all at once as a filter leaves
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from custodes.access.views.agency.filling import revision_of
from custodes.cases.step import StepInput
from custodes.people.forms import faults_of
from custodes.people.lawful import StepRefused
from custodes.people.permissions import Permission
from custodes.people.table import long_page
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera, System
from custodes.places.narrowing import Narrowing
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.forms.links import NameForm
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Link, NodeKind, SharedCamera, SharedNode
from custodes.sharing.models.link import OPEN
from custodes.sharing.tree import changing
from custodes.sharing.tree.showing import Filter, closed, narrowed, not_shared, open_to_see, shareable
from custodes.sharing.views.common import INVALID, link_crumbs
from custodes.sharing.views.links import own, seen

PER_PAGE = 50
MOST_TICKED = 1000
"""Cameras in one form; more come by the filter."""


@dataclass(frozen=True)
class TreeQuery:
    """What the page's address asks for.

    Attributes:
        node: the organisation or group that is looked at; None for none.
        candidates: those that may be put are shown, not those that are there.
        by: what candidates are narrowed to.
        narrowing: the same, as the filter's form draws it.
    """

    node: SharedNode | None
    candidates: bool
    by: Filter
    narrowing: Narrowing
    system: System | None

    @classmethod
    def of(cls, viewer: Viewer, link: Link, query: QueryDict) -> TreeQuery:
        """As the address, or the form, says; what it does not know it leaves out."""
        key = query.get("node", "")
        node = link.nodes.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 12 else None
        narrowing = Narrowing.of(viewer, query)
        system = _system(link, query.get("system", ""))
        words = query.get("q", "").replace("\x00", "").strip()[:80]
        by = Filter(narrowing.division, narrowing.category, system.pk if system else None, words)
        return cls(node, query.get("show") == "candidates", by, narrowing, system)

    @property
    def address(self) -> str:
        """What the page's address says of it."""
        told = {
            "node": self.node.pk if self.node else "",
            "show": "candidates" if self.candidates else "",
            "division": self.by.division.code if self.by.division else "",
            "category": self.by.category or "",
            "system": self.by.system or "",
            "q": self.by.words,
        }
        return urlencode({name: value for name, value in told.items() if value})


@require_safe
@needs(Permission.VIEW_SHARING)
def tree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The tree, and the cameras of a node or those that may be put into it."""
    viewer = Viewer.of(request)
    link = _inside(viewer, pk)
    return _draw(request, viewer, link, TreeQuery.of(viewer, link, request.GET))


@require_POST
@needs(Permission.MANAGE_SHARING)
def act(request: HttpRequest, pk: UUID, event: str) -> HttpResponse:
    """Change the tree, and come back to where the person was."""
    viewer = Viewer.of(request)
    link = own(viewer, pk)
    if not link.upper:
        raise Http404
    wish = TreeQuery.of(viewer, link, request.POST)
    try:
        done = _take(request, viewer, link, wish, event)
    except StepRefused as refused:
        return _draw(request, viewer, _inside(viewer, pk), wish, error=str(refused), status=INVALID)
    messages.success(request, done)
    return redirect(f"{reverse('sharing:tree', args=[link.pk])}?{wish.address}")


def _take(request: HttpRequest, viewer: Viewer, link: Link, wish: TreeQuery, event: str) -> str:
    step = StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at))
    as_seen = replace(step, seen=revision_of(request))
    node = wish.node
    match event:
        case "group" | "organisation":
            if event == "organisation" and node is None:
                raise StepRefused(_("请先选择放在哪个分组或者组织下。"))
            made = changing.add_node(link, node if event == "organisation" else None, _name(request), step)
            return _("已添加“%(name)s”。") % {"name": made.name}
        case "rename" | "remove" if node is None:
            raise StepRefused(_("请先选择分组或者组织。"))
        case "rename":
            assert node is not None
            changing.rename_node(node, _name(request), as_seen)
            return _("已改名。")
        case "remove":
            assert node is not None
            changing.remove_node(node, as_seen)
            return _("已删除“%(name)s”。") % {"name": node.name}
        case "put":
            count = changing.put(link, _ticked(request), _target(request, link), step)
        case "all":
            count = changing.put_all(link, wish.by, _target(request, link), step)
        case "out":
            count = changing.take_out(link, _ticked(request), step)
            return ngettext("已移出 %(count)d 个点位。", "已移出 %(count)d 个点位。", count) % {"count": count}
        case "closed":
            count = changing.take_out_closed(link, node, as_seen)
            return ngettext("已移出 %(count)d 个点位。", "已移出 %(count)d 个点位。", count) % {"count": count}
        case _:
            raise Http404
    return ngettext("已放入 %(count)d 个点位。", "已放入 %(count)d 个点位。", count) % {"count": count}


def _inside(viewer: Viewer, pk: UUID) -> Link:
    """The link as police read it: what is shown to an upper is nobody else's to read (S33.1)."""
    row = seen(viewer, pk)
    if not row.upper:
        raise Http404
    return row


def _name(request: HttpRequest) -> str:
    form = NameForm(request.POST)
    if not form.is_valid():
        raise StepRefused(_("名称：%(fault)s") % {"fault": faults_of(form)})
    return str(form.cleaned_data["name"])


def _ticked(request: HttpRequest) -> list[UUID]:
    told = request.POST.getlist("camera")
    if len(told) > MOST_TICKED:
        raise StepRefused(_("一次最多选择 %(most)d 个点位；更多的请筛选后全部放入。") % {"most": MOST_TICKED})
    try:
        return [UUID(one) for one in told]
    except ValueError as error:
        raise StepRefused(_("所选点位有误，请刷新页面。")) from error


def _target(request: HttpRequest, link: Link) -> SharedNode:
    key = request.POST.get("target", "")
    found = link.nodes.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 12 else None
    if found is None:
        raise StepRefused(_("请选择放入哪个组织。"))
    return found


def _system(link: Link, key: str) -> System | None:
    try:
        pk = UUID(key)
    except ValueError:
        return None
    rows = System.objects.filter(pk=pk, site__division__path__startswith=link.office.division.path)
    return nameable(rows).first()  # a classified system is not even named (S20)


def _draw(
    request: HttpRequest, viewer: Viewer, link: Link, wish: TreeQuery, *, error: str = "", status: int = 200
) -> HttpResponse:
    may_edit = link.state in OPEN and Link.handled_by(viewer.person, viewer.at).filter(pk=link.pk).exists()
    nodes = _nodes(link)
    candidates = wish.candidates and may_edit
    rows: QuerySet[Any]
    hidden = 0
    if candidates:
        rows = not_shared(link, narrowed(shareable(link), wish.by)).order_by("number", "pk")
        page = long_page(request, rows, PER_PAGE, _cameras)
    else:
        hung = link.shared.filter(node=wish.node) if wish.node else link.shared.filter(node__isnull=False)
        rows = open_to_see(hung)
        hidden = closed(hung).count()
        page = long_page(request, rows.order_by("channel", "pk"), PER_PAGE, _shared)
    context = {
        "tab": "links",
        "row": link,
        "may_edit": may_edit,
        "no_own": own_of(link.office) is None,
        "nodes": nodes,
        "organisations": [one for one in nodes if one.kind == NodeKind.ORGANISATION],
        "shared_number": sum(one.cameras_shown for one in nodes),
        "wish": wish,
        "candidates": candidates,
        "candidates_url": f"?show=candidates&node={wish.node.pk}" if wish.node else "?show=candidates",
        "hidden": hidden,
        "page": page,
        "lines": [_line(one) for one in page],
        "error": error,
        "crumbs": link_crumbs((str(link), link.get_absolute_url()), (_("共享目录"), "")),
    }
    return render(request, "sharing/tree.html", context, status=status)


def _nodes(link: Link) -> list[SharedNode]:
    """All nodes in the order of the tree, with their depth and the cameras that hang on each."""
    counted = dict(link.shared.filter(node__isnull=False).order_by().values_list("node").annotate(Count("pk")))
    rows = list(link.nodes.all())
    by_parent: dict[int | None, list[SharedNode]] = {}
    for one in rows:
        by_parent.setdefault(one.parent_id, []).append(one)
    found: list[SharedNode] = []

    def walk(above: int | None, depth: int) -> None:
        for one in sorted(by_parent.get(above, ()), key=lambda each: each.pk):
            one.depth, one.cameras_shown = depth, counted.get(one.pk, 0)
            found.append(one)
            walk(one.pk, depth + 1)

    walk(None, 0)
    return found


def _cameras(keys: Sequence[Any]) -> dict[Any, Camera]:
    rows = Camera.objects.select_related("system__unit").only(
        "number", "name", "state", "system__name", "system__unit__name"
    )
    return rows.in_bulk(keys)


def _shared(keys: Sequence[Any]) -> dict[Any, SharedCamera]:
    rows = SharedCamera.objects.select_related("camera__system__unit", "node")
    return rows.only(
        "channel", "node__name", "camera__number", "camera__name", "camera__state", "camera__system__name",
        "camera__system__unit__name",
    ).in_bulk(keys)  # fmt: skip


def _line(one: Camera | SharedCamera) -> dict[str, Any]:
    camera = one.camera if isinstance(one, SharedCamera) else one
    return {
        "camera": camera,
        "channel": one.channel if isinstance(one, SharedCamera) else "",
        "node": one.node if isinstance(one, SharedCamera) else None,
    }
