"""The person's form and the search over persons."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.models import Person, PostKind, Unit
from custodes.people.scope import Scope, units_in


class PersonForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Name and unit; the unit must be within the scope of whoever fills it in."""

    class Meta:
        model = Person
        fields = ["name", "unit"]

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units_in(scope)  # type: ignore[attr-defined]


class PersonSearch(forms.Form):
    """By name, user name, unit and kind of post."""

    q = forms.CharField(label=_("姓名或者用户名"), required=False, max_length=60)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=_("单位"), required=False, to_field_name="uuid")
    kind = forms.ChoiceField(label=_("岗位"), required=False, choices=[("", _("全部")), *PostKind.choices])

    def __init__(self, *args: object, scope: Scope, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["unit"].queryset = units_in(scope)  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = _("全部")  # type: ignore[attr-defined]
