"""What the map of the choice is told: by POST, so that where somebody looks stands in no address and no log of addresses."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.access.choosing.answer import shape_answer, window_answer
from custodes.access.choosing.shape import read
from custodes.access.choosing.subjects import Subject, subject_of
from custodes.people.models import RecordOutbox
from custodes.people.permissions import Permission
from custodes.people.records import positions_read, record
from custodes.people.viewer import Viewer, needs, only_reads
from custodes.places.map.asked import seats
from custodes.settings import get_settings

CHOOSES = (Permission.TAKE_REQUESTS, Permission.APPROVE_REQUESTS, Permission.HANDLE_MISSING, Permission.PLACE_HOLDS)
AGAIN = timedelta(hours=1)
"""Whoever is told positions for longer is on record again."""


@only_reads
@needs(*CHOOSES, Permission.HANDLE_INDIVIDUAL)
@require_POST
@never_cache
def window(request: HttpRequest) -> JsonResponse:
    """A window of the map, or a shape drawn on it."""
    asked = read(request.body)
    if asked is None:
        words = _("所问的范围无法识别。请在地图上重新画出范围后再查询。")
        return JsonResponse({"error": "bad_request", "detail": words}, status=400)
    viewer = Viewer.of(request)
    subject = subject_of(viewer, asked.subject)
    if subject is None:
        raise Http404
    _on_record(viewer, subject, asked.subject)
    if asked.shape is not None:
        return JsonResponse(shape_answer(subject, asked.shape))
    if asked.window is not None:
        return JsonResponse(window_answer(subject, asked.window))
    settings = get_settings()
    under = {"tiles": settings.map_tiles, "attribution": settings.map_attribution, "seats": seats()}
    return JsonResponse({**window_answer(subject, None), "underlay": under})


def _on_record(viewer: Viewer, subject: Subject, about: str) -> None:
    """That positions are told to somebody who does not read all of them in the register: before any answer goes, once an hour for each
    person and subject, whatever is asked first."""
    key = positions_read(viewer.person.uuid, about)
    if RecordOutbox.objects.filter(about=key, created_at__gt=viewer.at - AGAIN).exists():
        return
    others = subject.drawn.filter(longitude__isnull=False).exclude(pk__in=subject.exact.values("pk")).count()
    if others:
        with transaction.atomic():
            record("positions.read", at=viewer.at, person=viewer.person.uuid, about=about, cameras=others)
