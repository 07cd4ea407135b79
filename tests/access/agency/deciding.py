"""Steps of the holder of footage, as tests take them."""

from __future__ import annotations

from datetime import datetime

from custodes.access.agency import numbers
from custodes.access.agency.deciding import SEEN
from custodes.access.agency.facts import facts_of
from custodes.access.models import AgencyRequest
from custodes.people.models import Person, Unit
from tests.access.agency.asking import step
from tests.access.taken import Taken

__all__ = ["SEEN", "facts_of"]


def review_law(row: AgencyRequest, by: Person, at: datetime) -> AgencyRequest:
    return step(row, "review_law", Taken(by, at))


def give_back(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    return step(row, "give_back", taken)


def register(row: AgencyRequest, taken: Taken, *, originals: bool = False) -> AgencyRequest:
    return step(row, "register", taken, originals=originals)


def refuse(row: AgencyRequest, taken: Taken, *, no_power: bool = False) -> AgencyRequest:
    return step(row, "refuse", taken, no_power=no_power)


def send_back(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    return step(row, "send_back", taken)


def approve(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    return step(row, "approve", taken)


def grant_urgent(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    return step(row, "grant_urgent", taken)


def review(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    return step(row, "review", taken)


def serve(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    return step(row, "serve", taken)


def close(row: AgencyRequest, taken: Taken, returned: bool = True) -> AgencyRequest:
    return step(row, "close", taken, returned=returned)


def extend(row: AgencyRequest, days: int, taken: Taken) -> AgencyRequest:
    return step(row, "extend", taken, days=days)


def take_back(row: AgencyRequest, taken: Taken) -> AgencyRequest:
    return step(row, "take_back", taken)


def need_fewer(holder: Unit, count: int, taken: Taken) -> tuple[int, int]:
    assert taken.by is not None
    return numbers.need_fewer(holder, count, taken.by, taken.at, taken.words)
