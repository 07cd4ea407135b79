"""Words of the law's own categories, in the language of the page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.clauses.clause import ClauseKind, LegalActor, Rank
from custodes.law.deadlines.table import EVERY
from custodes.law.fines.answer import FineOutcome
from custodes.law.fines.table import Respondent

RANKS = {
    Rank.DOCUMENT: _("规范性文件"),
    Rank.STANDARD: _("标准"),
    Rank.RULE: _("规章"),
    Rank.INTERPRETATION: _("司法解释"),
    Rank.LOCAL_REGULATION: _("地方性法规"),
    Rank.ADMINISTRATIVE_REGULATION: _("行政法规"),
    Rank.LAW: _("法律"),
}
KINDS = {
    ClauseKind.DUTY: _("义务"),
    ClauseKind.PROHIBITION: _("禁止"),
    ClauseKind.RIGHT: _("权利"),
    ClauseKind.POWER: _("职权"),
    ClauseKind.PRINCIPLE: _("原则、定义"),
}
ACTORS = {
    LegalActor.ANYONE: _("任何单位和个人"),
    LegalActor.CITY_GOVERNMENT: _("市人民政府"),
    LegalActor.COUNTY_GOVERNMENT: _("县（区）人民政府"),
    LegalActor.CITY_POLICE: _("市公安机关"),
    LegalActor.COUNTY_POLICE: _("县（区）公安机关"),
    LegalActor.DEPARTMENT: _("有关部门"),
    LegalActor.PARK: _("功能园区管理机构"),
    LegalActor.SECTOR_UNIT: _("行业单位"),
    LegalActor.OWNER: _("所有者"),
    LegalActor.USER_OF_PLACE: _("使用者"),
    LegalActor.MANAGER_OF_PLACE: _("管理者"),
    LegalActor.BUILDING_UNIT: _("建设单位"),
    LegalActor.USING_UNIT: _("使用单位"),
    LegalActor.MANAGING_UNIT: _("管理单位"),
    LegalActor.MAINTAINING_UNIT: _("维护单位"),
    LegalActor.ENTRUSTED_UNIT: _("受托运营单位"),
    LegalActor.REQUESTER: _("查阅、调取、复制的机关"),
    LegalActor.PERSON_SHOWN: _("本人"),
    LegalActor.RELATIVE: _("监护人、近亲属等"),
    LegalActor.SYSTEM_MANAGER: _("系统管理人员"),
    LegalActor.PUBLISHER: _("公共传播者"),
    LegalActor.THIRD_PARTY: _("其他单位和个人"),
}
RESPONDENTS = (
    (Respondent.UNIT.value, pgettext_lazy("处罚对象", "单位")),
    (Respondent.PERSON.value, pgettext_lazy("处罚对象", "个人")),
    (Respondent.RESPONSIBLE.value, _("责任人员")),
)
OUTCOMES = {
    FineOutcome.FINE: ("attention", _("可以罚款")),
    FineOutcome.ORDER: ("info", _("先责令")),
    FineOutcome.WARNING: ("info", _("先责令并警告")),
    FineOutcome.REFUSED: ("neutral", _("不得罚款")),
    FineOutcome.CONFLICT: ("danger", _("规范冲突，由法制审核决定")),
}
HOLIDAYS = {
    "元旦": _("元旦"),
    "春节": _("春节"),
    "清明节": _("清明节"),
    "劳动节": _("劳动节"),
    "端午节": _("端午节"),
    "中秋节": _("中秋节"),
    "国庆节": _("国庆节"),
    "国庆节、中秋节": _("国庆节、中秋节"),
    "藏历新年": _("藏历新年"),
    "雪顿节": _("雪顿节"),
}
DAY_OFF = pgettext_lazy("日历", "休")
MAKE_UP = pgettext_lazy("日历", "上班")
OPEN_DAY = _("暂定")


def deadline_kinds(english: bool) -> list[tuple[str, str]]:
    """Kinds of deadlines to choose from."""
    return [(one.kind, one.en if english else one.zh) for one in EVERY]
