"""Changes of a person's unit, and of what a unit is and under whom it stands: made by one, they wait for a second.

Whose unit a person is of decides whose approver confirms their posts, accounts and resets. Somebody of whom nothing rests yet moves at
once, as a name does that is entered: whatever they get later is confirmed where they are then.

A unit that becomes police gives its posts a whole division, and one that is put under another gives that one's posts its systems. While
posts are open that would see further, its kind, its parent and its division stay as they are until the audit administrator confirms.
"""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from custodes.people.entrusting import EntrustmentRefused, ask
from custodes.people.models import (
    Account,
    Division,
    Entrustment,
    EntrustmentKind,
    EntrustmentState,
    Person,
    Post,
    Unit,
    UnitKind,
)
from custodes.people.records import config_changed, differences, record_language, snapshot


def save_person(person: Person, *, by: Person, at: datetime.datetime) -> Entrustment | None:
    """Save a person as they were typed, on record: name and work number at once; another unit waits where something rests on them.

    Args:
        person: as they are to be, checked, entered before.

    Returns:
        The move that waits for a second person; None where none does.

    Raises:
        EntrustmentRefused: a move of the person waits already, or the rest can't be saved without it.
    """
    with transaction.atomic():
        # What is opened or assigned at this very moment comes after the move: it waits, and is confirmed where the person is then.
        before = Person.objects.select_for_update(of=("self",)).select_related("unit").get(pk=person.pk)
        wanted: Unit | None = person.unit
        if person.unit_id == before.unit_id or not _takes_two(before, at):
            wanted = None
        if wanted is not None:
            person.unit = before.unit
            _checked_person(person)
        person.save()
        config_changed(person, differences(snapshot(before), snapshot(person)), by=by, at=at)
        if wanted is None:
            return None
        with record_language():
            names = {"was": before.unit.name, "now": wanted.name}
            about = _("所在单位由“%(was)s”变更为“%(now)s”") % names
        try:
            with transaction.atomic():
                return ask(EntrustmentKind.MOVE, person, by=by, at=at, wanted={"unit_id": wanted.pk}, about=about[:300])
        except IntegrityError as error:
            raise EntrustmentRefused(
                _("该人员已有一项所在单位的变更待确认，请等待确认，或者由提出人先撤回。")
            ) from error


def apply_move(row: Entrustment, *, by: Person, at: datetime.datetime) -> None:
    """Move the person as it was asked for. In the transaction of the caller, who holds the person's lock.

    Raises:
        EntrustmentRefused: they can't be of that unit any more.
    """
    person = Person.objects.get(pk=row.person_id)
    before = snapshot(person)
    person.unit_id = row.wanted["unit_id"]
    _checked_person(person)
    person.save()
    config_changed(person, differences(before, snapshot(person)), by=by, at=at)


def _takes_two(person: Person, at: datetime.datetime) -> bool:
    """A post that counts or will, an account, or an entrustment that waits. A closed account too: one opens it again alone."""
    posts = Post.objects.open().filter(person=person).exclude(valid_until__lte=at)
    waiting = Entrustment.objects.filter(person=person, state=EntrustmentState.WAITING)
    return posts.exists() or Account.objects.filter(person=person).exists() or waiting.exists()


def _checked_person(person: Person) -> None:
    try:
        person.full_clean()
    except ValidationError as error:
        raise EntrustmentRefused(" ".join(error.messages)) from error


DECIDES_REACH = ("kind", "division_id", "parent_id")
"""Fields of a unit by which its posts, and those above it, see more or less."""


def save_unit(unit: Unit, *, by: Person, at: datetime.datetime) -> Entrustment | None:
    """Save a unit as it was typed, on record; what lets posts see further waits.

    Args:
        unit: as it is to be, checked, not saved yet.

    Returns:
        What waits for a second person; None where nothing does.

    Raises:
        EntrustmentRefused: such a change of the unit waits already, or the rest can't be saved without it.
    """
    with transaction.atomic():
        before = Unit.objects.select_for_update(of=("self",)).filter(pk=unit.pk).first()
        if before is None:
            unit.save()
            config_changed(unit, differences({}, snapshot(unit)), by=by, at=at)
            return None
        wanted: dict[str, Any] = {
            name: getattr(unit, name) for name in DECIDES_REACH if getattr(unit, name) != getattr(before, name)
        }
        if not wanted or not _lets_posts_see_further(before, unit, at):
            unit.save()
            config_changed(unit, differences(snapshot(before), snapshot(unit)), by=by, at=at)
            return None
        with record_language():
            about = "；".join([unit.name, *_in_words(before, wanted)])
        for name in wanted:
            setattr(unit, name, getattr(before, name))
        _checked_unit(unit)
        unit.save()
        config_changed(unit, differences(snapshot(before), snapshot(unit)), by=by, at=at)
        try:
            with transaction.atomic():
                return ask(EntrustmentKind.UNIT, by, by=by, at=at, unit=unit, wanted=wanted, about=about[:300])
        except IntegrityError as error:
            raise EntrustmentRefused(_("该单位已有一项类别、隶属的变更待确认，请等待确认或者先撤回。")) from error


def apply_unit_change(row: Entrustment, *, by: Person, at: datetime.datetime) -> None:
    """Change the unit as it was asked for. In the caller's transaction.

    Raises:
        EntrustmentRefused: it can't stand there any more.
    """
    assert row.unit_id is not None
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=row.unit_id)
    before = snapshot(unit)
    for name in DECIDES_REACH:
        if name in row.wanted:
            setattr(unit, name, row.wanted[name])
    _checked_unit(unit)
    unit.save()
    config_changed(unit, differences(before, snapshot(unit)), by=by, at=at)


def _lets_posts_see_further(before: Unit, after: Unit, at: datetime.datetime) -> bool:
    """Posts are open at the unit, at one under it, or at one under which it would come to stand; or it has people, and police see them
    by the other division.
    """
    above = [int(part) for part in after.parent.path.split("/") if part] if after.parent else []
    posts = Post.objects.open().exclude(valid_until__lte=at)
    if posts.filter(Q(unit__path__startswith=before.path) | Q(unit__in=above)).exists():
        return True
    if (
        after.division_id == before.division_id
        or not Person.objects.filter(unit__path__startswith=before.path).exists()
    ):
        return False
    over = Division.objects.above(after.division)
    return posts.filter(unit__kind=UnitKind.PUBLIC_SECURITY, unit__division__in=over).exists()


def _in_words(before: Unit, wanted: dict[str, Any]) -> list[str]:
    said = []
    if "kind" in wanted:
        was, now = before.get_kind_display(), UnitKind(wanted["kind"]).label
        said.append(_("单位类别由“%(was)s”变更为“%(now)s”") % {"was": was, "now": now})
    if "parent_id" in wanted:
        parent = Unit.objects.get(pk=wanted["parent_id"]) if wanted["parent_id"] else None
        names = {"was": before.parent.name if before.parent else _("无"), "now": parent.name if parent else _("无")}
        said.append(_("上级单位由“%(was)s”变更为“%(now)s”") % names)
    if "division_id" in wanted:
        division = Division.objects.get(pk=wanted["division_id"])
        names = {"was": before.division.name, "now": division.name}
        said.append(_("所在行政区划由“%(was)s”变更为“%(now)s”") % names)
    return said


def _checked_unit(unit: Unit) -> None:
    try:
        unit.full_clean(exclude=["uscc"])
    except ValidationError as error:
        raise EntrustmentRefused(" ".join(error.messages)) from error
