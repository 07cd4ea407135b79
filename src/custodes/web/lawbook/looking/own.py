"""The holder's own people: on duty, adding a camera, repairing one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from custodes.law.calendar.days import day_of
from custodes.law.grounds.duty import DutyCamera, DutyPost, DutySession
from custodes.law.grounds.maintenance import TERMS, Contract
from custodes.settings import get_settings
from custodes.web.lawbook.looking.questions import CONTENT, N9, PURPOSE, Question, QuestionStep

_DAY = timedelta(days=1)
_HERE, _ELSEWHERE = uuid.UUID(int=1), uuid.UUID(int=2)
_THIS = "this"


def duty(answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """One post of one system, and cameras in it or elsewhere."""
    post = DutyPost(frozenset({_HERE}), at - _DAY, None)
    settings = get_settings()
    begin, end = answers.get("begin"), answers.get("end")
    system = _HERE if answers.get("same_system") else _ELSEWHERE
    return {
        "posts": (post,) if answers.get("post") else (),
        "session": DutySession(post, at - _DAY, at + _DAY) if answers.get("on_duty") else None,
        "cameras": tuple(
            DutyCamera(
                uuid.UUID(int=10 + number),
                system,
                in_use=bool(answers.get("in_use")),
                no_vote=bool(answers.get("no_vote")),
                trial_open=bool(answers.get("trial_open")),
            )
            for number in range(answers.get("cameras") or 0)
        ),
        "span": (begin, end) if begin is not None and end is not None else None,
        "window": timedelta(minutes=settings.duty_window_minutes),
        "longest_span": timedelta(hours=settings.duty_span_hours),
        "asked_at": at,
    }


def commissioning(answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """A probe that is fresh was made just now."""
    return {"probed_at": at if answers.get("probed") else None, "fresh_seconds": 1}


def view_check(answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """All that it needs is asked."""
    return {}


def maintenance(answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """A contract as far as its parts were named."""
    today = day_of(at)
    cameras = frozenset(str(number) for number in range(answers.get("cameras_asked") or 0))
    last = today if answers.get("running") else today - _DAY
    contract = Contract(
        last,
        last,
        frozenset(answers.get("terms") or ()),
        frozenset({_THIS} if answers.get("listed") else ()),
        cameras if answers.get("covered") else frozenset(),
    )
    return {"contract": contract if answers.get("contracted") else None, "person": _THIS, "cameras": cameras}


_TERM_WORDS = {
    "matters": _("维护管理具体事项"),
    "response": _("维护时效"),
    "secrecy": _("信息资料保密义务"),
    "security": _("安全保密协议"),
    "return": _("到期返还或者删除数据"),
    "no_subcontract": _("未经同意不得转委托"),
}

SHEETS: tuple[tuple[str, Any, tuple[QuestionStep, ...], Any], ...] = (
    (
        "duty",
        _("值班人员看本岗位值守的点位：实时，或者较早的录像。"),
        (
            QuestionStep(
                _("岗位和值班"),
                (
                    Question("post", _("有有效的值班监看岗位"), kind=bool),
                    Question("on_duty", _("正在值班"), kind=bool),
                ),
            ),
            QuestionStep(
                _("看什么"),
                (
                    Question("cameras", _("点位数"), kind=int, initial=1),
                    Question("same_system", _("点位属于本岗位值守的系统"), kind=bool),
                    Question("in_use", _("点位已接入并在用"), kind=bool),
                    N9,
                    Question("no_vote", _("点位处现在没有投票、选举"), kind=bool),
                    Question("trial_open", _("系统不在试运行，或者本人参加建设、验收"), kind=bool),
                    Question("live", _("看实时画面")),
                    Question("begin", _("录像起"), _("只看实时的不填写。"), kind=datetime | None),
                    Question("end", _("录像止"), kind=datetime | None),
                ),
            ),
            QuestionStep(_("事由和内容"), (PURPOSE, CONTENT)),
        ),
        duty,
    ),
    (
        "commissioning",
        _("新接入一个点位，看一张画面核对位置和视野。"),
        (
            QuestionStep(
                _("点位和权限"),
                (
                    Question("may_add", _("有在该系统接入点位的权限")),
                    Question("cameras", _("点位数"), initial=1),
                    Question("in_draft", _("点位正在接入，或者刚刚更改了地址")),
                ),
            ),
            QuestionStep(
                _("检测"),
                (
                    Question("probed", _("刚刚成功检测了地址"), kind=bool),
                    Question("still_taken", _("这次检测的画面已经看过")),
                ),
            ),
        ),
        commissioning,
    ),
    (
        "view_check",
        _("声明标准视场，或者处理画面告警时，看单张画面核对。"),
        (
            QuestionStep(
                _("人员"),
                (
                    Question("tends", _("负责该点位的管理维护")),
                    Question("on_duty", _("正在该系统值班")),
                ),
            ),
            QuestionStep(
                _("点位和原因"),
                (
                    Question("cameras", _("点位数"), initial=1),
                    PURPOSE,
                    Question("in_use", _("点位已接入并在用")),
                    Question("no_vote", _("点位处现在没有投票、选举")),
                    Question("trial_open", _("系统不在试运行，或者本人参加建设、验收")),
                    Question("declares", _("为声明标准视场")),
                    Question("alarmed", _("有未消除的画面告警")),
                    Question("looks", _("一小时内已核对的次数"), initial=0),
                ),
            ),
        ),
        view_check,
    ),
    (
        "maintenance",
        _("受委托的维护单位人员检修点位时看画面。"),
        (
            QuestionStep(
                _("维护合同"),
                (
                    Question("contracted", _("有维护合同"), kind=bool),
                    Question("running", _("合同今天在有效期内"), kind=bool),
                    Question(
                        "terms",
                        _("合同写明的条款"),
                        kind=frozenset[str],
                        choices=tuple((key, _TERM_WORDS[key]) for key in TERMS),
                    ),
                    Question("listed", _("来人在合同人员名单内"), kind=bool),
                    Question("covered", _("点位在合同范围内"), kind=bool),
                ),
            ),
            QuestionStep(
                _("工单和监督"),
                (
                    Question("cameras_asked", _("点位数"), kind=int, initial=1),
                    N9,
                    Question("ticket", _("有维护工单")),
                    Question("trained", _("保密培训和承诺在有效期内")),
                    Question("supervisor", _("使用单位有人监督")),
                    Question("back", _("回看几分钟"), _("只看实时的填 0。"), initial=0),
                ),
            ),
        ),
        maintenance,
    ),
)
