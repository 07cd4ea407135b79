"""Filings and removals that somebody has to take, to mend, or to say that they are done (S16.2, S18)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.people.permissions import Permission
from custodes.places.changes.gate import GUARDED
from custodes.places.models import Draft, DraftKind, Filing, FilingState, Removal, RemovalState
from custodes.places.removal.workflow import first_day
from custodes.upkeep.dates.asking import Asking
from custodes.upkeep.dates.some import Some, first_of
from custodes.upkeep.dates.waits.waits import Waits


def gather(asking: Asking) -> list[Some[Waits]]:
    """All of them."""
    found = []
    if Permission.HANDLE_FILINGS in asking.may:
        found += [_to_take(asking), _reports(asking)]
    if Permission.MANAGE_PLACES in asking.may:
        found += [_returned(asking), _removed(asking)]
    return found


def _to_take(asking: Asking) -> Some[Waits]:
    """For the county's police: filings that nobody has taken, the oldest first."""
    rows = Filing.objects.filter(asking.handled(), state=FilingState.SUBMITTED)
    rows = rows.order_by("submitted_on", "pk").select_related("system__unit")
    rows = rows.only("kind", "submitted_on", "system__name", "system__unit__name")

    def told(row: Filing) -> Waits:
        name = _("待接收的备案：%(system)s") % {"system": row.system}
        return Waits("take", name, f"{row.system.unit.name} · {row.get_kind_display()}", row.get_absolute_url())

    return first_of(rows, asking.most, told)


def _reports(asking: Asking) -> Some[Waits]:
    """For the county's police: reports of removals that nobody has read."""
    rows = Removal.objects.filter(asking.handled(), state=RemovalState.REPORTED)

    def told(row: Removal) -> Waits:
        name = _("待收悉的拆除报告：%(system)s") % {"system": row.system}
        return Waits("take", name, _("拟于 %(day)s 拆除") % {"day": row.planned}, row.get_absolute_url())

    rows = rows.order_by("planned", "pk").select_related("system").only("planned", "system__name")
    return first_of(rows, asking.most, told)


def _returned(asking: Asking) -> Some[Waits]:
    """For the unit: filings that came back, with the words; where one is being mended, its draft is opened."""
    rows = Filing.objects.filter(asking.built(), state=FilingState.RETURNED, system__state__in=GUARDED)
    rows = rows.order_by("submitted_on", "pk").select_related("system").only("returned_words", "system__name")
    drafts: dict[object, Draft] = {}

    def told(row: Filing) -> Waits:
        href = (drafts.get(row.system_id) or row).get_absolute_url()
        return Waits("returned", _("备案退回补正：%(system)s") % {"system": row.system}, row.returned_words, href)

    mending = Draft.objects.filter(kind=DraftKind.FILING, lapsed_at__isnull=True, system__in=rows.values("system"))
    found = first_of(rows, asking.most, lambda row: row)
    if found:
        drafts.update((draft.system_id, draft) for draft in mending.defer("answers", "touched"))
    return Some([told(row) for row in found.rows], found.count)


def _removed(asking: Asking) -> Some[Waits]:
    """For the unit: removals whose planned day has come, and of which nobody has said that they are done."""
    rows = Removal.objects.filter(
        asking.built(),
        state__in=(RemovalState.REPORTED, RemovalState.ACKNOWLEDGED),
        reported_on__isnull=False,
        planned__lte=asking.today,
    )

    def told(row: Removal) -> Waits:
        hint = _("最早可以在 %(day)s 拆除") % {"day": first_day(row, asking.terms)}
        return Waits("removed", _("登记已拆除：%(system)s") % {"system": row.system}, hint, row.get_absolute_url())

    rows = rows.order_by("planned", "pk").select_related("system").only("planned", "reported_on", "system__name")
    return first_of(rows, asking.most, told)
