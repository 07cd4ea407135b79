"""What a node answered to an order about a volume, in words: what is so, and what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from custodes.video.wire.volumes import Outcome

_WORDS = {
    Outcome.DONE: _("已执行。"),
    Outcome.ALREADY: _("已经是这样，没有改动。"),
    Outcome.NOT_ALLOWED: _("该文件夹不在服务器允许的目录（CUSTODES_VOLUME_ROOTS）之内。请服务器管理员先行设置。"),
    Outcome.NOT_THERE: _("该文件夹不存在。请先挂载硬盘，再办理。"),
    Outcome.NOT_A_VOLUME: _("该文件夹里有其他文件，或者卷标识读不出来。请换一个空的文件夹。"),
    Outcome.COPY: _("这是另一个存储卷的副本，原卷还在原处。请卸下其中一个。"),
    Outcome.SHARED_DISK: _("这里没有挂载单独的硬盘。请先挂载；确要与系统数据同盘的，重新办理并选中该项。"),
    Outcome.NESTED: _("该文件夹在另一个存储卷之内，或者另一个存储卷在它之内。请换一个文件夹。"),
    Outcome.NOT_WRITABLE: _("媒体节点没有写入权限。请服务器管理员把文件夹交给节点的用户，并在服务单元中放行。"),
    Outcome.UNKNOWN: _("媒体节点上没有这个存储卷。请查看最新状态后重新办理。"),
    Outcome.NOT_DRAINED: _("该存储卷还在写入。请先停止写入。"),
    Outcome.NOT_EMPTY: _("该存储卷上还有录像。到期删除完后再停用；未到期的录像不会为此删除。"),
    Outcome.FAILED: _("磁盘或者文件出错，没有改动。请查看该节点的运行日志。"),
    Outcome.STANDS: _("原来的存储卷就在原处，不需要更换。"),
}


def outcome_words(outcome: int | None) -> str:
    """The words for an outcome; empty for none."""
    return "" if outcome is None else str(_WORDS[Outcome(outcome)])
