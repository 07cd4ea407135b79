"""One page of a form that is filled in step by step: one group of questions, kept whether it is right or not."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict

LONGEST = 20_000
"""Characters of one answer that are kept; no field of any page is longer."""


class DraftPage(forms.Form):
    """What every page has: answers as they are kept in a draft, and as they are shown before handing in."""

    #: Nothing stops whoever wants to put it aside half filled in; what is missing is said when going on.
    use_required_attribute = False

    def answers(self) -> dict[str, str | list[str]]:
        """What was typed, as text, right or wrong, so that nothing is lost."""
        typed: dict[str, str | list[str]] = {}
        sent = cast("QueryDict", self.data)
        for name, field in self.fields.items():
            if isinstance(field, forms.ModelMultipleChoiceField):
                typed[name] = [_kept(one) for one in sent.getlist(name)]
            else:
                typed[name] = _kept(sent.get(name, ""))
        return typed

    def rows(self) -> list[tuple[Any, Any]]:
        """Its fields, each with what may stand beside it."""
        return [(field, None) for field in self.visible_fields()]

    def faults(self) -> list[tuple[Any, str]]:
        """What is wrong, each with the label of its field."""
        return [(self[name].label, str(error)) for name, errors in self.errors.items() for error in errors]

    def told(self) -> list[tuple[Any, Any]]:
        """Labels and answers, for the check before handing in."""
        raise NotImplementedError


def as_sent(answers: dict[str, Any]) -> QueryDict:
    """Kept answers as a form takes them."""
    data = QueryDict(mutable=True)
    for name, value in answers.items():
        data.setlist(name, value if isinstance(value, list) else [str(value)])
    return data


def _kept(text: str) -> str:
    # PostgreSQL has no place for NUL in JSON.
    return str(text).replace("\x00", "")[:LONGEST]
