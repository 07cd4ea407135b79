"""A filing from draft to receipt (S16.2, N14). It is a notice: taken however late, returned only for what has to be there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.law.grounds.ground import Unmet
from custodes.people.models import Person
from custodes.places.changes import covering
from custodes.places.filing.fields import FIELDS, REQUIRED
from custodes.places.filing.prefill import content_of
from custodes.places.lifecycle.stepping import StepRefused, Taken, enter, move
from custodes.places.models import (
    USED,
    DossierItem,
    Filing,
    FilingKind,
    FilingState,
    PaperKind,
    System,
    SystemState,
)
from custodes.places.models.filing import OPEN

CLAUSES = {
    FilingKind.INITIAL: ("S16.2a", "N14"),
    FilingKind.LEGACY: ("S16.2b", "N14"),
    FilingKind.CHANGE: ("N14",),
}
FILEABLE = (SystemState.ACCEPTED, *USED)
#: Kinds of papers of which S16.2a wants at least one (设计方案和验收材料).
SETS = (PaperKind.DESIGN, PaperKind.ACCEPTANCE)


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered: every field by key, which are 暂不清楚, and the papers that go with it."""

    content: Mapping[str, str]
    unclear: frozenset[str] = frozenset()
    items: tuple[DossierItem, ...] = ()


def kind_for(system: System) -> FilingKind:
    """What a filing of this system is now: its first, or a change of what was filed."""
    if system.filings.filter(state=FilingState.FILED).exclude(kind=FilingKind.CHANGE).exists():
        return FilingKind.CHANGE
    return FilingKind.LEGACY if system.state == SystemState.LEGACY else FilingKind.INITIAL


def check_fileable(system: System) -> None:
    """It can be filed at all.

    Raises:
        StepRefused: it has not passed acceptance, or is gone.
    """
    if system.state not in FILEABLE:
        raise StepRefused(
            _("系统现为“%(state)s”。验收合格后可以备案（第十六条）。") % {"state": system.get_state_display()}
        )


def begin(system: System, by: Person, at: datetime, *, on_behalf: bool = False) -> Filing:
    """The filing that is on its way, or a new draft with what the register knows.

    Args:
        on_behalf: counter staff enter it for a unit that came with papers.

    Raises:
        StepRefused: the system has not passed acceptance, or is gone; or the unit fills it in itself.
    """
    with transaction.atomic():
        row = System.objects.select_for_update().get(pk=system.pk)
        # Before what is on its way: what came back of a system that is gone is not gone on with.
        check_fileable(row)
        former = row.filings.filter(state__in=[one.value for one in OPEN]).first()
        if former is not None:
            if on_behalf and not former.on_behalf:
                raise StepRefused(_("该单位正在自行填写备案，请由其提交后接收。"))
            return former
        kind = kind_for(row)
        filing = Filing.objects.create(
            system=row, kind=kind, content=content_of(row), drafted_by=by, drafted_at=at, on_behalf=on_behalf
        )
        filing.items.set(latest_papers(row))
        enter(filing, row, "draft", Taken(by, at, timezone.localdate(at)), CLAUSES[kind])
    return filing


def save(filing: Filing, said: Said) -> Filing:
    """Keep a draft as far as it has come; nothing is asked of it yet.

    Raises:
        StepRefused: it is with the police, or over.
    """
    with transaction.atomic():
        row = _locked(filing)
        if row.state not in (FilingState.DRAFT, FilingState.RETURNED):
            raise StepRefused(_("已经提交，不能再修改。"))
        row.content = {field.key: str(said.content.get(field.key, ""))[: field.most] for field in FIELDS}
        row.unclear = sorted(said.unclear & {field.key for field in FIELDS if not field.required})
        row.save(update_fields=["content", "unclear"])
        row.items.set(_own(row, said.items))
    return row


def unmet_of(filing: Filing) -> tuple[Unmet, ...]:
    """What has to be there before it can be handed in: N14's fields, and S16.2a's two sets of papers for a new system."""
    found = [
        Unmet(
            field.clause,
            f"未填写：{field.label}",
            f"not filled in: {field.label}",
            "请填写该项",
            "fill it in",
            otherwise="S16.2a",
        )
        for field in REQUIRED
        if not str(filing.content.get(field.key, "")).strip()
    ]
    found += [
        Unmet(
            field.clause,
            f"未填写，也未选择“暂不清楚”：{field.label}",
            f"neither filled in nor said to be unclear: {field.label}",
            "请填写，或者选择“暂不清楚”",
            "fill it in, or say that it is unclear",
        )
        for field in FIELDS
        if not field.required and not str(filing.content.get(field.key, "")).strip() and field.key not in filing.unclear
    ]
    if filing.kind == FilingKind.INITIAL:
        held = set(filing.items.values_list("kind", flat=True))
        found += [_no_papers(kind) for kind in lacking_papers(held)]
    return tuple(found)


def lacking_papers(held: Iterable[str]) -> list[PaperKind]:
    """The kinds of papers of which a new system's filing has none yet (S16.2a)."""
    there = set(held)
    return [kind for kind in SETS if kind not in there]


def submit(filing: Filing, taken: Taken) -> Filing:
    """Hand it in, now: it has the day on which it is handed in. The first such day counts, whatever was asked for afterwards.

    Raises:
        StepRefused: something has to be there and is not, it was handed in already, or the system is gone: what came back of a
            system that was removed meanwhile is not handed in again.
    """
    with transaction.atomic():
        # Before the filing, in the order of `begin`; a removal waits for it or is seen by it.
        check_fileable(System.objects.select_for_update().get(pk=filing.system_id))
        row = _locked(filing)
        unmet = unmet_of(row)
        if unmet:
            raise StepRefused(_("还有 %(count)d 项没有填写。") % {"count": len(unmet)}, unmet)
        today = timezone.localdate(taken.at)
        row.submitted_on = row.submitted_on or today
        row.submitted_by, row.returned_words = taken.by, ""
        papers = tuple(item.paper for item in row.items.select_related("paper"))
        taken = Taken(taken.by, taken.at, today, taken.words, papers)
        move(row, "submit", taken, row.system, clauses=CLAUSES[FilingKind(row.kind)])
        covering.hand_in(row, taken)
    return row


def send_back(filing: Filing, taken: Taken) -> Filing:
    """Say what is missing.

    Raises:
        StepRefused: without words, or it is not with the police.
    """
    if not taken.words:
        raise StepRefused(_("请写明需要补正的内容。"))
    with transaction.atomic():
        row = _locked(filing)
        row.returned_words = taken.words[:300]
        move(row, "send_back", taken, row.system, clauses=CLAUSES[FilingKind(row.kind)])
    return row


def receive(filing: Filing, taken: Taken) -> Filing:
    """Take it, and give it a number for its receipt.

    Raises:
        StepRefused: it is not with the police.
    """
    for _attempt in range(5):
        try:
            with transaction.atomic():
                row = _locked(filing)
                if not (row.submitted_on or taken.on) <= taken.on <= timezone.localdate(taken.at):
                    raise StepRefused(_("接收日期应当在提交之日和今天之间。"))
                row.filed_on, row.filed_by = taken.on, taken.by
                row.receipt = _next_number(row, taken.on)
                move(row, "receive", taken, row.system, clauses=CLAUSES[FilingKind(row.kind)])
                covering.receive(row, taken)
            return row
        except IntegrityError:
            continue  # another filing took the number at the same moment
    raise StepRefused(_("回执编号正被占用，请再试一次。"))


def withdraw(filing: Filing, taken: Taken) -> Filing:
    """The unit takes it back.

    Raises:
        StepRefused: it is filed or over.
    """
    with transaction.atomic():
        row = _locked(filing)
        move(row, "withdraw", taken, row.system, clauses=CLAUSES[FilingKind(row.kind)])
        covering.take_back(row, taken)
    return row


def keep_national_number(filing: Filing, number: str, taken: Taken) -> Filing:
    """Keep the number under which the national platform has it.

    Raises:
        StepRefused: it is not filed here yet.
    """
    with transaction.atomic():
        row = _locked(filing)
        if row.state != FilingState.FILED:
            raise StepRefused(_("尚未备案，不能登记全国平台的回执号。"))
        row.national_number = number
        row.save(update_fields=["national_number"])
        enter(row, row.system, "national", Taken(taken.by, taken.at, taken.on, number), ("N14",))
    return row


def _next_number(filing: Filing, on: date) -> str:
    """The next free number of this county and year: ``540102-2026-0007``."""
    prefix = f"{filing.system.site.division.code}-{on.year}-"
    last = (
        Filing.objects.filter(receipt__startswith=prefix, authority="")
        .order_by("-receipt")
        .values_list("receipt", flat=True)
        .first()
    )
    return f"{prefix}{int(last.rpartition('-')[2]) + 1 if last else 1:04d}"


def latest_papers(system: System) -> Sequence[DossierItem]:
    """The papers of its file that usually go with a filing (S16.2a)."""
    return list(system.dossier.filter(kind__in=SETS, replaced_by__isnull=True))


def _own(filing: Filing, items: Iterable[DossierItem]) -> list[DossierItem]:
    return [item for item in items if item.system_id == filing.system_id]


def _locked(filing: Filing) -> Filing:
    rows = Filing.objects.select_for_update(of=("self",)).select_related("system__site__division")
    return rows.get(pk=filing.pk)


def _no_papers(kind: PaperKind) -> Unmet:
    return Unmet(
        "S16.2a",
        f"没有选择{kind.label}",
        f"no papers of this kind: {kind.label}",
        "请将该类资料加入案卷后选入备案",
        "add them to the file, then choose them here",
    )
