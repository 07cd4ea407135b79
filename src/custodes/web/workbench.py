"""What 工作台 shows: whether this person stands duty, how it stands in their rooms, and their work list."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.people import duty
from custodes.people.bootstrap import unenrolled
from custodes.people.lawful import terms
from custodes.people.models import Account, Post, PostKind
from custodes.people.models.account import held_posts
from custodes.people.permissions import Permission, allowed
from custodes.people.signin import has_second_factor, second_factor_required
from custodes.upkeep.dates import counting
from custodes.upkeep.dates.lines import parts_of
from custodes.upkeep.dates.worklist import worklist_of
from custodes.web.home import matters
from custodes.web.lawbook.hints import hints

MOST = 8
"""Lines of each group of the work list; its own page has more."""


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
    person = account.person
    posts = held_posts(person, at)
    may = allowed(frozenset(post.kind for post in posts)) if account.is_active else frozenset()
    stands_duty = any(post.stands_duty for post in posts)
    work = worklist_of(person, at, terms(), most=MOST)
    counting.keep(person, at, work)
    found = matters(account, at, may)
    return {
        "person": person,
        "posts": posts,
        # Duty counts only while its post does.
        "session": duty.running_session(person, at) if stands_duty else None,
        "tasks": [*_tasks(account, may, at), *(one for one in found if not one.others)],
        "others": [one for one in found if one.others],
        "parts": parts_of(work, timezone.localdate(at)),
        "law": hints(account, at, may),
        "stands_duty": stands_duty,
    }


def _tasks(account: Account, may: frozenset[Permission], at: datetime.datetime) -> list[Task]:
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
    if Permission.MANAGE_POSTS in may:
        tasks += _administration()
    elif {Permission.WATCH, Permission.MANAGE_CAMERAS} & may and unenrolled():
        tasks.append(_closed())
    return tasks


def _closed() -> Task:
    """Why nobody sees any footage here, and what ends it."""
    return Task(
        _("录像尚未开放"),
        _(
            "本装置还没有登记两名管理员。请安全管理员和审计管理员两人到场，在服务器上运行 custodes init 登记第二名管理员；在此之前任何人不能查看。"
        ),
        reverse("people:profile"),
        "danger",
        _("未登记"),
    )


def _administration() -> list[Task]:
    missing = [
        kind
        for kind in (PostKind.SYSTEM_ADMIN, PostKind.AUDIT_ADMIN)
        if not Post.objects.open().filter(kind=kind).exists()
    ]
    closed = [_closed()] if unenrolled() else []
    return closed + [
        Task(
            _("任命%(post)s") % {"post": kind.label},
            _("系统、安全、审计三类管理员应当由不同人员担任。"),
            reverse("people:person_list"),
            "attention",
            _("空缺"),
        )
        for kind in missing
    ]
