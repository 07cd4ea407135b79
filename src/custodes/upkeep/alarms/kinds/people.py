"""Posts, accounts, passwords and units: what was put into whose hands, or done by one, for whoever looks after it from another line.

None of them is ended by those who assign posts and open accounts: they see no alarms (`people.permissions`).
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from custodes.people.permissions import Permission
from custodes.upkeep.alarms.kinds.kind import POSTS_PAGE, AlarmKind, AlarmReach
from custodes.upkeep.models import Severity

ENTRUSTMENT = "entrustment:"
"""Begins the subject of an alarm about what was put into a person's hands; its UUID follows."""
ALONE_STEP = "alone:"
"""Begins the subject of an alarm about a step that one person took; the UUID of the declaration follows, and the step's number."""

POST_MISPLACED = AlarmKind(
    "post.misplaced",
    Severity.SERIOUS,
    _("岗位与单位类别不符"),
    _("岗位与单位类别不符：%(name)s"),
    _(
        "该类单位不设这一岗位。请安全管理员终止该岗位，确需任职的在应当设置的单位重新任命；单位类别登记有误的，由系统管理员提出更正，审计管理员确认后生效。"
        "同时核对任职期间的查看和办理记录。"
    ),
    Permission.VIEW_LEDGER,
    AlarmReach.INSTALLATION,
    ("S34(3)",),
    page=POSTS_PAGE,
)


_OF_PERSON = _(
    "向该人员所在单位核对确有其人、确有其事，再以核对情况销警。不属实的，请停用账号、终止岗位，核对此后的查看记录，并向上级报告。"
)
_OF_UNIT = _(
    "向该单位核对确有其事，再以核对情况销警。待确认的，不属实即不予确认；已经生效的，请恢复原状，核对此后的查看记录，并向上级报告。"
)
_OF_MOVE = _(
    "向该人员原所在单位核对确有调动，再以核对情况销警。不属实的：待确认的，不予确认；已经生效的，请改回原单位，核对此后为其确认的岗位、账号和重置密码，并向上级报告。"
)


def _given(key: str, label: Promise, title: Promise, remedy: Promise = _OF_PERSON) -> AlarmKind:
    return AlarmKind(
        key,
        Severity.SERIOUS,
        label,
        title,
        remedy,
        Permission.VIEW_LEDGER,
        AlarmReach.INSTALLATION,
        ("S33.1", "S34(3)"),
        by_person=True,
    )


ACCOUNT_OPENED = _given("account.opened", _("新开账号"), _("新开账号：%(name)s"))
PASSWORD_RESET = _given("account.reset", _("重置密码"), _("重置密码：%(name)s"))
POST_GIVEN = _given("post.given", _("新任可接触录像的岗位"), _("新任可接触录像的岗位：%(name)s"))
WATCH_GIVEN = _given("post.watches", _("新指定值守系统"), _("新指定值守系统：%(name)s"))
PERSON_MOVED = _given("person.moved", _("变更人员所在单位"), _("变更人员所在单位：%(name)s"), _OF_MOVE)

UNIT_CHANGED = _given("unit.changed", _("变更单位类别、隶属"), _("变更单位类别、隶属：%(name)s"), _OF_UNIT)
FEWER_APPROVALS = _given("approvals.fewer", _("调低审批人数"), _("调低审批人数：%(name)s"), _OF_UNIT)
ALONE_DECLARED = _given("alone.declared", _("声明一人办理"), _("声明一人办理：%(name)s"), _OF_UNIT)
DONE_ALONE = AlarmKind(
    "alone.done",
    Severity.SERIOUS,
    _("一人办理"),
    _("一人办理：%(name)s"),
    _(
        "该事项本应由两人办理，按声明由一人办理。请核对办理的内容和声明的事由，再以核对情况销警。不属实的，请向上级报告；"
        "本单位有了第二人的，请由两人重新办理。"
    ),
    Permission.VIEW_LEDGER,
    AlarmReach.INSTALLATION,
    ("S33.1",),
    by_person=True,
)

KINDS = (
    POST_MISPLACED,
    ACCOUNT_OPENED,
    PASSWORD_RESET,
    POST_GIVEN,
    WATCH_GIVEN,
    PERSON_MOVED,
    UNIT_CHANGED,
    FEWER_APPROVALS,
    ALONE_DECLARED,
    DONE_ALONE,
)
