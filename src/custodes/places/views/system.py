"""One system: its cameras, the roles of units at it, and the posts that watch it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from custodes.people.lawful import terms
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.columns import system_camera_table
from custodes.places.forms.place import SECRECY_FIELDS, SystemForm, SystemPostForm, SystemRoleForm
from custodes.places.lifecycle.case import BADGES, enter_system
from custodes.places.lifecycle.gathering import OwedOfCamera, owed_by
from custodes.places.lifecycle.said import reason, remedy
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import System, SystemRole
from custodes.places.models.recorded import SYSTEM_FIELDS
from custodes.places.network import keeps_nothing_classified
from custodes.places.register import save_recorded
from custodes.places.scope import (
    answered_systems,
    editable_sites,
    editable_systems,
    exact_cameras,
    tended_systems,
    told_exactly,
    visible_systems,
)
from custodes.places.views.editing import edit_row
from custodes.places.watching import link, unlink

ROLE_FIELDS = ("system", "unit", "role", "since", "until")
CAMERAS_SHOWN = 200
OWED_SHOWN = 50


def crumbs_of(system: System, *more: tuple[object, str]) -> list[tuple[object, str]]:
    """Where a page of this system is."""
    return [
        (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
        (system.site.name, system.site.get_absolute_url()),
        (system.name, system.get_absolute_url()),
        *more,
    ]


def mlps_words(system: System) -> object:
    """Level and number of the protection scheme, as far as they are entered."""
    if system.mlps_level is None:
        return _("未登记")
    return f"{system.get_mlps_level_display()} {system.mlps_number}".strip()


def owed_lines(owed: list[OwedOfCamera], today: date) -> list[dict[str, object]]:
    """What cameras lack, as `places/owed.html` shows it."""
    return [
        {
            "camera": one.camera,
            "due": one.due,
            "days": None if one.due is None else (one.due - today).days,
            "unmet": [
                {"reason": _without(one.camera.name, reason(each)), "remedy": remedy(each), "clause": each.clause}
                for each in one.unmet
            ],
        }
        for one in owed
    ]


def _without(name: str, said: str) -> str:
    """What is said about a camera, under whose name it stands: not the name once more."""
    return said.removeprefix(f"{name}：").removeprefix(f"{name}: ")


@needs(Permission.VIEW_PLACES)
def system(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One system's page."""
    now, person = timezone.now(), Viewer.of(request).person
    row = get_object_or_404(visible_systems(person, now).select_related("site__division", "unit"), pk=pk)
    may_edit = editable_systems(person, now).filter(pk=pk).exists()
    table = system_camera_table(request)
    return render(
        request,
        "places/system.html",
        {
            "system": row,
            "badge": BADGES[row.state],
            "facts": [
                (_("场所"), format_html('<a href="{}">{}</a>', row.site.get_absolute_url(), row.site.name)),
                (_("责任单位"), row.unit),
                (_("所在网络"), row.get_network_display()),
                *(_secrecy(row) if row.classified else ()),
                (_("网络安全等级保护"), mlps_words(row)),
                (_("技术规范版本"), row.norm_version or _("未登记")),
            ],
            "table": table,
            "cameras": told_exactly(table.order(row.cameras.all()), exact_cameras(person, now))[:CAMERAS_SHOWN],
            "count": row.cameras.count(),
            "owed": owed_lines(owed_by(row, timezone.localdate(now), terms())[:OWED_SHOWN], timezone.localdate(now)),
            "roles": row.roles.select_related("unit"),
            "posts": row.posts.select_related("post__person", "post__unit"),
            "today": timezone.localdate(now),
            "now": now,
            "may_edit": may_edit,
            "may_add": tended_systems(person, now).filter(pk=pk).exists(),
            "role_form": SystemRoleForm() if may_edit else None,
            "post_form": SystemPostForm(system=row, by=person, at=now) if may_edit else None,
            "crumbs": crumbs_of(row),
        },
    )


@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES)
def system_add(request: HttpRequest, site: UUID) -> HttpResponse:
    """Register a system at a site."""
    person = Viewer.of(request).person
    place = get_object_or_404(editable_sites(person, timezone.now()), pk=site)
    return _edit(request, System(site=place, unit=place.unit, created_by=person), _("登记系统"))


@keeps_nothing_classified
@needs(Permission.MANAGE_PLACES)
def system_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a system's data."""
    rows = editable_systems(Viewer.of(request).person, timezone.now())
    return edit_row(request, rows, pk, lambda row: _edit(request, row, _("修改系统")))


def _edit(request: HttpRequest, row: System, title: object) -> HttpResponse:
    person = Viewer.of(request).person
    now = timezone.now()
    form = SystemForm(request.POST or None, instance=row, person=person, at=now)
    if not row._state.adding and not answered_systems(person, now).filter(pk=row.pk).exists():
        form.keep_unit()
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        if saved._state.adding:
            saved = enter_system(saved, SYSTEM_FIELDS, Taken(person, now, timezone.localdate(now)))
            messages.success(request, _("已登记。"))
        elif save_recorded(saved, SYSTEM_FIELDS, person, now):
            messages.success(request, _("已保存。"))
        return redirect(saved)
    crumbs = [
        (pgettext_lazy("列表", "点位"), reverse("places:camera_list")),
        (row.site.name, row.site.get_absolute_url()),
        (title, ""),
    ]
    context = {"form": form, "title": title, "crumbs": crumbs, "submit": _("保存系统")}
    return render(request, "places/form.html", context, status=400 if form.errors else 200)


def _secrecy(row: System) -> list[tuple[Any, Any]]:
    """What is held of a classified system (S20)."""
    held = [(row._meta.get_field(name).verbose_name, getattr(row, name) or _("未填写")) for name in SECRECY_FIELDS]  # type: ignore[union-attr]
    return [(_("密级"), _("涉及国家安全、国家秘密（第二十条）")), *held]


def _editable(request: HttpRequest, pk: UUID) -> System:
    rows = editable_systems(Viewer.of(request).person, timezone.now()).select_related("site", "unit")
    return get_object_or_404(rows, pk=pk)


@require_POST
@needs(Permission.MANAGE_PLACES)
def role_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a unit a role at this system."""
    row = _editable(request, pk)
    form = SystemRoleForm(request.POST, instance=SystemRole(system=row))
    if form.is_valid():
        save_recorded(form.save(commit=False), ROLE_FIELDS, Viewer.of(request).person, timezone.now())
        messages.success(request, _("已登记角色。"))
        return redirect(row)
    context = {"form": form, "title": _("登记角色"), "crumbs": crumbs_of(row, (_("登记角色"), ""))}
    return render(request, "places/form.html", context | {"submit": _("登记角色")}, status=400)


@require_POST
@needs(Permission.MANAGE_PLACES)
def role_end(request: HttpRequest, pk: UUID, role: int) -> HttpResponse:
    """End a unit's role at this system as of today."""
    row = _editable(request, pk)
    held = get_object_or_404(row.roles, pk=role)
    held.until = max(held.since, timezone.localdate())
    save_recorded(held, ROLE_FIELDS, Viewer.of(request).person, timezone.now())
    messages.success(request, _("角色今日终止。"))
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_PLACES)
def post_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a duty post watch this system, once a second person has confirmed it."""
    row = _editable(request, pk)
    form = SystemPostForm(request.POST, system=row, by=Viewer.of(request).person, at=timezone.now())
    if form.is_valid():
        link(row, form.cleaned_data["post"], Viewer.of(request).person, timezone.now())
        messages.success(
            request, _("已提出，由审计管理员或者值守人员所在单位的审批人确认；确认前该岗位看不到本系统的画面。")
        )
        return redirect(row)
    context = {"form": form, "title": _("指定值守岗位"), "crumbs": crumbs_of(row, (_("指定值守岗位"), ""))}
    return render(request, "places/form.html", context | {"submit": _("指定值守岗位")}, status=400)


@require_POST
@needs(Permission.MANAGE_PLACES)
def post_remove(request: HttpRequest, pk: UUID, link: int) -> HttpResponse:
    """The post no longer watches this system; its running views of it stop."""
    row = _editable(request, pk)
    held = get_object_or_404(row.posts.select_related("post"), pk=link)
    unlink(held, Viewer.of(request).person, timezone.now())
    messages.success(request, _("该岗位不再值守本系统，正在进行的查看已停止。"))
    return redirect(row)
