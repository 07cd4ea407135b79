"""What the gateway asks before it speaks with a platform below, ``/internal/gateway/stating`` (wire.md §9); signed with its key."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from custodes.places.models import Gateway
from custodes.places.signed import gateway_only
from custodes.places.signed_bodies import answer, body_of
from custodes.sharing.stating import answering
from custodes.video.wire.statements import StatingAsk


@gateway_only
def gateway_stating(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Who asks and why; on record before it is answered."""
    asked = body_of(StatingAsk, request, gateway)
    if isinstance(asked, HttpResponse):
        return asked
    return answer(answering.answer(asked, timezone.now()))
