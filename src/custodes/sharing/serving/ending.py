"""Which calls must end now: asked by the gateway each ten seconds, and at once when a link or a grant takes a step (invariant 2 of grants.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from custodes.access.revocation import push_soon
from custodes.law.grounds.ground import Unmet
from custodes.people.records import record
from custodes.sharing.links.refusals import NOT_SHOWN, SILENCED
from custodes.sharing.links.serving import Verdict, may_serve_each
from custodes.sharing.models import Link, Served, ServedEnd, Verb
from custodes.sharing.models.served import SILENT
from custodes.sharing.serving.recording import unmet_rows
from custodes.sharing.tree.showing import cameras_shown
from custodes.video.wire.upper_platforms import UpperCall

MOST_CALLS = 1024
"""In one question (`UpperCalls`)."""
NOTED_EACH = SILENT / 3
"""So often it is written down that a call goes on."""
_GOES_ON = Q(media=True) | Q(verb=Verb.STEER)
"""`Served.goes_on`, asked of the database: a worker has something to stop."""


def standing(calls: Sequence[UpperCall], at: datetime) -> dict[UUID, str]:
    """Calls that have to end, and why, for the gateway's log. What nobody gave has to end."""
    rows = {row.call: row for row in Served.objects.filter(call__in=[one.call for one in calls])}
    ended: dict[UUID, str] = {}
    going: list[Served] = []
    for one in calls:
        row = rows.get(one.call)
        if row is None or not row.given or (row.link_id, row.channel, row.verb) != (one.link, one.channel, one.verb):
            ended[one.call] = "nothing was given"
        elif row.ended_at is not None:
            ended[one.call] = f"it ended: {row.ended_why}"
        elif row.until is None or at >= row.until:
            ended[one.call] = "its term is over"
            _over(row, row.until or at, ServedEnd.TERM)
        else:
            going.append(row)
    lost = lacking(going, at)
    close(lost, at)
    ended |= {row.call: "; ".join(f"{one.clause} {one.reason_en}" for one in unmet)[:300] for row, unmet in lost}
    _note([row for row in going if row.call not in ended], at)
    if len(calls) < MOST_CALLS:  # else the gateway goes on naming them in another question
        _let_go(at)
    return ended


def lacking(rows: Iterable[Served], at: datetime) -> list[tuple[Served, tuple[Unmet, ...]]]:
    """Those that may be had no more, each with what is unmet now."""
    of_link: dict[UUID, list[Served]] = defaultdict(list)
    for row in rows:
        of_link[row.link_id].append(row)
    links = Link.objects.select_related("platform", "office__division").in_bulk(of_link)
    lost = []
    for pk, mine in of_link.items():
        link = links[pk]
        meant = cameras_shown(link).filter(channel__in={row.channel for row in mine})
        cameras = dict(meant.values_list("channel", "camera"))
        # What an officer stated before a call began counts for all of it.
        stated, unsaid = (_verdicts(link, rows, at, stated=said) for said, rows in _by_statement(mine))
        for row in mine:
            assert row.camera_id is not None
            verdict = (unsaid if row.stated_id is None else stated)[row.camera_id, Verb(row.verb)]
            unmet = verdict.unmet or silenced(row, verdict)
            if unmet:
                lost.append((row, unmet))
            elif cameras.get(row.channel) != row.camera_id:
                lost.append((row, (NOT_SHOWN,)))
    return lost


def silenced(row: Served, verdict: Verdict) -> tuple[Unmet, ...]:
    """Of a call whose pictures may be had still, but not with the sound that was given with them: it ends, and is had anew without."""
    return (SILENCED,) if row.sound and not verdict.sound else ()


def _by_statement(rows: list[Served]) -> tuple[tuple[bool, list[Served]], tuple[bool, list[Served]]]:
    """Those that were stated, and the others."""
    said = [row for row in rows if row.stated_id is not None]
    return (True, said), (False, [row for row in rows if row.stated_id is None])


def _verdicts(link: Link, rows: list[Served], at: datetime, *, stated: bool) -> dict[tuple[UUID, Verb], Verdict]:
    asked = {(row.camera_id, Verb(row.verb)) for row in rows if row.camera_id}
    return may_serve_each(link, asked, at, stated=stated) if asked else {}


def look_again(link: UUID) -> None:
    """What a link's upper has now is held against what it may have: behind each step of the link and of its grants.

    What is over already is closed as that first: nothing is taken back, and the log says of none that it was. A gateway that does not reach us
    may go on with what it no longer names, so its worker is told all the same.
    """
    at = timezone.now()
    had = Served.objects.filter(link=link, status=0, index__isnull=False, ended_at__isnull=True)
    silent = list(had.filter(kept_at__lt=at - SILENT, until__gt=at))
    _let_go(at)
    close(lacking(had, at), at)
    told = {key: [row.pk for row in rows] for key, rows in _alike(lacking(silent, at)).items()}
    transaction.on_commit(lambda: _push(told))


def close(lost: Iterable[tuple[Served, tuple[Unmet, ...]]], at: datetime) -> None:
    """Take back what was given: on record, then told to the workers that send it. Without the push the gateway hears of it within ten seconds."""
    with transaction.atomic():
        alike = _alike((row, unmet) for row, unmet in lost if _closed(row, unmet, at))
        for (clause, reason), rows in alike.items():
            record("revocation", at=at, grants=[row.pk for row in rows], by="system", reason=reason, clause=clause)
        told = {key: [row.pk for row in rows] for key, rows in alike.items()}
        transaction.on_commit(lambda: _push(told))


def _closed(row: Served, unmet: tuple[Unmet, ...], at: datetime) -> bool:
    open_still = Served.objects.filter(pk=row.pk, ended_at__isnull=True)
    return bool(open_still.update(ended_at=at, ended_why=ServedEnd.CLOSED, closed=unmet_rows(unmet)))


def _alike(lost: Iterable[tuple[Served, tuple[Unmet, ...]]]) -> dict[tuple[str, str], list[Served]]:
    """By clause and reason."""
    alike: dict[tuple[str, str], list[Served]] = defaultdict(list)
    for row, unmet in lost:
        alike[unmet[0].clause, unmet[0].reason_zh].append(row)
    return alike


def _push(told: dict[tuple[str, str], list[UUID]]) -> None:
    for (clause, reason), keys in told.items():
        workers = defaultdict(list)
        for row in Served.objects.filter(_GOES_ON, pk__in=keys).select_related("camera__node"):
            assert row.camera is not None
            workers[row.camera.node, row.camera.worker].append(row.pk)
        for (node, worker), grants in workers.items():
            push_soon(node, worker, grants, reason, clause)


def _note(going: list[Served], at: datetime) -> None:
    """Calls that go on."""
    due = [row.pk for row in going if at - row.kept_at >= NOTED_EACH]
    if due:
        Served.objects.filter(pk__in=due).update(kept_at=at)


def _let_go(at: datetime) -> None:
    """Calls whose term is over ended with it; others of which the gateway has not spoken for a minute are over since then."""
    standing = Served.objects.filter(ended_at__isnull=True, status=0)
    termed = standing.filter(until__lte=at, kept_at__gte=F("until") - SILENT)
    termed.update(ended_at=F("until"), ended_why=ServedEnd.TERM)
    standing.filter(kept_at__lt=at - SILENT).update(ended_at=F("kept_at"), ended_why=ServedEnd.OVER)


def _over(row: Served, at: datetime, why: ServedEnd) -> None:
    Served.objects.filter(pk=row.pk, ended_at__isnull=True).update(ended_at=at, ended_why=why)
