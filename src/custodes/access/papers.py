"""The records of a decision, as the ledger keeps them (wire.md §7), and the claims of a grant's tokens."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from custodes.access.ask import Ask, Refused
from custodes.access.models import AgencyRequest, Grant
from custodes.law.grounds import release
from custodes.ledger import records
from custodes.people.models import Person
from custodes.people.records import timestamp
from custodes.places.models import Camera, Node
from custodes.places.sound import heard

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(at: datetime) -> int:
    """Microseconds UTC since the Unix epoch, exactly."""
    elapsed = at - _EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds


def span_us(span: tuple[datetime, datetime] | None) -> tuple[int, int] | None:
    """A span in microseconds."""
    return None if span is None else (microseconds(span[0]), microseconds(span[1]))


WATERMARK_LENGTH = 200


def watermark_of(person: Person, beside: Iterable[str] = (), request: AgencyRequest | None = None) -> str:
    """What lies over the picture: who, of which unit, with whom and under which request; the player adds time and ledger index."""
    others = "、".join(one for one in beside if one and one != person.name)
    parts = [f"{person.name} {person.unit.name}", others, request.number if request else ""]
    return " · ".join(part for part in parts if part)[:WATERMARK_LENGTH]


def _burnt(grant: Grant) -> str:
    """The name that stands in each picture; empty for a look that is of no session.

    Raises:
        ValueError: of a session without a name, which a node would take for footage as it was recorded.
    """
    if grant.session_id is not None and not grant.burnt.strip():
        raise ValueError("a look of a supervised session bears the viewer's name")
    return grant.burnt


def is_masking(grant: Grant) -> bool:
    """Whether footage may be masked for public release under it (S30.2), and nothing looked at but its working film: so says its ground."""
    return grant.ground == release.NAME


def grant_record(grant: Grant, cameras: Iterable[Camera]) -> records.Grant:
    """The record of a grant; the same grant always gives the same record, so that it can be sent again.

    Raises:
        ValueError: it is of a supervised session and bears no name.
    """
    return records.Grant(
        id=grant.record_id,
        at=timestamp(grant.asked_at),
        grant=grant.id,
        person=str(grant.person.uuid),
        person_name=grant.person.name,
        unit=grant.unit.name,
        post=str(grant.post.uuid) if grant.post else "",
        ground=grant.ground,
        clauses=tuple(grant.clauses),
        cameras=tuple(sorted(camera.id for camera in cameras)),
        live=grant.live,
        back_seconds=grant.back_seconds,
        span=span_us(grant.span),
        still=grant.still,
        purpose=grant.purpose or None,
        content=grant.content or None,
        matter=grant.matter,
        watermark=grant.watermark,
        sound=tuple(UUID(camera) for camera in grant.sound),
        request=grant.request_id,
        handover=grant.handover,
        masking=is_masking(grant),
        beside=tuple(grant.beside),
        burnt=_burnt(grant),
        session=grant.session_id,
    )


def refusal_record(person: Person, ask: Ask, refused: Refused, at: datetime) -> records.Refusal:
    """The record of a refusal."""
    return records.Refusal(
        id=records.new_id(),
        at=timestamp(at),
        person=str(person.uuid),
        person_name=person.name,
        unit=person.unit.name,
        ground=refused.ground,
        cameras=tuple(sorted(camera.id for camera in ask.cameras)),
        live=ask.live,
        span=span_us(ask.span),
        unmet=tuple(records.Unmet(clause=item.clause, reason=item.reason_zh) for item in refused.unmet),
    )


@dataclass(frozen=True)
class TokenRequest:
    """One token to be signed: for which worker, with which cameras, and its claims without index, iat and exp."""

    node: Node
    worker: int
    cameras: tuple[Camera, ...]
    claims: dict[str, Any]


def token_requests(grant: Grant, cameras: Iterable[Camera], back_seconds: int | None = None) -> list[TokenRequest]:
    """One token for each worker that has cameras of the grant.

    Args:
        back_seconds: how far back they may go now, where that is less than the grant says.
    """
    back = grant.back_seconds if back_seconds is None else min(grant.back_seconds, back_seconds)
    shares: dict[tuple[int, int], list[Camera]] = defaultdict(list)
    nodes: dict[int, Node] = {}
    for camera in sorted(cameras, key=lambda camera: camera.id):
        nodes[camera.node.pk] = camera.node
        shares[(camera.node.pk, camera.worker)].append(camera)
    return [
        TokenRequest(nodes[node], worker, tuple(share), _claims(grant, nodes[node], worker, share, back))
        for (node, worker), share in sorted(shares.items())
    ]


def _claims(grant: Grant, node: Node, worker: int, cameras: Iterable[Camera], back: int) -> dict[str, Any]:
    span, burnt = span_us(grant.span), _burnt(grant)
    claims = {
        "aud": f"{node.name}/{worker}",
        "jti": str(uuid.uuid4()),
        "grant": str(grant.id),
        "sub": str(grant.person.uuid),
        "cameras": [str(camera.id) for camera in cameras],
        "live": grant.live,
        "back_seconds": back,
        "span": None if span is None else list(span),
        "still": grant.still,
        # What was switched off since the look began is heard no more with the next renewal.
        "sound": sorted(str(camera.id) for camera in heard(cameras) if str(camera.id) in grant.sound),
        "watermark": grant.watermark,
        "handover": grant.handover,
    }
    # Left out where there is none, as the node's release before knows none.
    return claims | ({"burnt": burnt} if burnt else {}) | ({"masking": True} if is_masking(grant) else {})
