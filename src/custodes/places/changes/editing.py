"""Saving a camera that is in use: under an approved change, as a correction of its entry, or as what was changed without leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.cases.taking import begin_inside
from custodes.law.grounds.stating import says_something
from custodes.people.lawful import terms
from custodes.people.models import Person
from custodes.people.records import record_language
from custodes.places.changes.case import BREACH, CHANGE, Wanted
from custodes.places.changes.gate import COVERED, ChangeWanted, GateBasis, Why, covered, guarded, touched
from custodes.places.lifecycle.stepping import StepRefused, Taken, enter
from custodes.places.models import Camera, ChangeCase, ChangeKind, System
from custodes.places.register import save_recorded


def save_camera(
    camera: Camera, fields: Iterable[str], by: Person, at: datetime, basis: GateBasis | None, via: str = ""
) -> tuple[bool, ChangeCase | None]:
    """Save it with its record, and enter what the edit rests on. Returns whether anything changed, and the incident it made.

    Args:
        via: by which program, in words.

    A correction is a step in the system's story: which fields, and why; their content stays in the register (S33.1).

    Raises:
        ChangeWanted: neither a change nor a correction nor an incident covers it.
        StepRefused: without words, or the incident can't be entered.
    """
    found: ChangeCase | None = None
    with transaction.atomic():
        if (
            basis is not None and basis.why is not Why.REPAIR
        ):  # it becomes a step of the system's, which is held before its cameras
            System.objects.select_for_update().get(pk=camera.system_id)
        before = Camera.objects.select_for_update(of=("self",)).select_related("system").get(pk=camera.pk)
        changed = touched(before, camera) if guarded(before) else ()
        if not changed or covered(before, changed):
            return save_recorded(camera, fields, by, at), None
        if basis is None or basis.why is Why.REPAIR:
            raise ChangeWanted(changed)
        if not says_something(basis.words):
            raise StepRefused(_("请写明理由。"))
        if basis.why is Why.FOUND:
            wanted = Wanted(kind_of(changed), (before,), _names(changed), basis.words)
            step = Taken(by, at, basis.on, basis.words, via=via, data=wanted.said())
            found = begin_inside(CHANGE, "find", before.system, step, terms())
        else:
            with record_language():
                told = _("更正“%(camera)s”的登记（%(fields)s）：%(words)s") % {
                    "camera": before.name,
                    "fields": _names(changed),
                    "words": basis.words,
                }
            taken = Taken(by, at, timezone.localdate(at), told[:500], via=via)
            enter(before, before.system, "correct", taken, BREACH[:1])
        return save_recorded(camera, fields, by, at, basis=basis), found


def kind_of(fields: Iterable[str]) -> ChangeKind:
    """What an edit of these fields is."""
    changed = set(fields)
    if changed & (COVERED[ChangeKind.MOVE] - COVERED[ChangeKind.TURN]):
        return ChangeKind.MOVE
    return ChangeKind.TURN if changed & COVERED[ChangeKind.TURN] else ChangeKind.REPLACE


def _names(fields: Iterable[str]) -> str:
    labels = [str(Camera._meta.get_field(name).verbose_name) for name in fields]  # type: ignore[union-attr]
    return _("、").join(labels)
