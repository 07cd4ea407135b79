"""One site: its data, its systems, and who owns, uses and manages it (S11)."""

from __future__ import annotations

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

from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.forms.place import PlaceRoleForm, SiteForm
from custodes.places.models import PlaceRole, Site, SystemState
from custodes.places.models.recorded import ROLE_FIELDS, SITE_FIELDS
from custodes.places.register import save_recorded
from custodes.places.scope import editable_sites, exact_sites, visible_sites, visible_systems
from custodes.places.siteduties import builder_of
from custodes.places.telling.kinds import KINDS, Asked
from custodes.places.telling.site import story_of_site
from custodes.places.views.cases import SYSTEM_BADGES
from custodes.places.views.classified import keeps_nothing_classified
from custodes.places.views.editing import edit_row
from custodes.places.views.site_words import checks_of, site_facts, told_builder, told_gap

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
    told = story_of_site(Asked(row, (chosen,) if chosen else tuple(systems), chosen is None, exact, viewer, MOST), kind)
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
            "systems": [(one, SYSTEM_BADGES.get(SystemState(one.state), "neutral")) for one in systems],
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
