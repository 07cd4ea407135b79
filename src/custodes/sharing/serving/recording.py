"""The leaves of what an upper asked for (wire.md §7), and the claims of its token.

The holder is the link: no person of another platform is known here. Where its officer stated who asks and why, the leaves say that as the
platform gave it, and name the statement.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from custodes.access.papers import WATERMARK_LENGTH, microseconds
from custodes.law.grounds.ground import Unmet
from custodes.ledger import records
from custodes.people.records import timestamp
from custodes.places.models import Camera
from custodes.sharing.models import Link, Served, Verb

GROUND = "upper_platform"
CLAUSES = ("S22", "S33.1")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No footage is older."""
AHEAD = timedelta(days=1)
"""So far behind the present may a span end: clocks differ, and "the whole of today" is asked for."""


def holder(link: Link) -> str:
    """Whom grant, token and the node's accounts name: no person can be called so."""
    return f"link:{link.pk}"


def grant_record(row: Served, link: Link, camera: Camera) -> records.Grant:
    """The record of what was given, of the past what may be sent or, without a receiver, listed; the same row always gives the same record, so that it can be sent again."""
    assert link.platform is not None
    return records.Grant(
        id=row.record,
        at=timestamp(row.asked_at),
        grant=row.pk,
        person=holder(link),
        person_name=_asker(row, link)[0],
        unit=_asker(row, link)[1],
        post="",
        ground=GROUND,
        clauses=CLAUSES,
        cameras=(camera.pk,),
        live=_live(row),
        back_seconds=0,
        span=_asked(row),
        still=False,
        sound=(camera.pk,) if row.sound else (),
        purpose=None if row.stated is None else row.stated.reason,
        content=None,
        watermark=_watermark(link),
        link=link.pk,
        link_grant=row.grant_id,
        channel=row.channel,
        verb=row.verb,
        unknown=row.unknown,
        receiver=row.address,
        stated=None if row.stated is None else row.stated.statement,
        stated_ground="" if row.stated is None else row.stated.ground,
        document="" if row.stated is None else row.stated.document,
    )


def refusal_record(row: Served, link: Link, unmet: Iterable[Unmet], counted: int) -> records.Refusal:
    """The record of a refusal; `counted` alike since the last one that said so."""
    return records.Refusal(
        id=row.record,
        at=timestamp(row.asked_at),
        person=holder(link),
        person_name=_asker(row, link)[0],
        unit=_asker(row, link)[1],
        ground=GROUND,
        cameras=() if row.camera_id is None else (row.camera_id,),
        live=row.verb == Verb.LIVE,
        span=_asked(row),
        unmet=tuple(records.Unmet(clause=one.clause, reason=one.reason_zh) for one in unmet),
        link=link.pk,
        channel=row.channel,
        verb=row.verb,
        counted=counted,
        receiver=row.address,
        stated=None if row.stated is None else row.stated.statement,
    )


def claims_of(row: Served, link: Link, camera: Camera) -> dict[str, Any]:
    """Of a token for the worker that sends, lists or moves it, without index, iat and exp."""
    span = _asked(row)
    return {
        "aud": camera.worker_name,
        "jti": str(uuid.uuid4()),
        "grant": str(row.pk),
        "sub": holder(link),
        "cameras": [str(camera.pk)],
        "live": _live(row),
        "span": None if span is None else list(span),
        "watermark": _watermark(link),
        **({"sound": [str(camera.pk)]} if row.sound and row.goes_on else {}),
        "upper": row.verb if row.goes_on else "list",
    }


def _live(row: Served) -> bool:
    return row.media and row.verb == Verb.LIVE


def platform_of(link: Link) -> tuple[str, str]:
    """Name and unit of the platform above, for whoever stands at the helm beside it: no officer of its is named there (decision 0381)."""
    return (link.platform.number, link.platform.unit_name) if link.platform else (link.number, "")


def _asker(row: Served, link: Link) -> tuple[str, str]:
    """Name and unit of whoever asks, for the police's leaves: the officer's where it was stated, else the platform's."""
    return platform_of(link) if row.stated is None else (row.stated.person, row.stated.unit)


def _asked(row: Served) -> tuple[int, int] | None:
    if row.span_from is None or row.span_to is None:
        return None
    return microseconds(row.span_from), microseconds(row.span_to)


def _watermark(link: Link) -> str:
    assert link.platform is not None
    return f"{link.platform.name} {link.platform.unit_name}"[:WATERMARK_LENGTH]


def unmet_rows(unmet: Iterable[Unmet]) -> list[list[str]]:
    """As a row keeps them."""
    return [[one.clause, one.reason_zh, one.reason_en] for one in unmet]


def span_times(from_us: int | None, until_us: int | None, at: datetime) -> tuple[datetime, datetime] | None:
    """A span as times; None where there is none. It is an upper's own word, and pages show it: what can't have been recorded is none.

    Raises:
        ValueError: it has one end, ends before it begins, begins before `EARLIEST`, or ends later than `AHEAD` of `at`.
    """
    if from_us is None and until_us is None:
        return None
    if from_us is None or until_us is None or not 0 <= from_us < until_us:
        raise ValueError("a span has two ends, the second behind the first")
    try:
        begin, end = _time(from_us), _time(until_us)
    except OverflowError as error:
        raise ValueError("a span lies in a year") from error
    if begin < EARLIEST or end > at + AHEAD:
        raise ValueError("nothing can have been recorded at this time")
    return begin, end


def _time(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)
