"""Why masking is refused or failed, in words that a person can act on. Both languages stand here, as those of a ground do."""

from __future__ import annotations

from custodes.video.wire.masking import Why

_WORDS: dict[Why, tuple[str, str]] = {
    Why.NO_JOB: (
        "媒体节点上没有这项遮蔽任务，可能已经到期清除。请重新开始遮蔽。",
        "The node has no such job; it may have been removed at its term. Begin the masking again.",
    ),
    Why.OTHER_SPAN: (
        "这项任务已按另一时段开始。请先撤销原任务，再按新的时段开始。",
        "The job was begun for another span. Drop it first, then begin with the new one.",
    ),
    Why.TOO_LONG: (
        "时段过长，一次最多处理 {bound} 秒。请分成几段，分别办理。",
        "The span is too long: {bound} seconds at most at once. Split it.",
    ),
    Why.TOO_LARGE: (
        "画面尺寸超过可以处理的上限（{bound} 像素）。请系统管理员调整上限，或者选用子码流的点位。",
        "The picture is larger than is masked here ({bound} pixels). The administrator may raise the bound.",
    ),
    Why.TOO_MANY: (
        "媒体节点上的遮蔽任务已满（最多 {bound} 项）。请先办结或者撤销其他任务。",
        "The node has as many jobs as it may ({bound}). Finish or drop others first.",
    ),
    Why.NO_FOOTAGE: (
        "该点位在所选时段没有录像。请核对点位和时段。",
        "Nothing was recorded of this camera in the span. Check both.",
    ),
    Why.NOT_SEALED: (
        "所选时段的录像还没有封存。请在时段结束两分钟后再开始。",
        "The footage of the span is not sealed yet. Begin two minutes after its end.",
    ),
    Why.NOT_YET: (
        "任务还没有进行到这一步，或者正在生成副本。请稍候再试。",
        "The job is not that far yet, or a copy is being written. Try again in a moment.",
    ),
    Why.BAD_TRACKS: (
        "轨迹文件不能使用：格式有误、过大，或者不属于这段录像。请从本任务重新取得轨迹后再复核。",
        "The tracks can't be used: malformed, too many, or of other footage. Fetch them anew from this job.",
    ),
    Why.BEYOND: (
        "准予不包括这段录像，或者已经失效、收回。请重新打开页面；仍不行的，请核对准予的点位和时段。",
        "The leave does not open this footage, has run out, or was taken back. Open the page again.",
    ),
    Why.GONE: (
        "录像已到期删除，或者所在存储卷不在线，或者与封存时的校验值不一致。请联系系统管理员核查。",
        "The footage was deleted, its volume is away, or it is not what was sealed. Ask the administrator.",
    ),
    Why.UNREADABLE: (
        "录像不能解码，或者画面尺寸在中途改变。请缩小时段，避开改变的时刻，分段办理。",
        "The footage can't be decoded, or changes its size in the middle. Choose spans on either side of the change.",
    ),
    Why.MODEL: (
        "检测模型的文件与清单不符，未运行。请系统管理员重新安装遮蔽组件。",
        "The detector's file is not the one on the list and was not run. The administrator installs it again.",
    ),
    Why.DISK: (
        "媒体节点的工作空间不足。请先办结或者撤销其他任务，或者请系统管理员扩大空间，然后重试。",
        "The node's work space is full. Finish or drop other jobs, or have it enlarged, then try again.",
    ),
    Why.MEMORY: (
        "处理所需内存超过上限，已停止。请系统管理员调整上限后重试。",
        "It needed more memory than it may have and was stopped. The administrator may raise the bound.",
    ),
    Why.TIME: (
        "处理超过了最长时间，已停止。请缩短时段，或者请系统管理员延长时限。",
        "It took longer than it may and was stopped. Shorten the span, or have the bound raised.",
    ),
    Why.KILLED: (
        "处理进程意外终止。请重试；再次发生的，请联系系统管理员查看日志。",
        "The process that works on it ended unexpectedly. Try again; if it happens again, ask the administrator.",
    ),
    Why.NOT_CLEAN: (
        "副本未通过写后检查，已经删除。请重试；再次发生的，请联系系统管理员查看日志。",
        "The copy did not pass the check behind its writing and was removed. Try again, or ask the administrator.",
    ),
    Why.NOT_REMOVED: (
        "媒体节点没有能够删除全部工作文件。请稍后再次删除；仍不能删除的，请联系系统管理员查看日志。",
        "The node could not remove all files of it. Try again later, or ask the administrator for the log.",
    ),
    Why.ERROR: (
        "处理时程序出错，已停止。请联系系统管理员查看日志。",
        "The program failed and stopped. Ask the administrator for the log.",
    ),
}


def reason_of(why: Why, bound: int) -> tuple[str, str]:
    """In Chinese and in English; `bound` is the one that was gone beyond."""
    zh, en = _WORDS[why]
    return zh.format(bound=bound), en.format(bound=bound)
