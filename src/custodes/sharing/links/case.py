"""A link as a kind of case (S22, S23): asked for, examined, tested, put in force by another person, suspended, resumed, ended; with what is
decided beside that, and with each change of the tree that an upper is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.access.numbering import next_number
from custodes.cases import records
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, inside, refuse_with, take
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.independence import bound
from custodes.people.lawful import StepRefused
from custodes.people.models import Person, Unit
from custodes.people.permissions import Permission
from custodes.people.records import record_language
from custodes.places.devices.assignment import bump_gateways
from custodes.places.models import System
from custodes.sharing.forms.links import DayForm, NeedForm, PaperForm, TestDayForm, TrialForm, why
from custodes.sharing.links import passwords, testing
from custodes.sharing.links.gathering import facts_of, facts_of_system, handlers_of
from custodes.sharing.links.guards import HANDLED_IT, ask_unmet, examine_unmet, put_unmet
from custodes.sharing.links.platforms import office_of
from custodes.sharing.links.reporting import ALARMS, POSITIONS
from custodes.sharing.links.testing import beside, measured
from custodes.sharing.models import (
    Link,
    LinkState,
    Platform,
    PlatformRole,
    TreeChange,
)
from custodes.sharing.models.link import COMING, OPEN, STANDING, TRIED
from custodes.sharing.offices import linkable_systems

_S = LinkState
AT_ONCE = 2000
"""Lines of one part of what a step changed in the tree."""
OFFICE = Actor((Permission.MANAGE_SHARING,), Link.handled_by)


def ask_platform(platform: Platform, step: StepInput, terms: LegalTerms) -> Link:
    """With a platform above or below (S22).

    Raises:
        StepRefused: it is the own platform, or no need is stated.
    """
    if platform.role == PlatformRole.OWN:
        raise StepRefused(gettext("本级平台不需要联网。请选择上级或者下级平台。"))
    return _asked(Link(office=platform.office, platform=platform), step)


def ask_system(system: System, step: StepInput, terms: LegalTerms) -> Link:
    """Of the system of a unit or department, to the platform of its level (S23, S24).

    Raises:
        StepRefused: it is classified, no platform answers for it, or no need is stated.
    """
    office = office_of(system)
    if office is None:
        raise StepRefused(gettext("没有找到应当接入的同级公安机关。请先核对单位类别和所在行政区划。"))
    refuse_with(ask_unmet(facts_of_system(system, office)))
    return _asked(Link(office=office, system=system, unit=system.unit), step)


def _asked(row: Link, step: StepInput) -> Link:
    if not says_something(step.data["need"]):
        raise StepRefused(gettext("联网事由：请写明为什么需要联网。"))
    office = Unit.objects.select_for_update().get(pk=row.office_id)  # its numbers are counted
    row.number = next_number(Link.objects.filter(office=office), "联", step.at)
    row.need, row.asked_by, row.asked_at = step.data["need"], step.person, step.at
    return row


def enter_test(row: Link, step: StepInput, terms: LegalTerms) -> bool:
    """Enter a test's results. All five parts passed: it may be put in force; else it may not.

    Args:
        step: with `parts` (part → outcome), `on`, and `latency_ms` until the first whole picture, None where it was not taken.

    Returns:
        Whether it passed.

    Raises:
        StepRefused: a part is missing, the day lies ahead, or nothing is to be tested now.
    """
    passed = testing.all_passed(step)
    with transaction.atomic():
        held = Link.objects.select_for_update().get(pk=row.pk)
        event = {(True, _S.EXAMINED): "pass_test", (False, _S.TESTED): "fail_test"}.get(
            (passed, _S(held.state)), "test"
        )
        take(LINK, held, event, replace(step, data={**step.data, "trial": beside(held, step.at)}), terms)
    return passed


def another_secret(row: Link, step: StepInput, kept: CaseStep) -> None:
    """What was tested was tested with the one before: a link in force is suspended, a test that passed counts no more."""
    if row.state in STANDING:
        with record_language():
            words = gettext("密码已更换，原测试不再有效")
        unsettle(row, words, step)


def unsettle(row: Link, words: str, step: StepInput) -> None:
    """Take back what its test was worth: in force, it is suspended; tested, it waits for its test again. Whoever did it does not put it in force.

    Args:
        words: what changed, old and new; never a password.
    """
    event = {_S.TESTED: "void_test", _S.IN_FORCE: "repoint"}.get(_S(row.state), "noted_repoint")
    inside(LINK, row, event, StepInput(step.by, step.at, step.on, words), LegalTerms())


def turned(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """A test counts that comes after it."""
    if row.state in (_S.IN_FORCE, _S.SUSPENDED):
        row.suspended_at = step.at


def binds(row: Link, person: Person, at: datetime) -> tuple[Unmet, ...]:
    """Who took part in bringing it about, and who is no other person than they, does not put it in force."""
    handlers = handlers_of(row)
    own = (HANDLED_IT,) if person.pk in handlers else ()
    return (*own, *bound(person, handlers, at))


def put_in_force(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """By a person who took no part in bringing it about, at first or again."""
    row.put_by, row.in_force_on, row.suspended_at = step.by, step.on, None


def suspend(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """From now on nothing is shown and served."""
    row.suspended_at = step.at


def over(row: Link, step: StepInput, terms: LegalTerms) -> None:
    """The password that was sealed for it goes."""
    row.sealed_password, row.sealed_to, row.test_on = "", "", None


def keep_changes(row: Link, step: StepInput, kept: CaseStep) -> None:
    """What a step changed in the tree, line by line."""
    changed = step.data["changed"]
    parts = (changed[at : at + AT_ONCE] for at in range(0, len(changed), AT_ONCE))
    TreeChange.objects.bulk_create(
        [TreeChange(step=kept, part=number, lines=part) for number, part in enumerate(parts)], batch_size=20
    )


def on_link_step(look: Callable[[UUID], None]) -> None:
    """Who is told of each step of a link, of its tree and of its grants, once it is done: whoever serves the link stands above this module."""
    _told[:] = [look]


_told: list[Callable[[UUID], None]] = []


def look_again(link: UUID) -> None:
    """Tell of a step of this link once it is done."""
    for look in _told:
        # What fails here is made good within ten seconds: the step stands.
        transaction.on_commit(partial(look, link), robust=True)


def _telling(event: Event) -> Event:
    """Behind each step what the upper has is held against what it may have, and where a platform below takes statements is told the gateway
    with its devices (`stating.places`)."""

    def after(row: Link, step: StepInput, kept: CaseStep) -> None:
        if event.after is not None:
            event.after(row, step, kept)
        if row.platform is not None and row.platform.role == PlatformRole.LOWER:
            bump_gateways()
        look_again(row.pk)

    return replace(event, after=after)


def named(row: Link, step: CaseStep, given: StepInput) -> dict[str, Any]:
    """Whose step it is; of a test, what the gateway had measured beside it."""
    trial = given.data.get("trial")
    told = {"kind": "link", "case": row.pk, "number": row.number, "unit": row.office.uuid}
    return told | ({"measured": measured(trial)} if trial is not None else {})


def _clauses(row: Link) -> tuple[str, ...]:
    return row.clauses


_ASKING: dict[str, Any] = {
    "recorded": "ask",
    "story": pgettext_lazy("联网", "申请联网"),
    "target": _S.ASKED,
    "clauses": _clauses,
    "form": NeedForm,
    "clash": _("已有正在办理或者已启用的联网，请在其中办理。"),
    "stays": True,
}
_OFFICE: dict[str, Any] = {"actor": OFFICE, "clauses": _clauses}
_TEST: dict[str, Any] = {**_OFFICE, "ask": testing.ask_test, "fill": testing.enter, "apart": True}
_PUT: dict[str, Any] = {
    **_OFFICE,
    "target": _S.IN_FORCE,
    "form": PaperForm,
    "guard": lambda facts, on, today: put_unmet(facts),
    "binds": binds,
    "fill": put_in_force,
}
_REASON = _("说明：请写明原因。")
_EVENTS = (
    Event(
        name="ask_platform",
        verb=_("办理联网"),
        title=_("申请联网"),
        said=_("已开始办理联网，请审查。"),
        actor=Actor((Permission.MANAGE_SHARING,), Platform.kept_by),
        make=ask_platform,
        **_ASKING,
    ),
    Event(
        name="ask_system",
        verb=_("提出申请"),
        said=_("已提出联网申请，由同级公安机关审查。"),
        actor=Actor((Permission.ANSWER_SHARING,), linkable_systems),
        make=ask_system,
        **_ASKING,
    ),
    Event(
        name="examine",
        verb=_("审查通过"),
        title=_("下一步：审查"),
        story=pgettext_lazy("联网", "审查通过"),
        said=_("已保存。"),
        sources=(_S.ASKED,),
        target=_S.EXAMINED,
        form=DayForm,
        guard=lambda facts, on, today: examine_unmet(facts),
        fill=testing.set_day,
        **_OFFICE,
    ),
    Event(
        name="test_day",
        verb=_("确定测试日期"),
        story=pgettext_lazy("联网", "确定测试日期"),
        said=_("已保存。"),
        sources=TRIED,
        form=TestDayForm,
        initial=lambda row, terms: {"test_on": row.test_on},
        keeps=testing.day_in_words,
        fill=testing.set_day,
        stays=True,
        quiet=True,
        **_OFFICE,
    ),
    Event(
        name="trial",
        verb=_("由国标网关试联"),
        story=pgettext_lazy("联网", "交国标网关试联"),
        said=_("已交国标网关试联。"),
        sources=TRIED,
        form=TrialForm,
        ask=testing.ask_trial,
        keeps=testing.trial_in_words,
        after=testing.keep_trial,
        stays=True,
        offered=lambda row, person, today, terms: False,  # its button stands with what came of the last one
        **_OFFICE,
    ),
    Event(
        name="test",
        verb=_("登记测试结果"),
        story=pgettext_lazy("联网", "登记测试结果"),
        said="",
        sources=TRIED,
        stays=True,
        **_TEST,
    ),
    Event(
        name="pass_test",
        verb=_("登记测试结果"),
        story=pgettext_lazy("联网", "测试通过"),
        said=_("测试结果已登记：五项全部通过。"),
        sources=(_S.EXAMINED,),
        target=_S.TESTED,
        **_TEST,
    ),
    Event(
        name="fail_test",
        verb=_("登记测试结果"),
        story=pgettext_lazy("联网", "测试未通过"),
        said=_("测试结果已登记：没有全部通过。"),
        sources=(_S.TESTED,),
        target=_S.EXAMINED,
        **_TEST,
    ),
    Event(
        name="secret",
        verb=_("保存密码"),
        story=pgettext_lazy("联网", "登记密码"),
        said=_("密码已加密保存。"),
        sources=OPEN,
        ask=passwords.ask_secret,
        fill=passwords.keep_secret,
        after=another_secret,
        stays=True,
        apart=True,
        **_OFFICE,
    ),
    Event(
        name="void_test",
        verb=pgettext_lazy("联网", "对接参数变更，测试作废"),
        story=pgettext_lazy("联网", "对接参数变更，测试作废"),
        said="",
        sources=(_S.TESTED,),
        target=_S.EXAMINED,
        actor=NOBODY,
        clauses=_clauses,
    ),
    *(
        Event(
            name=name,
            recorded="repoint",
            verb=pgettext_lazy("联网", "对接参数变更，须重新测试和启用"),
            story=pgettext_lazy("联网", "对接参数变更，须重新测试和启用"),
            said="",
            sources=sources,
            target=target,
            actor=NOBODY,
            clauses=_clauses,
            fill=turned,
            stays=target is None,
        )
        for name, sources, target in (
            ("repoint", (_S.IN_FORCE,), _S.SUSPENDED),
            ("noted_repoint", (_S.ASKED, _S.EXAMINED, _S.SUSPENDED), None),
        )
    ),
    Event(
        name="put_in_force",
        verb=_("启用联网"),
        title=_("下一步：启用"),
        story=pgettext_lazy("联网", "启用"),
        said=_("已启用。"),
        sources=(_S.TESTED,),
        **_PUT,
    ),
    Event(
        name="resume",
        verb=_("恢复启用"),
        story=pgettext_lazy("联网", "恢复启用"),
        said=_("已恢复启用。"),
        sources=(_S.SUSPENDED,),
        **_PUT,
    ),
    *ALARMS.events(OFFICE),
    *POSITIONS.events(OFFICE),
    Event(
        name="suspend",
        verb=_("暂停联网"),
        story=pgettext_lazy("联网", "暂停"),
        said=_("已暂停，立即生效。"),
        sources=(_S.IN_FORCE,),
        target=_S.SUSPENDED,
        form=why(_("暂停的原因")),
        needs_words=_REASON,
        fill=suspend,
        quiet=True,
        danger=True,
        **_OFFICE,
    ),
    Event(
        name="end",
        verb=_("终止联网"),
        story=pgettext_lazy("联网", "终止"),
        said=_("已终止。"),
        sources=(_S.IN_FORCE, _S.SUSPENDED),
        target=_S.ENDED,
        form=why(_("终止的原因")),
        needs_words=_REASON,
        fill=over,
        quiet=True,
        danger=True,
        **_OFFICE,
    ),
    Event(
        name="refuse",
        verb=_("不予联网"),
        story=pgettext_lazy("联网", "不予联网"),
        said=_("已登记为不予联网。"),
        sources=COMING,
        target=_S.REFUSED,
        form=why(_("不予联网的原因")),
        needs_words=_REASON,
        fill=over,
        quiet=True,
        **_OFFICE,
    ),
    *(
        Event(
            name=name,
            verb=story,
            story=story,
            said="",
            sources=OPEN,
            actor=OFFICE,
            clauses=("S22", "S33.1"),
            after=keep_changes,
            stays=True,
            apart=True,
        )
        for name, story in (
            ("tree_node", pgettext_lazy("联网", "编制共享目录：分组和组织")),
            ("tree_remove", pgettext_lazy("联网", "编制共享目录：删除组织")),
            ("tree_put", pgettext_lazy("联网", "编制共享目录：放入点位")),
            ("tree_out", pgettext_lazy("联网", "编制共享目录：移出点位")),
        )
    ),
)

LINK = CaseKind(
    model=Link,
    name=_("联网"),
    url="sharing:link",
    states=_S,
    badges={
        _S.ASKED: "attention",
        _S.EXAMINED: "attention",
        _S.TESTED: "attention",
        _S.IN_FORCE: "fine",
        _S.SUSPENDED: "danger",
        _S.ENDED: "off",
        _S.REFUSED: "off",
    },
    events=tuple(map(_telling, _EVENTS)),
    facts=lambda row, today, terms: facts_of(row),
    recorder=records.hashed(
        "sharing.step",
        named,
        lambda row, given: {"changed": sorted(given.data.get("changed", ()))},
    ),
    # No hash of a sealed password stands in the log either: it says nothing about the case.
    unsaid=("id", "state", "revision", "sealed_password", "sealed_to", "last_channel", "last_node"),
    view=Permission.VIEW_SHARING,
    shown_to=Link.visible_to,
    related=(
        "office__division", "platform", "system__unit", "unit__division", "asked_by__unit",
        "alarms_asked_by", "alarms_by", "positions_asked_by", "positions_by",
    ),
    revised=True,
    step_papers=(Permission.VIEW_SHARING,),
)  # fmt: skip


def ask(of: Platform | System, step: StepInput, terms: LegalTerms) -> Link:
    """Begin a link with a platform, or of a system. Raises as `ask_platform` and `ask_system`."""
    row: Link = begin(LINK, "ask_platform" if isinstance(of, Platform) else "ask_system", of, step, terms)
    return row
