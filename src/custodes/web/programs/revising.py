"""Changing one row of the register: what is sent is laid over what stands in it, and the page's own form looks at all of it (R8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from custodes.web.programs import headers
from custodes.web.programs.headers import edited
from custodes.web.programs.keys import call_of
from custodes.web.programs.problems import of_form
from custodes.web.programs.reads import one_of
from custodes.web.programs.writing import form_data

Form = TypeVar("Form", bound=ModelForm[Any])


def row_to_change(request: HttpRequest, rows: QuerySet[Any], id: UUID) -> Any:
    """The row under its lock, on the revision on which the change rests.

    Args:
        rows: those that the person may change and the program reads.

    Raises:
        Problem: 404, none of them; 428 or 412, the revision is not said or not the newest.
    """
    seen = headers.seen(request)
    row = one_of(call_of(request), rows.select_for_update(of=("self",)), id)
    if row.revision != seen:
        raise edited(row, seen)
    return row


def laid_over(make: Callable[..., Form], given: Mapping[str, Any], clauses: Mapping[str, str] | None = None) -> Form:
    """The form of a row with what is sent laid over what stands there; what is not sent stays.

    Args:
        make: the form, of what stands there or with `data`.
        clauses: of fields that the law asks for.

    Raises:
        Problem: 422, the form finds something wrong.
    """
    data = form_data({**standing(make()), **given})
    return checked(make(data=data), clauses)


def checked(form: Form, clauses: Mapping[str, str] | None = None) -> Form:
    """A form without faults.

    Raises:
        Problem: 422, each of them by its field.
    """
    if not form.is_valid():
        raise of_form(form.errors.get_json_data(), clauses)
    return form


def standing(form: ModelForm[Any]) -> dict[str, Any]:
    """What stands in a row, as its form would send it."""
    return {name: form[name].value() for name, field in form.fields.items() if not field.widget.needs_multipart_form}
