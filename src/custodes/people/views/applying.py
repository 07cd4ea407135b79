"""登记单位: the public pages on which a unit lets itself in and asks how far it has come. Nobody is signed in here."""

from __future__ import annotations

from allauth.core.ratelimit import consume
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from custodes.people import uscc
from custodes.people.applying.asking import look_up
from custodes.people.applying.filing import file_application
from custodes.people.applying.refused import ApplicationRefused
from custodes.people.forms.applying import ApplicationForm, StateForm
from custodes.people.models import UnitApplication
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.taking import takes_papers
from custodes.people.uscc_field import valid_uscc
from custodes.people.views import letter

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
        if letter.ASKED in request.GET:
            return letter.print_blank(request)
        return render(request, "people/apply.html", {"form": ApplicationForm()})
    if letter.ASKED in request.POST:
        return _refused_letter(request) or letter.print_typed(request)
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
    typed = uscc.normal(request.POST.get("uscc", ""))
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
