"""Names of the kinds of dates, for pages, mails and the feed: they say what, never whose."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

from custodes.upkeep.dates.dated import Kind, What

NAMES: dict[What, Any] = {
    What.FILING: pgettext_lazy("期限", "办理备案"),
    What.REMOVAL_REPORT: pgettext_lazy("期限", "报告拆除"),
    What.REMOVAL_FROM: pgettext_lazy("期限", "可以拆除"),
    What.REMOVAL_PLANNED: pgettext_lazy("期限", "拟拆除"),
    What.CHANGE_FILING: pgettext_lazy("期限", "办理变更备案"),
    What.CHANGE_PLANNED: pgettext_lazy("期限", "拟实施变更"),
    What.UPGRADE: pgettext_lazy("期限", "升级改造到期"),
    What.CAMERA: pgettext_lazy("期限", "补齐点位标志和采集范围"),
    What.TRIAL: pgettext_lazy("期限", "试运行满期"),
    What.TRAINING: pgettext_lazy("期限", "培训到期"),
    What.CREDENTIAL: pgettext_lazy("期限", "资格、资质到期"),
    What.CERTIFICATE: pgettext_lazy("期限", "产品合格证明到期"),
    What.INTERRUPTION: pgettext_lazy("期限", "计划中断、维护"),
    What.POST: pgettext_lazy("期限", "岗位到期"),
    What.RELEASE: pgettext_lazy("期限", "办理公共传播"),
    What.OWN_IMAGE: pgettext_lazy("期限", "答复本人影像申请"),
    What.LOOK_REVIEW: pgettext_lazy("期限", "复核查看"),
    What.EMBARGO: pgettext_lazy("期限", "暂缓告知届满"),
    What.HOLD_REVIEW: pgettext_lazy("期限", "复核信息保全"),
    What.COOPERATION: pgettext_lazy("期限", "答复配合联网请求"),
    What.LINK_TEST: pgettext_lazy("期限", "联网测试"),
}
MEANINGS: dict[Kind, Any] = {
    Kind.LAST: pgettext_lazy("日期的含义", "最迟这一天办理"),
    Kind.FIRST: pgettext_lazy("日期的含义", "自这一天起可以办理"),
    Kind.ENDS: pgettext_lazy("日期的含义", "有效至这一天"),
    Kind.ON: pgettext_lazy("日期的含义", "在这一天进行"),
}
