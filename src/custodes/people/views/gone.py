"""Addresses that the sign-in library names and this product doesn't have."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse


@login_not_required
def gone(request: HttpRequest) -> HttpResponse:
    """Nothing is here."""
    raise Http404
