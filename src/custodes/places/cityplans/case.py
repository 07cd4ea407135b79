"""Building plans (S8) and technical norms (S12.2) as a kind of case: from a draft to force, and into the archive when the next version comes.

Drawing one up is here too: the draft, its partners and what they say, answers to what the check of S13.2 found. Each write locks the row
and leaves its record in the same transaction. Of a text the log holds the hash: what is being drafted is nobody's else to read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.cases import taking
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event, StepDay
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.cases.taking import inside
from custodes.law.building.departments import PLANNING as NINE
from custodes.law.duties.finding import LegalTerms
from custodes.people.lawful import StepRefused, terms
from custodes.people.models import Paper, Person, Unit
from custodes.people.permissions import Permission
from custodes.people.records import plain
from custodes.places.cityplans import guards
from custodes.places.cityplans.facts import facts_of, found_in, known_names
from custodes.places.cityplans.reach import drafted, drafting_units, visible
from custodes.places.forms.cityplan import ApprovalForm, ForceForm, RedraftForm, SaidForm
from custodes.places.models import (
    PlanningAnswer,
    PlanningKind,
    PlanningPartner,
    PlanningState,
    PlanningText,
)
from custodes.places.register import record_change

FIELDS = ("title", "version", "number", "text", "city_plan")
"""What a draft says."""
_ENTERED = ("approval_number", "approved_on", "in_force_from")


def locked(pk: UUID) -> PlanningText:
    """The row as it stands, for the caller's transaction alone."""
    return PlanningText.objects.select_for_update().get(pk=pk)


def enter(row: PlanningText, by: Person, at: datetime, changes: dict[str, tuple[Any, Any]]) -> None:
    """Leave the record, ``{field: (before, after)}``."""
    label = PlanningText._meta.label_lower
    record_change(by, label, str(row.pk), {name: list(pair) for name, pair in changes.items()}, at)


def changed(kind: CaseKind, row: PlanningText, step: CaseStep, given: StepInput, papers: tuple[Paper, ...]) -> None:
    """Recorder of steps: ``config.changed`` (wire.md §7), as each of them always was. It names no step, so no step names it."""
    if not step.before:
        changes: dict[str, tuple[Any, Any]] = {name: (None, shown(row, name)) for name in ("kind", "unit", *FIELDS)}
    else:
        told = {"day": plain(step.on), **{name: plain(getattr(row, name)) for name in _ENTERED}, "words": step.words}
        # Of one that is superseded it says by what alone.
        changes = {"state": (step.before, step.after)}
        changes |= {name: (None, said) for name, said in (step.extra or told).items() if said}
    enter(row, given.person, step.at, changes)


def shown(row: PlanningText, name: str) -> Any:
    """What the record says of a field."""
    said = value(row, name)
    if said in (None, ""):
        return None
    return f"sha256:{hashlib.sha256(said.encode()).hexdigest()}" if name == "text" else plain(said)


def value(row: PlanningText, name: str) -> Any:
    """What stands in a field; of the city's plan its key."""
    return row.city_plan_id if name == "city_plan" else getattr(row, name)


_S = PlanningState
NAMED = {PlanningKind.CITY_PLAN: NINE, PlanningKind.NORM: NINE[:2], PlanningKind.COUNTY_PLAN: ()}
"""Partners that a clause names: nine in S8.1, two in S12.2; a county's police choose theirs (S8.2)."""
NOT_NOW = gettext_lazy("现在不能办理这一步；可能已有他人办理。")
DRAFTERS = Actor((Permission.MANAGE_CITY_PLANS,), drafted)


def make(unit: Unit, step: StepInput, terms: LegalTerms) -> PlanningText:
    """The draft that somebody wrote, of their unit."""
    row: PlanningText = step.data["row"]
    row.unit, row.division = unit, unit.division
    row.changed_by, row.changed_at = step.person, step.at
    return row


def ask_named(row: PlanningText, step: StepInput, kept: CaseStep) -> None:
    """Enter the partners that the clause names."""
    for one in NAMED[PlanningKind(row.kind)]:
        PlanningPartner.objects.create(text=row, round=row.round, key=one.key, name=one.name_zh)


def touch(row: PlanningText, step: StepInput, terms: LegalTerms) -> None:
    """Whoever has read it in its former state does not save over it."""
    row.revision += 1
    row.changed_by, row.changed_at = step.person, step.at


def redraft(row: PlanningText, step: StepInput, terms: LegalTerms) -> None:
    """Begin another round: the same partners, nothing said yet."""
    asked = list(row.partners.filter(round=row.round))
    row.round += 1
    for one in asked:
        PlanningPartner.objects.create(text=row, round=row.round, key=one.key, name=one.name)
    touch(row, step, terms)


def approve(row: PlanningText, step: StepInput, terms: LegalTerms) -> None:
    """Number and day of the government's approval; from that day it is in force."""
    row.approval_number, row.approved_on = step.data["number"], step.data["day"]
    come_into_force(row, step, terms)


def come_into_force(row: PlanningText, step: StepInput, terms: LegalTerms) -> None:
    """In the place of the version that was in force until now."""
    row.in_force_from = step.data["day"]
    supersede_former(row, step, terms)
    touch(row, step, terms)


def supersede_former(row: PlanningText, step: StepInput, terms: LegalTerms) -> None:
    """Archive what was in force: one of a kind is in force in a division."""
    former = PlanningText.objects.filter(kind=row.kind, division=row.division, state=_S.IN_FORCE)
    for one in former.select_for_update():
        given = StepInput(step.by, step.at, step.on, str(row), data={"superseded_by": str(row.pk)})
        inside(PLANNING, one, "supersede", given, terms)


def _only(*, norm: bool) -> dict[str, Any]:
    """A norm is issued by the city's police with its partners, a plan is approved by a government."""

    def ask(row: PlanningText, step: StepInput, terms: LegalTerms) -> None:
        if row.is_norm != norm:
            raise StepRefused(str(NOT_NOW))

    return {"ask": ask, "offered": lambda row, person, today, terms: row.is_norm == norm}


def _event(name: str, verb: Any, **more: Any) -> Event:
    """One step; its legal day is the one on which it is entered."""
    told = {
        "story": verb,
        "said": gettext_lazy("已办理。"),
        "actor": DRAFTERS,
        "day": StepDay.PAST,
        "form": SaidForm,
        "fill": touch,
    }
    return Event(name=name, verb=verb, clauses=lambda row: (row.clause,), **{**told, **more})


_INTO_FORCE = {"target": _S.IN_FORCE, "clash": gettext_lazy("另一个版本正好在此时施行，请核对现行版本后再办理。")}
EVENTS = (
    _event(
        "begin",
        gettext_lazy("保存草案"),
        story=gettext_lazy("起草"),
        said=gettext_lazy("已保存。"),
        target=_S.DRAFT,
        actor=Actor((Permission.MANAGE_CITY_PLANS,), drafting_units),
        make=make,
        fill=None,
        after=ask_named,
    ),
    _event(
        "consult", gettext_lazy("开始征求意见"), sources=(_S.DRAFT,), target=_S.CONSULTING, guard=guards.consult_unmet
    ),
    _event(
        "submit",
        gettext_lazy("报请批准"),
        sources=(_S.CONSULTING,),
        target=_S.SUBMITTED,
        guard=guards.submit_unmet,
        **_only(norm=False),
    ),
    _event(
        "approve",
        gettext_lazy("登记批准"),
        sources=(_S.SUBMITTED,),
        form=ApprovalForm,
        guard=guards.submit_unmet,
        check=guards.approve_unmet,
        fill=approve,
        **_INTO_FORCE,
    ),
    _event(
        "enact",
        gettext_lazy("登记施行"),
        sources=(_S.CONSULTING,),
        form=ForceForm,
        guard=guards.enact_unmet,
        check=guards.dated_unmet,
        fill=come_into_force,
        **_only(norm=True),
        **_INTO_FORCE,
    ),
    _event(
        "redraft",
        gettext_lazy("退回起草"),
        sources=(_S.CONSULTING, _S.SUBMITTED),
        target=_S.DRAFT,
        form=RedraftForm,
        needs_words=gettext_lazy("请写明退回的原因。"),
        hint=gettext_lazy("正文修改后，须重新征求各部门的意见；已登记的意见仍可在存证日志中查到。"),
        fill=redraft,
        danger=True,
        quiet=True,
    ),
    _event(
        "supersede",
        gettext_lazy("由新版本取代"),
        sources=(_S.IN_FORCE,),
        target=_S.ARCHIVED,
        actor=NOBODY,
        adds=lambda row, step: dict(step.data),
    ),
)

PLANNING = CaseKind(
    model=PlanningText,
    name=gettext_lazy("规划和技术规范"),
    url="places:city_plan",
    states=_S,
    badges={
        _S.DRAFT: "neutral",
        _S.CONSULTING: "attention",
        _S.SUBMITTED: "info",
        _S.IN_FORCE: "fine",
        _S.ARCHIVED: "off",
    },
    events=EVENTS,
    facts=facts_of,
    recorder=changed,
    view=Permission.VIEW_PLACES,
    shown_to=visible,
    related=("division", "unit", "city_plan", "previous", "changed_by"),
)


class WritingRefused(StepRefused):
    """It can't be done; the text says why, for the person."""


class ChangedMeanwhile(Exception):
    """Somebody else has saved it since the form was opened. `row` is what stands now."""

    def __init__(self, row: PlanningText) -> None:
        super().__init__(_("已被他人修改"))
        self.row = row


def begin(row: PlanningText, unit: Unit, by: Person, at: datetime, day: date) -> PlanningText:
    """Enter a new draft of `unit`, with the partners that the clause names.

    Raises:
        WritingRefused: the version is there already.
        StepRefused: the person does not draw up the unit's.
    """
    with _version_once():
        begun: PlanningText = taking.begin(PLANNING, "begin", unit, StepInput(by, at, day, data={"row": row}), terms())
    return begun


def begin_version(row: PlanningText, version: str, by: Person, at: datetime, day: date) -> PlanningText:
    """Enter the next version of one that is in force: its text to begin with, its partners to be asked anew.

    Raises:
        WritingRefused: it is not in force, or the version is there already.
    """
    if row.state != PlanningState.IN_FORCE:
        raise WritingRefused(_("只有施行中的，才能制定新版本。"))
    if PlanningText.objects.filter(kind=row.kind, division=row.division, version=version).exists():
        raise WritingRefused(_("已有这个版本，请另写一个。"))
    later = PlanningText(kind=row.kind, title=row.title, version=version, text=row.text, previous=row)
    with transaction.atomic():
        begin(later, row.unit, by, at, day)
        for one in row.partners.filter(round=row.round, key=""):
            PlanningPartner.objects.create(text=later, round=later.round, name=one.name)
    return later


def save_draft(row: PlanningText, revision: int, by: Person, at: datetime) -> bool:
    """Save what a form changed in a draft. Returns whether anything changed.

    Args:
        row: with the form's values.
        revision: of the row when the form was opened.

    Raises:
        ChangedMeanwhile: somebody else saved it meanwhile.
        WritingRefused: it is no draft any more, or the version is there already.
    """
    with _version_once(), transaction.atomic():
        before = locked(row.pk)
        if before.state != PlanningState.DRAFT:
            raise WritingRefused(_("只有起草中的才能修改正文；请先退回起草。"))
        if before.revision != revision:
            raise ChangedMeanwhile(before)
        changes = {
            name: (shown(before, name), shown(row, name)) for name in FIELDS if value(before, name) != value(row, name)
        }
        if not changes:
            return False
        row.revision, row.changed_by, row.changed_at = before.revision + 1, by, at
        row.save(update_fields=[*FIELDS, "revision", "changed_by", "changed_at"])
        enter(row, by, at, changes)
    return True


def add_partner(row: PlanningText, name: str, by: Person, at: datetime) -> PlanningPartner:
    """Ask one more (等部门, 相关部门).

    Raises:
        WritingRefused: it is asked already, or the text is past that.
    """
    with transaction.atomic():
        row = locked(row.pk)
        _open(row)
        if any(str(one) == name or one.name == name for one in row.partners.filter(round=row.round)):
            raise WritingRefused(_("该部门已在名单中。"))
        partner = PlanningPartner.objects.create(text=row, round=row.round, name=name)
        enter(row, by, at, {"partner": (None, name)})
    return partner


def settle(partner: PlanningPartner, by: Person, at: datetime) -> None:
    """Enter what a partner says, or why it is not asked.

    Raises:
        WritingRefused: the text is past that, or the row is of an earlier round.
    """
    with transaction.atomic():
        row = locked(partner.text_id)
        _open(row)
        if partner.round != row.round:
            raise WritingRefused(_("这是上一轮的意见，不能再改。"))
        if row.state != PlanningState.CONSULTING and not partner.waived:
            raise WritingRefused(_("尚未征求意见；请先开始征求意见。"))
        before = PlanningPartner.objects.select_related("paper").get(pk=partner.pk)
        partner.entered_by, partner.entered_at = by, at
        partner.save()
        changes = {
            f"partner.{partner.key or partner.name}.{name}": (
                plain(getattr(before, name)),
                plain(getattr(partner, name)),
            )
            for name in ("answered_on", "words", "waived")
            if getattr(before, name) != getattr(partner, name)
        }
        if before.paper_id != partner.paper_id:
            # Of the letter the log holds the hash, as of every paper.
            changes[f"partner.{partner.key or partner.name}.paper"] = (_hash(before), _hash(partner))
        if changes:
            enter(row, by, at, changes)


def _hash(partner: PlanningPartner) -> str | None:
    return partner.paper.sha256 if partner.paper is not None else None


def answer(row: PlanningText, sentence: str, words: str, by: Person, at: datetime) -> PlanningAnswer:
    """Say why a sentence that the check found prescribes nobody (S13.2).

    Args:
        sentence: key of a `Found`.

    Raises:
        WritingRefused: the sentence is not there, or the text is approved already.
    """
    with transaction.atomic():
        row = locked(row.pk)
        if row.state not in (PlanningState.DRAFT, PlanningState.CONSULTING, PlanningState.SUBMITTED):
            raise WritingRefused(_("已施行的文本不再登记说明。"))
        found = next((one for one in found_in(row.text, known_names()) if one.key == sentence), None)
        if found is None:
            raise WritingRefused(_("正文中已没有这一句。"))
        given, _created = PlanningAnswer.objects.update_or_create(
            text=row, sentence=sentence, defaults={"words": words, "by": by, "at": at}
        )
        enter(row, by, at, {"designation": (found.key, words)})
    return given


@contextmanager
def _version_once() -> Iterator[None]:
    """Two who enter the same version at once: the second is told, as the form tells whoever comes later."""
    try:
        yield
    except IntegrityError as error:
        raise WritingRefused(_("已有这个版本，请另写一个。")) from error


def _open(row: PlanningText) -> None:
    if row.state not in (PlanningState.DRAFT, PlanningState.CONSULTING):
        raise WritingRefused(_("征求意见已经结束。"))
