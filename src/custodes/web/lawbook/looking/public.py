"""People and the public: somebody lost, one's own interest, one's own image, release."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from custodes.law.grounds.individual import IndividualClaim, Interest
from custodes.law.grounds.missing_person import LostPerson, Relation, RelationProof
from custodes.law.grounds.own_image import OwnClaim
from custodes.law.grounds.release import PROTECTED
from custodes.web.lawbook.looking.questions import CONTENT, COPY, N9, PURPOSE, SCOPE, Question, QuestionStep


def nothing(answers: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Each fact takes one answer."""
    del answers, at
    return {}


_MISSING = (
    (LostPerson.ELDERLY.value, _("老人")),
    (LostPerson.CHILD.value, _("儿童")),
    (LostPerson.INTELLECTUALLY_DISABLED.value, _("智障人员")),
)
_RELATIONS = (
    (Relation.GUARDIAN.value, _("监护人")),
    (Relation.SPOUSE.value, _("配偶")),
    (Relation.PARENT.value, _("父母")),
    (Relation.CHILD.value, _("子女")),
    (Relation.SIBLING.value, _("兄弟姐妹")),
    (Relation.GRANDPARENT.value, _("祖父母、外祖父母")),
    (Relation.GRANDCHILD.value, _("孙子女、外孙子女")),
    (Relation.OTHER.value, _("其他人")),
)
_PROOFS = (
    (RelationProof.NONE.value, _("没有说明")),
    (RelationProof.PROVISIONAL.value, _("暂无证明，已作声明")),
    (RelationProof.SHOWN.value, _("已出示证明")),
)
_CLAIMS = (
    (IndividualClaim.SELF.value, _("本人")),
    (IndividualClaim.NEAR_RELATIVE.value, _("近亲属")),
    (IndividualClaim.CUSTODY.value, _("负有监护、看护、代管责任的人")),
    (IndividualClaim.OTHER.value, _("其他人")),
)
_INTERESTS = (
    (Interest.LIFE_OR_HEALTH.value, _("生命健康")),
    (Interest.PROPERTY.value, _("财产安全")),
    (Interest.OTHER.value, _("其他")),
)
_OWN_CLAIMS = (
    (OwnClaim.SELF.value, _("画面中的本人")),
    (OwnClaim.GUARDIAN.value, _("未成年人的监护人")),
    (OwnClaim.AGENT.value, _("本人委托的代理人")),
    (OwnClaim.RELATIVE.value, _("死者的近亲属")),
    (OwnClaim.OTHER.value, _("其他人")),
)
_PROTECTED_WORDS = {
    "faces": _("人脸和个体特征"),
    "plates": _("机动车号牌"),
    "minors": _("未成年人"),
    "organisations": _("法人、非法人组织名称和营业执照"),
}
_PARTS = tuple((key, _PROTECTED_WORDS[key]) for key in PROTECTED)

SHEETS: tuple[tuple[str, Any, tuple[QuestionStep, ...], Any], ...] = (
    (
        "missing_person",
        _("家人走失，监护人或者近亲属在民警陪同下看录像。"),
        (
            QuestionStep(
                _("走失的是谁，谁来申请"),
                (
                    Question("missing", _("走失的人"), choices=_MISSING),
                    Question("age", _("年龄"), _("不清楚的不填写。")),
                    Question("relation", _("申请人是走失人员的"), choices=_RELATIONS, initial=Relation.OTHER.value),
                    Question("proof", _("关系证明"), choices=_PROOFS),
                    Question("opened_at", _("受理申请的时刻"), _("暂无证明的，只能在受理后的规定时间内先行查看。")),
                ),
            ),
            QuestionStep(
                _("看什么"),
                (
                    Question("on_platform", _("点位都在联网共享平台")),
                    *SCOPE,
                    Question("live", _("要求看实时画面")),
                    COPY,
                ),
            ),
            QuestionStep(
                _("民警和手续"),
                (
                    Question("police_report", _("已登记接警编号")),
                    Question("protected", _("是否有人身安全保护令或者监护争议"), _("尚未核实的不选。")),
                    Question("police_alone", _("由民警单独查看，家人不看")),
                    Question("supervisor", _("有民警在场")),
                    Question("previewed", _("民警已先行查看该时段")),
                    Question("undertaking", _("已承诺不翻拍、不外传")),
                ),
            ),
        ),
        nothing,
    ),
    (
        "individual",
        _("个人为保护生命健康、财产安全，经管理单位同意查阅录像。"),
        (
            QuestionStep(
                _("谁来申请，为什么"),
                (
                    Question("claim", _("申请人是"), choices=_CLAIMS),
                    Question("identity_shown", _("已出示身份和关系证明")),
                    Question("interest", _("要保护的是"), choices=_INTERESTS),
                ),
            ),
            QuestionStep(_("看什么"), (*SCOPE, N9, PURPOSE, CONTENT, COPY)),
            QuestionStep(
                _("管理单位"),
                (
                    Question("consent", _("管理单位已同意")),
                    Question("undertaking", _("已承诺不非法外传")),
                    Question("supervised", _("管理单位有人在场")),
                ),
            ),
        ),
        nothing,
    ),
    (
        "own_image",
        _("查阅或者复制有自己影像的录像。"),
        (
            QuestionStep(
                _("本人"),
                (
                    Question("claim", _("申请人是"), choices=_OWN_CLAIMS, initial=OwnClaim.SELF.value),
                    Question(
                        "standing_shown", _("代他人申请的，已出示监护、委托或者近亲属关系证明"), _("本人申请的不选。")
                    ),
                    Question("identity_shown", _("已核对本人身份")),
                    Question("shows_requester", _("工作人员已确认录像中有本人")),
                ),
            ),
            QuestionStep(
                _("看什么"), (*SCOPE, N9, CONTENT, COPY, Question("others_masked", _("复制件中他人和号牌已遮蔽并复核")))
            ),
            QuestionStep(
                _("例外"),
                (
                    Question("exceptions_checked", _("本单位已核对有无法定例外")),
                    Question(
                        "exception",
                        _("本单位提出法定例外"),
                        _("例如法律规定应当保密，或者告知将妨碍履行法定职责。"),
                        stated=_("本单位已提出"),
                    ),
                ),
            ),
        ),
        nothing,
    ),
    (
        "release",
        _("把录像用于公共传播，例如提示、宣传。"),
        (
            QuestionStep(
                _("依据和评估"),
                (
                    Question("basis", _("有法定依据或者单独同意")),
                    Question("purpose", _("已写明与公共安全有关的用途")),
                    Question("assessed", _("已进行个人信息保护影响评估")),
                ),
            ),
            QuestionStep(
                _("遮蔽"),
                (
                    Question("masked", _("已经遮蔽的"), choices=_PARTS),
                    Question("absent", _("经人确认画面中没有的"), choices=_PARTS),
                    Question("exempt", _("法律、法规允许不遮蔽的"), _("未成年人一律遮蔽。"), choices=_PARTS),
                    Question("exemption", _("已写明允许不遮蔽的法律、法规及条文"), stated="PIPL25"),
                    Question("exemption_reviewer", _("已有人核对该条文允许不遮蔽"), stated="reviewer"),
                ),
            ),
            QuestionStep(
                _("复核和审批"),
                (
                    Question("reviewer", _("已有人复核"), stated="reviewer"),
                    Question("every_track", _("每条轨迹都看过，并抽查画面")),
                    Question("answered", _("每条轨迹、每张抽查画面都有人答复")),
                    Question("changed_since", _("复核后是否又重新编码"), _("尚未核对的不选。")),
                    Question("second_reviewer", _("已由复核人以外的人审批"), stated="second reviewer"),
                    Question("hashes", _("已登记原件和成品的校验值")),
                ),
            ),
        ),
        nothing,
    ),
)
