"""Applications of units, for the police of their division: listed, opened, confirmed, returned, filed at the counter."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from custodes.people.applying import deciding
from custodes.people.applying.filing import file_application
from custodes.people.applying.reach import applications_for, confirming_paths
from custodes.people.applying.refused import ApplicationRefused
from custodes.people.forms.applying import ConfirmForm, CounterForm, ReturnForm
from custodes.people.lawful import legal_day
from custodes.people.models import ApplicationState, UnitApplication
from custodes.people.papers.kinds import is_picture
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.serving import serve, serve_thumbnail
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs

PAGE = 50


def _visible(viewer: Viewer, uuid: Any) -> UnitApplication:
    rows = applications_for(viewer.person, viewer.at)
    return get_object_or_404(rows.select_related("division", "letter", "filed_by", "decided_by", "unit"), uuid=uuid)


def _left(row: UnitApplication, viewer: Viewer) -> tuple[datetime.date, int]:
    """The local day on which it lapses, and how many days that is off."""
    day = legal_day(row.lapses_at)
    return day, (day - legal_day(viewer.at)).days


@require_safe
@needs(Permission.CONFIRM_UNITS)
def application_list(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first, and below what was decided, the newest first."""
    viewer = Viewer.of(request)
    rows = applications_for(viewer.person, viewer.at).select_related("division", "filed_by")
    done = rows.exclude(state=ApplicationState.WAITING).order_by("-decided_at", "-filed_at")
    context = {
        "waiting": [(row, *_left(row, viewer)) for row in rows.filter(state=ApplicationState.WAITING)[:200]],
        "page": Paginator(done, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "people/application_list.html", context)


@require_safe
@needs(Permission.CONFIRM_UNITS)
def application_detail(request: HttpRequest, application: Any) -> HttpResponse:
    """One application with its letter, and the two ways to decide it."""
    viewer = Viewer.of(request)
    return _page(request, viewer, _visible(viewer, application))


def _page(
    request: HttpRequest,
    viewer: Viewer,
    row: UnitApplication,
    confirm: ConfirmForm | None = None,
    give_back: ReturnForm | None = None,
) -> HttpResponse:
    waits = row.state == ApplicationState.WAITING and row.lapses_at > viewer.at
    others = applications_for(viewer.person, viewer.at).filter(uscc=row.uscc).exclude(pk=row.pk)
    day, days = _left(row, viewer)
    context = {
        "application": row,
        "waits": waits,
        "day": day,
        "days": days,
        "others": others,
        "has_picture": row.letter is not None and is_picture(row.letter.media_type),
        "confirm_form": confirm or ConfirmForm(initial={"username": row.username}),
        "return_form": give_back or ReturnForm(),
    }
    return render(request, "people/application_detail.html", context)


@require_POST
@needs(Permission.CONFIRM_UNITS)
def application_confirm(request: HttpRequest, application: Any) -> HttpResponse:
    """Make the unit and let its applicant in; a one-time password is shown this once."""
    viewer = Viewer.of(request)
    row = _visible(viewer, application)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, row, confirm=form)
    try:
        done = deciding.confirm(row, form.cleaned_data["username"], by=viewer.person, at=viewer.at)
    except ApplicationRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, viewer, row, confirm=form)
    if done.password:
        return render(
            request,
            "people/account_password.html",
            {"person": done.account.person, "account": done.account, "password": done.password},
        )
    messages.success(request, _("已确认%(unit)s，经办人可以用自己设定的密码登录。") % {"unit": done.unit.name})
    return redirect("people:application_list")


@require_POST
@needs(Permission.CONFIRM_UNITS)
def application_return(request: HttpRequest, application: Any) -> HttpResponse:
    """Return it with words."""
    viewer = Viewer.of(request)
    row = _visible(viewer, application)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, row, give_back=form)
    try:
        deciding.give_back(row, form.cleaned_data["words"], by=viewer.person, at=viewer.at)
        messages.success(request, _("已退回。申请人凭受理编号可以看到退回说明。"))
    except ApplicationRefused as refusal:
        messages.error(request, str(refusal))
    return redirect("people:application_list")


@require_GET  # what counts as opened was sent
@needs(Permission.CONFIRM_UNITS)
def application_letter(request: HttpRequest, application: Any) -> HttpResponse:
    """The letter, as an attachment; the reading is on record."""
    viewer = Viewer.of(request)
    row = _visible(viewer, application)
    if row.letter is None:
        raise Http404
    return serve(row.letter, by=viewer.person, at=viewer.at, about=f"people.unitapplication:{row.uuid}")


@require_safe
@needs(Permission.CONFIRM_UNITS)
def application_picture(request: HttpRequest, application: Any) -> HttpResponse:
    """A small picture of a letter that was photographed."""
    viewer = Viewer.of(request)
    row = _visible(viewer, application)
    if row.letter is None:
        raise Http404
    return serve_thumbnail(row.letter, by=viewer.person, at=viewer.at, about=f"people.unitapplication:{row.uuid}")


@needs(Permission.CONFIRM_UNITS)
@takes_papers(setting="application_letter_bytes")
def application_add(request: HttpRequest) -> HttpResponse:
    """File at the counter on a unit's behalf: the paper lies here, and whoever files it is named."""
    viewer = Viewer.of(request)
    paths = confirming_paths(viewer.person, viewer.at)
    form = CounterForm(request.POST or None, request.FILES or None, paths=paths)
    if request.method == "POST" and form.is_valid():
        try:
            row = file_application(form.facts(), form.cleaned_data["letter"], by=viewer.person, at=viewer.at)
        except ApplicationRefused as refusal:
            form.add_error(None, str(refusal))
        except PaperRefused as refusal:
            form.add_error("letter", str(refusal))
        else:
            messages.success(request, _("已代为登记，受理编号 %(receipt)s。") % {"receipt": row.receipt})
            return redirect("people:application_detail", row.uuid)
    return render(request, "people/application_form.html", {"form": form})
