"""Versions of a directory as tests want them: each step by its name."""

from __future__ import annotations

import re
from typing import Any

from custodes.cases.step import StepInput
from custodes.cases.taking import begin as begin_case
from custodes.cases.taking import take
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Unit
from custodes.places.models import System
from custodes.sharing.directory import case
from custodes.sharing.directory.case import DIRECTORY
from custodes.sharing.letters import issuing
from custodes.sharing.letters.issued import IssuedLetter
from custodes.sharing.models import Directory, DirectoryEntry


def begin(office: Unit, taken: StepInput) -> Directory:
    row: Directory = begin_case(DIRECTORY, "begin", office, _given(taken), LegalTerms())
    return row


def refresh(row: Directory, taken: StepInput) -> tuple[int, int]:
    """How many systems came, and how many went, as the step tells it."""
    done = _step(row, "refresh", taken)
    came, went = re.findall(r"\d+", done.steps.get(seq=done.revision).words)
    return int(came), int(went)


def add(row: Directory, system: System, name: str, reason: str, taken: StepInput) -> DirectoryEntry:
    return _step(row, "add", taken, system=system, name=name, reason=reason).entries.get(system=system)


def take_out(row: Directory, entry: int, taken: StepInput) -> None:
    _step(row, "take_out", taken, entry=entry)


def decide(row: Directory, entry: int, *, listed: bool, name: str, reason: str, taken: StepInput) -> DirectoryEntry:
    done = _step(row, "decide", taken, entry=entry, listed=listed, name=name, reason=reason)
    return done.entries.get(pk=entry)


def submit(row: Directory, taken: StepInput) -> Directory:
    return _step(row, "submit", taken)


def send_back(row: Directory, taken: StepInput) -> Directory:
    return _step(row, "send_back", taken)


def publish(row: Directory, taken: StepInput) -> Directory:
    return _step(row, "publish", taken)


def withdraw(row: Directory, entry: int, taken: StepInput) -> int:
    return case.withdraw(row, entry, _given(taken), LegalTerms())


def issue(office: Unit, unit: Unit, event: str, due: Any, taken: StepInput) -> IssuedLetter:
    return issuing.issue(office, unit, event, due, _given(taken), LegalTerms())


def _step(row: Directory, event: str, taken: StepInput, **said: Any) -> Directory:
    done: Directory = take(DIRECTORY, row, event, _given(taken, said), LegalTerms())
    return done


def _given(taken: StepInput, said: dict[str, Any] | None = None) -> StepInput:
    return StepInput(taken.by, taken.at, taken.on, taken.words, taken.papers, data=said or {}, seen=taken.seen)
