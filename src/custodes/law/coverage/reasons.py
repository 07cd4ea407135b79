"""Clauses that no software can carry out, each with the reason; and those that wait for a part that is not built yet."""

from __future__ import annotations

_GOVERNMENT = ("由人民政府安排，系统只登记结果", "governments decide; the system can only record the outcome")
_DEFINITION = ("定义、原则或者适用范围，不产生可检查的行为", "a definition, principle or scope: nothing to check")
_LEAD = ("列举的引导句，各项分别落实", "the lead of a list; its items are carried out one by one")
_OTHER_NORMS = ("由其他法律法规规定，系统只作指引", "other norms say it; the system points there")
_JUDGEMENT = ("须由人判断，系统记录判断及其理由", "a person has to judge; the system records the judgement")

NOT_BY_SOFTWARE: dict[str, tuple[str, str]] = {
    "S1": _DEFINITION,
    "S2.1": _DEFINITION,
    "S2.2": _DEFINITION,
    "S3": _DEFINITION,
    "S4.1": _GOVERNMENT,
    "S4.2": _GOVERNMENT,
    "S5.1": _GOVERNMENT,
    "S6.2": _GOVERNMENT,
    "S6.3": _JUDGEMENT,
    "S11.3": (
        "鼓励性规定，安装仍须有条例依据",
        "an encouragement; who installs needs a basis in Order 799 all the same",
    ),
    "S34(10)": _OTHER_NORMS,
    "S35": _LEAD,
    "S35(1)": _JUDGEMENT,
    "S35(5)": _JUDGEMENT,
    "S41": _OTHER_NORMS,
    "N1": _DEFINITION,
    "N3": _DEFINITION,
    "N4": _DEFINITION,
    "N5": _GOVERNMENT,
    "N16.2": _LEAD,
    "N16.2(4)": _JUDGEMENT,
    "N18": ("由电信运营单位负责", "for carriers"),
    "N23": _LEAD,
    "N23(6)": _JUDGEMENT,
    "N31": _OTHER_NORMS,
    "N32": ("由有权机关处理", "for the organ in charge"),
    "N33": (
        "非公共场所不在登记范围，只受理投诉",
        "places that are not public are out of the register; complaints only",
    ),
}
