"""What is still unmet before a directory goes on; empty means that it may. Pure: facts in, conditions out."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.sharing.directory.secrecy import told_by

CLAUSE = "S25"
BASE_DATA = "S30.1、S33.1"
"""What is base data and kept secret; the place of a camera stands in S33.1 alone."""


COMPILED_IT = Unmet(
    CLAUSE,
    "批准人参与了本版目录的编制",
    "who approves it took part in compiling it",
    "请由没有参与编制的人员批准",
    "let somebody approve it who did not",
)


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """One entry: the names that are published, of the system and of its unit; whether it is listed, added, why, whether it may be named, and
    whether it was withdrawn from what was published and nobody decided about it since."""

    name: str
    unit_name: str
    listed: bool
    computed: bool
    reason: str
    nameable: bool
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version at one moment.

    Attributes:
        entries: all of them, also those that are left out.
        unlisted: systems that the register says have to connect, and that no entry speaks of.
        gone: names of entries whose system no longer has to, or is no longer there.
    """

    entries: tuple[EntryFacts, ...]
    unlisted: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def unmet_of(facts: VersionFacts) -> tuple[Unmet, ...]:
    """Complete as the register stands, each exception with its reason, nothing in it that must not be published. Asked before it is submitted,
    and again before it is published."""
    found = []
    if not any(one.listed for one in facts.entries):
        found.append(
            Unmet(
                CLAUSE,
                "目录中没有列入任何系统",
                "the directory lists no system",
                "请先在登记中登记部门管理的系统，或者增列系统",
                "enter the departments' systems in the register first, or add a system",
            )
        )
    found += [
        Unmet(
            CLAUSE,
            f"“{name}”应当接入，目录中没有",
            f"“{name}” has to connect and does not stand in the directory",
            "请先按登记核对，再列入或者写明不列入的理由",
            "compare with the register, then list it or say why not",
        )
        for name in facts.unlisted
    ]
    found += [
        Unmet(
            CLAUSE,
            f"“{name}”已不属于应当接入的系统",
            f"“{name}” no longer has to connect",
            "请先按登记核对",
            "compare with the register",
        )
        for name in facts.gone
    ]
    for one in facts.entries:
        found += _entry(one)
    return tuple(found)


def _entry(one: EntryFacts) -> list[Unmet]:
    found = []
    if not one.nameable:
        found.append(
            Unmet(
                "S20",
                f"“{one.name}”不得在目录中公布",
                f"“{one.name}” must not be named in a directory",
                "请按登记核对，系统自动将其移出",
                "compare with the register: it is taken out",
            )
        )
    if (not one.computed or not one.listed) and not says_something(one.reason):
        found.append(
            Unmet(
                CLAUSE,
                f"“{one.name}”增列或者不列入，没有写明理由",
                f"“{one.name}” was added or left out without a reason",
                "请写明理由",
                "say why",
            )
        )
    if one.listed and one.withdrawn:
        found.append(
            Unmet(
                BASE_DATA,
                f"“{one.name}”已从公布中撤下，撤下后没有重新决定是否列入",
                f"“{one.name}” was withdrawn from what was published, and nobody decided since whether it is listed",
                "请在条目中不列入，或者写明重新列入的理由",
                "leave the entry out, or say why it is listed again",
            )
        )
    if one.listed:
        found += [
            Unmet(
                BASE_DATA,
                f"“{one.name}”的名称含有{zh}",
                f"the name “{one.name}” holds {en}",
                "请改写公布的名称：目录只写哪个系统应当接入",
                "write another name: the directory says which system has to connect and nothing more",
            )
            for zh, en in told_by(one.name)
        ]
        found += [
            Unmet(
                BASE_DATA,
                f"“{one.name}”的责任单位名称“{one.unit_name}”含有{zh}",
                f"the name “{one.unit_name}” of the unit of “{one.name}” holds {en}",
                "名称有误的，请在单位登记中更正后按登记核对；无误的，不列入并写明理由，或者撤销增列",
                "if it is wrong, correct it in the register of units and compare; else leave the entry out with a reason, or take it out",
            )
            for zh, en in told_by(one.unit_name)
        ]
    return found
