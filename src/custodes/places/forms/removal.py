"""The forms of a removal: what goes, why, when."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.places.forms.life import DayInput, plausible
from custodes.places.models import Camera, CameraState, RemovalGround, System
from custodes.places.removal.workflow import Wanted

WHAT = (("cameras", _("拆除部分点位")), ("whole", _("拆除整个系统")))


class RemovalForm(PlainText, forms.Form):
    """One removal."""

    what = forms.ChoiceField(label=_("拆除内容"), choices=WHAT, widget=forms.RadioSelect, initial="cameras")
    cameras = forms.ModelMultipleChoiceField(
        Camera.objects.none(), label=_("拆除的点位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    ground = forms.ChoiceField(
        label=_("拆除理由"),
        choices=RemovalGround,
        help_text=_("第十八条列明城市建设、改变用途两种情形；其他情形请写明。"),
    )
    why = forms.CharField(label=_("情况说明"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    planned = forms.DateField(
        label=_("拟拆除日期"),
        validators=[plausible],
        widget=DayInput,
        help_text=_("应当在拆除前十五日向所在县（区）公安机关报告（第十八条）。"),
    )

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cameras = self.fields["cameras"]
        assert isinstance(cameras, forms.ModelMultipleChoiceField)
        cameras.queryset = system.cameras.exclude(state=CameraState.RETIRED).order_by("number")
        self.fields["why"].validators = self.fields["why"].validators[:-1]  # several lines

    def clean(self) -> dict[str, Any]:
        """Some cameras are named, or the whole goes."""
        data = super().clean() or {}
        if data.get("what") == "cameras" and not data.get("cameras"):
            self.add_error("cameras", _("请选择要拆除的点位，或者选择拆除整个系统。"))
        return data

    def wanted(self) -> Wanted:
        """What was asked for."""
        data = self.cleaned_data
        cameras = () if data["what"] == "whole" else tuple(data["cameras"])
        return Wanted(cameras, RemovalGround(data["ground"]), data["why"], data["planned"])


class PutOffForm(forms.Form):
    """Another day."""

    planned = forms.DateField(
        label=_("改为"),
        widget=DayInput,
        validators=[plausible],
        error_messages={"required": _("请填写新的拟拆除日期。"), "invalid": _("请填写新的拟拆除日期。")},
    )


class ReasonForm(PlainText, forms.Form):
    """Why not."""

    words = forms.CharField(label=_("理由"), max_length=300, error_messages={"required": _("请写明不再拆除的理由。")})
