"""Whether an upper is told where cameras are that move and that its link shows: proposed by one, begun by another, stopped by one (S33.1).

Where a vehicle or an officer's recorder is says more of a person than a fixed camera's place does: it is off with each new link (decision 0414).
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.law.grounds.stating import says_something
from custodes.sharing.links.steps import locked
from custodes.sharing.models import Link
from custodes.sharing.models.link import OPEN
from custodes.sharing.stepping import StepRefused, Taken, keep


def ask_positions(row: Link, taken: Taken) -> Link:
    """Propose it, with the reason. Nothing is told yet.

    Raises:
        StepRefused: it leads to no upper, is over, tells already or is proposed already, or no reason is given.
    """
    if not says_something(taken.words):
        raise StepRefused(_("说明：请写明为什么需要上报移动位置。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        if not held.upper or held.state not in OPEN:
            raise StepRefused(_("只有与上级平台的、正在办理或者已启用的联网可以上报移动位置。"))
        if held.positions or held.positions_asked_by_id is not None:
            raise StepRefused(_("移动位置上报已经开通，或者已有人提出。"))
        held.positions_asked_by, held.positions_by = taken.by, None
        keep(held, "positions_ask", taken, held.clauses)
    return held


def tell_positions(row: Link, taken: Taken) -> Link:
    """Begin it: by another person than whoever proposed it.

    Raises:
        StepRefused: nobody proposed it, or the same person did.
    """
    with transaction.atomic():
        held = locked(row.pk, taken)
        if held.positions or held.positions_asked_by_id is None or held.state not in OPEN:
            raise StepRefused(_("没有等待批准的移动位置上报。"))
        if held.positions_asked_by_id == taken.by.pk:
            raise StepRefused(_("移动位置上报由提出人以外的另一人批准。请由另一人办理。"), clause="S33.1")
        held.positions, held.positions_by = True, taken.by
        keep(held, "positions_on", taken, held.clauses)
    return held


def stop_positions(row: Link, taken: Taken) -> Link:
    """Stop it, or take back what was proposed: at once, by one person, with the reason.

    Raises:
        StepRefused: there is nothing to stop, or no reason is given.
    """
    if not says_something(taken.words):
        raise StepRefused(_("说明：请写明原因。"))
    with transaction.atomic():
        held = locked(row.pk, taken)
        if held.positions_asked_by_id is None:
            raise StepRefused(_("移动位置上报没有开通，也没有人提出。"))
        held.positions, held.positions_asked_by, held.positions_by = False, None, None
        keep(held, "positions_off", taken, held.clauses)
    return held
