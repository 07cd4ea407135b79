"""The three questions: who and why; which camera and when; consent, or refuse with the reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.access.missing.forms import NO_NAMES, MomentInput, ScreenForm
from custodes.access.models import IndividualRequest
from custodes.cases.forms import NoForm
from custodes.people.forms import PlainText
from custodes.people.models import Unit
from custodes.places.models import Camera

ANSWERS = (
    ("consent", _("同意查阅")),
    ("refuse", _("不同意")),
    ("later", _("暂不答复，先登记申请")),
)


class AskForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Who asks, and why."""

    class Meta:
        model = IndividualRequest
        fields = ["claim", "name", "document", "document_number", "phone", "interest", "purpose", "content"]
        widgets = {"claim": forms.RadioSelect, "interest": forms.RadioSelect}
        help_texts = {
            "purpose": _("例如自行车被盗、孩子受伤。"),
            "content": _("要找什么，例如推走蓝色自行车的人。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("claim", "interest"):
            field: Any = self.fields[name]
            field.choices = [one for one in field.choices if one[0]]


class CamerasByNumber(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Cameras to tick."""

    def label_from_instance(self, obj: Any) -> str:
        """Number and name, as the caretaker knows it, and whether it is out of use."""
        return f"{obj.number} {obj.name_in_choice}"


class DecideForm(NoForm):
    """Which camera and when; the answer."""

    cameras = CamerasByNumber(
        Camera.objects.none(),
        label=_("点位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("所选点位不是本单位管理的点位（N21）。请取消该点位，向其管理单位申请。")},
    )
    span_from = forms.DateTimeField(label=_("起"), widget=MomentInput, required=False)
    span_to = forms.DateTimeField(label=_("止"), widget=MomentInput, required=False)
    answer = forms.ChoiceField(label=_("答复"), choices=ANSWERS, widget=forms.RadioSelect)
    refusal = forms.CharField(label=_("不同意的理由"), max_length=300, required=False, help_text=NO_NAMES)

    def __init__(self, *args: Any, cameras: Any = None, later: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cameras"]
        if cameras is not None:
            field.queryset = cameras
        answer: Any = self.fields["answer"]
        if not later:
            answer.choices = ANSWERS[:2]


class ConsultForm(ScreenForm):
    """Who looks beside the unit's staff: a 查阅, whose undertaking the unit keeps."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("查阅人姓名")
        self.fields["accepted"].help_text = _("签名或者按指印的承诺书由本单位留存。")


class TurnForm(forms.Form):
    """Which unit's cameras are wanted."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("管理单位"))

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset = units
