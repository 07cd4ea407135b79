"""A form of a part of a device that is set as a whole: what all of them have.

Each starts from what the device said, offers what it said that it has and nothing else, and gives a `Wish`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.people.forms.plain import PlainText, plain_text
from custodes.places.devices.entering import REASON
from custodes.places.devices.settinglines import OFF, ON
from custodes.places.devices.settingrules import Ground, Told, told_of
from custodes.video.wire.configuration import Wish

_SWITCH = [("on", ON), ("off", OFF)]


@dataclass(frozen=True)
class Group:
    """Fields that stand together, under a title."""

    title: Any
    fields: tuple[Any, ...]


class PartForm(PlainText, forms.Form):
    """One part.

    Args:
        ground: what the device said and what the register declares.
    """

    reason = forms.CharField(label=_("更改理由"), max_length=REASON, help_text=_("写明为何更改，写入存证日志。"))
    aware = forms.BooleanField(label=_("已知悉上述影响，仍要下发"), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    names: tuple[str, ...] = ()
    """What it sets, by the names of `Wish`; the first that the device told of is what it is about."""

    def __init__(self, *args: Any, ground: Ground, **kwargs: Any) -> None:
        self.ground, self.told = ground, list[Told]()
        self._groups: list[tuple[Any, list[str]]] = []
        super().__init__(*args, **kwargs)
        own = {name: self.fields.pop(name) for name in ("reason", "aware", "seen")}
        self.build()
        self.fields |= own
        # The fields came after PlainText looked.
        for name, field in self.fields.items():
            if name not in own and isinstance(field, forms.CharField):
                field.validators = [*field.validators, plain_text]

    @classmethod
    def offered(cls, ground: Ground) -> bool:
        """Whether the device told of any of it."""
        return any(getattr(ground.said, name) is not None for name in cls.names)

    @property
    def whole(self) -> bool:
        """Whether all of what the device told was understood."""
        return all(getattr(getattr(self.ground.said, name), "whole", True) for name in self.names)

    def build(self) -> None:
        """Make the fields out of what the device said."""
        raise NotImplementedError

    def wished(self, data: dict[str, Any]) -> dict[str, Any]:
        """What is wanted, by the names of `Wish`, changed or not."""
        raise NotImplementedError

    def groups(self) -> list[Group]:
        """Fields for the page."""
        return [
            Group(title, tuple(self[name] for name in names if name in self.fields)) for title, names in self._groups
        ]

    def clean(self) -> dict[str, Any]:
        """Something is changed, it may be, and the person knows what it means."""
        data = super().clean() or {}
        if self.errors.keys() - {"reason"}:
            return data
        wish = self.as_wish(data)
        if wish is None:
            raise forms.ValidationError(_("没有更改任何一项。请修改后再下发。"))
        self.told = told_of(self.ground, wish)
        for one in self.told:
            if one.refused:
                self.add_error(one.field if one.field in self.fields else None, one.words)
        if self.told and not any(one.refused for one in self.told) and not data.get("aware"):
            self.add_error("aware", _("请先看清上述影响（第三十四条第七项），确认后勾选此项再下发。"))
        data["wish"] = wish
        return data

    def as_wish(self, data: dict[str, Any]) -> Wish | None:
        """What differs from what it said; None where nothing does."""
        wanted = {name: value for name, value in self.wished(data).items() if value != getattr(self.ground.said, name)}
        return Wish(**wanted) if wanted else None

    def as_drawn(self) -> dict[str, Any]:
        """What would stand, as far as what was entered makes sense; else what stands."""
        if not self.is_bound:
            return {name: getattr(self.ground.said, name) for name in self.names}
        data = {name: self.get_initial_for_field(field, name) for name, field in self.fields.items()}
        data |= {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value is not None}
        return self.wished(data)

    def add(self, title: Any, fields: dict[str, tuple[forms.Field, Any]]) -> None:
        """A group; a field whose value the device did not tell is left out."""
        there = {name: (field, said) for name, (field, said) in fields.items() if said is not None}
        for name, (field, said) in there.items():
            field.initial = said
            self.fields[name] = field
        if there:
            self._groups.append((title, list(there)))


def switch(label: Any, hint: Any = "") -> forms.ChoiceField:
    """On or off."""
    return forms.ChoiceField(label=label, choices=_SWITCH, help_text=hint)


def on_off(on: bool | None) -> str | None:
    """As a switch has it; None where nobody told."""
    return None if on is None else "on" if on else "off"
