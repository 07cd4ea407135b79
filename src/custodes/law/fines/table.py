"""Fines and what has to come before them, as data: one row a clause. Amounts in yuan, both ends included (CC1259)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Respondent(StrEnum):
    """Who is fined."""

    PERSON = "person"
    UNIT = "unit"
    RESPONSIBLE = "responsible"
    """直接负责的主管人员和其他直接责任人员 of a unit."""


class Measure(StrEnum):
    """What is done beside, or before, a fine."""

    ORDER_BUILD = "order_build"
    ORDER_CORRECT = "order_correct"
    ORDER_STOP = "order_stop"
    ORDER_REMOVE = "order_remove"
    ORDER_DELETE = "order_delete"
    CRITICISM = "criticism"
    WARNING = "warning"
    CONFISCATE = "confiscate"
    DELETE = "delete"
    SUSPEND = "suspend"
    DISPOSE = "dispose"

    @property
    def zh(self) -> str:
        """As the clause says it."""
        return _MEASURES[self][0]

    @property
    def en(self) -> str:
        """In English."""
        return _MEASURES[self][1]


_MEASURES = {
    Measure.ORDER_BUILD: ("责令限期建设", "order to build within a term"),
    Measure.ORDER_CORRECT: ("责令限期改正", "order to correct within a term"),
    Measure.ORDER_STOP: ("责令立即停止使用", "order to stop at once"),
    Measure.ORDER_REMOVE: ("责令限期拆除", "order to remove within a term"),
    Measure.ORDER_DELETE: ("责令删除信息", "order to delete the data"),
    Measure.CRITICISM: ("通报批评", "public criticism"),
    Measure.WARNING: ("警告", "warning"),
    Measure.CONFISCATE: ("没收设备", "confiscation of the device"),
    Measure.DELETE: ("删除信息", "deletion of the data"),
    Measure.SUSPEND: ("责令暂停相关业务等", "suspension of business and the like"),
    Measure.DISPOSE: ("依法处置", "dealt with by law"),
}


@dataclass(frozen=True, slots=True)
class FineRange:
    """Yuan from `least` to `most`, both included."""

    least: int
    most: int

    def holds(self, yuan: int) -> bool:
        """Whether a fine of so much is lawful; both ends are (CC1259)."""
        return self.least <= yuan <= self.most


@dataclass(frozen=True, slots=True)
class FineRow:
    """One clause that fines.

    Attributes:
        clause: which.
        zh, en: what it fines.
        first: what has to be ordered before a fine; empty when it fines at once.
        beside: what comes with the fine.
        ranges: by respondent; who is not in it is not fined by this clause.
        grave: a grave result opens the fine without refusal.
        since: conduct from this day on.
    """

    clause: str
    zh: str
    en: str
    first: tuple[Measure, ...]
    beside: tuple[Measure, ...]
    ranges: dict[Respondent, FineRange]
    since: date
    grave: bool = False


_P, _U, _R = Respondent.PERSON, Respondent.UNIT, Respondent.RESPONSIBLE
_S, _N = date(2024, 5, 1), date(2025, 4, 1)
_FORBIDDEN = {_P: FineRange(5_000, 10_000), _U: FineRange(10_000, 20_000), _R: FineRange(5_000, 10_000)}
_CORRECTION = {_P: FineRange(1_000, 5_000), _U: FineRange(1_000, 5_000)}

ROWS = (
    FineRow(
        "S37",
        "应建未建",
        "not built where it must be",
        (Measure.ORDER_BUILD, Measure.CRITICISM),
        (),
        {_P: FineRange(10_000, 30_000), _U: FineRange(10_000, 30_000)},
        _S,
    ),
    FineRow(
        "S38",
        "在禁止安装的场所和区域安装",
        "installed in a forbidden place",
        (Measure.ORDER_STOP, Measure.ORDER_REMOVE),
        (Measure.DISPOSE,),
        {_P: FineRange(0, 200), _U: FineRange(2_000, 10_000)},
        _S,
    ),
    FineRow(
        "S39(1)",
        "未经验收或者验收不合格投入使用",
        "used without acceptance",
        (Measure.ORDER_CORRECT, Measure.WARNING),
        (),
        _CORRECTION,
        _S,
    ),
    FineRow(
        "S39(2)",
        "未按规定立卷归档",
        "no file kept",
        (Measure.ORDER_CORRECT, Measure.WARNING),
        (),
        _CORRECTION,
        _S,
    ),
    FineRow(
        "S39(3)",
        "妨碍设备正常运行和图像采集",
        "devices hindered",
        (Measure.ORDER_CORRECT, Measure.WARNING),
        (),
        _CORRECTION,
        _S,
    ),
    FineRow("S40", "建设单位、使用单位擅自拆除", "removed without leave", (), (), {_U: FineRange(10_000, 30_000)}, _S),
    FineRow(
        "N26",
        "违规安装",
        "installed without right",
        (Measure.ORDER_CORRECT, Measure.ORDER_DELETE),
        (Measure.CONFISCATE,),
        {_P: FineRange(0, 5_000), _U: FineRange(0, 20_000), _R: FineRange(0, 5_000)},
        _N,
    ),
    FineRow(
        "N27",
        "在禁止安装的部位安装",
        "installed in a forbidden part",
        (),
        (Measure.CONFISCATE, Measure.DELETE),
        _FORBIDDEN,
        _N,
    ),
    FineRow(
        "N27.2",
        "场所管理者未履行检查、报告职责",
        "neglect by who runs the place",
        (Measure.ORDER_CORRECT,),
        (Measure.SUSPEND,),
        _FORBIDDEN,
        _N,
    ),
    FineRow(
        "N28",
        "未经涉密单位同意安装",
        "installed without a secret unit's consent",
        (),
        (Measure.CONFISCATE, Measure.DELETE),
        _FORBIDDEN,
        _N,
    ),
    FineRow(
        "N29",
        "未备案或者虚假备案",
        "not filed, or falsely",
        (Measure.ORDER_CORRECT,),
        (),
        {_P: FineRange(0, 10_000), _U: FineRange(0, 10_000)},
        _N,
    ),
    FineRow(
        "N30",
        "擅自改动、迁移、拆除",
        "altered, moved or removed without leave",
        (Measure.ORDER_CORRECT, Measure.WARNING),
        (),
        {_P: FineRange(0, 5_000), _U: FineRange(5_000, 10_000), _R: FineRange(0, 5_000)},
        _N,
        grave=True,
    ),
)
BY_CLAUSE = {row.clause: row for row in ROWS}

CONTINUING = frozenset({"S37", "S38", "S39(1)", "S39(2)", "S39(3)", "N26", "N29"})
"""Breaches that are a state: what was not put right when the term ended may have gone on until then (PL36)."""

NO_FINE = {
    "S15": "N13", "S16.2a": "N29", "S16.2b": "N29", "S16.2c": "", "S13.2": "", "S20": "S41", "S23": "S41", "S24": "S41",
    "S28.1": "S41", "S29": "S41", "S30.1": "N31", "S30.2": "N31", "S31.2a": "S41", "S32": "N31", "S33.1": "N31",
    "S34": "S41", "S35": "S41",
}  # fmt: skip
"""Clauses of S for whose breach S itself sets no fine, and where to look instead."""

ROUTERS = frozenset({"N31", "S41"})
"""Clauses that fine nobody themselves and send on to other laws."""
ROUTES = (
    "security of networks, flaws and logs: CSL 61; security of data: DSL 45; personal information: PIPL 66; peeping, secret"
    " filming, eavesdropping, and selling or stealing personal data: 治安管理处罚法 50.1(6) and 56; crime: the criminal law"
)
"""Which law governs what of a breach that N31 or S41 sends on."""


@dataclass(frozen=True, slots=True)
class ProcedureLines:
    """Amounts at which a step of the procedure begins, as the laws set them; lines for local rules are assumptions.

    Attributes:
        hearing_person, hearing_unit: a hearing is offered from here on (PP123).
        spot_person, spot_unit: may be decided on the spot up to here (PL51).
        limitation_months: PL36.
        grave_limitation_months: PL36, where life or health was harmed.
        late_percent: a day (PL72).
    """

    hearing_person: int = 2_000
    hearing_unit: int = 10_000
    spot_person: int = 200
    spot_unit: int = 3_000
    limitation_months: int = 24
    grave_limitation_months: int = 60
    late_percent: int = 3
