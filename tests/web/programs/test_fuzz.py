"""The interface against generated requests: it answers as its schema says, in the shape that it says, and never fails by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custodes.web.programs.reference import schema
from tests.places.life import rows as life
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(schema(), default=str)))
OPERATIONS = {f"{found.ok().method} {found.ok().path}": found.ok() for found in SCHEMA.get_all_operations()}


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) == 18


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_whatever_is_asked_the_answer_is_one_of_the_documented(name: str, stage: Stage, program_of: Any) -> None:
    life.make(stage, timezone.now())
    operation = OPERATIONS[name]
    caller = program_of("caretaker")
    client = Client(headers={"Authorization": f"Bearer {caller.secret}"})
    documented = {int(status) for status in operation.definition.raw["responses"]}
    real = {
        "unit": str(stage.cast.units["a"].uuid),
        "place": str(stage.school.site.pk),
        "system": str(stage.school.pk),
        "camera": str(stage.gate.pk),
        "filing": str(stage.school.filings.get().pk),
        "removal": str(stage.school.removals.get().pk),
    }

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), known=st.booleans())
    def ask(case: Any, known: bool) -> None:
        if known:
            case.path_parameters.update({key: real[key] for key in case.path_parameters})
            if isinstance(case.body, dict):
                case.body.update({key: real[key] for key in case.body if key in real})
        given_body = isinstance(case.body, dict | list | str | int | float | bool | None)
        content = json.dumps(case.body).encode() if given_body else b""
        answer = client.generic(
            case.method, case.formatted_path, content, content_type="application/json", query_params=case.query or {}
        )
        assert answer.status_code in documented, answer.content[:300]
        kind = "application/problem+json" if answer.status_code >= 400 else "application/json"
        assert answer.headers["Content-Type"].split(";")[0] == kind

    ask()
