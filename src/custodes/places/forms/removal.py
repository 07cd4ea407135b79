"""The forms of a removal: what goes, why, when."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.cases.forms import NoForm
from custodes.law.deadlines.counting import removal_report
from custodes.law.duties.finding import LegalTerms
from custodes.people.forms import DayInput, PlainText, not_after_today, plausible
from custodes.people.lawful import StepRefused
from custodes.places.forms.page import DraftPage
from custodes.places.models import Camera, Removal, RemovalGround, Remover, System
from custodes.places.removal.rules import check_cameras, earliest
from custodes.places.retiring import gone

WHAT = (("cameras", _("拆除部分点位")), ("whole", _("拆除整个系统")))


class WhatPage(DraftPage):
    """What goes."""

    what = forms.ChoiceField(label=_("拆除内容"), choices=WHAT, widget=forms.RadioSelect)
    cameras = forms.ModelMultipleChoiceField(
        Camera.objects.none(),
        label=_("拆除的点位"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("拆除整个系统的，不用选择。"),
    )

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._system = system
        self._chosen: tuple[Camera, ...] = ()
        cameras = self.fields["cameras"]
        assert isinstance(cameras, forms.ModelMultipleChoiceField)
        cameras.queryset = system.cameras.exclude(gone()).order_by("number")

    def clean(self) -> dict[str, Any]:
        """Some cameras are named, or the whole goes; neither is going already."""
        data = super().clean() or {}
        self._chosen = () if data.get("what") == "whole" else tuple(data.get("cameras") or ())
        if data.get("what") == "cameras" and not self._chosen:
            self.add_error("cameras", _("请选择要拆除的点位，或者选择拆除整个系统。"))
        elif "what" in data:
            try:
                check_cameras(self._system, self._chosen)
            except StepRefused as refusal:
                self.add_error("what", str(refusal))
        return data

    def chosen(self) -> tuple[Camera, ...]:
        """The cameras that go; none for the whole system."""
        return self._chosen

    def told(self) -> list[tuple[Any, Any]]:
        """What goes, camera by camera."""
        what = dict(WHAT).get(self.data.get("what", ""), _("未填写"))
        names = "\n".join(f"{one.number}　{one.name}　{one.place}" for one in self._chosen)
        return [(self.fields["what"].label, what), *([(self.fields["cameras"].label, names)] if names else [])]


class WhyPage(PlainText, DraftPage):
    """Why it has to go."""

    ground = forms.ChoiceField(
        label=_("拆除理由"),
        choices=RemovalGround,
        widget=forms.RadioSelect,
        help_text=_("第十八条列明城市建设、改变用途两种情形；其他情形请写明。"),
    )
    why = forms.CharField(
        label=_("情况说明"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("用一两句话写明原委，例如：门口道路拓宽，立柱须迁走；或者：店铺改作仓库，店内不再营业。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].validators = self.fields["why"].validators[:-1]  # several lines

    def told(self) -> list[tuple[Any, Any]]:
        """The ground and the words."""
        ground = dict(RemovalGround.choices).get(self.data.get("ground", ""), _("未填写"))
        why = self.data.get("why", "").strip() or _("未填写")
        return [(self.fields["ground"].label, ground), (self.fields["why"].label, why)]


class DayPage(DraftPage):
    """On which day: fifteen days after the report or later (S18).

    Args:
        today: on which the report would be made.
    """

    planned = forms.DateField(label=_("拟拆除日期"), validators=[plausible], widget=DayInput)

    def __init__(self, *args: Any, today: date, terms: LegalTerms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._terms, self._today = terms, today
        self.first = earliest(today, terms)
        self.fields["planned"].help_text = _("今天报告的，最早可以在 %(first)s 拆除（第十八条）。") % {
            "first": self.first
        }

    def clean_planned(self) -> date:
        """Says at once why not, and from which day."""
        day: date = self.cleaned_data["planned"]
        if day < self._today:
            raise forms.ValidationError(_("拟拆除日期不能早于今天。"))
        if day < self.first:
            latest = removal_report(day, self._terms.calendar, assumed=self._terms.assumed).latest
            raise forms.ValidationError(
                _("要在 %(day)s 拆除，应当不迟于 %(latest)s 报告。今天报告的，最早可以在 %(first)s 拆除（第十八条）。")
                % {"day": day, "latest": latest, "first": self.first}
            )
        return day

    def told(self) -> list[tuple[Any, Any]]:
        """The day."""
        return [(self.fields["planned"].label, self.data.get("planned", "") or _("未填写"))]


class FoundRemovalForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """What was removed without a report: what was found, when, by whom; who removed it and when, as far as it is known (S40, N30)."""

    what = forms.ChoiceField(label=_("被拆除的"), choices=WHAT, widget=forms.RadioSelect, initial="cameras")

    class Meta:
        model = Removal
        fields = ["cameras", "why", "found_on", "found_by", "gone_on", "remover", "removed_by", "grave"]
        labels = {"why": _("发现的情况"), "cameras": _("被拆除的点位")}
        widgets = {
            "cameras": forms.CheckboxSelectMultiple,
            "why": forms.Textarea(attrs={"rows": 3}),
            "remover": forms.RadioSelect,
            "found_on": DayInput,
            "gone_on": DayInput,
        }
        help_texts = {
            "why": _("现场现在怎样，缺了哪些设备，从何处得知；画面何时中断。"),
            "found_by": _("谁发现的，例如：值班员扎西（城关区第一小学）。"),
            "gone_on": _("不详的不填；处罚时效和适用的规定按这一天计算。"),
            "remover": _("建设单位、使用单位擅自拆除的，适用第四十条；其他单位、个人的，适用条例第三十条。"),
            "grave": _("例如拆除期间发生案件而没有录像（条例第三十条）。"),
        }

    def __init__(self, *args: Any, system: System, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cameras, remover = self.fields["cameras"], self.fields["remover"]
        assert isinstance(cameras, forms.ModelMultipleChoiceField)
        assert isinstance(remover, forms.ChoiceField)
        cameras.queryset, cameras.required = system.cameras.exclude(gone()).order_by("number"), False
        remover.choices, remover.required = Remover.choices, True
        self.fields["found_on"].initial, self.fields["found_on"].required = timezone.localdate, True
        self.fields["found_by"].required, self.fields["gone_on"].required = True, False
        for name in ("found_on", "gone_on"):
            self.fields[name].validators.append(not_after_today)
        self.fields["why"].validators = self.fields["why"].validators[:-1]  # several lines
        self.order_fields(["what", "cameras"])

    def clean(self) -> dict[str, Any]:
        """Some cameras, or the whole; known facts that fit."""
        data = super().clean() or {}
        if data.get("what") == "cameras" and not data.get("cameras") and "cameras" not in self.errors:
            self.add_error("cameras", _("请选择被拆除的点位，或者选择拆除整个系统。"))
        data["cameras"] = () if data.get("what") == "whole" else tuple(data.get("cameras") or ())
        if data.get("gone_on") and data.get("found_on") and data["gone_on"] > data["found_on"]:
            self.add_error("gone_on", _("拆除日期不能晚于发现日期。"))
        return data


class PutOffForm(NoForm):
    """Another day."""

    planned = forms.DateField(
        label=_("改为"),
        widget=DayInput,
        validators=[plausible],
        error_messages={"required": _("请填写新的拟拆除日期。"), "invalid": _("请填写新的拟拆除日期。")},
    )


class ReasonForm(NoForm):
    """Why not."""

    words = forms.CharField(label=_("理由"), max_length=300, error_messages={"required": _("请写明不再拆除的理由。")})
