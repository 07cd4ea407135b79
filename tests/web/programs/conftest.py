"""A program of the school's, let in, with a key for whatever scopes a test wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from custodes.people import programs
from custodes.people.models import Division, Program, ProgramKey, ProgramScope
from custodes.web.programs import keys
from tests.places.stage import Stage

EVERYTHING = tuple(one.value for one in ProgramScope)


@dataclass
class Caller:
    """A program that calls."""

    program: Program
    key: ProgramKey
    secret: str

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        client = Client(headers={"Authorization": f"Bearer {self.secret}", **headers})
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        answer: HttpResponse = getattr(client, method)(f"/api/register/v1{path}", **data)
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self("get", path, **headers)


@pytest.fixture(autouse=True)
def _full_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_buckets", {})


@pytest.fixture
def program_of(stage: Stage) -> Callable[..., Caller]:
    """``program_of("caretaker", scopes, division="540102")``: a program that acts with this member's posts."""

    def make(
        member: str = "caretaker", scopes: Iterable[str] = EVERYTHING, division: str = "540100", **more: Any
    ) -> Caller:
        cast, at = stage.cast, timezone.now()
        wanted = programs.ProgramWish(
            f"程序 {member}", cast.members[member].person, Division.objects.get(code=division), tuple(scopes), "同步"
        )
        row = programs.ask(wanted, cast.system_admin.person, at)
        row = programs.decide(row, approve=True, words="", by=cast.security_admin.person, at=at)
        key, secret = programs.issue(row, **{"days": 30, "per_minute": 600, **more}, by=cast.system_admin.person, at=at)
        return Caller(row, key, secret)

    return make
