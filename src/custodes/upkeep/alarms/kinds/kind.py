"""What is known of a kind of alarm before any is raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import Permission
from custodes.upkeep.models import Severity


class AlarmReach(StrEnum):
    """Whose rows an alarm belongs to."""

    CAMERAS = "cameras"
    """Of whoever sees one of its cameras."""
    NODE = "node"
    """Of whoever sees a camera of its node, and of those who tend the installation."""
    INSTALLATION = "installation"
    """Of everybody with the kind's permission."""


@dataclass(frozen=True)
class HandlingPage:
    """Where a cause is handled: how the page is called, its address by name, and the permission that opens it."""

    label: Promise
    name: str
    opened_by: Permission


COMPLETENESS_PAGE = HandlingPage(_("打开完整率"), "upkeep:completeness", Permission.VIEW_COMPLETENESS)
RECONCILIATION_PAGE = HandlingPage(_("打开查看核对"), "oversight:reconciliation", Permission.VIEW_LEDGER)
RECIPIENTS_PAGE = HandlingPage(_("打开告警接收"), "upkeep:alarm_recipients", Permission.VIEW_ALARMS)
POSTS_PAGE = HandlingPage(_("打开岗位"), "people:post_list", Permission.VIEW_PEOPLE)
CHECKPOINT_PAGE = HandlingPage(_("打开检查点"), "oversight:checkpoint", Permission.VIEW_LEDGER)
WITNESSED_PAGE = HandlingPage(_("打开下级日志见证"), "oversight:witnessed", Permission.VIEW_LEDGER)
FORECAST_PAGE = HandlingPage(_("打开存储预测"), "upkeep:forecast", Permission.VIEW_STORE)


@dataclass(frozen=True)
class AlarmKind:
    """One kind.

    Attributes:
        key: stands in the database and in records, ``camera.down``.
        severity: how soon somebody must act.
        label: the kind in a few words.
        title: one alarm in one line; fills ``%(name)s`` and ``%(count)d``, and ``%(left)s`` with the forecast's own time.
        title_many: the same for more than one camera; `title` where empty.
        remedy: what to do, in the order in which to do it.
        clauses: what the duty rests on.
        sees: the permission whose rows it belongs to.
        reach: which rows these are.
        lasting: how long its cause must be seen before it is raised.
        settles: how long its cause must be gone before it is cleared.
        by_person: a person closes it, with words; that its cause is no longer seen does not.
        planned: a maintenance window over its cameras may keep it back.
        judged: its cause is a judgement about what a picture shows, or a device's word; a person may find it false.
        page: where its cause is handled; cameras have links of their own.
        facts: facts of this kind alone by key: label, and how the value reads; those of several kinds are in `words`.
    """

    key: str
    severity: Severity
    label: Promise
    title: Promise
    remedy: Promise
    sees: Permission
    reach: AlarmReach
    clauses: tuple[str, ...] = ()
    title_many: Promise | None = None
    lasting: timedelta = timedelta(0)
    settles: timedelta = timedelta(minutes=1)
    by_person: bool = False
    planned: bool = False
    judged: bool = False
    page: HandlingPage | None = None
    facts: Mapping[str, tuple[Promise, Callable[[object], str]]] = field(default_factory=dict)
