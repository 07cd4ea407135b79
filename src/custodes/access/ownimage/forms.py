"""The three questions: who asks for what; which camera, when, and what was found; the answer with its ground."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.access.individual.forms import CamerasByNumber
from custodes.access.missing.forms import MomentInput
from custodes.access.models import OwnException, OwnFound, OwnImageRequest, OwnOutcome
from custodes.access.ownimage.checked import Looked
from custodes.cases.forms import NoForm
from custodes.people.forms import PlainText
from custodes.places.models import Camera


class CameraByNumber(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One camera to choose, as the caretaker knows it."""

    label_from_instance = CamerasByNumber.label_from_instance


LATER = "later"
ANSWERS = (*OwnOutcome.choices, (LATER, pgettext_lazy("本人影像", "暂不答复，先登记申请和核对结果")))


class AskForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Who asks, for whom, and what shows them."""

    class Meta:
        model = OwnImageRequest
        fields = [
            *("claim", "name", "document", "document_number", "phone"),
            *("subject", "standing", "wish", "place", "content"),
        ]
        widgets = {"claim": forms.RadioSelect, "wish": forms.RadioSelect}
        help_texts = {
            "document_number": _("只核对本人身份用，不留存证件复印件。"),
            "subject": _("代他人申请的填写。"),
            "standing": _(
                "代他人申请的填写，例如户口簿、监护证明、授权委托书、死亡证明和亲属关系证明。为死者申请的，并写明死者生前有无另行安排；另有安排的，从其安排。"
            ),
            "place": _("按申请人的说法填写，例如 6 月 3 日上午十点前后，校门口。"),
            "content": _("怎样认出本人，例如穿红色外套、推婴儿车。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("claim", "wish"):
            field: Any = self.fields[name]
            field.choices = [one for one in field.choices if one[0]]


class AnswerForm(PlainText, forms.Form):
    """Which camera and when, what was found; the answer."""

    cameras = CamerasByNumber(
        Camera.objects.none(), label=_("点位"), required=False, widget=forms.CheckboxSelectMultiple
    )
    span_from = forms.DateTimeField(label=_("起"), widget=MomentInput, required=False)
    span_to = forms.DateTimeField(label=_("止"), widget=MomentInput, required=False)
    found = forms.ChoiceField(
        label=_("核对结果"),
        choices=OwnFound,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "先登记点位和时段，在本页“核对画面”中看过以后再选。尚未核对的不选。所述地点没有本单位点位的，不选点位，选“没有录像”，并写明理由。"
        ),
    )
    exception = forms.ChoiceField(
        label=_("法定例外"),
        choices=OwnException,
        widget=forms.RadioSelect,
        required=False,
        help_text=_("法律、行政法规规定应当保密，或者国家机关告知将妨碍履行法定职责的。尚未核对的不选。"),
    )
    exception_law = forms.CharField(
        label=_("例外的内容和依据"), max_length=200, required=False, help_text=_("有法定例外的填写，写明法律和条款。")
    )
    answer = forms.ChoiceField(label=_("答复"), choices=ANSWERS, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("理由"),
        max_length=300,
        required=False,
        help_text=_(
            "不予提供的，申请复制只提供查阅的，或者核对画面后更正点位、时段的，必须填写。存证中永久保存，请不要写姓名和证件号码。"
        ),
    )

    def __init__(self, *args: Any, cameras: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["cameras"]
        field.queryset = cameras

    def looked(self) -> Looked:
        """What was chosen and found."""
        data = self.cleaned_data
        return Looked(
            tuple(data["cameras"]),
            data["span_from"],
            data["span_to"],
            data.get("found", ""),
            data["exception"],
            data["exception_law"],
        )


class FirstAnswerForm(AnswerForm):
    """The same at the counter, while nobody can have looked: what was found, and what rests on it, comes later on the request's page."""

    answer = forms.ChoiceField(
        label=_("答复"),
        choices=[(value, label) for value, label in ANSWERS if value in (OwnOutcome.REFUSED, LATER)],
        widget=forms.RadioSelect,
        initial=LATER,
        help_text=_("提供查阅或者复制件的，登记以后先核对画面，再答复。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["found"]


class CopyForm(forms.Form):
    """Which piece of the request's footage a copy is made of."""

    camera = CameraByNumber(Camera.objects.none(), label=_("点位"), empty_label=None, widget=forms.RadioSelect)
    piece_from = forms.DateTimeField(label=_("复制件起"), widget=MomentInput)
    piece_to = forms.DateTimeField(
        label=_("复制件止"), widget=MomentInput, help_text=_("只选画面中有申请人的一段，在申请的时段以内。")
    )

    def __init__(self, *args: Any, row: OwnImageRequest, **kwargs: Any) -> None:
        cameras = row.cameras.order_by("number")
        initial = {"camera": cameras.first(), "piece_from": row.span_from, "piece_to": row.span_to}
        super().__init__(*args, **({"initial": initial} | kwargs))
        field: Any = self.fields["camera"]
        field.queryset = cameras


class CloseForm(NoForm):
    """How a copy was handed over."""

    handed = forms.CharField(
        label=_("复制件如何移交"),
        max_length=120,
        required=False,
        help_text=_("写明介质、份数和签收情况，例如光盘一张，申请人当面签收。"),
    )


class ReopenForm(NoForm):
    """Why it has to be answered again."""

    why = forms.CharField(
        label=_("重新办理的理由"),
        max_length=300,
        help_text=_("写明发现复制件已不在媒体节点上的经过。存证中永久保存，请不要写姓名和证件号码。"),
    )
