"""Taking down what must not be public any more (S20, S30.1): at once and by one person, out of every published version that names the system."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.law.grounds.stating import says_something
from custodes.sharing.models import Directory, DirectoryEntry
from custodes.sharing.models.directory import OPEN, PUBLIC
from custodes.sharing.stepping import StepRefused, Taken, as_seen, keep

CLAUSES = ("S25", "S30.1")
"""Whatever the reason is: the log of a networked installation does not say that something is classified (R2)."""


def withdraw(row: Directory, entry: int, taken: Taken) -> int:
    """Withdraw the system of an entry from all that is published, also by other offices. `taken.words` is the reason.

    The reason stays with the entries. The record of each version's step holds neither it nor the name: both are in its hash of what the row says.

    Returns:
        From how many versions.

    Raises:
        StepRefused: the version is not published, does not list it or lists it no more, there is no reason, or it is not what `taken` has seen.
    """
    if not says_something(taken.words):
        raise StepRefused(_("请写明撤下的原因。"))
    with transaction.atomic():
        system = row.entries.filter(pk=entry).values_list("system_id", flat=True).first()
        naming = _holding(system) if system is not None else []
        held = next((one for one in naming if one.pk == row.pk), None)
        if held is None:
            raise StepRefused(_("只能撤下已公布且仍在显示的条目，请刷新页面。"))
        as_seen(held, taken.seen)
        for one in naming:
            one.entries.filter(system=system).update(
                withdrawn_by=taken.by, withdrawn_at=taken.at, withdrawn_why=taken.words
            )
            keep(one, "withdraw", Taken(taken.by, taken.at), CLAUSES)
    return len(naming)


def _holding(system: UUID) -> list[Directory]:
    """Published versions that show a system, under their locks.

    Those that are being worked on are locked first, as publishing does: one that is published this moment is waited for and found.
    """
    showing = DirectoryEntry.objects.filter(system=system, listed=True, withdrawn_at__isnull=True)
    rows = Directory.objects.select_for_update(of=("self",)).select_related("unit__division")
    rows = rows.filter(pk__in=showing.values("directory")).order_by("pk")
    list(rows.filter(state__in=[one.value for one in OPEN]))
    return list(rows.filter(state__in=[one.value for one in PUBLIC]))
