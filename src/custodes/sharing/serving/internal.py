"""What the gateway asks and reports about upper platforms, ``/internal/gateway/…`` (wire.md §8); signed with its key."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from custodes.places.devices.plaintext import Impossible
from custodes.places.internal import answer, body_of, gateway_only, refuse
from custodes.places.models import Gateway
from custodes.sharing.links import standing
from custodes.sharing.models import Link, Platform
from custodes.sharing.serving import alarms, ending, trials, uppers, wanting
from custodes.sharing.stated import keeping
from custodes.sharing.stating import answering
from custodes.video.wire.statements import StatingAsk, UpperStates
from custodes.video.wire.upper_platforms import (
    MOST_SHOWN,
    LinksHeard,
    LinkTried,
    ShownEntry,
    ShownOff,
    ShownPage,
    UpperCalls,
    UpperCallsStanding,
    UpperWants,
)


@gateway_only
def gateway_uppers(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """The upper platforms to register with."""
    if request.method != "GET":
        return HttpResponse(status=405)
    return answer(uppers.uppers_of(gateway))


@gateway_only
def gateway_shown(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """A page of what an upper is shown."""
    found = _link(request)
    if isinstance(found, HttpResponse):
        return found
    link, own = found
    tree = uppers.tag_of(link, own, gateway)
    try:
        page = uppers.page_of(link, own, request.GET.get("after", ""), MOST_SHOWN)
    except uppers.BadCursor:
        return refuse(400, "bad_request", "no page begins there")
    cameras = {one.camera for one in page.entries if one.camera is not None}
    dark = uppers.dark(cameras, timezone.now()) if cameras else frozenset()
    entries = tuple(
        ShownEntry(
            kind=one.kind, id=one.id, name=one.name, parent=one.parent, group=one.group, civil_code=one.civil_code,
            online=one.camera not in dark, turns=one.turns,
        )
        for one in page.entries
    )  # fmt: skip
    return answer(ShownPage(link=link.pk, tree=tree, entries=entries, after=page.after))


@gateway_only
def gateway_shown_off(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Channels from which no pictures come."""
    found = _link(request)
    if isinstance(found, HttpResponse):
        return found
    link = found[0]
    return answer(ShownOff(link=link.pk, off=tuple(uppers.channels_off(link, timezone.now()))))


@gateway_only
def gateway_shown_alarms(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Alarms of what an upper is shown."""
    found = _link(request)
    if isinstance(found, HttpResponse):
        return found
    try:
        return answer(alarms.alarms_of(found[0], request.GET.get("after", ""), timezone.now()))
    except uppers.BadCursor:
        return refuse(400, "bad_request", "no alarm is there")


@gateway_only
def gateway_shown_positions(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Where those are that move of what an upper is shown."""
    found = _link(request)
    if isinstance(found, HttpResponse):
        return found
    return answer(alarms.positions_of(found[0], timezone.now()))


@gateway_only
def gateway_wanted(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """An upper wants something; the answer is on record before it is given."""
    asked = body_of(UpperWants, request, gateway)
    if isinstance(asked, HttpResponse):
        return asked
    try:
        return answer(wanting.answer(asked, timezone.now()))
    except wanting.AnotherCall:
        return refuse(409, "call", "this call was another wish")


@gateway_only
def gateway_wanted_standing(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Which calls have to end."""
    asked = body_of(UpperCalls, request, gateway)
    if isinstance(asked, HttpResponse):
        return asked
    return answer(UpperCallsStanding(ended=ending.standing(asked.calls, timezone.now())))


@gateway_only
def gateway_statements(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """An upper's officer states who asks and why; the answer is on record before it is given."""
    told = body_of(UpperStates, request, gateway)
    if isinstance(told, HttpResponse):
        return told
    return answer(keeping.answer(told, timezone.now()))


@gateway_only
def gateway_links(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """How links with uppers stand."""
    told = body_of(LinksHeard, request, gateway)
    if isinstance(told, HttpResponse):
        return told
    now: datetime = timezone.now()
    try:
        standing.take(told, now)
    except Impossible as error:
        return refuse(400, "bad_request", str(error))
    return HttpResponse(status=204)


@gateway_only
def gateway_linktests(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Links that are to be tried before they are in force."""
    if request.method != "GET":
        return HttpResponse(status=405)
    return answer(trials.trials_of(gateway, timezone.now()))


@gateway_only
def gateway_linktests_tried(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """What came of a trial."""
    told = body_of(LinkTried, request, gateway)
    if isinstance(told, HttpResponse):
        return told
    if not trials.take(told, timezone.now()):
        return refuse(404, "trial", "nobody waits for this trial")
    return HttpResponse(status=204)


@gateway_only
def gateway_stating(request: HttpRequest, gateway: Gateway) -> HttpResponse:
    """Before it speaks with a platform below (wire.md §9): who asks and why; on record before it is answered."""
    asked = body_of(StatingAsk, request, gateway)
    if isinstance(asked, HttpResponse):
        return asked
    return answer(answering.answer(asked, timezone.now()))


def _link(request: HttpRequest) -> HttpResponse | tuple[Link, Platform]:
    if request.method != "GET":
        return HttpResponse(status=405)
    try:
        pk = UUID(request.GET.get("link", ""))
    except ValueError:
        return refuse(400, "bad_request", "link is a UUID")
    return uppers.in_force(pk) or refuse(404, "link", "no such link is in force")
