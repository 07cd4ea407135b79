"""Two people who edit one row: the second is told what the first changed and chooses; nothing is lost (R8)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from custodes.places.models import RowEdit

if TYPE_CHECKING:
    from django.http import QueryDict


@dataclass(frozen=True)
class Foreign:
    """A field that somebody else changed while the form was open.

    Attributes:
        name, label: of the field.
        before, now: its value when the form was opened and as it stands, in words.
        by, at: who changed it last, and when.
        clash: this editor changed it too, to something else: they choose. Otherwise the other's is taken.
    """

    name: str
    label: Any
    before: str
    now: str
    by: str
    at: datetime
    clash: bool


class Reconciled(forms.BaseForm):
    """Part of a form of one row: carries the row's `revision`, and says which row, and what its fields are in it.

    The view reads the row under a lock (`views.editing.edit_row`), so that nothing changes between this check and the save.
    """

    foreign: list[Foreign]

    def _row(self) -> Any:
        """The row as it stands: with `pk`, `revision` and `_meta`."""
        raise NotImplementedError

    def _names(self) -> Collection[str]:
        """Fields whose changes are kept (`RowEdit`)."""
        raise NotImplementedError

    def _current(self, name: str) -> Any:
        """What stands in the row."""
        raise NotImplementedError

    def _value(self, name: str, kept: Any) -> Any:
        """A value of a `RowEdit` as the form has it."""
        raise NotImplementedError

    def _in_words(self, name: str, value: Any) -> str:
        """A value as its reader reads it."""
        raise NotImplementedError

    def _label(self, name: str) -> Any:
        return self.fields[name].label

    @property
    def clashes(self) -> bool:
        """Whether the editor has something to choose."""
        return any(one.clash for one in self.foreign)

    def clean(self) -> dict[str, Any]:
        """Nothing is saved before the editor has seen what changed meanwhile."""
        data = super().clean() or {}
        if self.foreign:
            self.add_error(None, _("您打开本页后，他人修改了同一条登记。您填写的内容还在，请核对后再次保存。"))
        return data

    def _reconcile(self) -> None:
        """Take over what the editor chose, and find what others changed since the form was opened; once all fields are there."""
        self._typed = cast("QueryDict", self.data).copy()
        self.data = self._typed
        seen = self._seen()
        for name in self._typed.getlist("theirs"):
            if name in self._names() and name in self.fields:
                self._take(name)
        for name, (edit, before) in self._changed_since(seen).items():
            field = self.fields[name]
            if field.has_changed(self._value(name, before), self[name].data):
                if not field.has_changed(self._current(name), self[name].data):
                    continue  # both came to the same
                clash = True
            else:
                clash = False
            now = self._in_words(name, self._current(name))
            self.foreign.append(
                Foreign(
                    name,
                    self._label(name),
                    self._in_words(name, self._value(name, before)),
                    now,
                    str(edit.by),
                    edit.at,
                    clash,
                )
            )
            if not clash:
                self._take(name)
        self._typed[self.add_prefix("revision")] = str(self._row().revision)

    def _seen(self) -> int:
        """The revision that the form was drawn with; a form without one has seen nothing."""
        text = str(self.data.get(self.add_prefix("revision"), ""))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _changed_since(self, seen: int) -> dict[str, tuple[RowEdit, Any]]:
        """Fields of the form that were changed after `seen`: the last edit, and the value before the first."""
        row = self._row()
        edits = RowEdit.objects.filter(object=row._meta.label_lower, object_id=row.pk, revision__gt=seen)
        found: dict[str, tuple[RowEdit, Any]] = {}
        for edit in edits.select_related("by__unit"):
            for name, (before, _now) in edit.changes.items():
                if name in self.fields:
                    found[name] = (edit, found[name][1] if name in found else before)
        return found

    def _take(self, name: str) -> None:
        """Put what stands in the row in the place of what was typed."""
        key, value = self.add_prefix(name), self.fields[name].prepare_value(self._current(name))
        if isinstance(value, list):
            self._typed.setlist(key, [str(one) for one in value])
        elif isinstance(value, bool):
            self._typed.pop(key, None)
            if value:
                self._typed[key] = "on"
        else:
            self._typed[key] = "" if value is None else str(value)


class Revised(Reconciled, forms.ModelForm):  # type: ignore[type-arg]
    """Part of a model form: the row is its instance."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.foreign: list[Foreign] = []
        if self.instance._state.adding:
            del self.fields["revision"]
            return
        self.initial["revision"] = self.instance.revision
        if self.is_bound:
            self._reconcile()

    def _row(self) -> Any:
        return self.instance

    def _names(self) -> Collection[str]:
        return self._meta.fields or ()

    def _current(self, name: str) -> Any:
        return getattr(self.instance, self._model_field(name).attname)

    def _model_field(self, name: str) -> models.Field[Any, Any]:
        field = self.instance._meta.get_field(name)
        assert isinstance(field, models.Field)
        return field

    def _value(self, name: str, kept: Any) -> Any:
        field = self._model_field(name)
        return None if kept is None else getattr(field, "target_field", field).to_python(kept)

    def _in_words(self, name: str, value: Any) -> str:
        field = self._model_field(name)
        if value is None or value == "":
            return _("未填写")
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(field, models.ForeignKey):
            return str(field.remote_field.model._default_manager.filter(pk=value).first() or value)
        return str(dict(field.flatchoices).get(value, value))
