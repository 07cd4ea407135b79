"""Papers and what else a system needs to go on in its life, as rows: what was uploaded is not these tests' subject."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from custodes.people.models import Credential, CredentialKind, Paper, Person, Unit, UnitKind
from custodes.places.dossiers import Leaf, add
from custodes.places.lifecycle.facts import KEYS
from custodes.places.models import (
    Acceptance,
    DossierItem,
    FirmStep,
    InterfaceTest,
    PaperKind,
    PaperSort,
    Product,
    System,
    SystemFirm,
)


def paper(name: str, by: Person, at: datetime.datetime) -> Paper:
    """A row of the store."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Paper.objects.create(sha256=digest, size=9, media_type="application/pdf", name=f"{name}.pdf", by=by, at=at)


def item(
    system: System,
    kind: PaperKind,
    title: str,
    by: Person,
    at: datetime.datetime,
    sort: PaperSort = PaperSort.PLAIN,
    **more: Any,
) -> DossierItem:
    """A paper in the file of a system."""
    leaf = Leaf(kind, sort, title, at.date(), **more)
    return add(system, leaf, paper(title, by, at), by, at)


def design_papers(system: System, by: Person, at: datetime.datetime) -> None:
    """What planning and design ask for."""
    item(system, PaperKind.OTHER, "个人信息保护影响评估", by, at, PaperSort.ASSESSMENT)
    for sort in (PaperSort.STANDARDS, PaperSort.INTERFACE, PaperSort.NORM, PaperSort.MLPS):
        item(system, PaperKind.DESIGN, str(sort.label), by, at, sort)


def certified(system: System, by: Person, at: datetime.datetime) -> Product:
    """All cameras of one model, with its certificate."""
    system.cameras.update(maker="某厂", model="X1")
    until = at.date() + datetime.timedelta(days=700)
    return Product.objects.create(
        maker="某厂", model="X1", certificate="检 1", issuer="某中心", issued=at.date(), valid_until=until,
        paper=paper("合格证明", by, at), by=by, at=at,
    )  # fmt: skip


def firm(system: System, by: Person, at: datetime.datetime, step: FirmStep = FirmStep.CONSTRUCTION) -> SystemFirm:
    """A firm that builds."""
    unit, _new = Unit.objects.get_or_create(
        name="高原示范安防工程公司", kind=UnitKind.ENTERPRISE, division=system.site.division
    )
    return SystemFirm.objects.create(system=system, step=step, unit=unit, since=at.date(), by=by, at=at)


def qualified(of: SystemFirm, kind: CredentialKind) -> Credential:
    """That firm shows what it has to for that step."""
    return Credential.objects.create(
        unit=of.unit, kind=kind, number="资 1", issuer="某协会", issued=of.since - datetime.timedelta(days=90),
        valid_until=of.since + datetime.timedelta(days=700), paper=paper(f"{kind}资质", of.by, of.at), by=of.by, at=of.at,
    )  # fmt: skip


def passed(system: System, by: Person, at: datetime.datetime, on: datetime.date) -> Acceptance:
    """An acceptance that was passed in all five parts, and a try of the interface."""
    report = item(system, PaperKind.ACCEPTANCE, "验收报告", by, at, PaperSort.REPORT)
    InterfaceTest.objects.create(system=system, asked=1, answered=1, by=by, at=at, ended_at=at)
    return Acceptance.objects.create(
        system=system,
        on=on,
        passed=True,
        parts=dict.fromkeys(KEYS, "符合设计"),
        members="王强（教育局）、李敏（设计单位）",
        report=report,
        by=by,
        at=at,
    )
