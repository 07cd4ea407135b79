"""The shapes of what is given of a system's life: steps, acceptances, firms, main works, changes, orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from custodes.cases.models import CasePaper
from custodes.places.models import (
    Acceptance,
    ChangeCase,
    ChangeState,
    Decision,
    InterfaceTest,
    MainWorks,
    Plan,
    Product,
    SystemFirm,
    UpgradeOrder,
    UpgradeState,
)
from custodes.web.programs.schemas import ProblemError
from custodes.web.programs.wishes import words_of_kind


class NextStepOut(Schema):
    """A step that may come next."""

    event: str = Field(description="For `POST /systems/{id}/steps`.")
    what: str
    leads: str = Field(description="To which state.")
    clauses: list[str]
    on: date = Field(description="The day that it would have now.")
    needs_words: bool
    by: list[str] = Field(description="Operations by which what it waits for comes; the guide says which for what.")
    lacking: list[ProblemError] = Field(
        description="What it waits for on that day, as it would be refused; empty: it may be taken."
    )


class TakenStepOut(Schema):
    """A step that was taken."""

    about: str = Field(description="What had it: system, filing, removal, changecase, upgradeorder, camera.")
    id: UUID = Field(description="Of that row.")
    event: str
    what: str
    before: str
    after: str
    on: date
    words: str
    clauses: list[str]
    at: datetime


class StepsOut(Schema):
    """A system's life: what may come next, and what happened, the newest first (at most 200)."""

    system: UUID
    state: str
    next: list[NextStepOut] = Field(description="Empty for who may not take any.")
    taken: list[TakenStepOut]
    revision: int = Field(description="Of the system; also the answer's `ETag`.")


class InterfaceTryOut(Schema):
    """A live try of the interface (S12.1)."""

    id: UUID
    system: UUID
    asked: int
    answered: int
    passed: bool
    silent: list[UUID] = Field(description="Cameras of which no picture arrived.")
    at: datetime


class AcceptanceOut(Schema):
    """The conclusion of an acceptance."""

    id: UUID
    system: UUID
    on: date
    passed: bool
    parts: dict[str, str]
    members: str
    words: str
    report: UUID | None


class FirmOut(Schema):
    """A firm that does one step of a system; its technicians are on the pages."""

    id: UUID
    system: UUID
    step: str
    unit: UUID
    name: str
    uscc: str
    technicians: int = Field(description="How many are entered.")
    since: date


class ProductOut(Schema):
    """A certificate of a model of device. Those of one model do as long as one of them holds."""

    id: UUID
    maker: str
    model: str
    certificate: str
    issuer: str
    issued: date
    valid_until: date
    paper: UUID | None = Field(description="Without its paper, and once withdrawn, it counts for nothing.")
    withdrawn: bool


class WorksOut(Schema):
    """The main works of a system; an empty name: none are entered."""

    system: UUID
    name: str
    design: date | None
    build: date | None
    accept: date | None
    use: date | None
    revision: int = Field(description="Also the answer's `ETag`; 0 before the first entry.")


class PictureOut(Schema):
    """A picture or a paper of a change. `GET /papers/{paper}` gives its bytes."""

    id: UUID
    moment: str
    camera: UUID | None
    paper: UUID


class ChangeOut(Schema):
    """A change of a system in use (S34(7), N14)."""

    id: UUID
    system: UUID
    kind: str
    cameras: list[UUID]
    was: str
    wanted: str
    why: str
    planned: date | None
    state: str = Field(description=words_of_kind(ChangeState) + ".")
    unauthorised: bool = Field(description="It was made without leave: an incident.")
    decided_on: date | None
    done_on: date | None
    filed_on: date | None
    pictures: list[PictureOut]
    revision: int = Field(description="How many steps it has had; also the answer's `ETag`.")


class PlanOut(Schema):
    """A planned interruption or a maintenance window."""

    id: UUID
    kind: str
    cause: str
    words: str
    begins: datetime
    ends: datetime
    cameras: list[UUID] = Field(description="Those that the program sees.")
    silences: list[str]
    state: str = Field(description=words_of_kind(Decision) + ".")


class ShortfallOut(Schema):
    """Where a system falls short."""

    standard: str
    found: str
    wanted: str


class UpgradePaperOut(Schema):
    """A paper of an order. `GET /papers/{paper}` gives its bytes."""

    id: UUID
    kind: str
    paper: UUID


class UpgradeOut(Schema):
    """An order to upgrade within a term (S16.2c)."""

    id: UUID
    system: UUID
    checked: date
    delivered: date
    days: int
    due: date = Field(description="The last day in time.")
    why: str
    guide: str
    guide_phone: str
    shortfalls: list[ShortfallOut]
    state: str = Field(description=words_of_kind(UpgradeState) + ".")
    reported_on: date | None
    rechecked_on: date | None
    papers: list[UpgradePaperOut]
    revision: int = Field(description="How many steps it has had; also the answer's `ETag`.")


def interface_out(row: InterfaceTest) -> dict[str, Any]:
    """A try."""
    return {
        "id": row.pk, "system": row.system_id, "asked": row.asked, "answered": row.answered, "passed": row.passed,
        "silent": list(row.failures), "at": row.at,
    }  # fmt: skip


def acceptance_out(row: Acceptance) -> dict[str, Any]:
    """An acceptance."""
    return {
        "id": row.pk, "system": row.system_id, "on": row.on, "passed": row.passed, "parts": row.parts,
        "members": row.members, "words": row.words, "report": row.report_id,
    }  # fmt: skip


def firm_out(row: SystemFirm) -> dict[str, Any]:
    """A firm."""
    return {
        "id": row.pk, "system": row.system_id, "step": row.step, "unit": row.unit.uuid, "name": row.unit.name,
        "uscc": row.unit.uscc, "technicians": len(row.technicians.all()), "since": row.since,
    }  # fmt: skip


def product_out(row: Product) -> dict[str, Any]:
    """A certificate."""
    return {
        "id": row.uuid, "maker": row.maker, "model": row.model, "certificate": row.certificate, "issuer": row.issuer,
        "issued": row.issued, "valid_until": row.valid_until, "paper": row.paper_id,
        "withdrawn": row.withdrawn_at is not None,
    }  # fmt: skip


def works_out(system: UUID, row: MainWorks | None) -> dict[str, Any]:
    """Main works, or that there are none."""
    names = ("design", "build", "accept", "use")
    days = {name: None if row is None else getattr(row, name) for name in names}
    return {
        "system": system,
        "name": "" if row is None else row.name,
        **days,
        "revision": 0 if row is None else row.revision,
    }


def change_out(row: ChangeCase, revision: int) -> dict[str, Any]:
    """A change."""
    return {
        "id": row.pk, "system": row.system_id, "kind": row.kind, "cameras": [one.camera_id for one in row.cameras.all()],
        "was": row.was, "wanted": row.wanted, "why": row.why, "planned": row.planned, "state": row.state,
        "unauthorised": row.unauthorised, "decided_on": row.decided_on, "done_on": row.done_on, "filed_on": row.filed_on,
        "pictures": [
            {"id": one.pk, "moment": one.moment, "camera": one.camera_id, "paper": one.paper_id} for one in row.pictures.all()
        ],
        "revision": revision,
    }  # fmt: skip


def plan_out(row: Plan, cameras: list[UUID]) -> dict[str, Any]:
    """A plan."""
    return {
        "id": row.pk, "kind": row.kind, "cause": row.cause, "words": row.words, "begins": row.begins, "ends": row.ends,
        "cameras": cameras, "silences": list(row.silences), "state": row.state,
    }  # fmt: skip


def upgrade_out(row: UpgradeOrder, due: date, revision: int, papers: list[CasePaper]) -> dict[str, Any]:
    """An order."""
    return {
        "id": row.pk, "system": row.system_id, "checked": row.checked, "delivered": row.delivered, "days": row.days,
        "due": due, "why": row.why, "guide": row.guide, "guide_phone": row.guide_phone, "state": row.state,
        "shortfalls": [{"standard": one.standard, "found": one.found, "wanted": one.wanted} for one in row.shortfalls.all()],
        "reported_on": row.reported_on, "rechecked_on": row.rechecked_on,
        "papers": [{"id": one.pk, "kind": one.sort, "paper": one.paper_id} for one in papers],
        "revision": revision,
    }  # fmt: skip
