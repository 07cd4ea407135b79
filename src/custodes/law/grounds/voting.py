"""A vote that is held before a camera: nothing is taken in while it lasts, so that no ground opens what is there now (S10(3))."""

from __future__ import annotations

from custodes.law.grounds.ground import Unmet

VOTE = Unmet(
    "S10(3)",
    "所选点位正在投票、选举，期间停止采集，任何人不得查看",
    "a vote is held before a camera: nothing is taken in, and nobody looks",
    "请去掉该点位；投票结束后自动恢复，结束时间见“计划”",
    "leave the camera out; it comes back by itself when the vote is over: see Plans",
)
