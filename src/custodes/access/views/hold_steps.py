"""The steps on a hold's page: review, and release by two people (S33.2a)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.access.forms.holds import DeclineForm, ReviewForm, StepForm
from custodes.access.holds import delivering, shortening, stepping
from custodes.access.holds.placing import HoldRefused
from custodes.access.holds.reach import releasable_holds
from custodes.access.holds.stepping import Said
from custodes.access.models import Hold
from custodes.access.views.holds import ANSWER_SECONDS, INVALID, page, seen
from custodes.people.papers.refusal import PaperRefused
from custodes.people.papers.taking import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs


@require_POST
@needs(Permission.RELEASE_HOLDS)
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is still needed."""
    form = ReviewForm(request.POST, auto_id="id_review_%s")

    def act(row: Hold, said: Said) -> Hold:
        return stepping.review(row, form.cleaned_data["review_on"], said)

    return _step(request, pk, "review", form, act, _("已复核，继续保全。"))


@require_POST
@takes_papers()
@needs(Permission.RELEASE_HOLDS)
def ask_release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first of two."""
    form = StepForm(request.POST, request.FILES, auto_id="id_ask_%s")
    return _step(
        request, pk, "ask_release", form, stepping.ask_release, _("已提请解除，由另一人确认；确认之前仍在保全。")
    )


@require_POST
@takes_papers()
@needs(Permission.RELEASE_HOLDS)
def shorten(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first of two: what remains of the request is held by itself, and this one may end."""
    form = StepForm(request.POST, request.FILES, auto_id="id_shorten_%s")
    said = _("已按缩小后的范围另设保全，并提请解除原保全。新的保全生效后，由另一人到原保全页面确认解除。")
    return _step(request, pk, "shorten", form, shortening.shorten, said)


@require_POST
@takes_papers()
@needs(Permission.RELEASE_HOLDS)
def confirm_release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second of two."""
    form = StepForm(request.POST, request.FILES, auto_id="id_confirm_%s")
    return _step(request, pk, "confirm_release", form, stepping.confirm_release, _("已解除保全。录像按存储期限处理。"))


@require_POST
@needs(Permission.RELEASE_HOLDS)
def decline_release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It goes on."""
    form = DeclineForm(request.POST, auto_id="id_decline_%s")
    return _step(request, pk, "decline_release", form, stepping.decline_release, _("继续保全。"))


def _step(
    request: HttpRequest, pk: UUID, name: str, form: StepForm, act: Callable[[Hold, Said], Hold], told: Any
) -> HttpResponse:
    """Take it and say so, or draw the page again with what was typed and what was wrong."""
    viewer = Viewer.of(request)
    row = seen(viewer, pk, releasable_holds(viewer.person, viewer.at))
    error: Any = ""
    if form.is_valid():
        try:
            with transaction.atomic():
                done = act(row, form.said(viewer.person, viewer.at, f"access.hold:{row.pk}"))
        except PaperRefused as refusal:
            form.add_error("paper", str(refusal))
        except HoldRefused as refusal:
            error = str(refusal)
        else:
            delivering.wait_a_moment(done, ANSWER_SECONDS)
            messages.success(request, told)
            return redirect(done)
    return page(request, viewer, seen(viewer, pk), error, INVALID, {name: form})
