"""The forms of a site, a system, their roles and the posts that watch them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText
from custodes.people.models import DUTY_POSTS, Person, Post, Unit
from custodes.places.models import PlaceRole, Site, System, SystemRole
from custodes.places.models.roles import holding_on
from custodes.places.scope import own_units


class _OfOwnUnits(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, person: Person, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)
        units = own_units(person, at)
        if self.instance.unit_id:
            units = units | Unit.objects.filter(pk=self.instance.unit_id)
        field.queryset = units


class SiteForm(_OfOwnUnits):
    """A site."""

    class Meta:
        model = Site
        fields = ["name", "category", "address", "division", "unit"]
        help_texts = {"category": _("公共安全视频应当建设的范围，按第九条各项选择。")}


class SystemForm(_OfOwnUnits):
    """A system of a site."""

    class Meta:
        model = System
        fields = ["name", "unit", "network", "built_on"]
        help_texts = {
            "network": _("涉及国家安全、国家秘密的，不得接入互联网以及其他公共信息网络（第二十条）。"),
            "built_on": _(
                "已经建成的填写。2024 年 5 月 1 日前建成的，登记后即为在用，缺少的资料列为待办（第十六条）。"
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["built_on"].widget = _date()
        if not self.instance._state.adding:
            # The day decided in which state it was entered; it is not rewritten afterwards.
            del self.fields["built_on"]

    def clean_built_on(self) -> date | None:
        """Not in the future."""
        day: date | None = self.cleaned_data.get("built_on")
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("建成日期不能晚于今天；尚未建成的不填。"))
        return day

    def keep_unit(self) -> None:
        """Whoever runs a system for the responsible unit does not make another responsible."""
        self.fields["unit"].disabled = True


def _date() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class _RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        """An end that is not before the beginning."""
        data = super().clean() or {}
        if data.get("until") and data.get("since") and data["until"] < data["since"]:
            self.add_error("until", _("终止日期不能早于起始日期。"))
        return data


class PlaceRoleForm(_RoleForm):
    """A unit's role at a place (S11)."""

    class Meta:
        model = PlaceRole
        fields = ["role", "unit", "since", "until"]
        widgets = {"since": _date(), "until": _date()}


class SystemRoleForm(_RoleForm):
    """A unit's role at a system."""

    class Meta:
        model = SystemRole
        fields = ["role", "unit", "since", "until"]
        widgets = {"since": _date(), "until": _date()}


class _PostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Who, as what, where."""
        return f"{obj.person.name} · {obj.get_kind_display()} · {obj.unit.name}"


class SystemPostForm(forms.Form):
    """A duty post that shall watch the system."""

    post = _PostChoice(label=_("值班监看岗位"), queryset=Post.objects.none())

    def __init__(self, *args: Any, system: System, by: Person, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["post"]
        assert isinstance(field, forms.ModelChoiceField)
        # Nobody gives themselves a system to watch.
        field.queryset = duty_posts_for(system, at).exclude(person=by)


def duty_posts_for(system: System, at: datetime) -> QuerySet[Post]:
    """Valid duty posts at units that have to do with the system: the responsible unit's tree, and units with a role."""
    holding = system.roles.filter(holding_on(timezone.localdate(at)))
    units = Q(unit__path__startswith=system.unit.path)
    for path in holding.values_list("unit__path", flat=True):
        units |= Q(unit__path__startswith=path)
    return (
        Post.objects.valid(at)
        .filter(units, kind__in=DUTY_POSTS)
        .exclude(systems__system=system)
        .select_related("person", "unit")
        .order_by("unit__name", "person__name")
    )
