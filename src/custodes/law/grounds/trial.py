"""A trial run: who builds and who accepts a system see it, nobody else before it has passed (S16.1)."""

from __future__ import annotations

from custodes.law.grounds.ground import Unmet

ON_TRIAL = Unmet(
    "S16.1",
    "所选点位的系统正在试运行，或者所查录像是试运行期间的，尚未验收合格",
    "a camera's system runs on trial, or the footage is of its trial: it had not passed acceptance",
    "试运行的画面由建设和验收的人员查看；验收合格后再值守",
    "who builds and who accepts it look at the trial; watch it after acceptance",
)
