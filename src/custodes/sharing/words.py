"""What happened, in words: of a step, or of its record in the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext_lazy

_VERBS = {
    "directory": {
        "begin": pgettext_lazy("接入目录", "开始编制"),
        "refresh": pgettext_lazy("接入目录", "按登记核对"),
        "add": pgettext_lazy("接入目录", "增列系统"),
        "take_out": pgettext_lazy("接入目录", "撤销增列"),
        "decide": pgettext_lazy("接入目录", "修改条目"),
        "submit": pgettext_lazy("接入目录", "报请批准"),
        "send_back": pgettext_lazy("接入目录", "退回修改"),
        "publish": pgettext_lazy("接入目录", "批准并公布"),
        "supersede": pgettext_lazy("接入目录", "由新版取代"),
        "withdraw": pgettext_lazy("接入目录", "撤下条目"),
        "notice": pgettext_lazy("接入目录", "发出联网通知书"),
        "urge": pgettext_lazy("接入目录", "发出联网催告书"),
    },
    "platform": {
        "enter": pgettext_lazy("联网平台", "登记平台"),
        "change": pgettext_lazy("联网平台", "修改平台登记"),
        "hand": pgettext_lazy("联网平台", "对方已登记本级新证书"),
    },
    "link": {
        "ask": pgettext_lazy("联网", "申请联网"),
        "examine": pgettext_lazy("联网", "审查通过"),
        "test_day": pgettext_lazy("联网", "确定测试日期"),
        "trial": pgettext_lazy("联网", "交国标网关试联"),
        "test": pgettext_lazy("联网", "登记测试结果"),
        "pass_test": pgettext_lazy("联网", "测试通过"),
        "fail_test": pgettext_lazy("联网", "测试未通过"),
        "secret": pgettext_lazy("联网", "登记密码"),
        "repoint": pgettext_lazy("联网", "对接参数变更，须重新测试和启用"),
        "void_test": pgettext_lazy("联网", "对接参数变更，测试作废"),
        "put_in_force": pgettext_lazy("联网", "启用"),
        "suspend": pgettext_lazy("联网", "暂停"),
        "resume": pgettext_lazy("联网", "恢复启用"),
        "end": pgettext_lazy("联网", "终止"),
        "refuse": pgettext_lazy("联网", "不予联网"),
        "alarms_ask": pgettext_lazy("联网", "提出报警上报"),
        "alarms_on": pgettext_lazy("联网", "批准报警上报"),
        "alarms_off": pgettext_lazy("联网", "停止报警上报"),
        "positions_ask": pgettext_lazy("联网", "提出移动位置上报"),
        "positions_on": pgettext_lazy("联网", "批准移动位置上报"),
        "positions_off": pgettext_lazy("联网", "停止移动位置上报"),
        "tree_node": pgettext_lazy("联网", "编制共享目录：分组和组织"),
        "tree_remove": pgettext_lazy("联网", "编制共享目录：删除组织"),
        "tree_put": pgettext_lazy("联网", "编制共享目录：放入点位"),
        "tree_out": pgettext_lazy("联网", "编制共享目录：移出点位"),
    },
    "grant": {
        "propose": pgettext_lazy("联网授权", "提出授权"),
        "approve": pgettext_lazy("联网授权", "批准授权"),
        "refuse": pgettext_lazy("联网授权", "不批准授权"),
        "end": pgettext_lazy("联网授权", "终止授权"),
    },
    "cooperation": {
        "ask": pgettext_lazy("配合联网", "请求配合"),
        "remind": pgettext_lazy("配合联网", "催办"),
        "agree": pgettext_lazy("配合联网", "同意配合"),
        "decline": pgettext_lazy("配合联网", "不予配合"),
        "ask_again": pgettext_lazy("配合联网", "再次请求"),
        "close": pgettext_lazy("配合联网", "办结"),
        "withdraw": pgettext_lazy("配合联网", "撤回"),
    },
}


def step_words(kind: str, event: str) -> Any:
    """In words; the event itself where nobody has words for it."""
    return _VERBS.get(kind, {}).get(event, event)
