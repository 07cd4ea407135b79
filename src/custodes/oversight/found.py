"""What the check of a log found, in the reader's language: one sentence for each code (`custodes.ledger.report.Finding`).

The command says the same in English. What a library said of damaged octets (`why`) stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, Any] = {
    "book_differs": _("记录簿中的本条与日志不一致。"),
    "book_lacks": _("记录簿缺少第 %(first)s 至 %(last)s 条。"),
    "book_no_entry": _("记录簿中的本条不是日志条目（%(why)s）。"),
    "book_short": _("记录簿只到 %(size)s 条，检查点涵盖 %(signed)s 条。"),
    "book_unreadable": _("记录簿无法读取（%(why)s）。"),
    "record_gone": _("本条（%(at)s）的记录保存不满三年即已缺失。"),
    "record_lost": _("本条的记录缺少内容或者随机值。"),
    "record_changed": _("本条的记录被改动过，与承诺值不符。"),
    "record_unreadable": _("本条的记录与承诺值相符，但无法读取（%(why)s）。"),
    "record_apart": _("本条的记录与条目的类型或者时间不同。"),
    "tile_changed": _("证明文件 %(path)s 与签署的内容不符。"),
    "tile_unreadable": _("证明文件 %(path)s 缺失或者无法读取。"),
    "tile_missing": _("证明文件 %(path)s 缺失，或者与签署的内容不符。"),
    "tile_old": _("较早检查点的证明文件 %(path)s 与签署的内容不符。"),
    "entry_malformed": _("本条不是日志条目的格式（%(why)s）。"),
    "entry_changed": _("本条不是签署时的条目。"),
    "entries_unreadable": _("第 %(first)s 至 %(last)s 条无法读取：文件 %(path)s 缺失、不完整，或者条数不符。"),
    "log_differs": _("日志不是签署时的日志：条目文件、证明文件和记录簿从第 %(first)s 至 %(last)s 条起互不一致。"),
    "log_rewritten": _(
        "日志不是签署时的日志：前后一致而与签名不符，是整体改写过的。用以前留存的检查点可以查明从何处起。"
    ),
    "log_shorter": _("曾经见到涵盖 %(seen)s 条的检查点，本日志只签署了 %(signed)s 条：有条目被撤回。"),
    "log_forked": _("曾经见到涵盖 %(seen)s 条的另一个检查点：前 %(seen)s 条中，本日志是另一份历史。"),
    "checkpoint_unreadable": _("检查点无法读取。"),
    "checkpoint_refused": _("检查点不予认可（%(why)s）。"),
    "checkpoint_other_key": _("签署检查点的不是第 %(rotated)s 条所说接替的密钥（%(key)s）。"),
    "seen_refused": _("提供的第 %(number)s 份检查点不是本日志的（%(why)s）。"),
    "carried_wrong": _("本条称此前有 %(origin)s 的 %(carried)s 条，与所在位置不符。"),
    "continued_otherwise": _("本条称自 %(origin)s 的 %(size)s 条起接续，而这些条目与该检查点不符：是另一份历史。"),
    "quote_unsigned": _("本条引用的 %(origin)s 的检查点，不是其密钥签署的。"),
    "before_otherwise": _("曾经见到 %(origin)s 涵盖 %(size)s 条的检查点，与这些条目不符。"),
}


def sentence(finding: Mapping[str, Any]) -> str:
    """Of a finding as a report keeps it; empty where it has no code, as those of older checks, or lacks a fact."""
    words = WORDS.get(finding.get("code", ""))
    try:
        return "" if words is None else str(words) % finding.get("facts", {})
    except KeyError:
        return ""
