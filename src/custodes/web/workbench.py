"""What 工作台 shows: whether this person stands duty, and what they should do next."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from custodes.law.duties.finding import Status
from custodes.people import credentials, duty
from custodes.people.applying.reach import applications_for
from custodes.people.lawful import words
from custodes.people.models import Account, ApplicationState, Person, Post, PostKind
from custodes.people.permissions import Permission
from custodes.people.scope import persons_in, scope_for
from custodes.people.second_factor import has_second_factor, second_factor_required
from custodes.web.home import matters
from custodes.web.lawbook.hints import hints


@dataclass(frozen=True)
class Task:
    """One line of the task list part."""

    label: str
    hint: str
    href: str
    state: str
    state_label: str


def workbench(account: Account, at: datetime.datetime) -> dict[str, Any]:
    """Context of the page: person, posts, the running duty session if any, tasks, what the law says of today."""
    person = Person.objects.select_related("unit").get(pk=account.person_id)
    posts = list(Post.objects.valid(at).filter(person=person).select_related("unit"))
    session = duty.running_session(person, at)
    return {
        "person": person,
        "posts": posts,
        "session": session,
        "tasks": [*_tasks(account, posts, at), *matters(account, at)],
        "law": hints(account, at),
        "stands_duty": any(post.stands_duty for post in posts),
    }


def _tasks(account: Account, posts: list[Post], at: datetime.datetime) -> list[Task]:
    tasks: list[Task] = []
    if not has_second_factor(account):
        required = second_factor_required(account, at)
        tasks.append(
            Task(
                _("设置两步验证"),
                _("登录时除密码外再确认一次，密码泄露时账号仍然安全。"),
                reverse("mfa_index"),
                "danger" if required else "attention",
                _("必须") if required else _("建议"),
            )
        )
    ending = [post for post in posts if post.valid_until and post.valid_until - at < datetime.timedelta(days=30)]
    tasks += [
        Task(
            _("岗位即将到期：%(post)s") % {"post": post},
            _("如需继续任职，请联系安全管理员办理。"),
            reverse("people:profile"),
            "attention",
            _("三十日内到期"),
        )
        for post in ending
    ]
    tasks += _training(account, posts, at)
    if account.has_perm(Permission.CONFIRM_UNITS):
        tasks += _applications(account.person, at)
    if account.has_perm(Permission.MANAGE_POSTS):
        tasks += _administration()
    return tasks


def _applications(person: Person, at: datetime.datetime) -> list[Task]:
    waiting = applications_for(person, at).filter(state=ApplicationState.WAITING, lapses_at__gt=at)
    count = waiting.count()
    if not count:
        return []
    names = _("、").join(waiting.values_list("name", flat=True)[:3])
    label = _("等您核实的单位登记申请：%(count)d") % {"count": count}
    return [Task(label, names, reverse("people:application_list"), "attention", _("待办理"))]


def _training(account: Account, posts: list[Post], at: datetime.datetime) -> list[Task]:
    """The own training (S34(5)), and how many others lack theirs, for whoever keeps their files."""
    tasks = []
    finding = credentials.training(account.person, at)
    if any(post.kind in credentials.STAFF_POSTS for post in posts) and finding.status is not Status.MET:
        late = finding.status is Status.LATE
        tasks.append(
            Task(
                _("岗位技能和保密知识培训（第三十四条第五项）"),
                words(finding),
                reverse("people:profile"),
                "danger" if late else "attention",
                _("已过期") if late else _("即将到期") if finding.status is Status.DUE else _("未完成"),
            )
        )
    if account.has_perm(Permission.MANAGE_CREDENTIALS):
        scope = scope_for(account.person, Permission.MANAGE_CREDENTIALS, at)
        others = credentials.untrained(persons_in(scope), at).exclude(pk=account.person_id).count()
        if others:
            tasks.append(
                Task(
                    _("培训没有完成或者已过期：%(count)d 人") % {"count": others},
                    _("监看、操作、维护人员应当经过岗位技能和保密知识培训。"),
                    reverse("people:credential_list"),
                    "attention",
                    _("待办理"),
                )
            )
    return tasks


def _administration() -> list[Task]:
    missing = [
        kind
        for kind in (PostKind.SYSTEM_ADMIN, PostKind.AUDIT_ADMIN)
        if not Post.objects.open().filter(kind=kind).exists()
    ]
    return [
        Task(
            _("任命%(post)s") % {"post": kind.label},
            _("系统、安全、审计三类管理员应当由不同人员担任。"),
            reverse("people:person_list"),
            "attention",
            _("空缺"),
        )
        for kind in missing
    ]
