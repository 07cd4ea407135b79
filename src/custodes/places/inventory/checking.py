"""What is right and wrong with each row of a table of places: the rules of one site, and that nothing is there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from custodes.law.building.basis import BASES
from custodes.law.building.categories import CATEGORIES
from custodes.law.clauses.lhasa.text import numeral
from custodes.people.models import Division, Person
from custodes.places.forms.place import SiteForm
from custodes.places.inventory.columns import SHEET
from custodes.places.models import Site
from custodes.places.scope import editable_sites, own_units
from custodes.places.tables import reading as tables
from custodes.places.tables.columns import NO, YES

#: What reading or resolving a cell can find, by code.
FAULTS = tables.FAULTS | {
    "category": _("没有这个类别。请填写第九条的项数 1 至 14。"),
    "division": _("没有这个行政区划。请填写名称或者六位代码。"),
    "unit": _("不是您可以登记的单位。请填写本单位或者下级单位的名称、统一社会信用代码。"),
    "basis": _("没有这个安装依据。请填写说明页所列的条款。"),
    "yes_no": _("请填写“是”或者“否”。"),
    "near": _("请填写“有”或者“无”。"),
    "twice": _("表格中另有一行是同名同区划的场所。请删除其中一行。"),
    "there": _("该行政区划内已登记同名场所。请删除该行。"),
}
_YES_NO = ("key_target", "state_owned", "classified")


@dataclass
class Known:
    """What the rows are held against; looked up once for a table.

    Attributes:
        divisions: name or code to key.
        units: name or code of those in whose name the person may register, to key.
        there: name and division of the sites that the person may edit: of others nothing is said.
    """

    divisions: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    there: set[tuple[str, int]] = field(default_factory=set)
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, person: Person, at: datetime, rows: Iterable[Mapping[str, str]]) -> Known:
        """Look it up."""
        known = cls(rows=Counter(_identity(row) for row in rows))
        for pk, code, zh, en in Division.objects.values_list("pk", "code", "name_zh", "name_en"):
            known.divisions |= {code: pk, zh: pk, en: pk}
        for pk, name, uscc in own_units(person, at).values_list("pk", "name", "uscc"):
            known.units |= {name: pk, **({uscc: pk} if uscc else {})}
        known.there = set(editable_sites(person, at).values_list("name", "division"))
        return known


@dataclass
class CheckedRow:
    """A row after the check.

    Attributes:
        form: bound; valid and without faults when it can be entered.
        faults: heading of the column and what is wrong there.
    """

    form: SiteForm
    faults: list[tuple[str, Any]]

    @property
    def ready(self) -> bool:
        """Nothing is wrong."""
        return not self.faults


def check(texts: Mapping[str, str], read: Mapping[str, str], known: Known, person: Person, at: datetime) -> CheckedRow:
    """Check one row.

    Args:
        texts: column to what stands in it.
        read: column to the fault that reading found.

    Raises:
        ClassifiedRefused: it is classified, and this installation is on a network.
    """
    codes = dict(read)
    data = _resolve(texts, known, codes)
    form = SiteForm(data, instance=Site(created_by=person), person=person, at=at)
    valid = form.is_valid()
    identity = _identity(texts)
    if known.rows[identity] > 1:
        codes.setdefault("name", "twice")
    elif (texts.get("name", ""), known.divisions.get(texts.get("division", ""))) in known.there:
        codes.setdefault("name", "there")
    faults: list[tuple[str, Any]] = [(SHEET.heading(key), FAULTS[code]) for key, code in codes.items()]
    if not valid:
        faults += [
            (SHEET.heading(key), error) for key, errors in form.errors.items() if key not in codes for error in errors
        ]
    return CheckedRow(form, faults)


def _identity(texts: Mapping[str, str]) -> tuple[str, str]:
    return texts.get("name", ""), texts.get("division", "")


def _resolve(texts: Mapping[str, str], known: Known, codes: dict[str, str]) -> dict[str, Any]:
    """What the row comes to as data of the form; what can't be resolved is noted in `codes`."""
    data: dict[str, Any] = dict(texts)
    resolvers: dict[str, Callable[[str], Any]] = {
        "category": _category,
        "division": known.divisions.get,
        "unit": lambda text: known.units.get(text) if text else next(iter(known.units.values()), None),
        "basis": _basis,
        "secret_near": _near,
    }
    for key, resolve in resolvers.items():
        text = texts.get(key, "")
        if key == "unit" and not text and len(set(known.units.values())) != 1:
            continue
        found = resolve(text)
        if found is None and (text or key == "unit"):
            codes.setdefault(key, "near" if key == "secret_near" else key)
        data[key] = "" if found is None else found
    for key in _YES_NO:
        text = texts.get(key, "").casefold()
        if text in YES:
            data[key] = "on"
        else:
            data.pop(key, None)
            if text not in NO:
                codes.setdefault(key, "yes_no")
    return data


def _category(text: str) -> int | None:
    plain = text.strip("第项（）() ")
    for one in CATEGORIES:
        if plain in (str(one.number), numeral(one.number), one.zh, one.en, one.key):
            return one.number
    return None


def _basis(text: str) -> str | None:
    plain = text.replace("（", "(").replace("）", ")").strip()
    return next((one.key for one in BASES if plain and plain in (one.key, one.zh, one.en)), None)


def _near(text: str) -> str | None:
    plain = text.casefold()
    if not plain:
        return None
    return "yes" if plain in YES else "no" if plain in NO else None
