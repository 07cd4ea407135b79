"""A grant's life: decided, recorded, then shown (*log before look*); renewed, ended.

Order of `open_view`, and what a crash between two steps leaves:

1. decide; a refusal is recorded and that is all;
2. the row, without an index: nobody has a token yet;
3. the notary's record and, after it, its tokens: outside any transaction, under the row's record id;
4. the index into the row;
5. decide again: what ended meanwhile (duty, post, account) found either the row, and revoked it, or this second look.

A crash before 3 leaves a row that granted nothing, after 3 a record whose tokens nobody has; `reconciliation` shows both.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from django.db import transaction
from django.utils import timezone

from custodes.access.ask import Ask, Granted, Refused
from custodes.access.decision import decide, decide_each
from custodes.access.models import Grant
from custodes.access.papers import TokenRequest, grant_record, refusal_record, token_requests, watermark_of
from custodes.access.revocation import Withheld, grouped, keep_out, revoke, write_refusals
from custodes.law.grounds import release
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people.delivery import notary
from custodes.people.models import Person, RecordOutbox
from custodes.places.models import Camera
from custodes.places.sound import heard
from custodes.traces import note, span


class NotaryDown(Exception):
    """The record could not be made durable, so nothing is shown: grants fail closed."""


class ViewClosed(Exception):
    """The look was taken back or ended; no token is given."""


@dataclass(frozen=True)
class Socket:
    """One worker's WebSocket and the token that opens it."""

    request: TokenRequest
    token: str


@dataclass(frozen=True)
class Opened:
    """A recorded grant with its tokens.

    Attributes:
        withheld: cameras that were asked for and are not shown.
        back_seconds: how far back from live the tokens reach.
    """

    grant: Grant
    index: int
    sockets: tuple[Socket, ...]
    withheld: tuple[Withheld, ...] = ()
    back_seconds: int = 0


@dataclass(frozen=True)
class Denied:
    """A recorded refusal; `index` is None while the record waits for the notary."""

    refused: Refused
    index: int | None


def open_view(person: Person, ask: Ask, at: datetime) -> Opened | Denied:
    """Decide, record, and give tokens; cameras that are closed by themselves are refused and the others opened.

    Raises:
        NotaryDown: nothing was granted.
    """
    judged = decide_each(person, ask, at)
    if isinstance(judged.verdict, Refused):
        return deny(person, ask, judged.verdict, at)
    grant = store(person, judged.ask, judged.verdict, still=False)
    opened = record_and_sign(grant, judged.ask.cameras)
    if judged.left_out:
        with transaction.atomic():
            write_refusals(person, ask, grant.ground, judged.left_out, at)
    again = decide(person, judged.ask, timezone.now())
    if isinstance(again, Refused):
        revoke(
            Grant.objects.filter(pk=grant.pk),
            by="system",
            reason=again.unmet[0].reason_zh,
            clause=again.unmet[0].clause,
        )
        return deny(person, ask, again, at)
    return replace(opened, withheld=grouped(judged.left_out))


def deny(person: Person, ask: Ask, refused: Refused, at: datetime) -> Denied:
    """Record a refusal; when the notary is down its record waits in the outbox, and it is a refusal all the same."""
    record = refusal_record(person, ask, refused, at)
    try:
        [index] = notary().append([record])
    except (NotaryUnavailable, NotaryRefused):
        document = msgspec.to_builtins(record)
        RecordOutbox.objects.create(id=record.id, type=record.type, record=document, created_at=at)
        return Denied(refused, None)
    return Denied(refused, index)


def store(person: Person, ask: Ask, granted: Granted, *, still: bool) -> Grant:
    """The grant's row, before its record; it opens nothing.

    Args:
        still: it is one picture, fetched once.
    """
    # What was asked for, what somebody may look at and not take away, and what is published is pictures alone.
    silent = still or ask.request or ask.supervised or granted.ground == release.NAME
    with transaction.atomic():
        grant = Grant.objects.create(
            person=person,
            unit=granted.post.unit if granted.post else person.unit,
            post=granted.post,
            duty_session=granted.session,
            ground=granted.ground,
            clauses=list(granted.clauses),
            live=ask.live,
            back_seconds=granted.back_seconds,
            span_from=ask.span[0] if ask.span else None,
            span_to=ask.span[1] if ask.span else None,
            still=still,
            sound=[] if silent else sorted(str(one.pk) for one in heard(ask.cameras)),
            request=ask.request,
            session=ask.supervised,
            handover=ask.handover,
            beside=list(granted.beside),
            burnt=granted.burnt,
            purpose=ask.purpose.strip(),
            content=ask.content.strip(),
            matter=ask.matter,
            watermark=watermark_of(person, granted.beside or (granted.burnt,), ask.request),
            asked_at=ask.asked_at,
        )
        grant.cameras.set(ask.cameras)
    return grant


def record_and_sign(grant: Grant, cameras: tuple[Camera, ...]) -> Opened:
    """Make the grant's record durable, then take its tokens and write the index into the row.

    Raises:
        NotaryDown: the record's fate is unknown or it was refused; the row is closed.
    """
    requests = token_requests(grant, cameras)
    try:
        with span("notary.asked", grant=grant.pk, custodes_cameras=len(cameras)) as made:
            answer = notary().grant(grant_record(grant, cameras), [request.claims for request in requests])
            note(made, custodes_index=answer.index)
    except (NotaryUnavailable, NotaryRefused) as error:
        Grant.objects.filter(pk=grant.pk).update(ended_at=timezone.now())
        raise NotaryDown(str(error)) from error
    grant.index = answer.index
    Grant.objects.filter(pk=grant.pk).update(index=answer.index)
    sockets = tuple(Socket(request, token) for request, token in zip(requests, answer.tokens, strict=True))
    return Opened(grant, answer.index, sockets, back_seconds=grant.back_seconds)


def renew(grant: Grant, at: datetime) -> Opened | Refused:
    """Decide again and give fresh tokens; writes no entry when it may go on.

    Cameras that may not be looked at any more are left out of the tokens and refused on record, and come back with a later
    renewal when nothing closes them any more. When none is left the look is taken back.

    The row is looked at once more behind the notary's answer: what took the look back meanwhile may have been too early
    for the notary and for the push, and its token would have lived a minute longer.

    Raises:
        NotaryDown: no fresh tokens; the running ones end by themselves.
        ViewClosed: taken back or ended while the notary signed; its row says which.
    """
    cameras = tuple(grant.cameras.select_related("node", "system__site"))
    ask = ask_of(grant, cameras)
    judged = decide_each(grant.person, ask, at)
    if isinstance(judged.verdict, Refused):
        return _take_back(grant, judged.verdict)
    left_out = keep_out(grant, ask, judged.left_out, at) if judged.left_out or grant.withheld else {}
    shown = tuple(camera for camera in cameras if camera not in left_out)
    if not shown:
        return _take_back(grant, Refused(grant.ground, next(iter(left_out.values()))))
    # A camera whose trial ended meanwhile came in; behind that moment it stays closed.
    requests = token_requests(grant, shown, judged.verdict.back_seconds)
    try:
        tokens = notary().renew(grant.id, [request.claims for request in requests])
    except (NotaryUnavailable, NotaryRefused) as error:
        raise NotaryDown(str(error)) from error
    if not Grant.objects.open().filter(pk=grant.pk).update(renewed_at=at):
        raise ViewClosed
    assert grant.index is not None
    sockets = tuple(Socket(request, token) for request, token in zip(requests, tokens, strict=True))
    back = min(grant.back_seconds, judged.verdict.back_seconds)
    return Opened(grant, grant.index, sockets, grouped(left_out), back)


def _take_back(grant: Grant, refused: Refused) -> Refused:
    first = refused.unmet[0]
    revoke(Grant.objects.filter(pk=grant.pk), by="system", reason=first.reason_zh, clause=first.clause)
    return refused


def ask_of(grant: Grant, cameras: tuple[Camera, ...]) -> Ask:
    """What a look, or leave to hand out, was asked for; of one picture and of leave to mask the grant does not say on what they rested."""
    return Ask(
        *(cameras, grant.live, grant.span, grant.purpose, grant.content, grant.asked_at),
        basis=grant.request or grant.session,
        handover=grant.handover,
        matter=grant.matter,
    )


def end(grant: Grant, at: datetime) -> None:
    """The person stopped looking; a token that still lives dies within its minute."""
    Grant.objects.open().filter(pk=grant.pk).update(ended_at=at)
