"""Which norm applies, and how days and amounts are read: our own summary, and what follows for the program.

What could not be checked in the source is marked `unconfirmed`: it is a setting wherever a number depends on it.
"""

from __future__ import annotations

from custodes.law.clauses.clause import ClauseKind, says

PRINCIPLES = (
    says(
        "LL99",
        "行政法规的效力高于地方性法规、规章。",
        "Administrative regulations outrank local regulations and rules.",
        (
            "每条规则带效力等级和施行日期；冲突时以上位法为准，并同时列出两者",
            "each rule carries rank and dates; both are shown",
        ),
        ClauseKind.PRINCIPLE,
    ),
    says(
        "LL104",
        "法不溯及既往，但更有利于当事人的除外。",
        "No retroactive effect, except in the person's favour.",
        ("按行为日选用规范", "the norm is chosen by the day of conduct"),
        ClauseKind.PRINCIPLE,
    ),
    says(
        "CC201",
        "按日计算期间的，开始的当日不计入。",
        "The first day is not counted.",
        ("期限自次日起算", "terms run from the next day"),
        ClauseKind.PRINCIPLE,
    ),
    says(
        "CC203",
        "期间最后一日是法定休假日的，以休假日结束的次日为最后一日；截止时间为二十四时，有业务时间的为停止业务活动的时间。",
        "A last day on a day off moves to the next day after it; the day ends at 24:00, or at close of business.",
        ("末日遇休息日顺延；提醒以未顺延的日期为准", "the last day rolls on; reminders follow the unrolled day"),
        ClauseKind.PRINCIPLE,
    ),
    says(
        "CC1045",
        "近亲属：配偶、父母、子女、兄弟姐妹、祖父母、外祖父母、孙子女、外孙子女。",
        "Near relatives: spouse, parents, children, siblings, grandparents, grandchildren.",
        ("近亲属为封闭列表", "the list of near relatives is closed"),
        ClauseKind.PRINCIPLE,
    ),
    says(
        "CC1259",
        "“以上”“以下”“以内”“届满”包括本数；“不满”“超过”“以外”不包括本数。",
        "“From”, “up to”, “within” include the number; “less than”, “over”, “beyond” do not.",
        ("罚款幅度两端均可", "both ends of a range are lawful"),
        ClauseKind.PRINCIPLE,
    ),
)
