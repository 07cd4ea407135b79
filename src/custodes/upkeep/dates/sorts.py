"""Sorts of dates: what happens or ends on the day, what the day means, who acts, who else is told. Of a kind of case its declaration says it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import pgettext_lazy

from custodes.cases.registry import registry
from custodes.people.permissions import Permission


class What(StrEnum):
    """What happens or ends on the day. The value is part of a notice's key: it never changes."""

    FILING = "filing"
    REMOVAL_REPORT = "removal_report"
    REMOVAL_FROM = "removal_from"
    REMOVAL_PLANNED = "removal_planned"
    CHANGE_FILING = "change_filing"
    CHANGE_PLANNED = "change_planned"
    CAMERA = "camera"
    TRIAL = "trial"
    TRAINING = "training"
    CREDENTIAL = "credential"
    CERTIFICATE = "certificate"
    INTERRUPTION = "interruption"
    POST = "post"
    RELEASE = "release"
    OWN_IMAGE = "own_image"
    LOOK_REVIEW = "look_review"
    EMBARGO = "embargo"
    HOLD_REVIEW = "hold_review"
    COOPERATION = "cooperation"
    LINK_TEST = "link_test"


class DateKind(StrEnum):
    """What a day means: the last one in time, the first one allowed, the last one that something holds, or simply when it is."""

    LAST = "last"
    FIRST = "first"
    ENDS = "ends"
    ON = "on"


MEANINGS: dict[DateKind, Any] = {
    DateKind.LAST: pgettext_lazy("日期的含义", "最迟这一天办理"),
    DateKind.FIRST: pgettext_lazy("日期的含义", "自这一天起可以办理"),
    DateKind.ENDS: pgettext_lazy("日期的含义", "有效至这一天"),
    DateKind.ON: pgettext_lazy("日期的含义", "在这一天进行"),
}


@dataclass(frozen=True, kw_only=True)
class DateSort:
    """One sort of dates.

    Attributes:
        name: for pages, mails and the feed: it says what, never whose.
        acts: by which post a unit acts; None where nobody acts by one.
        of_unit: the unit's own people have to do something, and the county's police look after it.
        carried_on: for every unit of the division a police administrator may act as well, as far as the register lets them (`built_systems`).
        supervised: when it is late the county's police are told: they take the filings and the reports and set the terms (S16.2, S18, N14).
        mailbox: on the day the unit's mailbox is told too; not where something is kept of somebody, or somebody looked.
        alone: it is there for who acts alone.
    """

    name: Any
    kind: DateKind = DateKind.LAST
    acts: Permission | None = Permission.MANAGE_PLACES
    of_unit: bool = False
    carried_on: bool = False
    supervised: bool = False
    mailbox: bool = True
    alone: bool = False


SORTS: dict[str, DateSort] = {
    What.FILING: DateSort(name=pgettext_lazy("期限", "办理备案"), of_unit=True, supervised=True),
    What.REMOVAL_REPORT: DateSort(
        name=pgettext_lazy("期限", "报告拆除"), of_unit=True, carried_on=True, supervised=True
    ),
    What.REMOVAL_FROM: DateSort(
        name=pgettext_lazy("期限", "可以拆除"), kind=DateKind.FIRST, of_unit=True, carried_on=True
    ),
    What.REMOVAL_PLANNED: DateSort(
        name=pgettext_lazy("期限", "拟拆除"), kind=DateKind.ON, of_unit=True, carried_on=True
    ),
    What.CHANGE_FILING: DateSort(
        name=pgettext_lazy("期限", "办理变更备案"), of_unit=True, carried_on=True, supervised=True
    ),
    What.CHANGE_PLANNED: DateSort(
        name=pgettext_lazy("期限", "拟实施变更"), kind=DateKind.ON, of_unit=True, carried_on=True
    ),
    What.CAMERA: DateSort(name=pgettext_lazy("期限", "补齐点位标志和采集范围"), acts=Permission.MANAGE_CAMERAS),
    What.TRIAL: DateSort(name=pgettext_lazy("期限", "试运行满期"), kind=DateKind.FIRST, of_unit=True),
    What.TRAINING: DateSort(
        name=pgettext_lazy("期限", "培训到期"), kind=DateKind.ENDS, acts=Permission.MANAGE_CREDENTIALS
    ),
    What.CREDENTIAL: DateSort(
        name=pgettext_lazy("期限", "资格、资质到期"), kind=DateKind.ENDS, acts=Permission.MANAGE_CREDENTIALS
    ),
    What.CERTIFICATE: DateSort(name=pgettext_lazy("期限", "产品合格证明到期"), kind=DateKind.ENDS),
    What.INTERRUPTION: DateSort(name=pgettext_lazy("期限", "计划中断、维护"), kind=DateKind.ON, acts=None),
    What.POST: DateSort(name=pgettext_lazy("期限", "岗位到期"), kind=DateKind.ENDS, acts=None),
    What.RELEASE: DateSort(name=pgettext_lazy("期限", "办理公共传播"), alone=True),
    What.OWN_IMAGE: DateSort(
        name=pgettext_lazy("期限", "答复本人影像申请"), acts=Permission.HANDLE_INDIVIDUAL, alone=True
    ),
    What.LOOK_REVIEW: DateSort(
        name=pgettext_lazy("期限", "复核查看"), acts=Permission.REVIEW_LOOKS, mailbox=False, alone=True
    ),
    What.EMBARGO: DateSort(
        name=pgettext_lazy("期限", "暂缓告知届满"), kind=DateKind.ENDS, acts=Permission.APPROVE_REQUESTS,
        mailbox=False, alone=True,
    ),
    What.HOLD_REVIEW: DateSort(name=pgettext_lazy("期限", "复核信息保全"), acts=Permission.RELEASE_HOLDS, alone=True),
    What.COOPERATION: DateSort(
        name=pgettext_lazy("期限", "答复配合联网请求"), acts=Permission.ANSWER_SHARING, alone=True
    ),
    What.LINK_TEST: DateSort(
        name=pgettext_lazy("期限", "联网测试"), kind=DateKind.ON, acts=Permission.MANAGE_SHARING, alone=True
    ),
}  # fmt: skip
"""Of dates that are of no kind of case, or of a kind whose dates are gathered elsewhere."""


def sorts() -> dict[str, DateSort]:
    """All that there are, by `Dated.what`."""
    declared = {
        kind.clock.what: DateSort(
            name=kind.clock.named,
            acts=kind.clock.acts,
            of_unit=kind.clock.place is None or kind.clock.supervised,
            carried_on=kind.clock.place is None,
            supervised=kind.clock.supervised,
        )
        for kind in registry
        if kind.clock is not None
    }
    return SORTS | declared


def sort_of(what: str) -> DateSort:
    """
    Raises:
        KeyError: no date is of this sort.
    """
    return SORTS[what] if what in SORTS else sorts()[what]
