"""Applications for tests: what a unit says of itself, and one that waits."""

from __future__ import annotations

import datetime
from typing import Any

from custodes.people.applying import Facts, file_application
from custodes.people.models import Division, Person, UnitApplication, UnitKind
from tests.people.papers.samples import pdf, upload

USCC = "91350100M000100Y43"
PASSWORD = "lantern-Orchard-4418"


def facts(division: Division, **changes: Any) -> Facts:
    """A school that applies."""
    said: dict[str, Any] = {
        "name": "纳金路幼儿园",
        "kind": str(UnitKind.INSTITUTION),
        "division": division,
        "uscc": USCC,
        "address": "纳金路 3 号",
        "contact": "格桑",
        "phone": "0891-6321100",
        "applicant": "格桑",
        "username": "najin",
        "password": PASSWORD,
    }
    return Facts(**said | changes)


def apply(division: Division, *, at: datetime.datetime, by: Person | None = None, **changes: Any) -> UnitApplication:
    """An application that waits; at the counter without a password."""
    if by is not None:
        changes = {"password": "", **changes}
    return file_application(facts(division, **changes), upload(pdf()), by=by, at=at)
