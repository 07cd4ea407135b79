"""The regulation as a whole: chapters, articles and their parts in the order of the published text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from custodes.law.clauses.clause import Clause
from custodes.law.clauses.lhasa import articles_1_to_11, articles_12_to_31, articles_32_to_42

TITLE = "拉萨市公共安全视频图像信息系统管理办法"
PROMULGATION = (
    "( 2024年3月27日拉萨市人民政府令第72号公布，2024年3月18日拉萨市第十二届人民政府第30次常务会议审议通过，"
    "现予公布，自2024年5月1日起施行)"
)
CONTENTS = "目录"


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter.

    Attributes:
        number: from 1.
        zh, en: its name.
        clauses: in order.
    """

    number: int
    zh: str
    en: str
    clauses: tuple[Clause, ...]

    @property
    def heading(self) -> str:
        """As printed: ``第一章 总则``."""
        return f"第{numeral(self.number)}章 {self.zh}"


CHAPTERS = (
    Chapter(1, "总则", "General provisions", articles_1_to_11.GENERAL),
    Chapter(2, "规划与建设", "Planning and building", articles_1_to_11.PLACES + articles_12_to_31.BUILDING),
    Chapter(3, "联网与整合", "Linking and integrating", articles_12_to_31.LINKING),
    Chapter(4, "应用与维护", "Use and maintenance", articles_12_to_31.USING),
    Chapter(5, "管理与监督", "Management and supervision", articles_32_to_42.CLAUSES),
    Chapter(6, "法律责任", "Legal liability", articles_32_to_42.LIABILITY),
    Chapter(7, "附则", "Final provision", articles_32_to_42.FINAL),
)
CLAUSES = tuple(clause for chapter in CHAPTERS for clause in chapter.clauses)

_DIGITS = "零一二三四五六七八九"
_PARTS = re.compile(r"S(?P<article>\d+)(?:\.(?P<paragraph>\d+))?(?P<sentence>[a-z])?(?:\((?P<item>\d+)\))?")


def numeral(number: int) -> str:
    """A number below 100 as articles are numbered: 7 七, 10 十, 23 二十三."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def mark(clause: Clause) -> str:
    """What is printed before the clause: ``第九条 ``, ``（一）`` or nothing."""
    found = _PARTS.fullmatch(clause.id)
    assert found is not None
    if found["item"]:
        return f"（{numeral(int(found['item']))}）"
    opens = (found["paragraph"] or "1") == "1" and (found["sentence"] or "a") == "a"
    return f"第{numeral(int(found['article']))}条 " if opens else ""


def joined() -> str:
    """The whole regulation, put together from the clauses; equal to the published text but for white space."""
    contents = [TITLE, PROMULGATION, CONTENTS, *(chapter.heading for chapter in CHAPTERS)]
    body = []
    for chapter in CHAPTERS:
        body.append(chapter.heading)
        body += [mark(clause) + clause.zh for clause in chapter.clauses]
    return "\n".join([*contents, *body])
