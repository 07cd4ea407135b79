"""What is known of a kind of alarm before any is raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise

from custodes.people.permissions import Permission
from custodes.upkeep.models import Severity


class Reach(StrEnum):
    """Whose rows an alarm belongs to."""

    CAMERAS = "cameras"
    """Of whoever sees one of its cameras."""
    NODE = "node"
    """Of whoever sees a camera of its node, and of those who tend the installation."""
    INSTALLATION = "installation"
    """Of everybody with the kind's permission."""


@dataclass(frozen=True)
class Kind:
    """One kind.

    Attributes:
        key: stands in the database and in records, ``camera.down``.
        severity: how soon somebody must act.
        label: the kind in a few words.
        title: one alarm in one line; fills ``%(name)s`` and ``%(count)d``.
        title_many: the same for more than one camera; `title` where empty.
        remedy: what to do, in the order in which to do it.
        clauses: what the duty rests on.
        sees: the permission whose rows it belongs to.
        reach: which rows these are.
        lasting: how long its cause must be seen before it is raised.
        settles: how long its cause must be gone before it is cleared.
        by_person: a person closes it, with words; that its cause is no longer seen does not.
        planned: a maintenance window over its cameras may keep it back.
    """

    key: str
    severity: Severity
    label: Promise
    title: Promise
    remedy: Promise
    sees: Permission
    reach: Reach
    clauses: tuple[str, ...] = ()
    title_many: Promise | None = None
    lasting: timedelta = timedelta(0)
    settles: timedelta = timedelta(minutes=1)
    by_person: bool = False
    planned: bool = False
