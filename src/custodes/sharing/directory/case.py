"""A version of the directory as a kind of case (S25): Directory.compiled_by from the register by whoever needs it, approved and published by another, kept
when a later one is current. The letters that follow from it (S23) are steps of it too."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases import records
from custodes.cases.kind import NOBODY, Actor, CaseKind, Event, Print
from custodes.cases.step import StepInput
from custodes.cases.taking import inside, take
from custodes.law.duties.finding import LegalTerms
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.independence import bound
from custodes.people.lawful import StepRefused
from custodes.people.models import Entrustment, Paper, Person, Unit
from custodes.people.permissions import Permission
from custodes.people.records import record_language
from custodes.people.two_persons import MARK, declaration_for, done_alone
from custodes.sharing.directory import compiling, files, guards
from custodes.sharing.directory.added import clause_of
from custodes.sharing.directory.candidates import built
from custodes.sharing.directory.compiling import facts_of
from custodes.sharing.directory.files import document_of, sha256_of, table_of
from custodes.sharing.directory.secrecy import withdrawn_at
from custodes.sharing.forms.directory import ApproveForm, BackForm, OutForm, SeenForm
from custodes.sharing.models import Directory, DirectoryEntry, DirectoryState
from custodes.sharing.models.directory import NOT_COMPILING, OPEN, PUBLIC
from custodes.sharing.offices import offices

_S = DirectoryState
CLAUSES = ("S25",)
Said = tuple[str, tuple[Paper, ...]]
OFFICE = Actor((Permission.MANAGE_SHARING,), Directory.compiled_by)


def make(office: Unit, step: StepInput, terms: LegalTerms) -> Directory:
    """The next version of a police unit's directory, with what the register asks for.

    What people decided in the current version is carried over: systems that were added, and those left out, each with its reason.
    """
    last = Directory.objects.filter(unit=office).order_by("-version").first()
    row = Directory(unit=office, version=(last.version if last else 0) + 1, begun_by=step.person, begun_at=step.at)
    row.save()  # its record holds the hash of its entries
    compiling.compared(row, step.on).apply()
    if last is not None:
        compiling.carry_over(last, row)
    return row


def _compared(row: Directory, step: StepInput) -> compiling.Compared:
    """Asked once in a step: what is told of it is what is done."""
    found: compiling.Compared | None = row.__dict__.get("_compared")
    if found is None:
        found = row.__dict__["_compared"] = compiling.compared(row, step.on)
    return found


def refresh(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """As the register stands now."""
    _compared(row, step).apply()


def refreshed(row: Directory, step: StepInput, terms: LegalTerms) -> Said:
    """How many systems came in, and how many went."""
    one = _compared(row, step)
    return gettext("新增 %(came)d 个，移出 %(went)d 个") % {"came": len(one.new), "went": len(one.gone)}, ()


def ask_add(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """A system that the register does not ask for by itself: of an enterprise, an institution or another organization that the police need to
    join (S24), of a department beyond the ten (S23), of the police (S21)."""
    if not says_something(step.data["reason"]):
        raise StepRefused(gettext("请写明增列的理由。"))
    system = built(row.unit).select_related("unit__division").filter(pk=step.data["system"].pk).first()
    if system is None:
        raise StepRefused(gettext("只能增列本辖区内已建成、可以公布的系统。"))
    if row.entries.filter(system=system).exists():
        raise StepRefused(gettext("该系统已在本版目录中。"))
    if why := clause_of(system.unit, row.unit).why:
        raise StepRefused(why)


def _added(row: Directory, step: StepInput) -> DirectoryEntry:
    entry = compiling.added(row, step.data["system"])
    entry.name, entry.reason = step.data["name"] or entry.name, step.data["reason"]
    return entry


def add(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """One entry more."""
    _decided_by(_added(row, step), step)


def add_clauses(row: Directory) -> tuple[str, ...]:
    """By which the system that was added last has to connect."""
    last = row.entries.filter(computed=False).order_by("-pk").values_list("clause", flat=True)[0]
    return (last, *CLAUSES)


def ask_take_out(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """What was added, never what the register asks for."""
    if not row.entries.filter(pk=step.data["entry"], computed=False).exists():
        raise StepRefused(gettext("只能撤销自行增列的系统；应当接入的，请改为不列入并写明理由。"))


def take_out(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """One entry less."""
    row.entries.get(pk=step.data["entry"]).delete()


def ask_decide(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """What is left out, was added or was withdrawn once has a reason."""
    entry, told = row.entries.filter(pk=step.data["entry"]).first(), step.data
    if entry is None:
        raise StepRefused(gettext("该条目已不在本版目录中，请刷新页面。"))
    if not says_something(told["name"]):
        raise StepRefused(gettext("请填写公布的系统名称。"))
    if (not told["listed"] or not entry.computed) and not says_something(told["reason"]):
        raise StepRefused(gettext("不列入或者增列的，请写明理由。"))
    if not told["listed"] and not entry.computed:
        raise StepRefused(gettext("自行增列的系统不再需要的，请撤销增列。"))
    if withdrawn_at([entry.system_id]) and not says_something(told["reason"]):
        raise StepRefused(gettext("该系统曾从公布中撤下。重新列入的，请写明理由。"))


def _decided(row: Directory, step: StepInput) -> DirectoryEntry:
    entry, told = row.entries.get(pk=step.data["entry"]), step.data
    entry.listed, entry.name = told["listed"], told["name"]
    plain = entry.listed and entry.computed and not withdrawn_at([entry.system_id])
    entry.reason = "" if plain else told["reason"]
    return entry


def decide(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """An entry is listed or left out, under this name."""
    _decided_by(_decided(row, step), step)


def _decided_by(entry: DirectoryEntry, step: StepInput) -> None:
    entry.decided_by, entry.decided_at = step.by, step.at
    entry.save()


def _told(entry: DirectoryEntry) -> Said:
    state = gettext("列入") if entry.listed else gettext("不列入")
    told = {"name": entry.name, "state": state, "reason": entry.reason}
    return gettext("%(name)s：%(state)s。%(reason)s") % told, ()


def submit(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """It is complete."""
    row.submitted_by = step.by


def send_back(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """Something has to be changed first."""
    row.submitted_by = None


def binds(row: Directory, person: Person, at: datetime) -> tuple[Unmet, ...]:
    """Who took part in compiling it, and who is no other person than they, does not approve it; but on a declaration that the unit has no
    second."""
    return () if _declared(row, person, at) is not None else _bound(row, person, at)


def _bound(row: Directory, person: Person, at: datetime) -> tuple[Unmet, ...]:
    compilers = frozenset(row.steps.exclude(event__in=NOT_COMPILING).values_list("by", flat=True))
    own = (guards.COMPILED_IT,) if person.pk in compilers else ()
    return (*own, *bound(person, compilers, at))


def _declared(row: Directory, person: Person, at: datetime) -> Entrustment | None:
    return declaration_for("directory", person, row.unit, at) if _bound(row, person, at) else None


def goes_alone(row: Directory, person: Person, at: datetime) -> bool:
    """Whether this person would publish it as the only one, on a declaration."""
    return row.state == _S.SUBMITTED and _declared(row, person, at) is not None


def approved(row: Directory, step: StepInput, terms: LegalTerms) -> Said:
    """Marked where one person did both."""
    mark = MARK if _declared(row, step.person, step.at) is not None else ""
    return f"{mark}{step.words}", step.papers


def publish(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """Files made and hashed, the former version superseded: one step with the approval."""
    declared = _declared(row, step.person, step.at)
    if declared is not None:
        done_alone(declared, "directory", row, str(row), by=step.person, at=step.at)
        row.alone = True
    former = Directory.objects.filter(unit=row.unit, state=_S.PUBLISHED).first()
    if former is not None:
        with record_language():
            words = str(row)
        row.previous = inside(DIRECTORY, former, "supersede", StepInput(step.by, step.at, step.on, words), terms)
    listed = list(row.entries.filter(listed=True))
    row.approved_by, row.published_on = step.by, step.on
    row.document, row.table = document_of(row, listed, step.on), table_of(listed)
    row.document_sha256, row.table_sha256 = sha256_of(row.document), sha256_of(row.table)


def _taken_out(row: Directory, step: StepInput, terms: LegalTerms) -> None:
    """Everybody reads the system no more. The reason stays with the entry."""
    gone = {"withdrawn_by": step.by, "withdrawn_at": step.at, "withdrawn_why": step.words}
    row.entries.filter(system=step.data["system"]).update(**gone)


def named(row: Directory, step: Any, given: StepInput) -> dict[str, Any]:
    """Whose step it is; once published its files' hashes, and the letter where one is issued by this step."""
    files = {"table": row.table_sha256, "document": row.document_sha256}
    return {
        "kind": "directory",
        "case": row.pk,
        "number": row.number,
        "unit": row.unit.uuid,
        **{name: value for name, value in files.items() if value},
        **{name: given.data[name] for name in ("letter",) if name in given.data},
    }


def said(row: Directory, given: StepInput) -> dict[str, Any]:
    """Its entries."""
    return {
        "entries": [
            [
                str(one.system_id),
                one.name,
                one.unit_name,
                one.department,
                one.clause,
                one.computed,
                one.listed,
                one.reason,
                *([one.withdrawn_why] if one.withdrawn_at else []),
            ]
            for one in row.entries.order_by("system_id")
        ]
    }


EVENTS = (
    Event(
        name="begin",
        verb=_("编制新版目录"),
        story=pgettext_lazy("接入目录", "开始编制"),
        said=_("已按登记列出应当接入的系统，请核对。"),
        target=_S.DRAFT,
        actor=Actor((Permission.MANAGE_SHARING,), offices),
        clauses=CLAUSES,
        make=make,
        clash=_("本单位已有一版目录正在编制，请在其中办理。"),
        stays=True,
    ),
    Event(
        name="submit",
        verb=_("报请批准"),
        title=_("下一步：报请批准"),
        hint=_("由没有参与编制的人员批准。"),
        story=pgettext_lazy("接入目录", "报请批准"),
        said=_("已报请批准，由没有参与编制的人员批准。"),
        sources=(_S.DRAFT,),
        target=_S.SUBMITTED,
        actor=OFFICE,
        clauses=CLAUSES,
        form=SeenForm,
        guard=lambda facts, on, today: guards.unmet_of(facts),
        fill=submit,
    ),
    Event(
        name="refresh",
        verb=_("按登记核对"),
        story=pgettext_lazy("接入目录", "按登记核对"),
        said=_("已按登记核对。"),
        sources=(_S.DRAFT,),
        actor=OFFICE,
        clauses=CLAUSES,
        form=SeenForm,
        keeps=refreshed,
        fill=refresh,
        stays=True,
        aside=True,
    ),
    Event(
        name="add",
        verb=_("增列系统"),
        story=pgettext_lazy("接入目录", "增列系统"),
        said=_("已增列。"),
        sources=(_S.DRAFT,),
        actor=OFFICE,
        clauses=add_clauses,
        ask=ask_add,
        keeps=lambda row, step, terms: _told(_added(row, step)),
        fill=add,
        stays=True,
        apart=True,
    ),
    Event(
        name="take_out",
        verb=_("撤销增列"),
        story=pgettext_lazy("接入目录", "撤销增列"),
        said=_("已撤销增列。"),
        sources=(_S.DRAFT,),
        actor=OFFICE,
        clauses=CLAUSES,
        form=OutForm,
        ask=ask_take_out,
        keeps=lambda row, step, terms: (row.entries.get(pk=step.data["entry"]).name, ()),
        fill=take_out,
        stays=True,
        offered=lambda row, person, today, terms: False,  # its button stands with the entry
    ),
    Event(
        name="decide",
        verb=_("保存条目"),
        story=pgettext_lazy("接入目录", "修改条目"),
        said=_("已保存。"),
        sources=(_S.DRAFT,),
        actor=OFFICE,
        clauses=CLAUSES,
        ask=ask_decide,
        keeps=lambda row, step, terms: _told(_decided(row, step)),
        fill=decide,
        stays=True,
        apart=True,
    ),
    Event(
        name="publish",
        verb=_("批准并公布"),
        title=_("下一步：批准并公布"),
        hint=_("批准后立即公布，任何人不用登录即可查阅；上一版继续保留。"),
        story=pgettext_lazy("接入目录", "批准并公布"),
        said=_("已批准并公布。"),
        sources=(_S.SUBMITTED,),
        target=_S.PUBLISHED,
        actor=OFFICE,
        clauses=CLAUSES,
        form=ApproveForm,
        guard=lambda facts, on, today: guards.unmet_of(facts),
        binds=binds,
        keeps=approved,
        fill=publish,
    ),
    Event(
        name="send_back",
        verb=_("退回修改"),
        story=pgettext_lazy("接入目录", "退回修改"),
        said=_("已退回修改。"),
        sources=(_S.SUBMITTED,),
        target=_S.DRAFT,
        actor=OFFICE,
        clauses=CLAUSES,
        form=BackForm,
        needs_words=_("请写明退回的原因。"),
        fill=send_back,
        quiet=True,
    ),
    Event(
        name="supersede",
        verb=pgettext_lazy("接入目录", "由新版取代"),
        story=pgettext_lazy("接入目录", "由新版取代"),
        said="",
        sources=(_S.PUBLISHED,),
        target=_S.SUPERSEDED,
        actor=NOBODY,
        clauses=CLAUSES,
    ),
    Event(
        name="withdraw",
        verb=_("撤下条目"),
        story=pgettext_lazy("接入目录", "撤下条目"),
        said=_("撤下条目"),
        sources=PUBLIC,
        actor=OFFICE,
        # Whatever the reason is: the log of a networked installation does not say that something is classified (R2).
        clauses=("S25", "S30.1"),
        needs_words=_("请写明撤下的原因。"),
        keeps=lambda row, step, terms: ("", ()),
        fill=_taken_out,
        stays=True,
        apart=True,
    ),
    *(
        Event(
            name=name,
            verb=story,
            story=story,
            said=story,
            sources=(_S.PUBLISHED,),
            actor=OFFICE,
            clauses=("S23",),
            stays=True,
            apart=True,
        )
        for name, story in (
            ("notice", pgettext_lazy("接入目录", "发出联网通知书")),
            ("urge", pgettext_lazy("接入目录", "发出联网催告书")),
        )
    ),
)

DIRECTORY = CaseKind(
    model=Directory,
    name=_("应当接入目录"),
    url="sharing:directory",
    states=_S,
    badges={_S.DRAFT: "neutral", _S.SUBMITTED: "attention", _S.PUBLISHED: "fine", _S.SUPERSEDED: "off"},
    events=EVENTS,
    facts=lambda row, today, terms: facts_of(row, today),
    recorder=records.hashed("sharing.step", named, said),
    unsaid=("id", "state", "revision", "table", "document"),
    view=Permission.VIEW_SHARING,
    shown_to=Directory.visible_to,
    related=("unit__division", "previous", "approved_by__unit"),
    revised=True,
    prints=(
        Print(
            label=_("打印草稿"),
            key="draft",
            fill=lambda row, today, terms: files.draft(row),
            there=lambda row: row.state in OPEN,
        ),
    ),
)


def withdraw(row: Directory, entry: int, step: StepInput, terms: LegalTerms) -> int:
    """Withdraw the system of an entry from all that is published, also by other offices. `step.words` is the reason.

    The reason stays with the entries. The record of each version's step holds neither it nor the name: both are in its hash of what the row says.

    Returns:
        From how many versions.

    Raises:
        StepRefused: the version is not published, does not list it or lists it no more, there is no reason, or it is not what was seen.
    """
    with transaction.atomic():
        system = row.entries.filter(pk=entry).values_list("system_id", flat=True).first()
        naming = _holding(system) if system is not None else []
        if row not in naming:
            raise StepRefused(gettext("只能撤下已公布且仍在显示的条目，请刷新页面。"))
        step = replace(step, data={"system": system})
        for one in naming:
            (take if one == row else inside)(DIRECTORY, one, "withdraw", step, terms)
    return len(naming)


def _holding(system: UUID) -> list[Directory]:
    """Published versions that show a system, under their locks.

    Those that are being worked on are locked first, as publishing does: one that is published this moment is waited for and found.
    """
    showing = DirectoryEntry.objects.filter(system=system, listed=True, withdrawn_at__isnull=True)
    rows = Directory.objects.select_for_update(of=("self",)).select_related("unit__division")
    rows = rows.filter(pk__in=showing.values("directory")).order_by("pk")
    list(rows.filter(state__in=[one.value for one in OPEN]))
    return list(rows.filter(state__in=[one.value for one in PUBLIC]))
