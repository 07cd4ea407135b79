"""Papers of the register (S17, N11, S13.1): a system's file with the versions of its papers and whether it is complete; certificates of products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.law.duties.building import DossierFacts, s17_dossier
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms
from custodes.people.lawful import in_english
from custodes.people.models import Paper, Person
from custodes.people.records import config_changed, differences, snapshot
from custodes.places.models import USED, DossierItem, FirmStep, PaperKind, PaperSort, Product, System
from custodes.places.register import changed_fields, record_change


def enter_product(product: Product, paper: Paper, by: Person, at: datetime) -> Product:
    """Keep a certificate that its form found whole; in the caller's transaction with its paper."""
    product.by, product.at, product.paper = by, at, paper
    product.save()
    config_changed(product, differences({}, snapshot(product)), by=by, at=at)
    return product


FIELDS = ("system", "kind", "sort", "title", "number", "dated", "pages", "version", "replaces")


class DossierRefused(Exception):
    """The paper can't be filed so; the text says why."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a paper is: kind and sort as in `models.dossier`, its title, number, date and pages."""

    kind: PaperKind
    sort: PaperSort
    title: str
    dated: date
    number: str = ""
    pages: int | None = None


def add(
    system: System, leaf: Leaf, paper: Paper, by: Person, at: datetime, replaces: DossierItem | None = None
) -> DossierItem:
    """File a paper, or a newer version of one; on record with its SHA-256.

    Raises:
        DossierRefused: what it would replace has a newer version, or is of another system.
    """
    with transaction.atomic():
        former = None
        if replaces is not None:
            former = DossierItem.objects.select_for_update().get(pk=replaces.pk)
            if former.system_id != system.pk:
                raise DossierRefused(_("该材料不属于本系统。"))
            if DossierItem.objects.filter(replaces=former).exists():
                raise DossierRefused(_("该材料已有更新的版本，请替换最新的一份。"))
        item = DossierItem.objects.create(
            system=system,
            kind=leaf.kind,
            sort=leaf.sort,
            title=leaf.title,
            number=leaf.number,
            dated=leaf.dated,
            pages=leaf.pages,
            paper=paper,
            version=former.version + 1 if former else 1,
            replaces=former,
            by=by,
            at=at,
        )
        changes = changed_fields(None, item, FIELDS) | {"sha256": [None, paper.sha256]}
        record_change(by, item._meta.label_lower, str(item.pk), changes, at)
    return item


def current(system: System) -> list[DossierItem]:
    """The newest version of each paper, in the order of the file."""
    order = {kind: number for number, kind in enumerate(PaperKind.values)}
    rows = system.dossier.filter(replaced_by__isnull=True).select_related("paper", "by__unit")
    return sorted(rows, key=lambda item: (order[item.kind], item.dated, item.at))


def missing(system: System, today: date, terms: LegalTerms) -> list[str]:
    """What the file lacks, a phrase each, in the language of the page; empty when it is complete."""
    finding = completeness(system, today, terms)
    if finding.status == DutyStatus.MET:
        return []
    return finding.en.split("; ") if in_english() else finding.zh.split("；")


def completeness(system: System, today: date, terms: LegalTerms) -> DutyFinding:
    """Whether the file is complete (S17, N11): kinds of papers, firms, technicians."""
    items = system.dossier.filter(replaced_by__isnull=True)
    firms = list(system.firms.prefetch_related("technicians"))
    facts = DossierFacts(
        papers=frozenset(items.exclude(kind=PaperKind.OTHER).values_list("kind", flat=True)),
        firms=frozenset(firm.step for firm in firms),
        technicians=frozenset(firm.step for firm in firms if firm.technicians.all()),
        maintained=system.state in USED or any(firm.step == FirmStep.MAINTENANCE for firm in firms),
        n9=system.site.n9,
    )
    return s17_dossier(facts, today, today, terms)
