"""Platforms: entering one, changing what is known of it, beginning a link with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.access.telling import happening
from custodes.access.views.agency.filling import revision_of
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.sharing.forms.links import NeedForm
from custodes.sharing.forms.platforms import PlatformForm
from custodes.sharing.links import certificates, platforms, renewing, steps
from custodes.sharing.links.repointing import STANDING
from custodes.sharing.models import LinkState, Platform, PlatformRole
from custodes.sharing.models.link import OPEN
from custodes.sharing.reach import joining_offices, kept_platforms, read_platforms
from custodes.sharing.stepping import StepRefused, Taken
from custodes.sharing.views.common import INVALID, link_crumbs
from custodes.sharing.views.links import BADGES
from custodes.sharing.words import step_words


@needs(Permission.MANAGE_SHARING)
def new(request: HttpRequest) -> HttpResponse:
    """Enter a platform for one of the person's offices."""
    viewer = Viewer.of(request)
    mine = list(joining_offices(viewer.person, viewer.at).order_by("division__path"))
    asked = request.POST.get("office") or request.GET.get("office", "")
    office = next((one for one in mine if str(one.uuid) == asked), mine[0] if mine else None)
    if office is None:
        raise Http404
    has_own = platforms.own_of(office) is not None
    first: dict[str, str] = {
        "role": PlatformRole.UPPER if has_own else PlatformRole.OWN,
        "level": platforms.level_of(office),
    }
    if not has_own:
        first["unit_name"] = office.name
    form = PlatformForm(request.POST or None, request.FILES or None, instance=Platform(office=office), initial=first)
    if request.method == "POST" and form.is_valid():
        try:
            row = platforms.save(form.save(commit=False), Taken(viewer.person, viewer.at))
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("平台已登记。"))
            return redirect(row)
    context = {
        "form": form,
        "office": office,
        "offices": mine,
        "crumbs": link_crumbs((_("登记平台"), "")),
    }
    return render(request, "sharing/platform_new.html", context, status=INVALID if form.errors else 200)


@needs(Permission.VIEW_SHARING)
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One platform: what is known of it, its links; who keeps it changes it here."""
    viewer = Viewer.of(request)
    row = get_object_or_404(read_platforms(viewer.person, viewer.at).select_related("office__division"), pk=pk)
    keeps = kept_platforms(viewer.person, viewer.at).filter(pk=row.pk).exists()
    if request.method == "POST" and not keeps:
        raise Http404
    form = PlatformForm(request.POST or None, request.FILES or None, instance=row)
    name, certificate = row.name, row.statements_certificate
    if request.method == "POST" and form.is_valid():
        try:
            platforms.save(form.save(commit=False), Taken(viewer.person, viewer.at, seen=revision_of(request)))
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已保存。"))
            return redirect(row)
    status = INVALID if form.errors else 200
    channel = _channel(row, certificate, viewer.at)
    return _draw(request, row, name, form, NeedForm(), channel, keeps=keeps, status=status)


@require_POST
@needs(Permission.MANAGE_SHARING)
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin a link with this platform."""
    viewer = Viewer.of(request)
    row = get_object_or_404(kept_platforms(viewer.person, viewer.at).select_related("office__division"), pk=pk)
    form = NeedForm(request.POST)
    if form.is_valid():
        need = form.cleaned_data["need"]
        try:
            link = steps.ask_platform(row, need, Taken(viewer.person, viewer.at, need))
        except StepRefused as refused:
            form.add_error("need", str(refused))
        else:
            messages.success(request, _("已开始办理联网，请审查。"))
            return redirect(link)
    channel = _channel(row, row.statements_certificate, viewer.at)
    return _draw(request, row, row.name, PlatformForm(instance=row), form, channel, keeps=True, status=INVALID)


@require_POST
@needs(Permission.MANAGE_SHARING)
def handed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This platform has entered our next certificate."""
    viewer = Viewer.of(request)
    row = get_object_or_404(kept_platforms(viewer.person, viewer.at), pk=pk)
    try:
        renewing.hand(row, Taken(viewer.person, viewer.at, seen=revision_of(request)))
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已登记。"))
    return redirect(row)


def _channel(row: Platform, certificate: str, at: datetime) -> dict[str, Any]:
    """What the page says of the side channel: the certificate that was handed over, and ours; nothing where the other can't state."""
    if not row.custodes or row.role == PlatformRole.OWN:
        return {}
    following = renewing.next_one()
    return {
        "theirs": certificates.shown_each(certificate, at),
        "ours": certificates.shown(certificates.own_certificate(), at),
        "next": following and certificates.shown(following.pem, at),
        "since": following and following.since,
        "handed": following is not None and following.sha256 == row.handed_certificate,
    }


def _draw(
    request: HttpRequest,
    row: Platform,
    name: str,
    form: PlatformForm,
    need: NeedForm,
    channel: dict[str, Any],
    *,
    keeps: bool,
    status: int,
) -> HttpResponse:
    links = list(row.links.order_by("-asked_at"))
    steps_taken = row.steps.select_related("by__unit", "record").order_by("-revision")
    context = {
        "row": row,
        "heading": name,
        "form": form,
        "need_form": need,
        "channel": channel,
        "keeps": keeps,
        "links": [(one, BADGES[LinkState(one.state)]) for one in links],
        "may_begin": keeps and all(one.state not in OPEN for one in links),
        "standing": keeps and any(link.state in STANDING for link in links),
        "joins": row.role != PlatformRole.OWN,
        "story": [happening(one, step_words("platform", one.event), {}) for one in steps_taken],
        "crumbs": link_crumbs((name, "")),
    }
    return render(request, "sharing/platform.html", context, status=status)
