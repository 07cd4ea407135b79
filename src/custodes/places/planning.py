"""Planned interruptions, maintenance windows and recording hours: asked, decided, ended; each step on record (S34(6)).

The asker never decides. Whoever decides answers for every camera that is concerned: nobody lowers what another unit
records. A node hears of it with its next assignment and keeps it by its own clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from custodes.law.duties.finding import Status
from custodes.law.duties.hours import HoursBasis, HoursFacts, s34_6_hours
from custodes.law.duties.planning import PlaceKind
from custodes.law.duties.terms import Terms
from custodes.people.models import Person
from custodes.places.assignment import bump
from custodes.places.models import (
    Camera,
    CameraState,
    Decision,
    HoursCalendar,
    Node,
    Plan,
    PlanCause,
    PlanKind,
    RecordingHours,
)
from custodes.places.register import changed_fields, record_change
from custodes.places.scope import approvable_cameras, plannable_cameras

MOST_CAMERAS = 200
"""A plan names its cameras one by one in its record."""

_PLAN = ("kind", "cause", "words", "begins", "ends", "silences", "series", "repeat")
_HOURS = ("camera", "basis", "place", "order_number", "words", "calendar")
Requested = TypeVar("Requested", bound=Plan | RecordingHours)


class PlanRefused(Exception):
    """It can't be done; the text says why, for the person. `clauses` are those it rests on."""

    def __init__(self, text: str, clauses: tuple[str, ...] = ()) -> None:
        super().__init__(text)
        self.clauses = clauses


def ask(plan: Plan, cameras: Sequence[Camera], by: Person, at: datetime, longest: timedelta) -> Plan:
    """Ask for an interruption or a window of these cameras.

    Raises:
        PlanRefused: it is over before it begins, too long, or the person does not tend all of the cameras.
    """
    if not plan.begins < plan.ends or plan.ends <= at:
        raise PlanRefused(_("结束时间应当晚于开始时间，并且还没有过去。"))
    if plan.length > longest:
        hours = longest // timedelta(hours=1)
        raise PlanRefused(_("一次最长 %(hours)s 小时。请缩短，或者分次申请。") % {"hours": hours}, ("S34(6)",))
    if plan.is_vote and plan.kind != PlanKind.INTERRUPTION:
        raise PlanRefused(_("投票、选举期间必须停止采集，请选择计划中断。"), ("S10(3)",))
    if not 0 < len(cameras) <= MOST_CAMERAS:
        raise PlanRefused(_("请选择 1 至 %(most)s 个点位。") % {"most": MOST_CAMERAS})
    if not _reaches(plannable_cameras(by, at), cameras):
        raise PlanRefused(_("其中有不由您单位管理、维护的点位。"))
    with transaction.atomic():
        plan.asked_by, plan.asked_at, plan.state = by, at, Decision.WAITING
        plan.save()
        plan.cameras.set(cameras)
        changes = changed_fields(None, plan, _PLAN) | {"cameras": [None, sorted(str(one.pk) for one in cameras)]}
        record_change(by, plan._meta.label_lower, str(plan.pk), changes, at)
    return plan


def ask_hours(hours: RecordingHours, by: Person, at: datetime) -> RecordingHours:
    """Ask that a camera be recorded at these hours of the week only.

    Raises:
        PlanRefused: the law wants it recorded without a break, or the person does not tend the camera.
    """
    if not _reaches(plannable_cameras(by, at), [hours.camera]):
        raise PlanRefused(_("该点位不由您单位管理、维护。"))
    check_lawful(hours, at)
    with transaction.atomic():
        hours.asked_by, hours.asked_at, hours.state = by, at, Decision.WAITING
        hours.save()
        changes = changed_fields(None, hours, _HOURS) | {"week": [None, list(hours.in_figures)]}
        record_change(by, hours._meta.label_lower, str(hours.pk), changes, at)
    return hours


def check_lawful(hours: RecordingHours, at: datetime) -> None:
    """Whether the law lets this camera be recorded at certain hours only.

    Raises:
        PlanRefused: it does not; with the clauses.
    """
    day = timezone.localdate(at)
    facts = HoursFacts(
        basis=HoursBasis(hours.basis),
        place=PlaceKind(hours.place),
        category=hours.camera.system.site.category,
        reason=hours.words,
        order=hours.order_number,
    )
    finding = s34_6_hours(facts, day, day, Terms())
    if finding.status is not Status.MET:
        said = finding.en if (get_language() or "").startswith("en") else finding.zh
        raise PlanRefused(said, finding.clauses)


def approve(row: Requested, by: Person, at: datetime, words: str = "") -> Requested:
    """Approve it.

    Raises:
        PlanRefused: it is one's own, no longer waits, has run out, or is not within the person's reach.
    """
    with transaction.atomic():
        row = _to_decide(row, by, at)
        if isinstance(row, Plan) and row.ends <= at:
            raise PlanRefused(_("申请的时间已经过去，请重新申请。"))
        if isinstance(row, RecordingHours):
            check_lawful(row, at)
            _end_former(row, by, at)
        return _decide(row, Decision.APPROVED, by, at, words)


def refuse(row: Requested, by: Person, at: datetime, words: str) -> Requested:
    """Say no, with words.

    Raises:
        PlanRefused: as `approve`; or without words.
    """
    if not words:
        raise PlanRefused(_("请写明不批准的理由。"))
    with transaction.atomic():
        return _decide(_to_decide(row, by, at), Decision.REFUSED, by, at, words)


def end(row: Requested, by: Person, at: datetime, words: str = "") -> Requested:
    """Take back what waits or has not begun; end what runs. Whoever asked may, and whoever might have approved.

    Raises:
        PlanRefused: it is over, was refused, or is neither one's own nor within one's reach.
    """
    with transaction.atomic():
        row = _locked(row)
        cameras = cameras_of(row)
        if row.asked_by_id != by.pk and not _reaches(approvable_cameras(by, at), cameras):
            raise PlanRefused(_("只有申请人和有权批准的人可以撤回、结束。"))
        if row.state not in (Decision.WAITING, Decision.APPROVED) or (isinstance(row, Plan) and row.ends <= at):
            raise PlanRefused(_("已经办结，不能再撤回或者结束。"))
        before = row.state
        begun = before == Decision.APPROVED and not (isinstance(row, Plan) and row.begins > at)
        row.state = Decision.ENDED if begun else Decision.WITHDRAWN
        row.ended_by, row.ended_at, row.ended_words = by, at, words
        row.save(update_fields=["state", "ended_by", "ended_at", "ended_words"])
        changes: dict[str, list[Any]] = {"state": [before, row.state], "ended_words": [None, words or None]}
        record_change(by, row._meta.label_lower, str(row.pk), changes, at)
        if before == Decision.APPROVED:
            _tell_nodes(cameras)
    return row


def cameras_of(row: Plan | RecordingHours) -> list[Camera]:
    """The cameras that it is about."""
    return list(row.cameras.all()) if isinstance(row, Plan) else [row.camera]


def may_decide(row: Plan | RecordingHours, by: Person, at: datetime) -> bool:
    """Whether this person may approve or refuse it: for a button; `approve` asks again."""
    return (
        row.state == Decision.WAITING
        and row.asked_by_id != by.pk
        and _reaches(approvable_cameras(by, at), cameras_of(row))
    )


def may_end(row: Plan | RecordingHours, by: Person, at: datetime) -> bool:
    """Whether this person may take it back or end it."""
    if row.state not in (Decision.WAITING, Decision.APPROVED) or (isinstance(row, Plan) and row.ends <= at):
        return False
    return row.asked_by_id == by.pk or _reaches(approvable_cameras(by, at), cameras_of(row))


def plans_ahead(camera: Camera, at: datetime) -> list[tuple[Plan, bool]]:
    """What waits, is to come or runs for a camera, each with whether it runs."""
    rows = Plan.objects.filter(cameras=camera, state__in=[Decision.WAITING, Decision.APPROVED], ends__gt=at).order_by(
        "begins"
    )
    return [(plan, plan.running(at)) for plan in rows]


def in_force(at: datetime) -> QuerySet[Plan]:
    """Plans that hold at `at`."""
    ended = Q(ended_at__isnull=True) | Q(ended_at__gt=at)
    approved = Plan.objects.filter(state__in=[Decision.APPROVED, Decision.ENDED], decided_at__lte=at)
    return approved.filter(ended, begins__lte=at, ends__gt=at)


def voting(cameras: Iterable[Camera], at: datetime) -> frozenset[UUID]:
    """Those of these cameras before which a vote is held at `at`: nobody may look (S10(3))."""
    votes = in_force(at).filter(kind=PlanKind.INTERRUPTION, cause=PlanCause.VOTE)
    through = Plan.cameras.through.objects.filter(plan__in=votes, camera__in=[camera.pk for camera in cameras])
    return frozenset(through.values_list("camera", flat=True))


def tell_calendar() -> None:
    """Give nodes the holidays anew. Called at each start: a notice that has become known comes with a new program."""
    with transaction.atomic():
        rows = RecordingHours.objects.filter(state=Decision.APPROVED, calendar=HoursCalendar.LAW)
        _tell_nodes(row.camera for row in rows.select_related("camera"))


def _to_decide(row: Requested, by: Person, at: datetime) -> Requested:
    row = _locked(row)
    if row.asked_by_id == by.pk:
        raise PlanRefused(_("申请人不能批准自己的申请，请由另一人办理。"), ("S34(6)",))
    if row.state != Decision.WAITING:
        raise PlanRefused(_("该申请已经办理。"))
    if not _reaches(approvable_cameras(by, at), cameras_of(row)):
        raise PlanRefused(_("其中有其他单位的点位，请由对全部点位负责的单位批准。"))
    return row


def _locked(row: Requested) -> Requested:
    return cast(Requested, type(row)._default_manager.select_for_update().get(pk=row.pk))


def _decide(row: Requested, state: Decision, by: Person, at: datetime, words: str) -> Requested:
    before = row.state
    row.state, row.decided_by, row.decided_at, row.decided_words = state, by, at, words
    row.save(update_fields=["state", "decided_by", "decided_at", "decided_words"])
    changes: dict[str, list[Any]] = {"state": [before, state.value], "decided_words": [None, words or None]}
    record_change(by, row._meta.label_lower, str(row.pk), changes, at)
    if state == Decision.APPROVED:
        _tell_nodes(cameras_of(row))
    return row


def _end_former(row: RecordingHours, by: Person, at: datetime) -> None:
    """A camera has one set of hours at a time: the new one takes the old one's place."""
    for former in RecordingHours.objects.select_for_update().filter(camera=row.camera, state=Decision.APPROVED):
        former.state, former.ended_by, former.ended_at = Decision.ENDED, by, at
        former.save(update_fields=["state", "ended_by", "ended_at"])
        changes = {"state": [Decision.APPROVED.value, Decision.ENDED.value]}
        record_change(by, former._meta.label_lower, str(former.pk), changes, at)


def _reaches(reach: QuerySet[Camera], cameras: Iterable[Camera]) -> bool:
    wanted: set[UUID] = {camera.pk for camera in cameras}
    return reach.filter(pk__in=wanted, state=CameraState.CONNECTED).count() == len(wanted)


def _tell_nodes(cameras: Iterable[Camera]) -> None:
    bump(*Node.objects.filter(pk__in={camera.node_id for camera in cameras}))
