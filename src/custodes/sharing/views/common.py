"""What the pages of this room share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

INVALID = 422


def crumbs_of(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way to a page of this room."""
    return [(_("联网共享"), reverse("sharing:directories")), *more]
