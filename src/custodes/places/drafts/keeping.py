"""Drafts from their first page to their end: begun, kept after each page, handed in, thrown away, lapsed.

A person goes on with those of the own unit, whoever began, and with those that one fills in at the counter.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people.models import Person
from custodes.places.changes.gate import GUARDED
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Draft, DraftKind, FilingState, System
from custodes.places.network import any_classified, refuse_classified
from custodes.places.scope import built_systems, handled_systems
from custodes.settings import get_settings


def editable_drafts(person: Person, at: datetime) -> QuerySet[Draft]:
    """Drafts that the person may open, fill in, hand in and throw away; lapsed ones have nothing to open, and nothing
    is handed in of a system that is gone."""
    own = built_systems(person, at).values("pk")
    handled = handled_systems(person, at).values("pk")
    return Draft.objects.filter(
        Q(system__in=own) | Q(on_behalf=True, kind="filing", system__in=handled),
        lapsed_at__isnull=True,
        system__state__in=GUARDED,
    )


Answers = Mapping[str, "str | list[str]"]


_KEPT = ("answers", "touched", "revision", "changed_by", "changed_via", "changed_at")


class Overtaken(Exception):
    """Somebody else changed the same page meanwhile; `draft` is what stands now."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("overtaken")
        self.draft = draft


def begin(
    kind: DraftKind,
    system: System,
    first: str,
    answers: Answers,
    by: Person,
    at: datetime,
    *,
    on_behalf: bool = False,
    via: str = "",
    imported: bool = False,
) -> Draft:
    """The draft that lies there, or a new one with what the register knows.

    Args:
        first: key of its first page.
        on_behalf: counter staff fill it in for a unit.
        via: the program that begins it in the person's name.
        imported: an import begins it: it does not lapse.

    Raises:
        StepRefused: the unit is filling it in itself, or a filing is with the police.
        ClassifiedRefused: the system is classified and this installation is connected to a network (S20).
    """
    refuse_classified(system.classified)
    with transaction.atomic():
        System.objects.select_for_update().get(pk=system.pk)
        if kind == DraftKind.FILING and system.filings.filter(state=FilingState.SUBMITTED).exists():
            # Somebody handed one in since this was asked for: what it says is not to be written over by what was said before it.
            raise StepRefused(_("备案已经提交，正由公安机关办理。需要修改的，请先撤回。"))
        former = Draft.objects.filter(kind=kind, system=system).first()
        if former is not None and former.lapsed_at is not None:
            former.delete()
        elif former is not None:
            if on_behalf and not former.on_behalf:
                raise StepRefused(_("该单位正在自行填写备案，请由其提交后接收。"))
            return former
        return Draft.objects.create(
            kind=kind,
            system=system,
            by=by,
            begun_at=at,
            on_behalf=on_behalf,
            imported=imported,
            answers=dict(answers),
            reached=first,
            changed_by=by,
            changed_via=via,
            changed_at=at,
        )


def keep(draft: Draft, page: str, answers: Answers, *, seen: int, reached: str, by: Person, at: datetime) -> Draft:
    """Keep what was typed on one page, right or wrong; the check before handing in looks at all of it.

    Args:
        seen: the revision with which the page was drawn.
        reached: key of the page on which to go on.

    Raises:
        ClassifiedRefused: something typed says that it is classified, and this installation is connected to a network (R2).
        Overtaken: somebody else changed this page since `seen`, to something else.
        StepRefused: it was handed in, thrown away or has lapsed.
    """
    refuse_classified(any_classified(_texts(answers)))
    with transaction.atomic():
        row = locked(draft)
        same = all(row.answers.get(name, "") == value for name, value in answers.items())
        if not same and row.touched.get(page, 0) > seen:
            raise Overtaken(row)
        if not same:
            row.revision += 1
            row.touched = {**row.touched, page: row.revision}
            row.answers = {**row.answers, **answers}
            row.changed_by, row.changed_via = by, ""
        row.reached, row.changed_at = reached, at
        row.save(update_fields=[*_KEPT, "reached"])
    return row


def keep_all(
    draft: Draft, pages: Mapping[str, Answers], *, seen: int, by: Person, at: datetime, via: str = ""
) -> tuple[Draft, frozenset[str]]:
    """Keep the answers of all pages at once, as a program sends them. Only pages that it changes are touched, so that whoever fills in
    another one at the same time is not stopped.

    Args:
        pages: page to its answers.
        seen: the revision on which the answers rest. What stands in the draft is replaced, so it has to be the very newest.
        via: the program.

    Returns:
        the draft, and the pages that changed.

    Raises:
        ClassifiedRefused: as `keep`.
        Overtaken: it was changed since.
        StepRefused: it was handed in, thrown away or has lapsed.
    """
    refuse_classified(any_classified(text for answers in pages.values() for text in _texts(answers)))
    with transaction.atomic():
        row = locked(draft)
        if row.revision != seen:
            raise Overtaken(row)
        changed = frozenset(
            page
            for page, answers in pages.items()
            if any(row.answers.get(name, "") != one for name, one in answers.items())
        )
        if changed:
            row.revision += 1
            row.touched = {**row.touched, **dict.fromkeys(sorted(changed), row.revision)}
            row.answers = {**row.answers, **{name: one for page in changed for name, one in pages[page].items()}}
            row.changed_by, row.changed_via = by, via
        row.changed_at = at
        row.save(update_fields=list(_KEPT))
    return row, changed


def locked(draft: Draft) -> Draft:
    """The row under a lock.

    Raises:
        StepRefused: it was handed in, thrown away or has lapsed.
        RuntimeError: outside a transaction.
    """
    rows = Draft.objects.select_for_update(of=("self",)).select_related("system__site__division", "system__unit")
    row = rows.filter(pk=draft.pk, lapsed_at__isnull=True).first()
    if row is None:
        raise StepRefused(_("该草稿已经提交、删除或者失效。"))
    return row


def discard(draft: Draft) -> None:
    """Throw it away."""
    Draft.objects.filter(pk=draft.pk).delete()


def lapses_at(draft: Draft) -> datetime | None:
    """When it lapses if nobody goes on with it; None for one that does not."""
    return None if draft.imported else draft.changed_at + timedelta(days=get_settings().draft_days)


def lapses_on(draft: Draft) -> date | None:
    """The local day of it."""
    moment = lapses_at(draft)
    return None if moment is None else timezone.localdate(moment)


def sweep(at: datetime) -> int:
    """Empty those that nobody went on with, and take away what was left to say so after as long again; how many lapsed."""
    before = at - timedelta(days=get_settings().draft_days)
    Draft.objects.filter(lapsed_at__lt=before).delete()
    return Draft.objects.filter(imported=False, lapsed_at__isnull=True, changed_at__lt=before).update(
        answers={}, touched={}, lapsed_at=at
    )


def _texts(answers: Answers) -> list[str]:
    return [text for value in answers.values() for text in ([value] if isinstance(value, str) else value)]
