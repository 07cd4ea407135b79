"""Platforms: entering one, changing what is known of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.access.views.agency.filling import revision_of
from custodes.cases.step import StepInput
from custodes.cases.story import story_of
from custodes.cases.taking import take
from custodes.people.lawful import StepRefused, terms
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.sharing.forms.links import NeedForm
from custodes.sharing.forms.platforms import PlatformForm
from custodes.sharing.links import certificates, platforms
from custodes.sharing.links.case import LINK
from custodes.sharing.links.entering import PLATFORM, save
from custodes.sharing.models import Platform, PlatformRole
from custodes.sharing.models.link import OPEN, STANDING
from custodes.sharing.offices import joining_offices
from custodes.sharing.views.common import INVALID, link_crumbs


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
            row = save(form.save(commit=False), _step(viewer), terms())
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
    row = get_object_or_404(Platform.visible_to(viewer.person, viewer.at).select_related("office__division"), pk=pk)
    keeps = Platform.kept_by(viewer.person, viewer.at).filter(pk=row.pk).exists()
    if request.method == "POST" and not keeps:
        raise Http404
    form = PlatformForm(request.POST or None, request.FILES or None, instance=row)
    name, certificate = row.name, row.statements_certificate
    if request.method == "POST" and form.is_valid():
        try:
            save(form.save(commit=False), _step(viewer, seen=revision_of(request)), terms())
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已保存。"))
            return redirect(row)
    status = INVALID if form.errors else 200
    channel = _channel(row, certificate, viewer.at)
    return _draw(request, row, name, form, channel, keeps=keeps, status=status)


def _step(viewer: Viewer, **more: Any) -> StepInput:
    return StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), **more)


@require_POST
@needs(Permission.MANAGE_SHARING)
def handed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """This platform has entered our next certificate."""
    viewer = Viewer.of(request)
    row = get_object_or_404(Platform.kept_by(viewer.person, viewer.at), pk=pk)
    told = certificates.next_one()
    try:
        if told is None or row.handed_certificate != told.sha256:  # said twice, it is on record once
            take(PLATFORM, row, "hand", _step(viewer, seen=revision_of(request)), terms())
    except StepRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已登记。"))
    return redirect(row)


def _channel(row: Platform, certificate: str, at: datetime) -> dict[str, Any]:
    """What the page says of the side channel: the certificate that was handed over, and ours; nothing where the other can't state."""
    if not row.custodes or row.role == PlatformRole.OWN:
        return {}
    following = certificates.next_one()
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
    channel: dict[str, Any],
    *,
    keeps: bool,
    status: int,
) -> HttpResponse:
    links = list(row.links.order_by("-asked_at"))
    context = {
        "row": row,
        "heading": name,
        "form": form,
        "need_form": NeedForm(),
        "channel": channel,
        "keeps": keeps,
        "links": [(one, LINK.badges[one.state]) for one in links],
        "may_begin": keeps and all(one.state not in OPEN for one in links),
        "standing": keeps and any(link.state in STANDING for link in links),
        "joins": row.role != PlatformRole.OWN,
        "story": story_of(PLATFORM, row),
        "crumbs": link_crumbs((name, "")),
    }
    return render(request, "sharing/platform.html", context, status=status)
