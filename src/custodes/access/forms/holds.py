"""The forms by which footage is held, reviewed and released."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.access.models import HoldBasis
from custodes.access.models.hold import LONGEST_REVIEW_DAYS, REVIEW_DAYS
from custodes.cases.forms import StepForm
from custodes.cases.models import WORDS
from custodes.people.forms import PlainText
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.models import Camera

_MOMENT = "%Y-%m-%dT%H:%M"
FOUND = 50
"""Cameras that one search offers."""


class _CamerasField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, camera: Camera) -> str:
        return f"{camera.name}（{camera.number}）· {camera.system.name} · {camera.system.unit.name}"


def _moment(label: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format=f"{_MOMENT}:%S")
    return forms.DateTimeField(label=label, widget=widget, input_formats=[f"{_MOMENT}:%S", _MOMENT])


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class HoldForm(PlainText, forms.Form):
    """What is to be held, and why.

    Args:
        cameras: those that the person may hold.
        chosen: of these, the ones that are chosen already; they stay on the form whatever is searched for.
    """

    q = forms.CharField(label=_("查找点位（名称、编号、系统或者单位）"), max_length=80, required=False)
    cameras = _CamerasField(
        Camera.objects.none(),
        label=_("点位"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("所选点位不在您可以设定保全的范围内（S33.2a）。请取消该点位，由其管理单位设定。")
        },
    )
    begins = _moment(_("起"))
    ends = _moment(_("止"))
    basis = forms.ChoiceField(
        label=_("保全依据"),
        choices=[(one.value, one.label) for one in (HoldBasis.CASE, HoldBasis.SPAN)],
        widget=forms.RadioSelect,
        initial=HoldBasis.CASE,
    )
    case_name = forms.CharField(
        label=_("案件、事件名称"), max_length=200, help_text=_("对点位单位可见；不写嫌疑人、被害人姓名。")
    )
    number = forms.CharField(
        label=_("文书编号"), max_length=100, required=False, help_text=_("提出保全的文书编号；按案件保全的必填。")
    )
    asked_by = forms.CharField(label=_("提出保全的单位"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("保全理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写入存证日志。"),
    )
    review_on = _day(_("复核日期"), help_text=_("届时由人复核是否仍需保全，最长一年；不复核也不会自动解除。"))
    paper = PaperField(label=_("文书扫描件"), kinds=SCANS, required=False)

    def __init__(
        self, *args: Any, cameras: QuerySet[Camera], chosen: list[str], query: str, at: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = Q(pk__in=chosen)
        if query:
            found = cameras.filter(
                Q(name__icontains=query)
                | Q(number__icontains=query)
                | Q(system__name__icontains=query)
                | Q(system__unit__name__icontains=query)
            )
            offered |= Q(pk__in=list(found.order_by("name", "pk").values_list("pk", flat=True)[:FOUND]))
        rows = cameras.filter(offered).select_related("system__unit").order_by("name", "pk")
        self.fields["cameras"].queryset = rows  # type: ignore[attr-defined]
        self.offers = rows.exists()
        today = timezone.localdate(at)
        self.fields["review_on"].initial = today + timedelta(days=REVIEW_DAYS)
        self.fields["review_on"].widget.attrs |= {
            "min": str(today + timedelta(days=1)),
            "max": str(today + timedelta(days=LONGEST_REVIEW_DAYS)),
        }

    def clean(self) -> dict[str, Any]:
        """A case is named by a document of somebody."""
        data = super().clean() or {}
        begins, ends = data.get("begins"), data.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", _("结束时间应当晚于开始时间。"))
        if data.get("basis") == HoldBasis.CASE:
            for name in ("number", "asked_by"):
                if not data.get(name):
                    self.add_error(name, _("按案件保全的，请写明提出保全的单位和文书编号。"))
        return data


class ReleaseForm(StepForm):
    """Why a step is taken, with the document on which it rests."""

    on: Any = None
    words = forms.CharField(
        label=_("理由"), max_length=WORDS, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("写入存证日志。")
    )
    number = forms.CharField(label=_("文书编号"), max_length=100)
    file = PaperField(label=_("文书扫描件"), kinds=SCANS, required=False)


class DeclineForm(ReleaseForm):
    """It goes on: why is enough."""

    number: Any = None
    file: Any = None


class ReviewForm(DeclineForm):
    """It is still needed, until another day."""

    review_on = _day(_("下次复核日期"))
