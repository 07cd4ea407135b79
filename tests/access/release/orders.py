"""Steps of a release, as tests take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import transaction

from custodes.access.models import Release
from custodes.access.release.case import RELEASE, content
from custodes.access.release.deciding import fetched_whole, show, shown_whole
from custodes.access.release.desk import AtNode
from custodes.access.release.facts import due_after, locked, was_fetched
from custodes.access.release.masking import Finding
from custodes.access.release.proposing import Proposal
from custodes.access.release.working import WorkProgress
from custodes.cases.records import content_of
from custodes.cases.step import StepInput
from custodes.cases.taking import begin as begin_case
from custodes.cases.taking import keep, take
from custodes.people.lawful import terms
from custodes.people.models import Unit
from custodes.people.statefield import set_state

__all__ = ["fetched_whole", "show", "shown_whole", "was_fetched"]


def _take(row: Release, event: str, taken: StepInput, **data: Any) -> Release:
    done: Release = take(RELEASE, row, event, replace(taken, data=data), terms())
    return done


def propose(proposal: Proposal, unit: Unit, taken: StepInput) -> Release:
    begun: Release = begin_case(RELEASE, "propose", unit, replace(taken, data={"proposal": proposal}), terms())
    return begun


def propose_again(row: Release, proposal: Proposal, taken: StepInput) -> Release:
    return _take(row, "propose_again", taken, proposal=proposal)


def drop(row: Release, taken: StepInput) -> Release:
    return _take(row, "drop", taken)


def assess(row: Release, necessity: str, risks: str, measures: str, taken: StepInput) -> Release:
    return _take(row, "assess", taken, necessity=necessity, risks=risks, measures=measures)


def give_back(row: Release, taken: StepInput) -> Release:
    return _take(row, "give_back", taken)


def refuse(row: Release, taken: StepInput) -> Release:
    return _take(row, "refuse", taken)


def begin(row: Release, taken: StepInput) -> Release:
    return _take(row, "begin", taken)


def take_tracks(row: Release, taken: StepInput) -> Release:
    return _take(row, "mask", taken)


def answer(row: Release, findings: Iterable[Finding], taken: StepInput) -> Release:
    return _take(row, "find", taken, findings=list(findings))


def write(row: Release, way: str, taken: StepInput) -> Release:
    return _take(row, "write", taken, way=way)


def review(row: Release, seen: str, taken: StepInput) -> Release:
    return _take(row, "review", taken, copy=seen)


def send_back(row: Release, taken: StepInput) -> Release:
    return _take(row, "remask", taken)


def second_review(row: Release, seen: str, taken: StepInput) -> Release:
    return _take(row, "second_review", taken, copy=seen)


def fetch(row: Release, taken: StepInput) -> Release:
    return _take(row, "fetch", taken)


def publish(row: Release, where: str, seen: str, taken: StepInput) -> Release:
    return _take(row, "publish", taken, where=where, copy=seen)


def withdraw(row: Release, takedown: str, taken: StepInput) -> Release:
    return _take(row, "withdraw", taken, takedown=takedown)


def forget(row: Release, taken: StepInput) -> Release:
    return _take(row, "forget", taken)


def put(row: Release, event: str, taken: StepInput, **fields: Any) -> Release:
    """A step as if it had been taken: no guard is asked, and no node."""
    declared = RELEASE.event(event)
    with transaction.atomic():
        row = locked(row)
        for name, value in fields.items():
            setattr(row, name, value)
        before = set_state(row, declared.target) if declared.target else str(row.state)
        row.due = due_after(taken, row.state)
        row.revision += 1
        row.save()
        given = replace(taken, outside=AtNode(WorkProgress("written")))
        keep(RELEASE, row, event, before, given, ("S30.2",), taken.words, ())
    return row


def said_by(row: Release) -> str:
    """The hash of what it says."""
    return content_of(RELEASE, row, content(row, StepInput(None, row.proposed_at, row.proposed_at.date())))
