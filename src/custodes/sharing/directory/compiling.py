"""Compiling a version: begun from the register and from the version before, compared with the register again, edited with reasons."""

from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from custodes.law.building.departments import BY_KEY
from custodes.law.grounds.stating import says_something
from custodes.people.models import Unit
from custodes.places.models import System
from custodes.sharing.directory.added import clause_of
from custodes.sharing.directory.candidates import Candidate, addable, built, candidates
from custodes.sharing.directory.secrecy import withdrawn_at
from custodes.sharing.models import Directory, DirectoryEntry, DirectoryState
from custodes.sharing.stepping import StepRefused, Taken, as_seen, keep

CLAUSES = ("S25",)


def begin(office: Unit, taken: Taken) -> Directory:
    """Begin the next version of a police unit's directory.

    What people decided in the current version is carried over: systems that were added, and those left out, each with its reason.

    Raises:
        StepRefused: a version is being worked on already.
    """
    last = Directory.objects.filter(unit=office).order_by("-version").first()
    row = Directory(unit=office, version=(last.version if last else 0) + 1, begun_by=taken.by, begun_at=taken.at)
    try:
        with transaction.atomic():
            row.save()
            _compare(row, taken)
            if last is not None:
                _carry_over(last, row)
            keep(row, "begin", taken, CLAUSES)
    except IntegrityError as error:
        raise StepRefused(_("本单位已有一版目录正在编制，请在其中办理。")) from error
    return row


def refresh(row: Directory, taken: Taken) -> tuple[int, int]:
    """Compare a draft with the register as it stands now.

    Returns:
        How many systems came in, and how many went.

    Raises:
        StepRefused: it is no draft.
    """
    with transaction.atomic():
        held = draft(row.pk, taken)
        came, went = _compare(held, taken)
        words = _("新增 %(came)d 个，移出 %(went)d 个") % {"came": came, "went": went}
        keep(held, "refresh", Taken(taken.by, taken.at, words), CLAUSES)
    return came, went


def add(row: Directory, system: System, name: str, reason: str, taken: Taken) -> DirectoryEntry:
    """Add a system that the register does not ask for by itself: of an enterprise, an institution or another organization that the police
    need to join (S24), of a department beyond the ten (S23), of the police (S21).

    Raises:
        StepRefused: there is no reason, it stands in the draft already, it may not be added, or no clause makes its unit connect.
    """
    if not says_something(reason):
        raise StepRefused(_("请写明增列的理由。"))
    with transaction.atomic():
        held = draft(row.pk, taken)
        found = built(held.unit).select_related("unit__division", "site__division").filter(pk=system.pk).first()
        if found is None:
            raise StepRefused(_("只能增列本辖区内已建成、可以公布的系统。"))
        if held.entries.filter(system=found).exists():
            raise StepRefused(_("该系统已在本版目录中。"))
        under = clause_of(found.unit, held.unit)
        if not under.clause:
            raise StepRefused(under.why)
        entry = _entry(held, _added(found, under.clause), computed=False)
        entry.name, entry.reason = name or found.name, reason
        entry.decided_by, entry.decided_at = taken.by, taken.at
        entry.save()
        keep(held, "add", Taken(taken.by, taken.at, _told(entry)), (entry.clause, *CLAUSES))
    return entry


def take_out(row: Directory, entry: int, taken: Taken) -> None:
    """Take an added system out again.

    Raises:
        StepRefused: it is no draft, or the entry is one that the register asks for.
    """
    with transaction.atomic():
        held = draft(row.pk, taken)
        found = held.entries.filter(pk=entry, computed=False).first()
        if found is None:
            raise StepRefused(_("只能撤销自行增列的系统；应当接入的，请改为不列入并写明理由。"))
        name = found.name
        found.delete()
        keep(held, "take_out", Taken(taken.by, taken.at, name), CLAUSES)


def decide(row: Directory, entry: int, *, listed: bool, name: str, reason: str, taken: Taken) -> DirectoryEntry:
    """List an entry or leave it out, and say under which name it is published.

    Raises:
        StepRefused: it is no draft, or what is left out, was added or was withdrawn once has no reason.
    """
    with transaction.atomic():
        held = draft(row.pk, taken)
        found = held.entries.select_for_update().filter(pk=entry).first()
        if found is None:
            raise StepRefused(_("该条目已不在本版目录中，请刷新页面。"))
        if not says_something(name):
            raise StepRefused(_("请填写公布的系统名称。"))
        if (not listed or not found.computed) and not says_something(reason):
            raise StepRefused(_("不列入或者增列的，请写明理由。"))
        if not listed and not found.computed:
            raise StepRefused(_("自行增列的系统不再需要的，请撤销增列。"))
        again = bool(withdrawn_at([found.system_id]))
        if again and not says_something(reason):
            raise StepRefused(_("该系统曾从公布中撤下。重新列入的，请写明理由。"))
        found.listed, found.name = listed, name
        found.reason = "" if listed and found.computed and not again else reason
        found.decided_by, found.decided_at = taken.by, taken.at
        found.save()
        keep(held, "decide", Taken(taken.by, taken.at, _told(found)), CLAUSES)
    return found


def draft(pk: UUID, taken: Taken) -> Directory:
    """The row under its lock, where it is a draft.

    Raises:
        StepRefused: it is none any more, or not what `taken` has seen.
    """
    row = locked(pk, taken)
    if row.state != DirectoryState.DRAFT:
        raise StepRefused(_("只有编制中的目录可以修改；现为“%(state)s”。") % {"state": row.get_state_display()})
    return row


def locked(pk: UUID, taken: Taken) -> Directory:
    """The row as it stands, held until the transaction ends.

    Raises:
        StepRefused: somebody changed it since whoever takes the step looked.
    """
    row = Directory.objects.select_for_update(of=("self",)).select_related("unit__division").get(pk=pk)
    as_seen(row, taken.seen)
    return row


def _told(entry: DirectoryEntry) -> str:
    state = _("列入") if entry.listed else _("不列入")
    return _("%(name)s：%(state)s。%(reason)s") % {"name": entry.name, "state": state, "reason": entry.reason}


def _compare(row: Directory, taken: Taken) -> tuple[int, int]:
    """Entries as the register asks for them: those missing are made, those that have no ground any more are taken out."""
    wanted = {one.system.pk: one for one in candidates(row.unit, taken.on)}
    entries = {one.system_id: one for one in row.entries.all()}
    others = addable(row.unit, [pk for pk, one in entries.items() if pk not in wanted and not one.computed])
    gone = [one.pk for pk, one in entries.items() if pk not in wanted and pk not in others]
    row.entries.filter(pk__in=gone).delete()
    came = 0
    for candidate in wanted.values():
        came += _renew(entries.get(candidate.system.pk), _entry(row, candidate))
    for pk, system in others.items():
        _renew(entries[pk], _entry(row, _added(system, clause_of(system.unit, row.unit).clause), computed=False))
    return came, len(gone)


def _renew(entry: DirectoryEntry | None, fresh: DirectoryEntry) -> bool:
    """Keep what the register says now, beside what people decided; whether the entry is new."""
    if entry is None:
        fresh.save()
    else:
        for name in ("unit_name", "department", "division_name", "category", "clause", "computed"):
            setattr(entry, name, getattr(fresh, name))
        entry.save()
    return entry is None


def _added(system: System, clause: str) -> Candidate:
    return Candidate(system, system.unit.kind if system.unit.kind in BY_KEY else "", clause)


def _carry_over(last: Directory, row: Directory) -> None:
    entries = {one.system_id: one for one in row.entries.all()}
    formers = list(last.entries.all())
    others = addable(row.unit, [one.system_id for one in formers if not one.computed])
    for former in formers:
        entry = entries.get(former.system_id)
        if entry is None and not former.computed and former.system_id in others:
            system = others[former.system_id]
            entry = _entry(row, _added(system, clause_of(system.unit, row.unit).clause), computed=False)
        if entry is None or former.decided_by_id is None:
            continue
        entry.name, entry.reason, entry.listed = former.name, former.reason, former.listed
        entry.decided_by, entry.decided_at = former.decided_by, former.decided_at
        entry.save()


def _entry(row: Directory, candidate: Candidate, *, computed: bool = True) -> DirectoryEntry:
    system = candidate.system
    return DirectoryEntry(
        directory=row,
        system=system,
        name=system.name,
        unit_name=system.unit.name,
        department=candidate.department,
        division_name=system.unit.division.name_zh,
        category=system.site.category,
        clause=candidate.clause,
        computed=computed,
    )
