"""An upper wants something: decided, put on record, then answered (*log before look*).

1. the call is known already: the same answer, or fresh tokens after a new decision;
2. find what its officer stated about it (`stated.finding`), decide; a refusal is a leaf, or one more of a leaf of the last minute (`refusing`);
3. the row, without an index: nothing was given yet; with it the statement of an INVITE is used, which nobody else's call then rests on;
4. the notary's record and behind it the token: outside any transaction, under the row's record id;
5. the index into the row;
6. decide again: what ended meanwhile found either the row and ended it, or this second look (decision 0061).

A crash before 4 leaves a row that gave nothing; between 4 and the answer a leaf whose token nobody has: the gateway asks again by the same call.
"""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from custodes.access.papers import microseconds
from custodes.law.grounds.ground import Unmet
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people import delivery as line
from custodes.places.models import Camera
from custodes.settings import get_settings
from custodes.sharing.links.reaching import may_receive
from custodes.sharing.links.refusals import ELSEWHERE, NO_LINK, NOT_SHOWN
from custodes.sharing.links.serving import Verdict, may_serve
from custodes.sharing.models import Link, LinkState, Served, ServedEnd, Stated, Verb
from custodes.sharing.serving.ending import close, silenced
from custodes.sharing.serving.recording import claims_of, grant_record, platform_of, span_times
from custodes.sharing.serving.refusing import UpperWish, refuse
from custodes.sharing.serving.uppers import dark
from custodes.sharing.stated import keeping
from custodes.sharing.tree.showing import channel_of
from custodes.video.wire.upper_platforms import UpperVerdict, UpperWants

BAD, FORBIDDEN, NOT_FOUND, NO_PICTURE, UNAVAILABLE = 400, 403, 404, 480, 503


class AnotherCall(Exception):
    """The call's id stands for another wish."""


class _Used(Exception):
    """Another call had the statement meanwhile."""


def answer(asked: UpperWants, at: datetime) -> UpperVerdict:
    """What the gateway is told; durable in the log before.

    Raises:
        AnotherCall: two wishes under one id.
    """
    link = Link.objects.select_related("platform", "office__division").filter(pk=asked.link).first()
    if link is None:
        return UpperVerdict(status=FORBIDDEN, why="no such link")
    try:
        wish = _wish(asked, at)
    except ValueError as error:
        return UpperVerdict(status=BAD, why=str(error))
    known = Served.objects.select_related("stated").filter(call=asked.call).first()
    if known is not None:
        return _again(known, link, wish)
    stated = _stated(link, wish, asked.call_id)
    try:
        return _new(link, replace(wish, stated=stated))
    except _Used:
        return _new(link, wish)


def _stated(link: Link, wish: UpperWish, call_id: str) -> Stated | None:
    """What the officer stated about it; nothing counts of a platform that does not state."""
    if link.platform is None or not link.platform.custodes:
        return None
    return keeping.find(link, wish.channel, wish.verb, wish.call, call_id, wish.span, wish.media, wish.at)


def _new(link: Link, wish: UpperWish) -> UpperVerdict:
    """A call that was not heard of before.

    Raises:
        _Used: the statement is another call's.
    """
    camera, unmet, status, verdict = _decide(link, wish)
    if verdict is None:
        return _refused(refuse(link, wish, camera, unmet, status))
    assert camera is not None
    if wish.verb == Verb.LIVE and dark([camera.pk], wish.at):
        return _refused(refuse(link, wish, camera, (), NO_PICTURE))
    try:
        row = _enter(link, wish, camera, verdict)
    except IntegrityError:  # the same call came twice at one moment
        return _again(Served.objects.select_related("stated").get(call=wish.call), link, wish)
    return _give(row, link, camera)


def _wish(asked: UpperWants, at: datetime) -> UpperWish:
    verb = Verb(asked.verb)
    address = "" if verb == Verb.STEER else _address(asked.address)
    span = None if verb in (Verb.LIVE, Verb.STEER) else span_times(asked.from_us, asked.until_us, at)
    if address and verb != Verb.LIVE and span is None:
        raise ValueError("footage is asked for by a span")
    if not asked.channel.isprintable():
        raise ValueError("an id is printable")
    return UpperWish(asked.call, asked.channel, verb, span, address, at)


def _address(text: str) -> str:
    """As one network address is written in one way.

    Raises:
        ValueError: it is none.
    """
    if not text:
        return ""
    found = ipaddress.ip_address(text)
    if getattr(found, "scope_id", None):
        raise ValueError("an address has no scope")
    return str(found)


def _lacking(link: Link, camera: Camera, wish: UpperWish) -> tuple[Verdict, tuple[Unmet, ...]]:
    """What was decided about the camera, and all that is unmet, of the receiver too."""
    verdict = may_serve(link, camera, wish.verb, wish.at, stated=wish.stated is not None)
    assert link.platform is not None
    astray = wish.media and not may_receive(link.platform, wish.address)
    return verdict, (*verdict.unmet, ELSEWHERE) if astray else verdict.unmet


def _lacking_now(row: Served, link: Link, camera: Camera) -> tuple[Unmet, ...]:
    """What is unmet behind the leaf."""
    verdict = may_serve(link, camera, Verb(row.verb), timezone.now(), stated=row.stated_id is not None)
    return verdict.unmet or silenced(row, verdict)


def _decide(link: Link, wish: UpperWish) -> tuple[Camera | None, tuple[Unmet, ...], int, Verdict | None]:
    """The camera, and either what is unmet with the status of SIP, or the verdict."""
    if not link.upper or link.state != LinkState.IN_FORCE:
        return None, (NO_LINK,), FORBIDDEN, None
    found = channel_of(link, wish.channel)
    if found is None:
        return None, (NOT_SHOWN,), NOT_FOUND, None
    camera = Camera.objects.select_related("node").get(pk=found)
    verdict, unmet = _lacking(link, camera, wish)
    return (camera, unmet, FORBIDDEN, None) if unmet else (camera, (), 0, verdict)


def _enter(link: Link, wish: UpperWish, camera: Camera, verdict: Verdict) -> Served:
    """The row; what was stated is used with it.

    Raises:
        IntegrityError: the same call came twice at one moment.
        _Used: as `_new`.
    """
    assert verdict.until is not None
    term = min(verdict.until, wish.at + timedelta(hours=get_settings().upper_call_hours))
    # A call that was stated goes on behind the statement's ten minutes; a hand on the helm only as long as it is stated anew.
    steers = wish.stated is not None and wish.verb == Verb.STEER
    with transaction.atomic():
        if wish.stated is not None and not keeping.use(wish.stated, wish.call):
            raise _Used
        return Served.objects.create(
            **wish.fields(),
            link=link,
            camera=camera,
            grant_id=verdict.grant,
            unknown=verdict.unknown,
            sound=verdict.sound and wish.media,
            term=term,
            until=min(term, wish.stated.until) if steers and wish.stated is not None else term,
        )


def _again(row: Served, link: Link, wish: UpperWish) -> UpperVerdict:
    """A call that was heard of before: its answer was lost, or it never was."""
    if (row.link_id, row.channel, row.verb, row.address, row.span) != (
        link.pk,
        wish.channel,
        wish.verb,
        wish.address,
        wish.span,
    ):
        raise AnotherCall
    if row.status:
        return _refused(row)
    assert row.camera_id is not None
    camera = Camera.objects.select_related("node").get(pk=row.camera_id)
    if not _stands(row, wish.at) or channel_of(link, row.channel) != camera.pk:
        return UpperVerdict(status=FORBIDDEN, why="the call is over")
    verdict, lacking = _lacking(link, camera, replace(wish, stated=row.stated))
    lacking = lacking or silenced(row, verdict)
    if lacking:
        close([(row, lacking)], wish.at)
        return UpperVerdict(status=FORBIDDEN, why=_plain(lacking))
    return _give(row, link, camera)


def _stands(row: Served, at: datetime) -> bool:
    over = row.ended_at is not None and row.ended_why != ServedEnd.DONE
    return not over and row.until is not None and at < row.until


def _give(row: Served, link: Link, camera: Camera) -> UpperVerdict:
    """Make the leaf durable, take the token, and look once more."""
    try:
        token = _record(row, link, camera)
    except (NotaryUnavailable, NotaryRefused):
        return UpperVerdict(status=UNAVAILABLE, why="the log could not be written, so nothing is given")
    lacking = _lacking_now(row, link, camera)
    if lacking:
        close([(row, lacking)], timezone.now())
    row.refresh_from_db(fields=["ended_at", "ended_why"])
    assert row.until is not None
    if not _stands(row, timezone.now()):
        return UpperVerdict(status=FORBIDDEN, why=_plain(lacking) or "it ended meanwhile")
    name, unit = platform_of(link)
    return UpperVerdict(
        camera=camera.pk,
        node_url=camera.node.worker_url(camera.worker),
        worker=camera.worker_name,
        token=token,
        # Of a hand on the helm the grant's: `standing` ends it with what was stated, or hears that it was stated anew.
        until_us=microseconds(row.term if row.verb == Verb.STEER and row.term is not None else row.until),
        name=name,
        unit=unit,
    )


def _record(row: Served, link: Link, camera: Camera) -> str:
    """The token: of what is sent, listed or moved; empty where a list has no span.

    Raises:
        NotaryUnavailable, NotaryRefused.
    """
    notary = line.notary()
    claims = [claims_of(row, link, camera)] if row.goes_on or row.span is not None else []
    if row.index is not None:
        return notary.renew(row.pk, claims)[0] if claims else ""
    record = grant_record(row, link, camera)
    if claims:
        answered = notary.grant(record, claims)
        index, token = answered.index, answered.tokens[0]
    else:
        [index], token = notary.append([record]), ""
    changes: dict[str, object] = {"index": index}
    if not row.goes_on:  # said once, and over
        changes |= {"ended_at": row.asked_at, "ended_why": ServedEnd.DONE}
    Served.objects.filter(pk=row.pk).update(**changes)
    row.index = index
    return token


def _refused(row: Served) -> UpperVerdict:
    return UpperVerdict(status=row.status, why="; ".join(f"{clause} {said}" for clause, _zh, said in row.unmet)[:300])


def _plain(unmet: tuple[Unmet, ...]) -> str:
    return "; ".join(f"{one.clause} {one.reason_en}" for one in unmet)[:300]
