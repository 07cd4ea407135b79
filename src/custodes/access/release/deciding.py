"""Others decide: the assessment, giving back, refusing, the second review, fetching the copy, publishing and taking down."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from custodes.access.models import Release, ReleaseState
from custodes.access.release import copying, desk
from custodes.access.release.conditions import ALTERED
from custodes.access.release.desk import Desk
from custodes.access.release.facts import asked_of
from custodes.access.release.forgetting import forget_when_over
from custodes.access.release.guards import GUARDS, same_copy
from custodes.access.release.masking import not_now, void
from custodes.access.release.stepping import Taken, cleared, keep, locked, move

KEPT_YEARS = 3
"""PIPL 56: report and record of handling are kept for three years at the least."""


def assess(row: Release, necessity: str, risks: str, measures: str, taken: Taken) -> Release:
    """Write the impact assessment down (PIPL 55).

    Raises:
        StepRefused: a part is missing, or by the proposer.
    """
    with transaction.atomic():
        row = locked(row)
        row.necessity, row.risks, row.measures = necessity.strip(), risks.strip(), measures.strip()
        row.assessed_by, row.assessed_at, row.keep_until = taken.by, taken.at, years_on(taken.on, KEPT_YEARS)
        cleared(GUARDS["assess"](asked_of(row, taken)))
        move(row, "assess", taken, ("PIPL55", "PIPL56"))
    return row


def give_back(row: Release, taken: Taken) -> Release:
    """Back to who proposed it, with what is to be completed."""
    return _plain(row, "give_back", taken, ("S30.2", "PIPL55"))


def refuse(row: Release, taken: Taken) -> Release:
    """It is not to be published; the reason stays (Q3)."""
    return _plain(row, "refuse", taken, ("S30.2", "PIPL25"))


def send_back(row: Release, taken: Taken) -> Release:
    """The second reviewer wants something masked or reviewed anew."""
    with transaction.atomic():
        row = locked(row)
        cleared(GUARDS["remask"](asked_of(row, taken)))
        void(row)
        move(row, "remask", taken, ("S30.2",))
    return row


def second_review(row: Release, seen: str, taken: Taken) -> Release:
    """Another person lets it be published, having looked at the copy that was reviewed.

    Args:
        seen: SHA-256 of the copy that this person was shown, hex.

    Raises:
        StepRefused: by somebody who worked on it, something is unmet, or the copy is another than was reviewed or seen.
        Errors of `Desk`.
    """
    standing = Desk(taken.by, row).standing()
    with transaction.atomic():
        row = locked(row)
        cleared(GUARDS["second_review"](asked_of(row, taken, standing)))
        cleared(same_copy(seen, row.output))
        row.approved_by, row.approved_at = taken.by, taken.at
        move(row, "second_review", taken, ("S30.2", "N22"))
    return row


def fetch(row: Release, taken: Taken) -> Release:
    """The approved copy is taken out of the house as a file, to be published.

    Raises:
        StepRefused: it is not approved (any more).
    """
    with transaction.atomic():
        row = locked(row)
        if row.state != ReleaseState.APPROVED:
            raise not_now(row)
        keep(row, "fetch", str(row.state), taken, ("S30.2", "S33.2a"))
    return row


def publish(row: Release, where: str, seen: str, taken: Taken) -> Release:
    """It is public: where, and the hashes of both files. The law's ground is asked, and the copy's bytes hashed, at this moment.

    Args:
        seen: SHA-256 of the copy that this person was shown, hex.

    Raises:
        StepRefused: something is unmet, or the copy at the node is not the one that was reviewed, or seen.
        Errors of `Desk`.
    """
    if row.state != ReleaseState.APPROVED:
        raise not_now(row)
    at_node = Desk(taken.by, row)
    standing = at_node.standing()
    digest = copying.digest_of(at_node.copy())
    with transaction.atomic():
        row = locked(row)
        cleared(GUARDS["publish"](asked_of(row, taken, standing, where=where)))
        cleared((*same_copy(seen, row.output), *(() if digest == row.output else (ALTERED,))))
        row.published_by, row.published_at, row.published_where = taken.by, taken.at, where.strip()
        move(row, "publish", taken, ("S30.2", "N22", "PIPL25", "S33.2a"))
        desk.stop(row, taken.by, str(ReleaseState.PUBLISHED.label))
    return row


def withdraw(row: Release, takedown: str, taken: Taken) -> Release:
    """It is entered that it was taken down.

    Raises:
        StepRefused: no reason, or nothing is said of what was done.
    """
    with transaction.atomic():
        row = locked(row)
        cleared(GUARDS["withdraw"](asked_of(row, taken, takedown=takedown)))
        row.withdrawn_by, row.withdrawn_at, row.takedown = taken.by, taken.at, takedown.strip()
        move(row, "withdraw", taken, ("S30.2", "PIPL47"))
        forget_when_over(row, taken)
    return row


def years_on(day: date, years: int) -> date:
    """The same day some years on; of a 29 February the 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def _plain(row: Release, event: str, taken: Taken, clauses: tuple[str, ...], **said: Any) -> Release:
    with transaction.atomic():
        row = locked(row)
        cleared(GUARDS[event](asked_of(row, taken, **said)))
        move(row, event, taken, clauses)
        if row.is_over:
            desk.stop(row, taken.by, str(row.get_state_display()))
            forget_when_over(row, taken)
    return row
