"""A look at cameras of N9's places alone is asked, and recorded, without what N9 takes off (decision 0141)."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.places.models import Site


def look(stage, browser, *, reason):
    now = timezone.now()
    back = datetime.timedelta(minutes=50)
    span = {"from": (now - back).isoformat(), "to": (now - back / 2).isoformat()}
    body = {"cameras": [str(stage.gate.pk)], "live": False, "span": span}
    if reason:
        body["reason"] = {"purpose": "核查", "content": "校门"}
    return browser.post("/api/views", body, content_type="application/json")


@pytest.mark.parametrize(("basis", "named"), [("", "N16.2(3)"), ("N7.2-1", "N16.2(3)"), ("N9", "N9")])
def test_the_clauses_of_a_grant_are_those_that_bind_the_place(stage, notary, client_of, basis, named):
    Site.objects.filter(pk=stage.school.site.pk).update(basis=basis)
    stage.on_duty()
    assert look(stage, client_of("operator"), reason=True).status_code == 201
    [grant] = notary.of("grant")
    assert named in grant.clauses
    assert ("N16.2(3)" in grant.clauses) is (basis != "N9")
    assert "S34(1)" in grant.clauses


@pytest.mark.parametrize("basis", ["", "N9"])
def test_a_reason_is_asked_for_in_either_case(stage, notary, client_of, basis):
    Site.objects.filter(pk=stage.school.site.pk).update(basis=basis)
    stage.on_duty()
    answer = look(stage, client_of("operator"), reason=False)
    assert answer.status_code == 403
    clauses = {one["clause"] for one in answer.json()["refusal"]}
    assert ("N16.2(3)" in clauses) is (basis != "N9")
