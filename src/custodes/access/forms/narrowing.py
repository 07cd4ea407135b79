"""What is to remain of a registered request, and who of its officers agrees at the counter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.access.agency.narrowing import Smaller
from custodes.access.missing.forms import MomentInput
from custodes.access.models import AgencyOfficer, AgencyRequest, Intake
from custodes.people.forms.plain import PlainText
from custodes.places.models import Camera


class _Cameras(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """As the list of the choice names it."""
        return f"{obj.number} {obj.name} · {obj.place}"


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

    def __init__(self, *args: Any, row: AgencyRequest, **kwargs: Any) -> None:
        initial = {
            "cameras": [one.pk for one in row.cameras.all()],
            "span_from": row.span_from,
            "span_to": row.span_to,
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.row = row
        cameras: Any = self.fields["cameras"]
        cameras.queryset = row.cameras.order_by("number")
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
