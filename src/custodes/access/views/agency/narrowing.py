"""A registered request becomes smaller: the holder's staff propose what is to remain, the officers agree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.access.agency import narrowing
from custodes.access.agency.narrowing import Smaller
from custodes.access.choosing.subjects import MOST_OF_A_REQUEST
from custodes.access.missing.forms import MomentInput
from custodes.access.models import AgencyOfficer, AgencyRequest, Intake, NarrowingState
from custodes.access.views.agency import common
from custodes.cases.step import StepInput
from custodes.people.forms import PlainText
from custodes.people.lawful import StepRefused
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Camera
from custodes.places.scope import exact_cameras, told_exactly


class _Cameras(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """As the list of the choice names it."""
        return f"{obj.number} {obj.name} · {obj.place_told}"


class _Officers(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Name and card."""
        return f"{obj.name} {obj.card}".strip()


class NarrowForm(PlainText, forms.Form):
    """Fewer cameras, a shorter span, and why."""

    cameras = _Cameras(
        Camera.objects.none(),
        label=_("保留的点位"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("所选点位不在该申请之内（N20）。登记后只能缩小范围。")},
    )
    span_from = forms.DateTimeField(label=_("起"), widget=MomentInput)
    span_to = forms.DateTimeField(label=_("止"), widget=MomentInput)
    words = forms.CharField(
        label=_("理由"), max_length=300, widget=forms.TextInput, help_text=_("例如：经查看说明，只需校门一处、半小时。")
    )
    officers = _Officers(
        AgencyOfficer.objects.none(), label=_("到场同意的工作人员"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, row: AgencyRequest, viewer: Viewer, **kwargs: Any) -> None:
        initial = {
            "cameras": [one.pk for one in row.cameras.all()],
            "span_from": row.span_from,
            "span_to": row.span_to,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.row = row
        cameras: Any = self.fields["cameras"]
        exact = exact_cameras(viewer.person, viewer.at)
        cameras.queryset = told_exactly(row.cameras.order_by("number"), exact)
        officers: Any = self.fields["officers"]
        officers.queryset = row.officers.all()
        if row.intake != Intake.COUNTER:
            del self.fields["officers"]

    def smaller(self) -> Smaller:
        """What is to remain. An end that was not touched is the request's own, to the microsecond."""
        data = self.cleaned_data
        begin, end = data["span_from"], data["span_to"]
        own_begin, own_end = self.row.span_from, self.row.span_to
        if own_begin is not None and begin == own_begin.replace(microsecond=0):
            begin = own_begin
        if own_end is not None and end == own_end.replace(microsecond=0):
            end = own_end
        return Smaller(frozenset(one.pk for one in data["cameras"]), begin, end)


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
    form = NarrowForm(request.POST or None, row=row, viewer=viewer)
    if request.method == "POST" and form.is_valid():
        step = StepInput(viewer.person, viewer.at, timezone.localdate(viewer.at), form.cleaned_data["words"].strip())
        try:
            made = narrowing.propose(row, form.smaller(), step, form.cleaned_data.get("officers", ()))
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
