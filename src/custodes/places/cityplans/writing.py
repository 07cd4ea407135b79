"""Drawing up a plan or a norm: the draft, its partners and what they say, answers to what the check of S13.2 found.

Each write locks the row and leaves its record in the same transaction. Of a text the log holds the hash: what is being drafted
is nobody's else to read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.law.building.departments import PLANNING, Department
from custodes.people.models import Person, Unit
from custodes.people.records import plain
from custodes.places.cityplans.brands import found_in, known_names
from custodes.places.cityplans.recording import enter, locked, tell
from custodes.places.models import (
    PlanningAnswer,
    PlanningKind,
    PlanningPartner,
    PlanningState,
    PlanningText,
)

FIELDS = ("title", "version", "number", "text", "city_plan")
NAMED = {PlanningKind.CITY_PLAN: PLANNING, PlanningKind.NORM: PLANNING[:2], PlanningKind.COUNTY_PLAN: ()}
"""Partners that a clause names: nine in S8.1, two in S12.2; a county's police choose theirs (S8.2)."""


class WritingRefused(Exception):
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
    """
    row.unit, row.division = unit, unit.division
    row.changed_by, row.changed_at = by, at
    with _version_once(), transaction.atomic():
        row.save()
        _ask(row, NAMED[PlanningKind(row.kind)])
        tell(row, "begin", "", day, "", by, at)
        changes: dict[str, tuple[Any, Any]] = {name: (None, _shown(row, name)) for name in ("kind", "unit", *FIELDS)}
        enter(row, by, at, changes)
    return row


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
            name: (_shown(before, name), _shown(row, name))
            for name in FIELDS
            if _value(before, name) != _value(row, name)
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


def redrafted(row: PlanningText) -> None:
    """Begin another round: the same partners, nothing said yet."""
    asked = list(row.partners.filter(round=row.round))
    row.round += 1
    for one in asked:
        PlanningPartner.objects.create(text=row, round=row.round, key=one.key, name=one.name)


@contextmanager
def _version_once() -> Iterator[None]:
    """Two who enter the same version at once: the second is told, as the form tells whoever comes later."""
    try:
        yield
    except IntegrityError as error:
        raise WritingRefused(_("已有这个版本，请另写一个。")) from error


def _ask(row: PlanningText, departments: Iterable[Department]) -> None:
    for one in departments:
        PlanningPartner.objects.create(text=row, round=row.round, key=one.key, name=one.name_zh)


def _open(row: PlanningText) -> None:
    if row.state not in (PlanningState.DRAFT, PlanningState.CONSULTING):
        raise WritingRefused(_("征求意见已经结束。"))


def _shown(row: PlanningText, name: str) -> Any:
    value = _value(row, name)
    if value in (None, ""):
        return None
    return f"sha256:{hashlib.sha256(value.encode()).hexdigest()}" if name == "text" else plain(value)


def _value(row: PlanningText, name: str) -> Any:
    return row.city_plan_id if name == "city_plan" else getattr(row, name)
