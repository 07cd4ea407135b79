"""One site: its data in words, its systems, who owns, uses and manages it (S11), who has to build there and why, and what the law still asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from custodes.law.building.builder import Builder
from custodes.law.duties.finding import DutyStatus
from custodes.people.lawful import finding_text, in_english
from custodes.people.papers.kinds import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.forms.place import PlaceRoleForm, SiteForm
from custodes.places.lifecycle.case import BADGES, BY_NAME, WAY
from custodes.places.models import PlaceRole, Site, SystemState
from custodes.places.models.recorded import ROLE_FIELDS, SITE_FIELDS
from custodes.places.models.site import BEFORE_TRIAL
from custodes.places.network import keeps_nothing_classified
from custodes.places.register import save_recorded
from custodes.places.scope import editable_sites, exact_sites, visible_sites, visible_systems
from custodes.places.siteduties import builder_of, checked, covering, gap_of
from custodes.places.telling import KINDS, StoryQuestion, story_of_site
from custodes.places.views.editing import edit_row

_SUBJECTS = {
    "gap": _("应当建设的系统（第九条）"),
    "basis": _("安装依据"),
    "installer": _("安装主体和必要性"),
    "key_parts": _("重点部位的确定"),
    "neighbour": _("周边军事单位、涉密单位"),
}
STATES = {
    DutyStatus.MET: ("fine", _("符合")),
    DutyStatus.NOT_APPLICABLE: ("off", _("不涉及")),
    DutyStatus.MISSING: ("attention", _("缺少")),
    DutyStatus.REVIEW: ("attention", _("待核对")),
    DutyStatus.BREACH: ("danger", _("不符合")),
    DutyStatus.DUE: ("info", _("办理中")),
    DutyStatus.LATE: ("danger", _("逾期")),
}
#: The steps of a system on its way to use: each from one state of `WAY` to the next.
_TO_USE = ("screen", "design_ok", "start", "complete", "begin_trial", "accept", "put_in_use")
_MISSING = {
    "owner": _("请先登记所有者。"),
    "manager": _("请先登记管理者。"),
    "agreement": _("请补充约定文件。"),
}


@dataclass(frozen=True)
class ToldBuilder:
    """Who has to build, for the page."""

    name: str
    carried_out_by: str
    why: tuple[str, ...]
    clauses: tuple[str, ...]
    remedies: tuple[Any, ...]
    review: bool


def told_builder(builder: Builder) -> ToldBuilder:
    """The law's answer in the language of the page."""
    return ToldBuilder(
        builder.name,
        builder.carried_out_by,
        builder.en if in_english() else builder.zh,
        builder.clauses,
        tuple(_MISSING[key] for key in builder.missing if key in _MISSING),
        bool(builder.review),
    )


@dataclass(frozen=True)
class ToldGap:
    """That a place has no system (S9), for the page.

    Attributes:
        title: whether one is on its way.
        review: whether it has to have one waits for a written decision (S9(14)).
        ahead: what has to be done, in order.
    """

    title: Any
    words: str
    clauses: tuple[str, ...]
    review: bool
    ahead: tuple[Any, ...]


def told_gap(site: Site, day: date) -> ToldGap | None:
    """What is missing at a place without a system in use, and what it still takes; None where one is recorded."""
    if covering(site):
        return None
    finding = gap_of(site, day)
    reached = [WAY.index(SystemState(one.state)) for one in site.systems.filter(state__in=BEFORE_TRIAL)]
    steps = [BY_NAME[name].verb for name in _TO_USE[max(reached, default=0) :]]
    first = () if reached else (_("登记系统"),)
    title = _("该场所的系统已登记，尚未启用") if reached else _("该场所还没有系统")
    ahead = (*first, *steps, _("办理备案"))
    return ToldGap(title, finding_text(finding), finding.clauses, finding.status is DutyStatus.REVIEW, ahead)


def checks_of(site: Site, day: date, *, exact: bool) -> list[dict[str, Any]]:
    """What is asked of the place, as rows of the part `tasks`.

    Args:
        exact: the reader may know that a secret or military unit is near (S30.1, S33.1).
    """
    rows = []
    for one in checked(site, day):
        if one.subject == "neighbour" and not exact:
            continue
        state, label = STATES[one.finding.status]
        clauses = "、".join(one.finding.clauses)
        hint = f"{finding_text(one.finding)}（{clauses}）"
        rows.append({"label": _SUBJECTS[one.subject], "hint": hint, "state": state, "state_label": label})
    return rows


def site_facts(site: Site, *, exact: bool) -> list[tuple[Any, Any]]:
    """What the register holds of a place.

    Args:
        exact: the reader may read the position (R9).
    """
    facts: list[tuple[Any, Any]] = [
        (_("场所类别"), site.get_category_display()),
        (_("地址"), site.address),
        (_("所在行政区划"), site.division),
        (pgettext_lazy("登记的单位", "登记单位"), site.unit),
        (_("安装依据"), site.get_basis_display() if site.basis else _("未登记")),
    ]
    optional = (
        (_("列入应建范围的书面决定"), site.decision),
        (_("必要性说明"), site.necessity),
        (_("确定重点部位的文件"), site.key_parts),
        (_("周边涉密单位同意的文号"), site.consent if exact else ""),
        (_("约定文件"), site.agreement),
        (_("号牌"), site.plate),
        (_("运营线路"), site.route),
    )
    facts += [(label, value) for label, value in optional if value]
    if site.key_target:
        facts.append(
            (
                _("防范恐怖袭击重点目标"),
                _("是，录像保存不少于九十日；%(document)s") % {"document": site.key_target_document},
            )
        )
    if site.state_owned:
        facts.append((_("产权"), _("国家所有")))
    if exact and site.longitude is not None:
        facts.append((_("经度、纬度"), f"{site.longitude}, {site.latitude}"))
    return facts


PER_PAGE = 50
MOST = 300
"""Lines of a kind that a story holds; older ones are on the pages of the systems and in the log."""


def _crumbs(*more: tuple[object, str]) -> list[tuple[object, str]]:
    return [
        (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
        (pgettext_lazy("列表", "场所"), reverse("places:site_list")),
        *more,
    ]


@needs(Permission.VIEW_PLACES)
def site(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One site's page: what it is, what is missing, and its whole story, narrowed to a system or a kind of lines."""
    viewer = Viewer.of(request)
    now, person = viewer.at, viewer.person
    row = get_object_or_404(
        visible_sites(person, now).select_related("division", "unit", "agreed_builder", "created_by__unit"), pk=pk
    )
    exact = exact_sites(person, now).filter(pk=pk).exists()
    may_edit = editable_sites(person, now).filter(pk=pk).exists()
    day = timezone.localdate(now)
    systems = list(visible_systems(person, now).filter(site=row).select_related("unit"))
    kind = request.GET.get("kind", "") if request.GET.get("kind") in KINDS else ""
    chosen = next((one for one in systems if str(one.pk) == request.GET.get("system", "")), None)
    told = story_of_site(
        StoryQuestion(row, (chosen,) if chosen else tuple(systems), chosen is None, exact, viewer, MOST), kind
    )
    page = Paginator(told, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "places/site.html",
        {
            "site": row,
            "facts": site_facts(row, exact=exact),
            "builder": told_builder(builder_of(row, day)),
            "checks": checks_of(row, day, exact=exact),
            "gap": told_gap(row, day),
            "systems": [(one, BADGES[one.state]) for one in systems],
            "roles": row.roles.select_related("unit"),
            "today": day,
            "may_edit": may_edit,
            "role_form": PlaceRoleForm() if may_edit else None,
            "story": page,
            "page": page,
            "kinds": list(KINDS.items()),
            "kind": kind,
            "chosen": chosen,
            "crumbs": _crumbs((row.name, "")),
        },
    )


@takes_papers()
@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES)
def site_add(request: HttpRequest) -> HttpResponse:
    """Register a site."""
    return _edit(request, Site(created_by=Viewer.of(request).person), _("登记场所"))


@takes_papers()
@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES)
def site_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a site's data."""
    rows = editable_sites(Viewer.of(request).person, timezone.now())
    return edit_row(request, rows, pk, lambda row: _edit(request, row, _("修改场所")))


def _edit(request: HttpRequest, row: Site, title: object) -> HttpResponse:
    person, now = Viewer.of(request).person, timezone.now()
    form = SiteForm(request.POST or None, request.FILES or None, instance=row, person=person, at=now)
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        with transaction.atomic():
            form.keep_papers(person, now)
            if save_recorded(saved, SITE_FIELDS, person, now):
                messages.success(request, _("已保存。"))
        return redirect(saved)
    context = {"form": form, "title": title, "crumbs": _crumbs((title, "")), "submit": _("保存场所")}
    return render(request, "places/form_sections.html", context, status=400 if form.errors else 200)


@require_POST
@needs(Permission.MANAGE_PLACES)
def role_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a unit a role at this place."""
    person = Viewer.of(request).person
    row = get_object_or_404(editable_sites(person, timezone.now()), pk=pk)
    form = PlaceRoleForm(request.POST, instance=PlaceRole(site=row))
    if form.is_valid():
        save_recorded(form.save(commit=False), ROLE_FIELDS, person, timezone.now())
        messages.success(request, _("已登记角色。"))
        return redirect(row)
    context = {
        "form": form,
        "title": _("登记角色"),
        "crumbs": _crumbs((row.name, row.get_absolute_url()), (_("登记角色"), "")),
    }
    return render(request, "places/form.html", context | {"submit": _("登记角色")}, status=400)


@require_POST
@needs(Permission.MANAGE_PLACES)
def role_end(request: HttpRequest, pk: UUID, role: int) -> HttpResponse:
    """End a unit's role at this place as of today."""
    person = Viewer.of(request).person
    row = get_object_or_404(editable_sites(person, timezone.now()), pk=pk)
    held = get_object_or_404(row.roles, pk=role)
    held.until = max(held.since, timezone.localdate())
    save_recorded(held, ROLE_FIELDS, person, timezone.now())
    messages.success(request, _("角色今日终止。"))
    return redirect(row)
