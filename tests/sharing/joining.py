"""Platforms and links as tests want them: each step by its name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from custodes.cases import taking
from custodes.cases.step import StepInput
from custodes.cases.taking import take
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Paper, Person
from custodes.places.models import System
from custodes.sharing.links import case, entering
from custodes.sharing.links.case import LINK
from custodes.sharing.links.entering import PLATFORM
from custodes.sharing.models import Link, LinkTest, Platform


def given(
    by: Person, at: datetime, words: str = "", papers: tuple[Paper, ...] = (), *, seen: int | None = None
) -> StepInput:
    """A step of theirs, taken on the day of its entry."""
    return StepInput(by, at, timezone.localdate(at), words, papers, seen=seen)


@contextmanager
def whoever() -> Iterator[None]:
    """What is done here is asked for no post: where a tour has one person act for several offices, and its records name them."""
    with patch.object(taking, "reaches", return_value=True):
        yield


def save(row: Platform, step: StepInput) -> Platform:
    return entering.save(row, step, LegalTerms())


def hand(row: Platform, step: StepInput) -> Platform:
    done: Platform = take(PLATFORM, row, "hand", step, LegalTerms())
    return done


def ask_platform(platform: Platform, need: str, step: StepInput) -> Link:
    return case.ask(platform, replace(step, data={"need": need}), LegalTerms())


def ask_system(system: System, need: str, step: StepInput) -> Link:
    return case.ask(system, replace(step, data={"need": need}), LegalTerms())


def examine(row: Link, test_on: date | None, step: StepInput) -> Link:
    return _step(row, "examine", step, test_on=test_on)


def set_test_day(row: Link, test_on: date, step: StepInput) -> Link:
    return _step(row, "test_day", step, test_on=test_on)


def enter_test(row: Link, parts: Mapping[str, str], on: date, latency_ms: int | None, step: StepInput) -> LinkTest:
    case.enter_test(row, replace(step, data={"parts": parts, "on": on, "latency_ms": latency_ms}), LegalTerms())
    return row.tests.latest("at")


def ask_trial(row: Link, step: StepInput, *, call: bool = False) -> Link:
    return _step(row, "trial", step, call=call)


def set_password(row: Link, password: str, step: StepInput) -> None:
    _step(row, "secret", step, password=password)


def put_in_force(row: Link, step: StepInput) -> Link:
    return _step(row, "put_in_force", step)


def resume(row: Link, step: StepInput) -> Link:
    return _step(row, "resume", step)


def refuse(row: Link, step: StepInput) -> Link:
    return _step(row, "refuse", step)


def suspend(row: Link, step: StepInput) -> Link:
    return _step(row, "suspend", step)


def end(row: Link, step: StepInput) -> Link:
    return _step(row, "end", step)


def ask_alarms(row: Link, step: StepInput) -> Link:
    return _step(row, "alarms_ask", step)


def tell_alarms(row: Link, step: StepInput) -> Link:
    return _step(row, "alarms_on", step)


def stop_alarms(row: Link, step: StepInput) -> Link:
    return _step(row, "alarms_off", step)


def ask_positions(row: Link, step: StepInput) -> Link:
    return _step(row, "positions_ask", step)


def tell_positions(row: Link, step: StepInput) -> Link:
    return _step(row, "positions_on", step)


def stop_positions(row: Link, step: StepInput) -> Link:
    return _step(row, "positions_off", step)


def _step(row: Link, event: str, step: StepInput, **said: Any) -> Link:
    done: Link = take(LINK, row, event, replace(step, data=said), LegalTerms())
    return done
