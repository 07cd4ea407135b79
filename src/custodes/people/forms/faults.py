"""What is wrong with a form, where it is told apart from its fields."""

from __future__ import annotations

from django.forms import BaseForm


def faults_of(form: BaseForm) -> str:
    """All that is wrong with a form, in one line."""
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
