"""Which statement a wish rests on (S28.1(3), N16.2(3), S33.1): of the link, the channel and the verb, on record, while it counts.

An INVITE's is found by its Call-ID and is used for that call alone; one without covers queries of recordings within its span, and steering.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Least

from custodes.sharing.models import Link, Served, Stated, Verb
from custodes.sharing.models.grant import STATED

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
