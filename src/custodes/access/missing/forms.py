"""The forms of a case: what is stated on one page, places and times, who is at the screen, a find, an end, a paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.access.models import Accepted, DocumentKind, MissingCase, MissingPaper, ProofKind
from custodes.cases.forms import NoForm
from custodes.people.forms import PlainText
from custodes.people.papers.keeping import PaperField
from custodes.places.models import Camera

if TYPE_CHECKING:
    from django.http import QueryDict

STATED = (
    *("report_number", "lost_as", "lost_name", "age", "looks", "last_seen"),
    *("applicant", "relation", "guardian_unit", "document", "document_number", "phone"),
    *("proof", "proof_words", "protected", "protected_words"),
)
"""What is stated of people and report, and may be completed while the case goes on."""
NO_NAMES = _("存证中永久保存，请不要写姓名和证件号码。")
READ_IN = (
    ("zh", pgettext_lazy("朗读", "已用国家通用语言朗读")),
    ("bo", pgettext_lazy("朗读", "已用藏语朗读")),
    ("other", pgettext_lazy("朗读", "已用申请人听得懂的其他语言朗读")),
    ("self", pgettext_lazy("朗读", "申请人自行阅读")),
)


class MomentInput(forms.DateTimeInput):
    """A moment, in the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(attrs={"step": "1", **attrs}, format="%Y-%m-%dT%H:%M:%S")


class CaseForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Everything about people and report, on one page; what is missing is said beside it and keeps nobody from opening the case."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    class Meta:
        model = MissingCase
        fields = list(STATED)
        widgets = {
            "lost_as": forms.RadioSelect,
            "proof": forms.RadioSelect,
            "protected": forms.RadioSelect,
        }
        help_texts = {
            "age": _("不清楚的可以不填。"),
            "guardian_unit": _("监护人是福利院、居民委员会、村民委员会或者民政部门的，填写单位名称，申请人填写来人。"),
            "proof_words": _("例如户口簿、出生医学证明；暂无证明的，写明申请人声明的内容。"),
            "protected": _("向处警民警和申请人核实后填写。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("lost_as", "proof", "protected"):
            field: Any = self.fields[name]
            field.choices = [one for one in field.choices if one[0]]
            field.required = False
        if self.instance._state.adding:
            del self.fields["revision"]
        else:
            self.initial["revision"] = self.instance.revision

    def clean(self) -> dict[str, Any]:
        """What somebody else entered meanwhile is not written over (R8)."""
        data = super().clean() or {}
        if "revision" in self.fields and data.get("revision") != self.instance.revision:
            self.add_error(None, _("您打开本页后，他人办理了同一件。请核对后再次保存。"))
            typed = cast("QueryDict", self.data).copy()
            typed["revision"] = str(self.instance.revision)
            self.data = typed
        data["proof"] = data.get("proof") or ProofKind.NONE
        return data


class _Cameras(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Number, name and place: who narrows it thinks of a street corner."""
        return f"{obj.number} {obj.name_in_choice} · {obj.place_told}"


class ScopeForm(forms.Form):
    """Which places, from when to when."""

    cameras = _Cameras(
        Camera.objects.none(),
        label=_("点位"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": _("所选点位不是您可以选择的联网共享平台点位（S29）。请取消该点位，或者向其管理单位申请。")
        },
    )
    span_from = forms.DateTimeField(label=_("起"), widget=MomentInput)
    span_to = forms.DateTimeField(label=_("止"), widget=MomentInput)

    def __init__(self, *args: Any, cameras: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cameras"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = cameras


class ScreenForm(PlainText, forms.Form):
    """Who looks beside the officer."""

    name = forms.CharField(label=_("查看人姓名"), max_length=40)
    document = forms.ChoiceField(label=_("证件类别"), choices=DocumentKind)
    number = forms.CharField(label=_("证件号码"), max_length=40, required=False)
    identified = forms.CharField(
        label=_("如何核实身份"),
        max_length=120,
        required=False,
        help_text=_("未带证件的必填，例如由居民委员会工作人员当面确认。"),
    )
    read_aloud = forms.ChoiceField(label=_("告知和承诺"), choices=READ_IN, widget=forms.RadioSelect)
    accepted = forms.ChoiceField(
        label=_("承诺方式"),
        choices=Accepted,
        widget=forms.RadioSelect,
        help_text=_("签名或者按指印的承诺书，拍照后加入材料。"),
    )


class ToldForm(NoForm):
    """The police that search were told first."""

    told = forms.CharField(label=_("通知的处警民警"), max_length=60, help_text=_("姓名和单位。"))
    told_at = forms.DateTimeField(label=_("通知时间"), widget=MomentInput)


class StopForm(NoForm):
    """Why it ends without a find."""

    words = forms.CharField(label=_("原因"), max_length=300, widget=forms.TextInput, help_text=NO_NAMES)


class NotFoundForm(StopForm):
    """Why an entered find was none."""


class ReviewForm(NoForm):
    """What the review found."""

    words = forms.CharField(label=_("复核情况"), max_length=300, widget=forms.TextInput, help_text=NO_NAMES)


class CasePaperForm(forms.Form):
    """A paper of the case."""

    kind = forms.ChoiceField(label=_("类别"), choices=MissingPaper.Kind)
    file = PaperField(label=_("文件"))
