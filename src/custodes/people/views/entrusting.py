"""What puts power into a person's or a unit's hands: what waits for a second person, confirmed, refused, taken back; who declares to be alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.documents.fonts import FontsMissing
from custodes.documents.forms.password import PasswordSheet
from custodes.documents.rendering import TemplateError
from custodes.documents.rendering import render as render_sheet
from custodes.people import confirming
from custodes.people.entrusting import ASKERS, DECLARERS, READERS, EntrustmentRefused, visible, why_not
from custodes.people.models import Entrustment, EntrustmentKind, EntrustmentState
from custodes.people.permissions import Permission
from custodes.people.printed import as_file, no_record
from custodes.people.two_persons import MOST_DAYS, STEPS, counts, declare, end, steps_by_rule, units_to_declare
from custodes.people.viewer import Viewer, needs
from custodes.people.views.persons import AloneForm, RefuseEntrustmentForm
from custodes.settings import get_settings

PAGE = 50
_CONFIRMS = Permission.CONFIRM_PEOPLE
BADGES = {
    EntrustmentState.WAITING: "attention",
    EntrustmentState.CONFIRMED: "fine",
    EntrustmentState.REFUSED: "danger",
    EntrustmentState.WITHDRAWN: "off",
}
_WITH_PASSWORD = (EntrustmentKind.ACCOUNT, EntrustmentKind.RESET)


def _rows(viewer: Viewer) -> Any:
    return visible(viewer.person, viewer.at).select_related(
        "person__unit", "post__unit", "unit", "made_by", "decided_by"
    )


@require_safe
@needs(*READERS)
def entrustment_list(request: HttpRequest) -> HttpResponse:
    """What waits, the oldest first; below what was decided, the newest first."""
    viewer = Viewer.of(request)
    rows = _rows(viewer)
    waiting = rows.filter(state=EntrustmentState.WAITING).order_by("made_at", "pk")
    done = rows.exclude(state=EntrustmentState.WAITING).order_by("-made_at", "-pk")
    page = Paginator(done, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.badge = BADGES[EntrustmentState(row.state)]
    context = {"waiting": waiting[:200], "page": page, "confirms": viewer.may(_CONFIRMS)}
    context["may_declare"] = bool(units_to_declare(viewer.person, viewer.at))
    return render(request, "people/entrustment_list.html", context)


@needs(*DECLARERS)
def entrustment_alone(request: HttpRequest) -> HttpResponse:
    """Declare that a unit has no second for what the viewer does there."""
    viewer = Viewer.of(request)
    units = units_to_declare(viewer.person, viewer.at)
    form = AloneForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = declare(viewer.person, said["unit"], said["reason"], said["until"], at=viewer.at)
        except EntrustmentRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已提出，由审计管理员或者上级单位的审批人确认后生效。"))
            return redirect(row)
    context = {"form": form, "none": not units, "most": MOST_DAYS, "steps": steps_by_rule()}
    return render(request, "people/entrustment_alone.html", context)


@require_safe
@needs(*READERS)
def entrustment(request: HttpRequest, entrustment: Any) -> HttpResponse:
    """One of them, and what the viewer may do about it."""
    viewer = Viewer.of(request)
    return _page(request, viewer, get_object_or_404(_rows(viewer), uuid=entrustment))


def _page(
    request: HttpRequest, viewer: Viewer, row: Entrustment, error: str = "", form: RefuseEntrustmentForm | None = None
) -> HttpResponse:
    waits = row.state == EntrustmentState.WAITING
    own = row.made_by_id == viewer.person.pk
    why = why_not(row, viewer.person, viewer.at) if waits and viewer.may(_CONFIRMS) and not own else ""
    context = {
        "entrustment": row,
        "badge": BADGES[EntrustmentState(row.state)],
        "with_password": row.kind in _WITH_PASSWORD,
        "done": [(one, STEPS[one.step].name) for one in row.done.all()[:PAGE]],
        "days": get_settings().independent_days,
        "may_confirm": waits and viewer.may(_CONFIRMS) and not own and not why,
        "may_withdraw": waits and own,
        "may_end": counts(row, viewer.at) and any(viewer.may(one) for one in (_CONFIRMS, *DECLARERS)),
        "why": why,
        "error": error,
        "form": form or RefuseEntrustmentForm(),
    }
    return render(request, "people/entrustment.html", context, status=409 if error else 200)


@require_POST
@needs(_CONFIRMS)
def entrustment_confirm(request: HttpRequest, entrustment: Any) -> HttpResponse:
    """Let it count. A one-time password is shown here, this once, to the person for whom it is and who stands there; or goes on a sealed sheet."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_rows(viewer), uuid=entrustment)
    try:
        if "sealed" in request.POST:
            return _sealed(viewer, row)
        password = confirming.confirm(row, by=viewer.person, at=viewer.at)
    except EntrustmentRefused as refusal:
        return _page(request, viewer, row, str(refusal))
    if not password:
        messages.success(request, _("已确认，现在生效。"))
        return redirect("people:entrustment_list")
    context = {
        "person": row.person,
        "username": row.about,
        "password": password,
        "back": reverse("people:entrustment_list"),
    }
    answer = render(request, "people/account_password.html", context)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _sealed(viewer: Viewer, row: Entrustment) -> HttpResponse:
    """The sheet is the answer itself: the password is kept nowhere and stands in no address, and a second time there is none.

    Raises:
        EntrustmentRefused: as `deciding.confirm`; or this machine can't print, and then nothing was confirmed.
    """
    try:
        with transaction.atomic():
            password = confirming.confirm(row, by=viewer.person, at=viewer.at, sealed=True)
            if not password:
                raise EntrustmentRefused(_("该事项没有一次性密码，不需要打印。请直接确认。"))
            sheet = PasswordSheet(
                issued=timezone.localdate(viewer.at),
                person=row.person.name,
                unit=row.person.unit.name,
                username=row.about,
                password=password,
                given_by=viewer.person.name,
            )
            pdf = render_sheet(sheet, templates=get_settings().templates, provenance=no_record())
    except FontsMissing as error:
        raise EntrustmentRefused(
            _(
                "本机没有中文字体，无法打印，没有确认。请由系统管理员安装（custodes doctor --only documents），或者请本人到场。"
            )
        ) from error
    except TemplateError as error:
        raise EntrustmentRefused(
            _(
                "文书模板有误，无法打印，没有确认。请由系统管理员检查（custodes doctor --only documents），或者请本人到场。"
            )
        ) from error
    answer = as_file(pdf, sheet)
    # To be printed where it opens: a file among others' downloads would be the password on a disk.
    answer["Content-Disposition"] = content_disposition_header(False, f"{sheet.TITLE}.pdf") or "inline"
    return answer


@require_POST
@needs(_CONFIRMS)
def entrustment_refuse(request: HttpRequest, entrustment: Any) -> HttpResponse:
    """Say no, with the reason."""
    form = RefuseEntrustmentForm(request.POST)
    words = str(form.cleaned_data["words"]) if form.is_valid() else ""
    return _decide(
        request,
        entrustment,
        lambda row, viewer: confirming.refuse(row, words, by=viewer.person, at=viewer.at),
        _("已记录不予确认。"),
    )


@require_POST
@needs(*ASKERS)
def entrustment_withdraw(request: HttpRequest, entrustment: Any) -> HttpResponse:
    """Take back what one asked for."""
    return _decide(
        request,
        entrustment,
        lambda row, viewer: confirming.withdraw(row, by=viewer.person, at=viewer.at),
        _("已撤回。"),
    )


@require_POST
@needs(_CONFIRMS, *DECLARERS)
def entrustment_end(request: HttpRequest, entrustment: Any) -> HttpResponse:
    """End a declaration that one acts alone."""
    return _decide(
        request, entrustment, lambda row, viewer: end(row, by=viewer.person, at=viewer.at), _("已终止，即时生效。")
    )


def _decide(
    request: HttpRequest, entrustment: Any, act: Callable[[Entrustment, Viewer], None], said: str
) -> HttpResponse:
    viewer = Viewer.of(request)
    row = get_object_or_404(_rows(viewer), uuid=entrustment)
    try:
        act(row, viewer)
    except EntrustmentRefused as refusal:
        return _page(request, viewer, row, str(refusal))
    messages.success(request, said)
    return redirect("people:entrustment_list")
