"""Part of the form of a camera that is in use: on what a change of its place, field or device rests (S34(7))."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.law.grounds.stating import says_something
from custodes.places.changes.gate import HELD, Basis, ChangeWanted, Why, covered, guarded, touched
from custodes.places.forms.life import DayInput, not_after_today
from custodes.places.models import Camera

NAMES = ("basis", "basis_words", "found_on")
CHOICES = (
    (Why.CORRECTION.value, _("更正登记：现场没有改变，原来的登记有误")),
    (Why.FOUND.value, _("登记擅自改变：现场已经改变，事先没有批准")),
)


class ChangeBasis(forms.Form):
    """Asked of a camera in use; where an approved change covers it, nothing is asked."""

    basis = forms.ChoiceField(
        label=_("改变上述内容的依据"),
        choices=CHOICES,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "在用点位的安装位置、采集范围、指向和设备不得擅自改变（第三十四条第七项）。拟改变的，先申请变更，批准后再修改。"
        ),
    )
    basis_words = forms.CharField(
        label=_("理由或者情况"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    found_on = forms.DateField(
        label=_("擅自改变的日期"),
        required=False,
        widget=DayInput,
        validators=[not_after_today],
        help_text=_("只在登记擅自改变时填写；日期不详的，填写发现之日。"),
    )

    instance: Camera

    def drop_basis(self) -> None:
        """Ask nothing of a camera that is not in use, or of which everything may be written."""
        if not self.instance.pk or not guarded(self.instance) or covered(self.instance, HELD):
            for name in NAMES:
                self.fields.pop(name, None)

    def check_basis(self) -> None:
        """Without a basis the change is refused, and the form says what to do instead."""
        if "basis" not in self.fields or self.errors:
            return
        changed = touched(Camera.objects.get(pk=self.instance.pk), self.instance)
        if not changed or covered(self.instance, changed):
            return
        if not self.cleaned_data.get("basis"):
            self.add_error("basis", str(ChangeWanted(changed)))
        elif not says_something(self.cleaned_data.get("basis_words", "")):
            self.add_error("basis_words", _("请写明理由或者情况。"))
        elif self.cleaned_data["basis"] == Why.FOUND and not self.cleaned_data.get("found_on"):
            self.add_error("found_on", _("请填写擅自改变的日期；不详的，填写发现之日。"))

    def chosen(self) -> Basis | None:
        """What was said; None where nothing was."""
        data: dict[str, Any] = self.cleaned_data
        if not data.get("basis"):
            return None
        on = data.get("found_on") or timezone.localdate()
        return Basis(Why(data["basis"]), data.get("basis_words", ""), on)
