"""The five parts of a system's acceptance file: design, building, inspection, acceptance, archive (N11; law.md 1, row 58)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its key in data, its words, and what is looked at."""

    key: str
    zh: str
    en: str
    look_zh: str
    look_en: str


PARTS = (
    Part("design", "设计", "design", "设计方案与建设内容一致", "what was built is what was designed"),
    Part("build", "施工", "building", "施工质量和隐蔽工程记录", "the work and the log of what is covered up"),
    Part("inspection", "检验", "inspection", "系统功能、性能检验合格", "functions and performance were inspected"),
    Part(
        "acceptance",
        "验收",
        "acceptance",
        "点位、采集范围、标志与设计相符",
        "places, fields and signs are as designed",
    ),
    Part("archive", "档案", "archive", "资料立卷归档齐全", "papers are filed and complete"),
)
KEYS = frozenset(part.key for part in PARTS)
BY_KEY = {part.key: part for part in PARTS}
