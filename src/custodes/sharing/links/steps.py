"""The life of a link: asked for, examined, tested, put in force by another person, suspended, resumed, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.access.numbering import next_number
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.models import Unit
from custodes.places.models import System
from custodes.sharing.links.gathering import facts_of, facts_of_system
from custodes.sharing.links.guards import ask_unmet, examine_unmet, put_unmet
from custodes.sharing.links.offices import office_of
from custodes.sharing.links.tried import beside
from custodes.sharing.models import Link, LinkState, LinkTest, Outcome, Platform, PlatformRole, TestPart
from custodes.sharing.models.link import TRIED
from custodes.sharing.stepping import StepRefused, Taken, as_seen, cleared, keep, move


def ask_platform(platform: Platform, need: str, taken: Taken) -> Link:
    """The office begins a link with a platform above or below (S22).

    Raises:
        StepRefused: it is the own platform, has a link already, or no need is stated.
    """
    if platform.role == PlatformRole.OWN:
        raise StepRefused(_("本级平台不需要联网。请选择上级或者下级平台。"))
    return _ask(Link(office=platform.office, platform=platform), need, taken)


def ask_system(system: System, need: str, taken: Taken) -> Link:
    """A unit or department asks for its system to be joined to the platform of its level (S23, S24).

    Raises:
        StepRefused: it is classified, no platform answers for it, it has a link already, or no need is stated.
    """
    office = office_of(system)
    if office is None:
        raise StepRefused(_("没有找到应当接入的同级公安机关。请先核对单位类别和所在行政区划。"))
    cleared(ask_unmet(facts_of_system(system, office)))
    return _ask(Link(office=office, system=system, unit=system.unit), need, taken)


def _ask(row: Link, need: str, taken: Taken) -> Link:
    if not says_something(need):
        raise StepRefused(_("联网事由：请写明为什么需要联网。"))
    row.need, row.asked_by, row.asked_at = need, taken.by, taken.at
    try:
        with transaction.atomic():
            office = Unit.objects.select_for_update().get(pk=row.office_id)
            row.number = next_number(Link.objects.filter(office=office), "联", taken.at)
            row.save()
            keep(row, "ask", taken, row.clauses)
    except IntegrityError as error:
        raise StepRefused(_("已有正在办理或者已启用的联网，请在其中办理。")) from error
    return row


def examine(row: Link, test_on: date | None, taken: Taken) -> Link:
    """The office has examined it: it may be tested, on this day where one is set.

    Raises:
        StepRefused: something is unmet, or it is not the time for it.
    """
    with transaction.atomic():
        held = locked(row.pk, taken)
        cleared(examine_unmet(facts_of(held, taken.by)))
        held.test_on = test_on
        move(held, "examine", taken, held.clauses)
    return held


def set_test_day(row: Link, test_on: date, taken: Taken) -> Link:
    """Another day for the test.

    Raises:
        StepRefused: it is not to be tested now.
    """
    with transaction.atomic():
        held = locked(row.pk, taken)
        if held.state not in TRIED:
            raise StepRefused(_("现为“%(state)s”，不能确定测试日期。") % {"state": held.get_state_display()})
        held.test_on = test_on
        keep(held, "test_day", Taken(taken.by, taken.at, test_on.isoformat(), taken.papers), held.clauses)
    return held


def enter_test(
    row: Link, parts: Mapping[str, str], on: date, latency_ms: int | None, taken: Taken, *, measured: bool = False
) -> LinkTest:
    """Enter a test's results. All five parts passed: it may be put in force; else it may not.

    Args:
        parts: part → outcome, each of the five.
        latency_ms: until the first whole picture; None where it was not taken.
        measured: the gateway tested; else a person says what they saw.

    Raises:
        StepRefused: a part is missing, the day lies ahead, or nothing is to be tested now.
    """
    if set(parts) != set(TestPart.values) or not set(parts.values()) <= set(Outcome.values):
        raise StepRefused(_("测试结果：五项内容都要填写。没有测试的，选择“未测试”。"))
    if on > taken.on:
        raise StepRefused(_("测试日期：不能晚于今天。测试完成后再登记结果。"))
    passed = set(parts.values()) == {Outcome.PASSED.value}
    if not passed and not says_something(taken.words):
        raise StepRefused(_("说明：有未通过或者未测试的，请写明情况。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        if held.state not in TRIED:
            raise StepRefused(_("现为“%(state)s”，不能登记测试结果。") % {"state": held.get_state_display()})
        test = LinkTest.objects.create(
            link=held, on=on, parts=dict(parts), passed=passed, measured=measured, latency_ms=latency_ms,
            words=taken.words, by=taken.by, at=taken.at, trial=beside(held, taken.at),
        )  # fmt: skip
        held.tested_by, held.test_on = taken.by, None if passed else held.test_on
        if passed and held.state == LinkState.EXAMINED:
            move(held, "pass_test", taken, held.clauses)
        elif not passed and held.state == LinkState.TESTED:
            move(held, "fail_test", taken, held.clauses)
        else:
            keep(held, "test", taken, held.clauses)
    return test


def put_in_force(row: Link, taken: Taken) -> Link:
    """By a person who took no part in bringing it about.

    Raises:
        StepRefused: it was not tested, or they did.
    """
    return _start(row, "put_in_force", taken)


def resume(row: Link, taken: Taken) -> Link:
    """After it was suspended: tested again since, again by another person.

    Raises:
        StepRefused: as `put_in_force`.
    """
    return _start(row, "resume", taken)


def _start(row: Link, event: str, taken: Taken) -> Link:
    with transaction.atomic():
        held = locked(row.pk, taken)
        cleared(put_unmet(facts_of(held, taken.by)))
        held.put_by, held.in_force_on, held.suspended_at = taken.by, taken.on, None
        move(held, event, taken, held.clauses)
    return held


def refuse(row: Link, taken: Taken) -> Link:
    """It is not going to be, with the reason.

    Raises:
        StepRefused: there is none, or it is in force already.
    """
    return _stop(row, "refuse", taken)


def suspend(row: Link, taken: Taken) -> Link:
    """At once, by one person, with the reason: from now on nothing is shown and served.

    Raises:
        StepRefused: there is none, or it is not in force.
    """
    return _stop(row, "suspend", taken)


def end(row: Link, taken: Taken) -> Link:
    """For good, with the reason. The password that was sealed for it goes.

    Raises:
        StepRefused: there is none, or it was never in force.
    """
    return _stop(row, "end", taken)


def _stop(row: Link, event: str, taken: Taken) -> Link:
    if not says_something(taken.words):
        raise StepRefused(_("说明：请写明原因。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        if event == "suspend":
            held.suspended_at = taken.at
        else:
            held.sealed_password, held.sealed_to, held.test_on = "", "", None
        move(held, event, taken, held.clauses)
    return held


def before_examining(row: Link, taken: Taken) -> tuple[Unmet, ...]:
    """What is unmet for it to be tested."""
    return examine_unmet(facts_of(row, taken.by))


def before_putting(row: Link, taken: Taken) -> tuple[Unmet, ...]:
    """What is unmet for this person to put it in force."""
    return put_unmet(facts_of(row, taken.by))


def locked(pk: UUID, taken: Taken) -> Link:
    """The row as it stands, held until the transaction ends.

    Raises:
        StepRefused: somebody changed it since whoever takes the step looked.
    """
    rows = Link.objects.select_for_update(of=("self",))
    row = rows.select_related("office__division", "platform", "system__unit__division", "unit__division").get(pk=pk)
    as_seen(row, taken.seen)
    return row
