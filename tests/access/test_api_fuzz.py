"""The API against generated requests: it answers as its schema says and never fails by itself."""

from __future__ import annotations

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custodes.access.api import api

SCHEMA = schemathesis.openapi.from_dict(
    json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/"), default=str))
)
OPERATIONS = {f"{found.ok().method} {found.ok().path}": found.ok() for found in SCHEMA.get_all_operations()}


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_whatever_is_asked_the_answer_is_one_of_the_documented(stage, notary, client_of, name):
    operation = OPERATIONS[name]
    stage.on_duty()
    browser = client_of("operator")
    documented = {int(status) for status in operation.definition.raw["responses"]} | {400, 404, 422}

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), real=st.booleans())
    def ask(case, real):
        if real and isinstance(case.body, dict):
            case.body["cameras"] = [str(stage.gate.pk)]
        if real and "camera" in case.path_parameters:
            case.path_parameters["camera"] = str(stage.gate.pk)
        given_body = isinstance(case.body, dict | list | str | int | float | bool | None)
        content = json.dumps(case.body).encode() if given_body else b""
        answer = browser.generic(
            case.method, case.formatted_path, content, content_type="application/json", query_params=case.query or {}
        )
        assert answer.status_code in documented, answer.content[:300]

    ask()
    assert len(OPERATIONS) == 9
