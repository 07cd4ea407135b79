"""Who has to build a system (S11): government for S9(1), else as agreed, else the owner, of state property its manager."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.law.building.categories import category
from custodes.law.grounds.stating import says_something


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What is known of a place.

    Attributes:
        category: item of S9.
        owner, user, manager: names, empty when unknown.
        state_owned: the place belongs to the state.
        agreed: whom owner and user agreed on, empty without agreement.
        agreement: the paper; an agreement without one is named and the paper is missing.
        county: government of this county, empty for the city's.
    """

    category: int
    owner: str = ""
    user: str = ""
    manager: str = ""
    state_owned: bool = False
    agreed: str = ""
    agreement: str = ""
    county: str = ""


@dataclass(frozen=True, slots=True)
class Builder:
    """Who has to build, and why.

    Attributes:
        name: whom; empty when that can't be said yet. It may stand with something missing: an agreement whose paper is not there.
        carried_out_by: who does the work, when it is somebody else.
        clauses: by which.
        missing: what has to be known first.
        zh, en: why.
        review: clauses by which a person has to look at it.
    """

    name: str
    carried_out_by: str
    clauses: tuple[str, ...]
    missing: tuple[str, ...]
    zh: tuple[str, ...]
    en: tuple[str, ...]
    review: tuple[str, ...] = ()


def responsible_builder(place: PlaceFacts) -> Builder:
    """Who has to build the system of `place`.

    Raises:
        BadInput: S9 has no such category.
    """
    if category(place.category).number == 1:
        where = place.county or "市"
        return Builder(
            f"{where}人民政府",
            f"{where}公安机关",
            ("S9(1)", "S11.1"),
            (),
            ("第九条第一项的系统由市、县（区）人民政府负责建设，同级公安机关具体建设、维护和管理",),
            ("systems of S9(1) are for the government; the police of that level do the work",),
        )
    clause = f"S9({place.category})"
    if says_something(place.agreed):
        return _agreed(place, clause)
    if place.state_owned:
        return _of(
            place.manager,
            "manager",
            (clause, "S11.2"),
            "公共场所和部位属于国家所有，由其管理者负责建设",
            "the place is the state's: its manager builds",
        )
    return _of(
        place.owner,
        "owner",
        (clause, "S11.2"),
        "所有者与使用者没有约定，由所有者负责建设",
        "owner and user have not agreed on anybody: the owner builds",
    )


def _agreed(place: PlaceFacts, clause: str) -> Builder:
    """Whom owner and user agreed on (约定建设主体): a stranger to the place is named too, and a person looks at it."""
    written = says_something(place.agreement)
    paper = f"（{place.agreement}）" if written else ""
    zh = [f"所有者与使用者约定由{place.agreed}负责建设{paper}"]
    en = [f"owner and user agreed on {place.agreed}" + (f" ({place.agreement})" if written else "")]
    if not written:
        zh.append("约定建设主体须有约定文件，请补充")
        en.append("an agreement needs its paper, which is missing")
    stranger = place.agreed not in {name for name in (place.owner, place.user) if name}
    if stranger:
        zh.append(f"{place.agreed}不是登记的所有者或者使用者，约定由其建设是否可行须人工核对")
        en.append(f"{place.agreed} is entered neither as owner nor as user: a person has to look at the agreement")
    missing = () if written else ("agreement",)
    return Builder(place.agreed, "", (clause, "S11.2"), missing, tuple(zh), tuple(en), ("S11.2",) if stranger else ())


def _of(name: str, role: str, clauses: tuple[str, ...], zh: str, en: str) -> Builder:
    if name:
        return Builder(name, "", clauses, (), (zh,), (en,))
    return Builder("", "", clauses, (role,), (f"{zh}；尚未登记，请补充",), (f"{en}; it is not entered",))
