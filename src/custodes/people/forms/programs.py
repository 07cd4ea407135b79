"""Forms of programs: entering one, deciding, issuing a key."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.forms.units import DivisionChoice
from custodes.people.models import ADMINISTRATORS, Division, Person, Post
from custodes.people.models.program import SCOPES
from custodes.people.programs import PER_MINUTE, Wanted
from custodes.people.scope import Scope, persons_in
from custodes.settings import get_settings


class _PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Name and unit."""
        return f"{obj.name} · {obj.unit.name}"


class ProgramForm(PlainText, forms.Form):
    """A program that is asked for."""

    name = forms.CharField(label=_("程序名称"), max_length=80)
    person = _PersonChoice(
        Person.objects.none(),
        label=_("负责人"),
        help_text=_("程序以此人的岗位办理，能看到、能办理的不超过此人；其岗位终止，程序随即不能使用。"),
    )
    division = DivisionChoice(Division.objects.none(), label=_("限于行政区划"), empty_label=None)
    scopes = forms.MultipleChoiceField(label=_("权限"), choices=SCOPES, widget=forms.CheckboxSelectMultiple)
    why = forms.CharField(label=_("用途"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, scope: Scope, at: datetime.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        divisions = [one.pk for one in Division.objects.all() if scope.sees_division(one)]
        self.fields["division"].queryset = Division.objects.filter(pk__in=divisions)  # type: ignore[attr-defined]
        held = Post.objects.valid(at)
        people = persons_in(scope).filter(pk__in=held.values("person")).select_related("unit")
        people = people.exclude(pk__in=held.filter(kind__in=ADMINISTRATORS).values("person"))
        self.fields["person"].queryset = people.order_by("unit__name", "name")  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What is asked for."""
        data = self.cleaned_data
        return Wanted(data["name"], data["person"], data["division"], tuple(data["scopes"]), data["why"])


class DecideProgramForm(PlainText, forms.Form):
    """Words of the decision."""

    words = forms.CharField(label=_("意见"), max_length=300, required=False, help_text=_("不批准的，请写明理由。"))


class KeyForm(forms.Form):
    """How long a key holds and how often it may ask."""

    days = forms.IntegerField(label=_("有效天数"), min_value=1, initial=180)
    per_minute = forms.IntegerField(
        label=_("每分钟请求数"), min_value=PER_MINUTE[0], max_value=PER_MINUTE[1], initial=60
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = get_settings().program_key_days
        self.fields["days"].max_value = most  # type: ignore[attr-defined]
        self.fields["days"].initial = min(180, most)
        self.fields["days"].widget.attrs["max"] = most
