"""A registered request becomes smaller: the holder's staff propose, the officers agree."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.access.agency import narrowing
from custodes.access.agency.stepping import Taken
from custodes.access.choosing.subjects import MOST_OF_A_REQUEST
from custodes.access.forms.narrowing import NarrowForm
from custodes.access.models import Intake, NarrowingState
from custodes.access.views.agency import common
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.lifecycle.stepping import StepRefused

TAKES = {"agree": narrowing.agree, "decline": narrowing.decline, "withdraw": narrowing.withdraw}
ANSWERED = {
    "agree": _("已同意缩小范围。"),
    "decline": _("已登记不同意，申请按原范围办理。"),
    "withdraw": _("已撤回提议。"),
}


@needs(Permission.TAKE_REQUESTS, Permission.APPROVE_REQUESTS)
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is to remain, and why."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    if not common.part_of(viewer, row).narrows(row):
        raise Http404
    form = NarrowForm(request.POST or None, row=row)
    if request.method == "POST" and form.is_valid():
        taken = Taken(viewer.person, viewer.at, form.cleaned_data["words"].strip())
        try:
            made = narrowing.propose(row, form.smaller(), taken, form.cleaned_data.get("officers", ()))
        except StepRefused as refusal:
            form.add_error(None, common.told(refusal))
        else:
            done = made.state == NarrowingState.DONE
            messages.success(request, _("已缩小范围。") if done else _("已提请工作人员同意。"))
            return redirect(row)
    context = {
        "row": row,
        "form": form,
        "counter": row.intake == Intake.COUNTER,
        "subject": f"agency:{row.pk}",
        "most": MOST_OF_A_REQUEST,
        "crumbs": common.crumbs(row, (_("缩小范围"), "")),
    }
    return render(request, "access/agency/narrow.html", context, status=common.INVALID if form.errors else 200)


@require_POST
@needs(*common.ASKS_OR_TAKES, Permission.APPROVE_REQUESTS)
def answer(request: HttpRequest, pk: UUID, narrowing: UUID, answer: str) -> HttpResponse:
    """An officer agrees or does not; the staff take it back."""
    viewer = Viewer.of(request)
    row = common.opened(viewer, pk)
    part = common.part_of(viewer, row)
    made = get_object_or_404(row.narrowings, pk=narrowing)
    if not (part.takes if answer == "withdraw" else part.asks and answer in ANSWERED):
        raise Http404
    try:
        TAKES[answer](made, viewer.person, viewer.at)
    except StepRefused as refusal:
        messages.error(request, common.told(refusal))
    else:
        messages.success(request, ANSWERED[answer])
    return redirect(row)
