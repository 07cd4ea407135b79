"""By which clause a system that a person adds has to connect: by the kind of its unit (S21, S23, S24). Where none does, it is not added."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from custodes.people.models import Unit, UnitKind
from custodes.people.models.unit import NAMED_DEPARTMENTS

POLICE = "S21"
"""The police integrate systems into the platform that they set up, their own among them."""
DEPARTMENTS = "S23"
"""It names ten and says 等部门: the others are departments too."""
OTHERS = "S24"
"""企业事业单位、其他组织."""
_DEPARTMENTS = frozenset({*NAMED_DEPARTMENTS, UnitKind.OTHER_DEPARTMENT})
_NOBODY = frozenset({UnitKind.GOVERNMENT, UnitKind.JUDICIAL})
"""Neither departments (S23) nor enterprises, institutions or other organizations (S24): no clause makes them connect."""


@dataclass(frozen=True, slots=True)
class Added:
    """Under which clause, and, where it is empty, why it is not added."""

    clause: str = ""
    why: str = ""


def of_place(unit: Unit) -> bool:
    """Whether the platform of the place answers for its systems (S24: 企业事业单位、其他组织), not that of its own level."""
    return UnitKind(unit.kind) not in {*_DEPARTMENTS, *_NOBODY, UnitKind.PUBLIC_SECURITY}


def clause_of(unit: Unit, office: Unit) -> Added:
    """For a system of `unit` in the directory of `office`."""
    kind = UnitKind(unit.kind)
    if kind == UnitKind.PUBLIC_SECURITY:
        return Added(POLICE)
    if kind in _NOBODY:
        return Added(
            why=_(
                "系统：责任单位“%(unit)s”的类别为“%(kind)s”，第二十三条、第二十四条没有规定其系统应当接入。"
                "类别有误的，请先在单位登记中更正；无误的，不列入目录。"
            )
            % {"unit": unit.name, "kind": unit.get_kind_display()}
        )
    if kind not in _DEPARTMENTS:
        return Added(OTHERS)
    if unit.division_id != office.division_id:
        return Added(
            why=_(
                "系统：责任单位“%(unit)s”不是本级部门，其系统应当接入同级平台（第二十三条）。请由%(division)s公安机关列入其目录。"
            )
            % {"unit": unit.name, "division": unit.division.name_zh}
        )
    return Added(DEPARTMENTS)
