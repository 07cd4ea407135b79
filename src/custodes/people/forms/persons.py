"""The person's form and the search over persons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.models import Person, PostKind, Unit
from custodes.people.scope import Scope, units_in


class PersonForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Name, unit and work number; the unit must be within the scope of whoever fills it in, and nobody enters a number of their own."""

    class Meta:
        model = Person
        fields = ["name", "unit", "work_number"]
        help_texts = {
            "work_number": _(
                "按工作证件填写，没有的不填。向上级、下级平台查阅录像或者控制云台时，随单位、姓名一并说明。"
            )
        }

    def __init__(self, *args: object, scope: Scope, own: bool = False, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_in(scope)  # type: ignore[attr-defined]
        if own:
            self.fields["work_number"].disabled = True
            self.fields["work_number"].help_text = _("不能填写自己的号码，请由另一名安全管理员填写。")


class PersonSearch(forms.Form):
    """By name, user name, work number, unit and kind of post."""

    q = forms.CharField(label=_("姓名、用户名或者号码"), required=False, max_length=60)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"), required=False, to_field_name="uuid")
    kind = forms.ChoiceField(label=_("岗位"), required=False, choices=[("", _("全部")), *PostKind.choices])

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit"].queryset = units_in(scope)  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = _("全部")  # type: ignore[attr-defined]
