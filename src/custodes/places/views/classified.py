"""The page that answers when something classified was handed to a networked installation (S20): nothing of it is shown again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from custodes.places.network import CLAUSES, REFUSED, REMEDY, ClassifiedRefused


def keeps_nothing_classified(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view that takes something in: what is classified comes to a refusal, and no error report holds what was sent."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except ClassifiedRefused:
            context = {"words": REFUSED, "remedy": REMEDY, "clauses": CLAUSES, "crumbs": [(_("不予登记"), "")]}
            return render(request, "places/classified.html", context, status=403)

    guarded_view: Callable[..., HttpResponseBase] = sensitive_post_parameters()(guarded)
    return guarded_view
