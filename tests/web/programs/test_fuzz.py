"""The interface against generated requests: it answers as its schema says, in the shape that it says, and never fails by itself."""

from __future__ import annotations

import json
from datetime import timedelta
from fnmatch import fnmatch
from typing import Any

import pytest
import schemathesis
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custodes.places import planning
from custodes.places.models import Plan, Product
from custodes.web.programs.reference import schema
from tests.places.life.rows import lying
from tests.places.stage import Stage
from tests.web.programs import laid_out as life

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
SCHEMA = schemathesis.openapi.from_dict(json.loads(json.dumps(schema(), default=str)))
OPERATIONS = {f"{found.ok().method} {found.ok().path}": found.ok() for found in SCHEMA.get_all_operations()}


def test_every_operation_is_tried() -> None:
    assert len(OPERATIONS) == 84


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_whatever_is_asked_the_answer_is_one_of_the_documented(name: str, stage: Stage, program_of: Any) -> None:
    life.make(stage, timezone.now())
    operation = OPERATIONS[name]
    caller = program_of("caretaker")
    client = Client(headers={"Authorization": f"Bearer {caller.secret}"})
    documented = {int(status): one for status, one in operation.definition.raw["responses"].items()}
    by, now = stage.cast.caretaker.person, timezone.now()
    draft = lying(stage, now)
    rows = {
        "units": stage.cast.units["a"].uuid, "places": stage.school.site.pk, "systems": stage.school.pk,
        "cameras": stage.gate.pk, "filings": stage.school.filings.get().pk, "filing-drafts": draft.pk,
        "dossier": stage.school.dossier.first().pk, "removals": stage.school.removals.get(unauthorised=False).pk,
        "papers": stage.school.dossier.first().paper_id, "changes": stage.school.changes.get().pk,
        "upgrades": stage.school.upgrades.get().pk, "acceptances": stage.school.acceptances.get().pk,
        "firms": stage.school.firms.order_by("pk")[0].pk, "products": Product.objects.get().uuid,
    }  # fmt: skip
    begins = now + timedelta(hours=5)
    plan = Plan(kind="interruption", cause="vote", words="投票", begins=begins, ends=begins + timedelta(hours=2))
    rows["plans"] = planning.ask(plan, [stage.gate], by, now, timedelta(hours=24)).pk
    kind = operation.path.removeprefix("/api/register/v1/").split("/")[0]
    real = {
        "id": str(rows.get(kind, "")),
        "system": str(stage.school.pk),
        "place": str(stage.school.site.pk),
        "unit": str(stage.cast.units["a"].uuid),
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
        headers = {
            name: value for name, value in (case.headers or {}).items() if name in ("If-Match", "Idempotency-Key")
        }
        if known and "If-Match" in headers:
            headers["If-Match"] = '"0"'
        answer = client.generic(
            case.method,
            case.formatted_path,
            content,
            content_type="application/json",
            query_params=case.query or {},
            headers=headers,
        )
        assert answer.status_code in documented, answer.getvalue()[:300]
        said = answer.headers["Content-Type"].split(";")[0]
        kinds = documented[answer.status_code].get("content", {"application/json": {}})
        assert any(fnmatch(said, one) for one in kinds), said
        if answer.status_code >= 400:
            assert all(one["rule"] and one["what"] and one["remedy"] for one in answer.json().get("errors", []))

    ask()
