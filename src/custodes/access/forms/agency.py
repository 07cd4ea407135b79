"""The forms of an agency request: the pages on which it is filled in, and what is said with a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from custodes.access.agency.asking import Named
from custodes.access.models import AgencyOfficer, AgencyPaperKind, AgencyRequest, AsksAs, AsksFor, Intake, Way
from custodes.cases.forms import NoForm
from custodes.people.forms import PlainText
from custodes.people.models import Person, Post, PostKind, Unit
from custodes.people.papers.keeping import PaperField
from custodes.people.papers.kinds import SCANS

OFFICERS = 3
"""Lines for officers on the form; two are needed."""
_MOMENT = "%Y-%m-%dT%H:%M"
#: What S28.1 asks for: not refused by the form, and told with its clause at the end; no word says that it is optional.
ASKED_BY_LAW = frozenset(
    {
        *("unit_name", "letter_number", "officer_0", "officer_1", "card_0", "card_1", "basis", "purpose", "content"),
        *("span_from", "span_to", "undertaken_on"),
    }
)
_YES_NO = [("", _("还不清楚")), ("yes", _("是")), ("no", _("不是"))]


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _moment(label: Any, **attrs: str) -> forms.DateTimeField:
    shown = f"{_MOMENT}:%S" if attrs else _MOMENT
    widget = forms.DateTimeInput(attrs={"type": "datetime-local", **attrs}, format=shown)
    return forms.DateTimeField(label=label, widget=widget, required=False, input_formats=[_MOMENT, f"{_MOMENT}:%S"])


class AgencyPage(PlainText, forms.Form):
    """One page. Nothing on it is required: what is missing is said at the end, with its clause."""

    def __init__(self, *args: Any, row: AgencyRequest, **kwargs: Any) -> None:
        self.row = row
        super().__init__(*args, initial=self.said(row), **kwargs)

    def __getitem__(self, name: str) -> forms.BoundField:
        if name in ASKED_BY_LAW:
            self.fields[name].told_later = True  # type: ignore[attr-defined]  # read by the field part
        return super().__getitem__(name)

    def said(self, row: AgencyRequest) -> dict[str, Any]:
        """What stands in the row."""
        return {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}

    def values(self) -> dict[str, Any]:
        """What to state (`asking.FIELDS`)."""
        return {name: value for name, value in self.cleaned_data.items() if hasattr(self.row, name)}


class WhoForm(AgencyPage):
    """Who asks: the organ, at least two officers with cards, the letter."""

    requester = forms.ChoiceField(label=_("申请人"), choices=AsksAs.choices, widget=forms.RadioSelect)
    unit_name = forms.CharField(label=_("单位名称"), max_length=120, required=False)
    letter_number = forms.CharField(
        label=_("介绍信函文号"),
        max_length=80,
        required=False,
        help_text=_("一封介绍信函在同一持有单位只能办理一件申请。"),
    )

    def __init__(self, *args: Any, row: AgencyRequest, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.colleagues = _colleagues(row)
        if row.intake == Intake.ONLINE:
            self.fields["requester"].widget = forms.HiddenInput()
            self.fields["unit_name"].disabled = True
        held = list(row.officers.select_related("person"))
        for place in range(OFFICERS):
            one = held[place] if place < len(held) else None
            self._line(place, one)

    def _line(self, place: int, one: Any) -> None:
        number = {"number": place + 1}
        name: forms.Field
        if self.row.intake == Intake.ONLINE:
            choices = [("", gettext("未选择")), *((str(each.uuid), each.name) for each in self.colleagues.values())]
            name = forms.ChoiceField(
                label=gettext("第 %(number)d 名工作人员") % number, choices=choices, required=False
            )
            name.initial = str(one.person.uuid) if one and one.person else ""
            if place == 0:
                name.disabled = True
        else:
            name = forms.CharField(
                label=gettext("第 %(number)d 名工作人员姓名") % number, max_length=60, required=False
            )
            name.initial = one.name if one else ""
        self.fields[f"officer_{place}"] = name
        card = forms.CharField(
            label=gettext("第 %(number)d 名工作人员证件号") % number,
            max_length=60,
            required=False,
            initial=one.card if one else "",
        )
        if self.row.intake == Intake.ONLINE and place:
            card.help_text = gettext("由其本人登录后确认并填写。")
            card.disabled = True
        self.fields[f"card_{place}"] = card

    def clean(self) -> dict[str, Any]:
        """Nobody is named twice."""
        data = super().clean() or {}
        named = [data.get(f"officer_{place}", "") for place in range(OFFICERS)]
        chosen = [name for name in named if name]
        if self.row.intake == Intake.ONLINE and len(chosen) != len(set(chosen)):
            raise ValidationError(gettext("同一名工作人员填写了两次。请填写两名不同的工作人员。"))
        return data

    def officers(self) -> list[Named]:
        """The lines that are filled in."""
        data, found = self.cleaned_data, []
        for place in range(OFFICERS):
            name, card = data.get(f"officer_{place}", ""), data.get(f"card_{place}", "")
            if self.row.intake == Intake.ONLINE:
                person = self.colleagues.get(name)
                if person is not None:
                    found.append(Named(person.name, card, person))
            elif name:
                found.append(Named(name, card))
        return found


def _colleagues(row: AgencyRequest) -> dict[str, Person]:
    if row.unit is None:
        return {}
    posts = (
        Post.objects.open().filter(awaits=False, unit=row.unit, kind=PostKind.AGENCY_OFFICER).select_related("person")
    )
    return {str(post.person.uuid): post.person for post in posts.order_by("person__name")}


class WhatForm(AgencyPage):
    """What for: ground, way, reason, content; and what hangs on them."""

    basis = forms.ChoiceField(label=_("依据"), choices=AsksFor.choices, widget=forms.RadioSelect, required=False)
    law = forms.CharField(
        label=_("法律名称和条款"),
        max_length=200,
        required=False,
        help_text=_("依据其他法律的填写，例如：《中华人民共和国监察法》第二十五条。由持有单位核对。"),
    )
    way = forms.ChoiceField(label=_("方式"), choices=Way.choices, widget=forms.RadioSelect)
    base_data = forms.BooleanField(label=_("只要基础信息，不要录像"), required=False)
    purpose = forms.CharField(label=_("事由"), max_length=200, required=False)
    content = forms.CharField(
        label=_("内容"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("要在录像里核实什么。"),
    )  # fmt: skip
    security = forms.ChoiceField(
        label=_("公安、国家安全机关为侦查犯罪、维护国家安全调取"),
        choices=_YES_NO,
        required=False,
        help_text=_("调取、复制时必须写明（数据安全法第三十五条）。"),
    )
    approval_number = forms.CharField(label=_("批准文书号"), max_length=80, required=False)
    penalty = forms.BooleanField(
        label=_("用于行政处罚"), required=False, help_text=_("采集设备没有设置明显标志的，证据可能不被采信。")
    )

    def said(self, row: AgencyRequest) -> dict[str, Any]:
        """With the answer that may be open."""
        security = {True: "yes", False: "no", None: ""}[row.security_organ]
        return {**super().said(row), "security": security}

    def values(self) -> dict[str, Any]:
        """With that answer as the row has it."""
        security = {"yes": True, "no": False}.get(self.cleaned_data.get("security", ""))
        return {**super().values(), "security_organ": security}


class WhereForm(AgencyPage):
    """Where and when, in words, and both ends of the span."""

    wanted = forms.CharField(
        label=_("地点和时间的说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例如：校门外人行横道，六月三日早上学生入校前后。点位由持有单位选定。"),
    )
    span_from = _moment(_("起"))
    span_to = _moment(_("止"))

    def clean(self) -> dict[str, Any]:
        """The span ends after it begins."""
        data = super().clean() or {}
        _in_order(self, data)
        return data


class SpanForm(AgencyPage):
    """Both ends of the span, beside the cameras: to the second, as the timeline gives them."""

    span_from = _moment(_("起"), step="1")
    span_to = _moment(_("止"), step="1")

    def clean(self) -> dict[str, Any]:
        """The span ends after it begins."""
        data = super().clean() or {}
        _in_order(self, data)
        return data


def _in_order(form: forms.Form, data: Mapping[str, Any]) -> None:
    begin, end = data.get("span_from"), data.get("span_to")
    if begin and end and begin >= end:
        form.add_error("span_to", gettext("止应当晚于起。请核对起止时间。"))


class PapersForm(AgencyPage):
    """The undertaking, and until when what is handed over is kept."""

    undertaken_on = forms.DateField(
        label=_("承诺书签署日期"), widget=_Day, required=False, help_text=_("打印保密承诺书，由工作人员签名后填写。")
    )
    return_by = forms.DateField(
        label=_("归还或者删除期限"), widget=_Day, required=False, help_text=_("调取、复制的，写明何时归还或者删除。")
    )


PAGES: Mapping[str, tuple[Any, type[AgencyPage]]] = {
    "who": (_("申请人"), WhoForm),
    "what": (_("依据和事由"), WhatForm),
    "where": (_("地点和时段"), WhereForm),
    "papers": (_("承诺和材料"), PapersForm),
}


class BeginForm(forms.Form):
    """To whom the request goes."""

    holder = forms.ModelChoiceField(Unit.objects.none(), label=_("持有单位"), empty_label=None)

    def __init__(self, *args: Any, holders: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = holders  # type: ignore[attr-defined]


class WordsForm(NoForm):
    """What is said with a step."""

    words: Any = forms.CharField(
        label=_("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class RegisterForm(WordsForm):
    """The line in the register; of who came to the counter with a word that the originals were seen (S28.1(2))."""

    words: Any = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)
    originals = forms.BooleanField(label=_("已核对介绍信函和每名工作人员的证件原件"), required=False)


class RefuseForm(WordsForm):
    """Why, and whether it is that the article gives no such power (N20)."""

    no_power = forms.BooleanField(required=False, widget=forms.HiddenInput)


class ExtendForm(WordsForm):
    """For how long more."""

    days = forms.IntegerField(label=_("延长天数（自今日起）"), min_value=1, max_value=365, initial=30)


class ConfirmForm(NoForm):
    """An officer confirms from the own account."""

    card = forms.CharField(label=_("本人工作证件号"), max_length=60)


class AgencyPaperForm(forms.Form):
    """A paper that was shown."""

    kind = forms.ChoiceField(label=_("类别"), choices=AgencyPaperKind.choices)
    file = PaperField(label=_("文件"), kinds=SCANS)


class ApprovalsForm(forms.Form):
    """How many approve at this unit."""

    count = forms.IntegerField(label=_("审批人数"), min_value=1, max_value=5)


class HandForm(PlainText, forms.Form):
    """A package is handed over: who took it, on what, and the list that they signed."""

    officers = forms.MultipleChoiceField(
        label=_("现在到场、已核对校验值的工作人员"), widget=forms.CheckboxSelectMultiple
    )
    medium = forms.CharField(
        label=_("载体及编号"), max_length=120, help_text=_("如：一次性写入光盘 1 张，编号 2026-017。")
    )
    signed = PaperField(label=_("双方签名的提取笔录与清单"), kinds=SCANS)

    def __init__(self, *args: Any, row: AgencyRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._officers = {str(one.pk): one for one in row.officers.all()}
        choices = [(key, f"{one.name}（{one.card}）") for key, one in self._officers.items()]
        field = self.fields["officers"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def there(self) -> list[AgencyOfficer]:
        """The officers who were ticked."""
        return [self._officers[key] for key in self.cleaned_data["officers"]]
