"""From the rows of a release to the facts of its ground, and to what its guards look at."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q, QuerySet

from custodes.access.models import (
    Release,
    ReleaseAnswer,
    ReleaseBasis,
    ReleaseDecision,
    ReleaseFinding,
    ReleaseLook,
    ReleaseState,
    ReleaseStep,
    ReleaseTrack,
)
from custodes.access.release.guards import Asked, Marks
from custodes.access.release.sampling import samples_of
from custodes.access.release.sheet import digest_of
from custodes.access.release.stepping import Taken
from custodes.access.release.working import Standing
from custodes.law.grounds.release import ReleaseFacts, names_a_norm
from custodes.people.models import Paper, Person
from custodes.people.papers.opening import unopened
from custodes.settings import get_settings
from custodes.video.mask.leaks import Where

_REVIEWED = (ReleaseState.REVIEWED, ReleaseState.APPROVED, ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN)


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
    return ReleaseFacts(
        basis=row.basis,
        purpose=row.purpose,
        assessed=row.assessed_at is not None,
        masked=answered(ReleaseAnswer.MASKED),
        absent=answered(ReleaseAnswer.ABSENT),
        exempt=frozenset(one.key for one in exempt),
        exemption=exempt[0].law if exempt else "",
        exemption_reviewer=str(exempt[0].read_by.uuid) if exempt and exempt[0].read_by else "",
        reviewer=str(row.reviewed_by.uuid) if reviewed and row.reviewed_by else "",
        second_reviewer=str(row.approved_by.uuid) if row.approved_by else "",
        every_track=reviewed,
        hashes=bool(row.source and row.output),
        changed_since=False if published else changed_since,
    )


def marks_of(row: Release) -> Marks:
    """What was said of the tracks."""
    tracks = list(row.tracks.only("kind", "state", "acquaintance", "whole_body", "remark", "release"))
    looked = set(row.looks.values_list("time", flat=True))
    accepted = [one for one in tracks if one.state == "accepted"]
    return Marks(
        open=sum(one.state == "open" for one in tracks),
        unasked=sum(one.acquaintance == "unasked" for one in accepted),
        told=sum(
            one.acquaintance == "yes" and (not one.remark.strip() or (one.kind == "face" and not one.whole_body))
            for one in accepted
        ),
        unsaid=sum(one.state == "rejected" and not one.remark.strip() for one in tracks),
        hidden=frozenset(one.kind for one in tracks if one.state != "rejected"),
        accepted=frozenset(one.kind for one in accepted),
        samples=len(set(samples_of(row.times, row.source)) - looked),
    )


def asked_of(
    row: Release, taken: Taken, standing: Standing | None = None, *, where: str = "", takedown: str = ""
) -> Asked:
    """What the guards look at.

    Args:
        standing: of the film at the node, as it was just now; None where it was not asked.
        where: where it is published; takedown: what was done against it.
    """
    marked = row.state not in (ReleaseState.PROPOSED, ReleaseState.RETURNED, ReleaseState.ASSESSED)
    findings = list(row.findings.all())
    return Asked(
        facts=facts_of(row, changed_since(row, standing)),
        at=taken.at,
        words=taken.words,
        proposer=has_proposed(row, taken.by),
        worked=has_worked(row, taken.by),
        reviewer=row.reviewed_by_id == taken.by.pk,
        end=row.span_to,
        length=row.span_to - row.span_from,
        longest=longest(),
        by_rule=row.basis_kind == ReleaseBasis.RULE,
        papers=len(taken.papers) + row.steps.filter(papers__isnull=False).count(),
        unread=len(unread(row, taken.by)),
        assessment=(row.necessity, row.risks, row.measures),
        marks=marks_of(row) if marked else Marks(),
        findings={one.key: one.answer for one in findings},
        laws={one.key: (one.law, one.read_by_id is not None) for one in findings},
        written=is_written(row, standing),
        leaks=len(unmarked(standing)) if standing else 0,
        where=where,
        takedown=takedown,
    )


_PROPOSING = ("propose", "propose_again")
_REVIEWING = ("find", "write", "review")
_WORKING = (*_PROPOSING, *_REVIEWING)


def has_proposed(row: Release, person: Person) -> bool:
    """Whether this person has ever proposed it: whoever completes it proposes it too."""
    return row.proposed_by_id == person.pk or row.steps.filter(by=person, event__in=_PROPOSING).exists()


def has_worked(row: Release, person: Person) -> bool:
    """Whether this person has done any of the work that another approves."""
    return (
        row.steps.filter(by=person, event__in=_WORKING).exists()
        or row.tracks.filter(Q(by=person) | Q(decisions__by=person)).exists()
        or row.looks.filter(by=person).exists()
        or row.findings.filter(Q(by=person) | Q(read_by=person)).exists()
    )


def not_proposed_by(rows: QuerySet[Release], person: Person) -> QuerySet[Release]:
    """Those that this person has never proposed, and may assess (`has_proposed`)."""
    steps = ReleaseStep.objects.filter(by=person, event__in=_PROPOSING)
    return rows.exclude(proposed_by=person).exclude(pk__in=steps.values("release"))


def without_part(rows: QuerySet[Release], person: Person) -> QuerySet[Release]:
    """Those that this person has no part in, and may approve (`has_worked`)."""
    worked = ReleaseStep.objects.filter(by=person, event__in=_WORKING).values("release")
    found = rows.exclude(proposed_by=person).exclude(reviewed_by=person).exclude(pk__in=worked)
    found = found.exclude(pk__in=ReleaseTrack.objects.filter(by=person).values("release"))
    found = found.exclude(pk__in=ReleaseDecision.objects.filter(by=person).values("track__release"))
    found = found.exclude(pk__in=ReleaseLook.objects.filter(by=person).values("release"))
    answered = ReleaseFinding.objects.filter(Q(by=person) | Q(read_by=person))
    return found.exclude(pk__in=answered.values("release"))


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


def longest() -> timedelta:
    """Of one release: what a node masks in one job."""
    return timedelta(seconds=get_settings().mask_longest_seconds)


def is_written(row: Release, standing: Standing | None) -> bool:
    """Whether the node has a copy that was written with the tracks as they stand, of the film that they were found in."""
    if standing is None or standing.stage != "written" or not standing.copy or standing.source != row.source:
        return False
    return bool(row.marked) and row.marked == digest_of(row)


def changed_since(row: Release, standing: Standing | None) -> bool | None:
    """Whether the copy at the node is another than the reviewed one."""
    if standing is None or not row.output:
        return None
    return standing.copy != row.output or standing.source != row.source


def unmarked(standing: Standing) -> list[dict[str, object]]:
    """What a detector still finds in the copy and no reviewer has let stand."""
    return [one for one in standing.leaks if one["where"] != Where.SHOWN]
