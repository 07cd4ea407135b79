"""One step of a filing, removal, change or order on its page: the act, or the page again with what was typed and what was wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from custodes.people.forms.faults import faults_of
from custodes.people.viewer import Viewer
from custodes.places.forms.filing import AnswerForm
from custodes.places.lifecycle.said import reason
from custodes.places.lifecycle.stepping import StepRefused, Taken

INVALID = 422
Row = TypeVar("Row")
Contra = TypeVar("Contra", contravariant=True)


class Draw(Protocol[Contra]):
    """The row's page, with what went wrong and the form as it was sent."""

    def __call__(
        self, request: HttpRequest, viewer: Viewer, row: Contra, error: Any, status: int, answer: BaseForm | None
    ) -> HttpResponse: ...


def act_on(
    request: HttpRequest,
    viewer: Viewer,
    row: Row,
    act: Callable[[Row, Taken], Row],
    said: Any,
    draw: Draw[Row],
    form: BaseForm | None = None,
    *,
    again: Callable[[Row], Row] = lambda row: row,
) -> HttpResponse:
    """Do it and say so, or draw the page again with the form as it was sent.

    Args:
        form: bound; of its fields `on` and `words` go with the step. Without one day and opinion may be given; no day is today.
        again: the row as it is now, for the page of a step that was refused: another may have taken a step meanwhile.
    """
    if form is None:
        form = AnswerForm(request.POST)
        form.fields["on"].required = False
    if not form.is_valid():
        return draw(request, viewer, row, faults_of(form), INVALID, form)
    day = form.cleaned_data.get("on") or timezone.localdate(viewer.at)
    try:
        done = act(row, Taken(viewer.person, viewer.at, day, form.cleaned_data.get("words", "")))
    except StepRefused as refusal:
        reasons = [str(refusal), *(reason(one) for one in refusal.unmet)]
        return draw(request, viewer, again(row), " ".join(reasons), INVALID, form)
    messages.success(request, said)
    return redirect(done)  # type: ignore[call-overload, no-any-return]
