"""The forms of a link: asking, steps, a test's results, a password, a grant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from custodes.cases.forms import StepForm as CaseStepForm
from custodes.people.forms import PlainText, something
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS
from custodes.places.models import System
from custodes.sharing.forms.directory import SeenForm
from custodes.sharing.links.passwords import MOST as MOST_PASSWORD
from custodes.sharing.models import LinkGrant, Outcome, SharedNode, TestPart, Verb


def day(label: Any, **more: Any) -> forms.DateField:
    """A field for a local day."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class TodayForm(CaseStepForm):
    """A step of a case that is taken today."""

    on: Any = None
    words = forms.CharField(label=_("说明"), max_length=400, required=False)


class ReasonForm(TodayForm):
    """One that says why."""

    words = forms.CharField(label=_("原因"), max_length=400, validators=[something])


class PaperForm(SeenForm):
    """Words, and a paper for them."""

    words = forms.CharField(label=_("说明"), max_length=400, required=False)
    file = PaperField(label=_("书面材料"), kinds=SCANS, required=False)


def why(label: Any) -> type[PaperForm]:
    """One that says why."""

    class WhyForm(PaperForm):
        words = forms.CharField(label=label, max_length=400, validators=[something])

    return WhyForm


class DayForm(PaperForm):
    """The day that is set for a test."""

    test_on = day(_("测试日期"), required=False, help_text=_("列入双方的待办和日历。"))
    field_order = ("test_on", "words", "file")


class TestDayForm(DayForm):
    """Another day."""

    __test__ = False
    test_on = day(_("测试日期"), help_text=_("列入双方的待办和日历。"))


class TrialForm(SeenForm):
    """Having a link tried by the gateway; of a platform below a channel may be called as well."""

    call = forms.BooleanField(
        label=_("同时试呼一个点位"),
        required=False,
        help_text=_("呼叫得到应答即结束，不建立媒体连接，不接收、不显示、不保存画面。由谁决定，记入办理经过。"),
    )


class NeedForm(PlainText, forms.Form):
    """Why a link with a platform is wanted."""

    need = forms.CharField(label=_("联网事由"), max_length=500, validators=[something])

    def clean(self) -> dict[str, Any]:
        """It is what the step says too."""
        data = super().clean() or {}
        return data | {"words": data.get("need", "")}


class SystemField(forms.ModelChoiceField[System]):
    """A system, told with its unit."""

    def label_from_instance(self, obj: System) -> str:
        """Name and unit."""
        return f"{obj.name} · {obj.unit.name}"


class AskForm(NeedForm):
    """A unit asks for its system."""

    system = SystemField(label=_("系统"), queryset=System.objects.none(), empty_label=_("请选择"))
    file = PaperField(label=_("书面申请"), kinds=SCANS, required=False)
    field_order = ("system", "need", "file")

    def __init__(self, *args: Any, systems: QuerySet[System], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["system"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = systems


class TestForm(PaperForm):
    """What came of a test, part by part."""

    __test__ = False
    on = day(_("测试日期"))
    latency_ms = forms.IntegerField(
        label=_("首帧时间（毫秒）"), min_value=0, max_value=600_000, required=False,
        help_text=_("从请求到第一帧完整画面。没有测量的不填。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in TestPart:
            self.fields[part.value] = forms.ChoiceField(
                label=part.label, choices=Outcome.choices, initial=Outcome.UNTRIED.value
            )
        self.order_fields(["on", *TestPart.values, "latency_ms", "words", "file"])

    @property
    def parts(self) -> dict[str, str]:
        """Part → outcome."""
        return {part: self.cleaned_data[part] for part in TestPart.values}


class PasswordForm(SeenForm):
    """The password that an upper platform gave us. It is never shown again."""

    password = forms.CharField(
        label=_("密码"), max_length=MOST_PASSWORD, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("按上级平台的书面通知填写。加密保存后，本系统任何人都不能再查看。"),
    )  # fmt: skip


class NodeField(forms.ModelChoiceField[SharedNode]):
    """A node of the tree, indented by how deep it stands."""

    def label_from_instance(self, obj: SharedNode) -> str:
        """Indented."""
        return f"{'　' * (obj.path.count('/') - 2)}{obj.name}"


class GrantForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What an upper is to have: verb, part of the tree, days, hours, why."""

    node = NodeField(
        label=_("范围"), queryset=SharedNode.objects.none(), required=False, empty_label=_("共享目录的全部点位")
    )
    from_on = day(_("起始日期"))
    until_on = day(_("终止日期"))

    class Meta:
        model = LinkGrant
        fields = ["verb", "node", "from_on", "until_on", "day_from", "day_to", "reason"]
        widgets = {
            "day_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "day_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "day_from": _("不填为全天。止早于起的，跨过零时。"),
            "verb": _(
                "查阅、下载录像和云台控制，每次还应当有办案人员的说明（第二十八条）。声音只随已授权的画面提供，且仅限依法采集声音的点位。"
            ),
        }

    def __init__(self, *args: Any, nodes: QuerySet[SharedNode], custodes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["node"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = nodes
        self.fields["reason"].validators.append(something)
        if custodes:
            verb = self.fields["verb"]
            assert isinstance(verb, forms.ChoiceField)
            verb.choices = [one for one in Verb.choices if one[0] != Verb.UNKNOWN.value]

    def clean(self) -> dict[str, Any]:
        """Both ends of the hours, or neither; days in their order."""
        data = super().clean() or {}
        if (data.get("day_from") is None) != (data.get("day_to") is None):
            self.add_error("day_to", _("“每日起”和“每日止”要么都填，要么都不填。"))
        if data.get("from_on") and data.get("until_on") and data["until_on"] < data["from_on"]:
            self.add_error("until_on", _("终止日期不能早于起始日期。"))
        return data


class NameForm(PlainText, forms.Form):
    """The name of a group or an organisation."""

    name = forms.CharField(label=_("名称"), max_length=80, validators=[something])


def in_reach(systems: QuerySet[System], text: str) -> QuerySet[System]:
    """Systems whose name or unit holds these words."""
    return systems.filter(Q(name__icontains=text) | Q(unit__name__icontains=text)) if text else systems
