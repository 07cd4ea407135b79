"""On what a system in a place rests in Order 799: N7.1, one of the four kinds of N7.2, or N9; and what follows from it.

The four kinds are told shortly; the text of the order is not in this repository word for word (`clauses/national`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from custodes.law.bad_input import BadInput


class PlaceKind(StrEnum):
    """Which article of Order 799 a place falls under."""

    N7_1 = "n7_1"
    """Public roads and the like: government departments."""
    N7_2 = "n7_2"
    """The four kinds of places: the unit that runs them."""
    OTHER_PUBLIC = "other_public"
    """Other public places (N9): units with a security duty."""
    NOT_PUBLIC = "not_public"


@dataclass(frozen=True, slots=True)
class Basis:
    """One basis.

    Attributes:
        key: in data: ``N7.2-1``.
        clause: where it stands.
        kind: the article under which the place falls.
        zh, en: which places it means.
    """

    key: str
    clause: str
    kind: PlaceKind
    zh: str
    en: str

    @property
    def label_zh(self) -> str:
        """As a list shows it."""
        return f"{self.zh}（{self.clause}）" if self.clause else self.zh

    @property
    def label_en(self) -> str:
        """The same in English."""
        return f"{self.en} ({self.clause})" if self.clause else self.en

    @property
    def n9(self) -> bool:
        """N9 governs: five articles of the order do not bind (`clauses.regime`)."""
        return self.kind is PlaceKind.OTHER_PUBLIC


BASES = (
    Basis("N7.1", "N7.1", PlaceKind.N7_1, "城乡主要路段等公共区域", "Main roads and other public areas"),
    Basis(
        "N7.2-1",
        "N7.2",
        PlaceKind.N7_2,
        "商贸、会展、景区、文体娱乐、教育、医疗、政务大厅、公园、停车场等人员聚集场所",
        "Where people gather: trade, fairs, sights, culture, schools, hospitals, government halls, parks, car parks",
    ),
    Basis(
        "N7.2-2",
        "N7.2",
        PlaceKind.N7_2,
        "口岸、机场、火车站、汽车站等交通枢纽",
        "Transport hubs: border crossings, airports, railway and coach stations",
    ),
    Basis(
        "N7.2-3",
        "N7.2",
        PlaceKind.N7_2,
        "客运列车、营运客车、客运船舶等大中型公共交通工具",
        "Large vehicles of public transport: trains, coaches, ships",
    ),
    Basis("N7.2-4", "N7.2", PlaceKind.N7_2, "高速公路、国省干线服务区", "Service areas of motorways and trunk roads"),
    Basis("N9", "N9", PlaceKind.OTHER_PUBLIC, "其他公共场所", "Other public places"),
    Basis("none", "", PlaceKind.NOT_PUBLIC, "不是公共场所", "Not a public place"),
)
BY_KEY = {basis.key: basis for basis in BASES}


def basis_of(key: str) -> Basis | None:
    """The basis of this key; None while nobody has said it, which leaves the fuller regime (decision 0142).

    Raises:
        BadInput: there is none of this key.
    """
    if not key:
        return None
    found = BY_KEY.get(key)
    if found is None:
        raise BadInput("basis", f"there is no basis {key!r}", f"one of {', '.join(BY_KEY)}")
    return found
