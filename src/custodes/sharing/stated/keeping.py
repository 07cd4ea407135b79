"""A statement came over the side channel: checked, kept, on record before it is answered (wire.md §9).

1. what stands already: the same words are answered as the first time, others under its id are refused;
2. what is wrong with it by itself (400), then whether this link is shown such a channel (403, always in the same words);
3. the row, without an index: it counts for nothing yet; under the link's lock, so that the bounds hold;
4. the leaf, outside any transaction, under the row's record id; then the index into the row.

A crash between leaves a row that counts for nothing; said again, it is written under the same id.

A wish rests on the statement of its link, channel and verb that is on record and counts (S28.1(3), N16.2(3), S33.1). An INVITE's is found by its
Call-ID and is used for that call alone; one without covers queries of recordings within its span, and steering.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Least

from custodes.access.papers import microseconds
from custodes.ledger import records
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people import delivery as line
from custodes.people.records import timestamp
from custodes.sharing.links.certificates import certificate_of
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Link, LinkState, Served, Stated, Verb
from custodes.sharing.models.grant import STATED
from custodes.sharing.serving.recording import holder
from custodes.sharing.stated.checking import counts_until_us, moment, wrong
from custodes.sharing.tree.showing import channel_of
from custodes.video.wire.statements import Statement, StatementAnswer, UpperStates

OPEN = 200
"""Statements of one link that count and were not used."""
EACH_SECOND = 20
"""New ones of one link."""
NO_NUMBER = "this link asks for the officer's work number: have it entered above with the person"
ELSEWHERE = "no such link or channel, or another platform's name"


def answer(told: UpperStates, at: datetime) -> StatementAnswer:
    """What the platform above is told; 201 only once its record is durable."""
    said = told.statement
    link = _link(told, at)
    if link is None:
        return StatementAnswer(status=403, why=ELSEWHERE)
    known = link.stated.filter(statement=said.id).first()
    if known is not None:
        return _again(known, said, link, at)
    if why := wrong(said, at):
        return StatementAnswer(status=400, why=why)
    if link.platform is not None and link.platform.asks_number and not said.number.strip():
        return StatementAnswer(status=400, why=NO_NUMBER)
    if channel_of(link, said.channel) is None:
        return StatementAnswer(status=403, why=ELSEWHERE)
    try:
        row = _enter(link, said, at)
    except IntegrityError:  # it came twice at one moment
        return _again(link.stated.get(statement=said.id), said, link, at)
    return StatementAnswer(status=429, why="too many at once") if row is None else _write(row, link, at)


def _link(told: UpperStates, at: datetime) -> Link | None:
    """The link in force with an upper whose certificate we hold, if the statement names both platforms as this link does."""
    rows = Link.objects.select_related("platform", "office__division").filter(pk=told.link, state=LinkState.IN_FORCE)
    link = rows.first()
    if link is None or not link.upper or link.platform is None or not link.platform.custodes:
        return None
    own = own_of(link.office)
    named = own is not None and (told.statement.upper, told.statement.lower) == (link.platform.gb_id, own.gb_id)
    return link if named and certificate_of(link.platform, at) else None


def _again(row: Stated, said: Statement, link: Link, at: datetime) -> StatementAnswer:
    if row.digest != _digest(said):
        return StatementAnswer(status=409, why="another statement has this id")
    if row.index is not None:
        prolong(row, at)
        return StatementAnswer(index=row.index)
    if row.until <= at:
        return StatementAnswer(status=400, why="it counts no more")
    return _write(row, link, at)


def _enter(link: Link, said: Statement, at: datetime) -> Stated | None:
    """The row; None where there are too many.

    Raises:
        IntegrityError: it is there already.
    """
    with transaction.atomic():
        Link.objects.select_for_update().get(pk=link.pk)
        still_open = link.stated.filter(until__gt=at, call__isnull=True).count()
        lately = link.stated.filter(came_at__gt=at - timedelta(seconds=1)).count()
        if still_open >= OPEN or lately >= EACH_SECOND:
            return None
        return Stated.objects.create(
            link=link,
            statement=said.id,
            digest=_digest(said),
            channel=said.channel,
            verb=said.verb,
            call_id=said.call_id,
            span_from=None if said.from_us is None else moment(said.from_us),
            span_to=None if said.until_us is None else moment(said.until_us),
            unit=said.unit,
            person=said.person,
            number=said.number,
            reason=said.reason,
            document=said.document,
            ground=said.ground,
            clauses=list(said.clauses),
            theirs=said.index,
            said_at=moment(said.said_us),
            until=moment(counts_until_us(said, at)),
            came_at=at,
        )


def _write(row: Stated, link: Link, at: datetime) -> StatementAnswer:
    try:
        [index] = line.notary().append([leaf(row, link)])
    except (NotaryUnavailable, NotaryRefused):
        return StatementAnswer(status=503, why="the log could not be written, so nothing was kept")
    Stated.objects.filter(pk=row.pk).update(index=index)
    row.index = index
    prolong(row, at)
    return StatementAnswer(index=index)


def leaf(row: Stated, link: Link) -> records.PlatformStatement:
    """Its record; the same row always gives the same one, so that it can be sent again."""
    assert link.platform is not None
    span = row.span
    return records.PlatformStatement(
        id=row.record,
        at=timestamp(row.came_at),
        statement=row.statement,
        link=link.pk,
        upper=link.platform.gb_id,
        channel=row.channel,
        verb=row.verb,
        call_id=row.call_id,
        span=None if span is None else (microseconds(span[0]), microseconds(span[1])),
        person=holder(link),
        person_name=row.person,
        unit=row.unit,
        number=row.number,
        purpose=row.reason,
        document=row.document,
        ground=row.ground,
        clauses=tuple(row.clauses),
        theirs=row.theirs,
        said=timestamp(row.said_at),
        until=timestamp(row.until),
    )


def _digest(said: Statement) -> str:
    return hashlib.sha256(said.model_dump_json().encode()).hexdigest()


Span = tuple[datetime, datetime]


def find(
    link: Link, channel: str, verb: Verb, call: UUID, call_id: str, span: Span | None, media: bool, at: datetime
) -> Stated | None:
    """The one that counts longest; None where there is none.

    Args:
        call: the gateway's id; what was used for another is not found.
        call_id: SIP's, of an INVITE.
        span: what is asked for; it lies within what was stated.
        media: pictures are to be sent, which an INVITE alone asks for.
    """
    if verb not in STATED or (media and not call_id):
        return None
    rows = link.stated.filter(channel=channel, verb=verb, index__isnull=False, until__gt=at)
    rows = rows.filter(Q(call__isnull=True) | Q(call=call), call_id=call_id) if media else rows.filter(call_id="")
    if verb != Verb.STEER:
        if span is None:
            return None
        rows = rows.filter(span_from__lte=span[0], span_to__gte=span[1])
    return rows.order_by("-until", "pk").first()


def use(row: Stated, call: UUID) -> bool:
    """Bind the statement of an INVITE to this call, in the caller's transaction; False where another call had it meanwhile."""
    if not row.call_id:
        return True
    free = Stated.objects.filter(Q(call__isnull=True) | Q(call=call), pk=row.pk)
    return bool(free.update(call=call))


def prolong(row: Stated, at: datetime) -> None:
    """A hand on the helm whose officer stated anew goes on until that ends: the same person's of the same unit, no other's."""
    if row.verb != Verb.STEER:
        return
    hands = Served.objects.filter(link=row.link_id, channel=row.channel, verb=Verb.STEER, status=0)
    hands = hands.filter(
        stated__unit=row.unit, stated__person=row.person, stated__number=row.number, stated__ground=row.ground,
        ended_at__isnull=True, until__gt=at, until__lt=row.until,
    )  # fmt: skip
    hands.update(until=Least(F("term"), Value(row.until, output_field=DateTimeField())))
