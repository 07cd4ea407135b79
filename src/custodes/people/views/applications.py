"""登记单位: the public pages on which a unit lets itself in, with nobody signed in; and its application before the police of its division."""

from __future__ import annotations

import datetime
from typing import Any

from allauth.core.ratelimit import consume
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from custodes.documents.fonts import FontsMissing
from custodes.documents.forms.systems import AuthorizationLetter
from custodes.documents.rendering import TemplateError
from custodes.people import applying, numbers
from custodes.people.applying import (
    ApplicationRefused,
    applications_for,
    blank_letter,
    confirming_paths,
    file_application,
    letter_typed,
    look_up,
)
from custodes.people.lawful import legal_day
from custodes.people.models import ApplicationState, UnitApplication
from custodes.people.numbers import valid_uscc
from custodes.people.papers.kinds import PaperRefused, is_picture, takes_papers
from custodes.people.papers.serving import serve, serve_thumbnail
from custodes.people.permissions import Permission
from custodes.people.printed import as_file, no_record, printed
from custodes.people.unit_forms import ApplicationForm, ConfirmForm, CounterForm, ReturnForm, StateForm
from custodes.people.viewer import Viewer, needs
from custodes.settings import get_settings

ASKED = "print"
"""What the page's link and second button say beside the form's own fields."""

TOO_MANY = 429


def print_blank(request: HttpRequest) -> HttpResponse:
    """The empty letter, or the page with a word about what this machine lacks."""
    settings, letter, back = get_settings(), AuthorizationLetter(), reverse("people:unit_apply")
    try:
        return as_file(blank_letter(settings.templates, settings.installation_name), letter)
    except (FontsMissing, TemplateError):
        return printed(request, letter, back, no_record())  # finds the same, and says it


def print_typed(request: HttpRequest) -> HttpResponse:
    """The letter with what was typed into the application so far: counted by address, and nothing of it is kept."""
    if not consume(request, action="print_letter"):
        text = _("打印过于频繁，请过一小时再试，或者到所在县（区）公安机关窗口领取。")
        return HttpResponse(text, status=TOO_MANY, content_type="text/plain; charset=utf-8")
    return printed(request, letter_typed(request.POST.dict()), reverse("people:unit_apply"), no_record())


_RECEIPT = "unit_application_receipt"


@login_not_required
@never_cache
@takes_papers(setting="application_letter_bytes")
@require_http_methods(["GET", "HEAD", "POST"])
def unit_apply(request: HttpRequest) -> HttpResponse:
    """The application's form; what is sent is counted by address, as sign-in is. With `print` it answers the letter instead.

    One address for both: what opens without signing in is kept short.
    """
    if request.method != "POST":
        if ASKED in request.GET:
            return print_blank(request)
        return render(request, "people/apply.html", {"form": ApplicationForm()})
    if ASKED in request.POST:
        return _refused_letter(request) or print_typed(request)
    if not consume(request, action="unit_apply"):
        return _too_many(request)
    form = ApplicationForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            row = file_application(form.facts(), form.cleaned_data["letter"], by=None, at=timezone.now())
        except ApplicationRefused as refusal:
            form.add_error(None, str(refusal))
        except PaperRefused as refusal:
            form.add_error("letter", str(refusal))
        else:
            request.session[_RECEIPT] = row.receipt
            return redirect("people:unit_apply_sent")
    return render(request, "people/apply.html", {"form": form})


def _refused_letter(request: HttpRequest) -> HttpResponse | None:
    """The page with what is wrong with the credit code: a letter is sealed before anybody here reads it. None where it may be printed."""
    typed = numbers.normal_uscc(request.POST.get("uscc", ""))
    if not typed:
        return None
    try:
        valid_uscc(typed)
    except ValidationError as error:
        form = ApplicationForm(request.POST)
        form.full_clean()
        form.errors.clear()
        form.add_error("uscc", error)
        return render(request, "people/apply.html", {"form": form})
    return None


@login_not_required
@never_cache
@require_safe
def unit_apply_sent(request: HttpRequest) -> HttpResponse:
    """The receipt, in the browser that has just applied."""
    receipt = request.session.get(_RECEIPT, "")
    row = UnitApplication.objects.select_related("letter", "division").filter(receipt=receipt).first()
    if row is None:
        return redirect("people:unit_apply_state")
    return render(request, "people/apply_sent.html", {"application": row})


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unit_apply_state(request: HttpRequest) -> HttpResponse:
    """How far an application has come, for whoever has the receipt number and the telephone number."""
    if request.method != "POST":
        return render(request, "people/apply_state.html", {"form": StateForm()})
    if not consume(request, action="unit_apply_state"):
        return _too_many(request)
    form = StateForm(request.POST)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        try:
            context["application"] = look_up(form.cleaned_data["receipt"], form.cleaned_data["phone"], timezone.now())
        except ApplicationRefused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "people/apply_state.html", context)


def _too_many(request: HttpRequest) -> HttpResponse:
    answer = render(request, "429.html", status=429)
    answer.headers["Retry-After"] = "3600"
    return answer


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
        done = applying.confirm(row, form.cleaned_data["username"], by=viewer.person, at=viewer.at)
    except ApplicationRefused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, viewer, row, confirm=form)
    if done.password:
        return render(
            request,
            "people/account_password.html",
            {
                "person": done.account.person,
                "username": done.account.username,
                "password": done.password,
                "back": reverse("people:application_list"),
            },
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
        applying.give_back(row, form.cleaned_data["words"], by=viewer.person, at=viewer.at)
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
