"""The tree of divisions."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from custodes.people.models import Division
from custodes.people.permissions import Permission
from custodes.people.viewer import needs


@require_safe
@needs(Permission.VIEW_PEOPLE)
def division_list(request: HttpRequest) -> HttpResponse:
    """All divisions, in the order of the tree; public knowledge, so without a row scope."""
    divisions = list(Division.objects.annotate(unit_count=Count("units")))
    for division in divisions:
        division.depth = division.path.count("/")
    return render(request, "people/division_list.html", {"divisions": divisions})
