"""The gateway is about to call, ask or move a channel of a platform below: the statement, on record before it is answered.

1. the device is a platform below with a link in force, and the camera is its channel;
2. the look, or what a platform above was given, is open and reaches over what is asked for;
3. the notary's record, outside any transaction; its index is not in the statement, the decision's is;
4. the answer. A crash between 3 and 4 leaves a record of what was never said: true of what was to be said, and nothing went out.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import QuerySet

from custodes.access.papers import microseconds, span_us
from custodes.ledger import records
from custodes.ledger.client import NotaryRefused, NotaryUnavailable
from custodes.people import delivery as line
from custodes.people.records import timestamp
from custodes.places.devices.channel import channel_of
from custodes.places.models import Camera
from custodes.sharing.links.platforms import own_of
from custodes.sharing.models import Link, LinkState, PlatformRole, Verb
from custodes.sharing.stating.saying import NothingStated, Span, StatedReason, said_of_look, said_of_passed_on, span_of
from custodes.video.wire.statements import LONGEST_US, Statement, StatementsAt, Stating, StatingAsk


def lower_link(device: str) -> Link | None:
    """The link in force over which is stated to the platform below that has this ID; None where there is none."""
    return _taking().filter(platform__gb_id=device).select_related("platform", "office").order_by("pk").first()


def statements_at(ids: Sequence[str]) -> dict[str, StatementsAt]:
    """Those of these platforms that take statements, and where."""
    wanted, found = frozenset(ids), {}
    for link in _taking().select_related("platform").order_by("-pk"):
        platform = link.platform
        if platform is not None and platform.gb_id in wanted:
            found[platform.gb_id] = StatementsAt(
                url=platform.statements_url.rstrip("/"), certificate=platform.statements_certificate
            )
    return found


def _taking() -> QuerySet[Link]:
    """Links with platforms below that take statements: who is named as the one above is so of the link whose address it goes to."""
    rows = Link.objects.filter(
        state=LinkState.IN_FORCE, platform__role=PlatformRole.LOWER, platform__custodes=True
    ).exclude(platform__statements_url="")
    return rows.exclude(platform__statements_certificate="")


LONGEST = timedelta(microseconds=LONGEST_US)


def answer(asked: StatingAsk, at: datetime) -> Stating:
    """What is to be stated, or why nothing may be."""
    try:
        return Stating(statement=_statement(asked, at))
    except NothingStated as error:
        return Stating(why=str(error)[:300])


def _statement(asked: StatingAsk, at: datetime) -> Statement:
    link = lower_link(asked.device)
    own = own_of(link.office) if link is not None else None
    if link is None or own is None:
        raise NothingStated("no link in force leads to this device as a platform below that runs this program")
    camera, verb, span = _camera(asked), Verb(asked.verb), span_of(asked.start, asked.end)
    if (span is None) != (verb == Verb.STEER):
        raise NothingStated("footage is asked for by a span, and steering by none")
    said = said_of_look(asked.grant, camera, verb, span, at) or said_of_passed_on(asked.grant, camera, verb, span, at)
    if said is None:
        raise NothingStated("no look has this id")
    statement = _made(asked, own.gb_id, said, span, at)
    try:
        line.notary().append([_record(statement, asked, camera, span, at)])
    except (NotaryUnavailable, NotaryRefused) as error:
        raise NothingStated("the log could not be written, so nothing is stated") from error
    return statement


def _camera(asked: StatingAsk) -> Camera:
    camera = Camera.objects.select_related("node").filter(pk=asked.camera).first()
    channel = channel_of(camera.main_url) if camera is not None else None
    if camera is None or channel is None or (channel.device, channel.channel) != (asked.device, asked.channel):
        raise NothingStated("the camera is not this channel")
    return camera


def _made(asked: StatingAsk, own: str, said: StatedReason, span: Span | None, at: datetime) -> Statement:
    until = min(at + LONGEST, said.until or at + LONGEST)
    begin, end = span_us(span) or (None, None)
    return Statement(
        id=uuid.uuid4(),
        upper=own,
        lower=asked.device,
        channel=asked.channel,
        verb=asked.verb,
        call_id=asked.call_id,
        from_us=begin,
        until_us=end,
        unit=said.unit[:120],
        person=said.person[:60],
        number=said.number[:40],
        reason=said.reason[:500],
        document=said.document[:120],
        ground=said.ground[:40],
        clauses=tuple(one[:16] for one in said.clauses[:16]),
        index=said.index,
        said_us=microseconds(at),
        counts_until_us=microseconds(until),
    )


def _record(
    statement: Statement, asked: StatingAsk, camera: Camera, span: Span | None, at: datetime
) -> records.PlatformStated:
    return records.PlatformStated(
        id=records.new_id(),
        at=timestamp(at),
        statement=statement.id,
        upper=statement.upper,
        lower=statement.lower,
        channel=statement.channel,
        camera=camera.pk,
        verb=statement.verb,
        call_id=statement.call_id,
        span=span_us(span),
        grant=asked.grant,
        unit=statement.unit,
        person_name=statement.person,
        number=statement.number,
        reason=statement.reason,
        document=statement.document,
        ground=statement.ground,
        clauses=statement.clauses,
        index=statement.index,
        until=records.at_text(statement.counts_until_us),
    )
