"""Organs: those that ask for footage, and the police that inspect."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from custodes.law.grounds.agency import AgencyBasis, AgencyVerb, Officer, Requester
from custodes.law.grounds.inspection import PlaybackSample
from custodes.web.lawbook.looking.questions import CONTENT, N9, PURPOSE, SCOPE, Question, QuestionStep


def agency(answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Officers and approvers by their number; nobody is named."""
    del at
    cards, present = answers.get("cards"), bool(answers.get("present"))
    return {
        "officers": tuple(
            Officer(f"officer {number}", f"card {number}" if cards else "", present)
            for number in range(answers.get("officers_asking") or 0)
        ),
        "approvers": tuple(f"approver {number}" for number in range(answers.get("approved") or 0)),
    }


def inspection(answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Inspectors and sampled cameras by their number."""
    del at
    length = timedelta(minutes=answers.get("minutes") or 0)
    return {
        "inspectors": tuple(f"inspector {number}" for number in range(answers.get("inspecting") or 0)),
        "samples": tuple(PlaybackSample(f"camera {number}", length) for number in range(answers.get("sampled") or 0)),
    }


_REQUESTERS = (
    (Requester.ORGAN.value, _("侦查、检察、审判机关，行政机关、有关部门或者其他国家机关")),
    (Requester.LAWYER.value, _("律师")),
    (Requester.FIRM.value, _("企业等单位")),
    (Requester.PRIVATE.value, _("个人")),
)
_BASES = (
    (AgencyBasis.JUDICIAL.value, _("司法工作")),
    (AgencyBasis.ENFORCEMENT.value, _("行政执法工作")),
    (AgencyBasis.EMERGENCY.value, _("调查、处置突发事件")),
    (AgencyBasis.NAMED_LAW.value, _("其他法律规定的职权")),
)
_VERBS = (
    (AgencyVerb.CONSULT.value, _("查阅")),
    (AgencyVerb.RETRIEVE.value, _("调取")),
    (AgencyVerb.COPY.value, _("复制")),
)

SHEETS: tuple[tuple[str, Any, tuple[QuestionStep, ...], Any], ...] = (
    (
        "agency",
        _("机关为司法、执法工作或者处置突发事件，查阅、调取、复制录像。"),
        (
            QuestionStep(
                _("谁来申请，依据什么"),
                (
                    Question("requester", _("申请人"), choices=_REQUESTERS),
                    Question("basis", _("用途"), choices=_BASES),
                    Question("law", _("已写明法律名称和条款"), _("仅依据其他法律的填写。")),
                    Question("law_reviewed", _("本单位已核对该条款"), _("仅依据其他法律的填写。")),
                ),
            ),
            QuestionStep(
                _("人员和证件"),
                (
                    Question("officers_asking", _("工作人员人数"), kind=int, initial=2),
                    Question("cards", _("每人都出示了工作证件"), kind=bool),
                    Question("present", _("同时在场，或者同时登录"), kind=bool),
                    Question("letter", _("已出示单位介绍信函")),
                    Question("unit", _("已登记单位名称")),
                ),
            ),
            QuestionStep(
                _("查什么"),
                (
                    Question("verb", _("办理方式"), choices=_VERBS),
                    Question("base_data", _("要的是系统基础信息，不是录像")),
                    *SCOPE,
                    N9,
                    PURPOSE,
                    CONTENT,
                    Question(
                        "security_organ",
                        _("是否为公安、国家安全机关为侦查犯罪、维护国家安全调取"),
                        _("仅调取、复制的填写。"),
                    ),
                    Question("approval_number", _("已登记其批准文书号"), _("仅前一项选“是”的填写。")),
                ),
            ),
            QuestionStep(
                _("登记和审批"),
                (
                    Question("registered", _("已完成登记")),
                    Question("undertaking", _("已签署使用、保密承诺")),
                    Question("approved", _("本单位已审批的人数"), kind=int, initial=0),
                    Question("urgent", _("紧急办理，审批后补")),
                    Question("returned", _("该申请是否已办结或者已归还"), _("尚未核实的不选。")),
                ),
            ),
        ),
        agency,
    ),
    (
        "inspection",
        _("公安机关检查系统的管理，抽查回放。"),
        (
            QuestionStep(
                _("检查人员和计划"),
                (
                    Question("inspecting", _("检查人员人数"), kind=int, initial=2),
                    Question("cards", _("出示证件的人数"), initial=0),
                    Question("plan", _("有检查计划或者通知")),
                    Question("in_scope", _("在本级公安机关管辖范围内")),
                    Question("conflict", _("是否有检查人员属于被检查单位"), _("尚未核实的不选。")),
                ),
            ),
            QuestionStep(
                _("笔录和抽查"),
                (
                    Question("minutes_opened", _("已开始检查笔录")),
                    Question("sampled", _("回放测试的点位数"), _("只查台账的填 0。"), kind=int, initial=0),
                    Question("minutes", _("每个点位回放几分钟"), kind=int, initial=1),
                ),
            ),
        ),
        inspection,
    ),
)
