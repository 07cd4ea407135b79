"""From the rows of a release to the facts of its ground, and to what its guards look at; and what its steps say of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from custodes.access.models import (
    Release,
    ReleaseAnswer,
    ReleaseBasis,
    ReleaseDecision,
    ReleaseFinding,
    ReleaseLook,
    ReleaseState,
    ReleaseTrack,
)
from custodes.access.models.release import ANSWERED, WAITING
from custodes.access.release import overlay
from custodes.access.release.guards import Marks, ReleaseQuestion
from custodes.access.release.sheet import digest_of, pictures_of
from custodes.access.release.working import WorkProgress
from custodes.cases.models import CaseStep
from custodes.cases.step import StepInput
from custodes.law.grounds.release import ReleaseFacts, names_a_norm
from custodes.people.independence import party
from custodes.people.models import Paper, Person
from custodes.people.papers.serving import unopened
from custodes.settings import get_settings
from custodes.video.mask.leaks import Where

_REVIEWED = (ReleaseState.REVIEWED, ReleaseState.APPROVED, *ANSWERED, ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN)


def facts_of(row: Release, changed_since: bool | None = None) -> ReleaseFacts:
    """The facts as they stand.

    Args:
        changed_since: the copy at the node is another than the reviewed one; None while nobody has compared the two.
    """
    findings = list(row.findings.select_related("read_by"))

    def answered(answer: ReleaseAnswer) -> frozenset[str]:
        return frozenset(one.key for one in findings if one.answer == answer)

    # Each exemption stands on its own article: one that names none, or that nobody has read, lets nothing stand.
    exempt = [one for one in findings if one.answer == ReleaseAnswer.EXEMPT and one.read_by and names_a_norm(one.law)]
    reviewed = row.state in _REVIEWED
    published = row.published_at is not None
    # What is public was published on the answers of its time; nothing that waits goes on without those of now.
    all_answered = published or (bool(row.source) and not marks_of(row).due)
    return ReleaseFacts(
        basis=row.basis,
        purpose=row.purpose,
        assessed=row.assessed_at is not None,
        masked=answered(ReleaseAnswer.MASKED),
        # Of a kind that is left in sight alone, with who is seen agreeing, nothing is there that would have to be masked.
        absent=answered(ReleaseAnswer.ABSENT) | (answered(ReleaseAnswer.SHOWN) if rests_on_whom(row) else frozenset()),
        exempt=frozenset(one.key for one in exempt),
        exemption=exempt[0].law if exempt else "",
        exemption_reviewer=str(exempt[0].read_by.uuid) if exempt and exempt[0].read_by else "",
        reviewer=str(row.reviewed_by.uuid) if reviewed and row.reviewed_by else "",
        second_reviewer=str(row.approved_by.uuid) if row.approved_by else "",
        every_track=reviewed and all_answered,
        hashes=bool(row.source and row.output),
        changed_since=False if published else changed_since,
        answered=all_answered,
    )


def rests_on_whom(row: Release) -> bool:
    """Whether it rests on somebody who is seen: on their consent, or it is the copy for them. Only then may a kind be left in sight alone."""
    return row.own_image_id is not None or row.basis_kind == ReleaseBasis.CONSENT


def marks_of(row: Release) -> Marks:
    """What was said of the tracks."""
    tracks = list(row.tracks.only("kind", "state", "acquaintance", "whole_body", "left", "remark", "release"))
    looks = list(row.looks.exclude(answer=""))
    accepted = [one for one in tracks if one.state == "accepted"]
    rejected = [one for one in tracks if one.state == "rejected"]
    return Marks(
        open=sum(one.state == "open" for one in tracks),
        unasked=sum(one.acquaintance == "unasked" for one in accepted),
        told=sum(
            one.acquaintance == "yes" and (not one.remark.strip() or (one.kind == "face" and not one.whole_body))
            for one in accepted
        ),
        unsaid=sum(not one.remark.strip() for one in rejected),
        unsorted=sum(one.left is None for one in rejected),
        hidden=frozenset(one.kind for one in tracks if one.state != "rejected"),
        accepted=frozenset(one.kind for one in accepted),
        left=frozenset(one.kind for one in rejected if one.left),
        pictured=frozenset(key for one in looks for key in one.kinds),
        samples=len(set(pictures_of(row)) - {one.time for one in looks}),
    )


def locked(row: Release) -> Release:
    """The row as it stands, held until the transaction ends."""
    rows = Release.objects.select_for_update(of=("self",)).select_related("unit", "camera__node", "camera__system")
    return rows.get(pk=row.pk)


def due_after(step: StepInput, state: str) -> date | None:
    """By when the step behind this one is to be taken, where one is; no clause names a number, it is the house's own."""
    return step.on + timedelta(days=get_settings().release_step_days) if state in WAITING else None


def asked_of(row: Release, step: StepInput) -> ReleaseQuestion:
    """What the guards look at, of who takes the step, of what they say, and of the film at the node where it was asked (`desk.AtNode`)."""
    by, standing = step.person, step.outside.standing if step.outside is not None else None
    bonds = party(by, step.at) - {by.pk}
    marked = row.state not in (ReleaseState.PROPOSED, ReleaseState.RETURNED, ReleaseState.ASSESSED)
    findings = list(row.findings.exclude(key=overlay.KEY))
    return ReleaseQuestion(
        facts=facts_of(row, changed_since(row, standing)),
        at=step.at,
        words=step.words,
        proposer=has_proposed(row, {by.pk}),
        worked=has_worked(row, {by.pk}),
        bound_to_proposer=bool(bonds) and has_proposed(row, bonds),
        bound_to_work=bool(bonds) and (has_proposed(row, bonds) or has_worked(row, bonds)),
        reviewer=row.reviewed_by_id == by.pk,
        end=row.span_to,
        length=row.span_to - row.span_from,
        longest=longest(),
        by_rule=row.basis_kind == ReleaseBasis.RULE,
        papers=len(step.papers) + row.steps.filter(papers__isnull=False).count(),
        unread=len(unread(row, by)),
        assessment=(row.necessity, row.risks, row.measures),
        marks=marks_of(row) if marked else Marks(),
        findings={one.key: one.answer for one in findings},
        laws={one.key: (one.law, one.read_by_id is not None) for one in findings},
        overlay=overlay.unmet(row) if marked else (),
        shown=was_shown(row, row.approved_by or by),
        written=is_written(row, standing),
        leaks=len(unmarked(standing)) if standing else 0,
        where=step.data.get("where", ""),
        takedown=step.data.get("takedown", ""),
        for_one=row.own_image_id is not None,
    )


_PROPOSING = ("propose", "propose_again")
_REVIEWING = ("find", "write", "review")
_WORKING = (*_PROPOSING, *_REVIEWING)


def has_proposed(row: Release, persons: Collection[int]) -> bool:
    """Whether one of these persons (keys) has ever proposed it: whoever completes it proposes it too."""
    return row.proposed_by_id in persons or row.steps.filter(by__in=persons, event__in=_PROPOSING).exists()


def has_worked(row: Release, persons: Collection[int]) -> bool:
    """Whether one of these persons (keys) has done any of the work that another approves."""
    return (
        row.steps.filter(by__in=persons, event__in=_WORKING).exists()
        or row.tracks.filter(Q(by__in=persons) | Q(decisions__by__in=persons)).exists()
        or row.looks.filter(by__in=persons).exists()
        or row.findings.filter(Q(by__in=persons) | Q(read_by__in=persons)).exists()
    )


def not_proposed_by(rows: QuerySet[Release], person: Person) -> QuerySet[Release]:
    """Those that this person has never proposed, and may assess (`has_proposed`)."""
    return rows.exclude(proposed_by=person).exclude(pk__in=_cases_of(person, _PROPOSING))


def without_part(rows: QuerySet[Release], person: Person) -> QuerySet[Release]:
    """Those that this person has no part in, and may approve (`has_worked`)."""
    found = rows.exclude(proposed_by=person).exclude(reviewed_by=person).exclude(pk__in=_cases_of(person, _WORKING))
    found = found.exclude(pk__in=ReleaseTrack.objects.filter(by=person).values("release"))
    found = found.exclude(pk__in=ReleaseDecision.objects.filter(by=person).values("track__release"))
    found = found.exclude(pk__in=ReleaseLook.objects.filter(by=person).values("release"))
    answered = ReleaseFinding.objects.filter(Q(by=person) | Q(read_by=person))
    return found.exclude(pk__in=answered.values("release"))


def _cases_of(person: Person, events: tuple[str, ...]) -> Any:
    """Keys of releases of which this person took one of these steps."""
    return CaseStep.objects.filter(kind=Release._meta.label_lower, by=person, event__in=events).values("case_id")


def taken_part(row: Release) -> QuerySet[Person]:
    """All who masked or reviewed it, those too whose decision was changed by another."""
    decided = ReleaseDecision.objects.filter(track__release=row).values("by")
    part = Q(pk__in=row.steps.filter(event__in=_REVIEWING).values("by")) | Q(pk__in=decided)
    part |= Q(pk__in=row.tracks.filter(by__isnull=False).values("by")) | Q(pk__in=row.looks.values("by"))
    part |= Q(pk__in=row.findings.values("by"))  # who has read an article has answered with it
    return Person.objects.filter(part).order_by("pk")


def unread(row: Release, person: Person) -> list[Paper]:
    """Papers of a consent that this person has not opened."""
    if row.basis_kind != ReleaseBasis.CONSENT:
        return []
    handed_in = row.steps.filter(event__in=_PROPOSING).values("papers")
    return unopened(Paper.objects.filter(pk__in=handed_in).order_by("at"), person)


def was_shown(row: Release, person: Person) -> bool:
    """Whether this person was shown the reviewed copy to its end."""
    return bool(row.output) and row.showings.filter(by=person, output=row.output, whole_at__isnull=False).exists()


def longest() -> timedelta:
    """Of one release: what a node masks in one job."""
    return timedelta(seconds=get_settings().mask_longest_seconds)


def is_written(row: Release, standing: WorkProgress | None) -> bool:
    """Whether the node has a copy that was written with the tracks as they stand, of the film that they were found in."""
    if standing is None or standing.stage != "written" or not standing.copy or standing.source != row.source:
        return False
    return bool(row.marked) and row.marked == digest_of(row)


def changed_since(row: Release, standing: WorkProgress | None) -> bool | None:
    """Whether the copy at the node is another than the reviewed one."""
    if standing is None or not row.output:
        return None
    return standing.copy != row.output or standing.source != row.source


def unmarked(standing: WorkProgress) -> list[dict[str, object]]:
    """What a detector still finds in the copy and no reviewer has let stand."""
    return [one for one in standing.leaks if one["where"] != Where.SHOWN]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def device_stretches(row: Release) -> list[tuple[datetime, datetime]]:
    """Which of its footage is the device's own recording, taken later, from when to when: as the records of its steps say it, also when the
    node has deleted its files. None where all of it was sealed as it was recorded, or no film was read yet.
    """
    last = row.steps.filter(event__in=("mask", "review")).select_related("record").last()
    told = last.record.record.get("device", ()) if last is not None and last.record is not None else ()
    return [(_EPOCH + timedelta(microseconds=begin), _EPOCH + timedelta(microseconds=end)) for begin, end in told]


def was_fetched(row: Release) -> bool:
    """Whether the copy was taken out to its end since the answer gave it, the last time."""
    events = list(row.steps.filter(event__in=("give", "fetched")).values_list("event", flat=True))
    return bool(events) and events[-1] == "fetched"
