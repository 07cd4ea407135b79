"""Steps of releases that stood in a table of their own stand among those of all cases afterwards."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.people.papers.keeping import keep_paper
from custodes.people.records import record
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

MOVED = import_module("custodes.access.migrations.0002_release_steps")
EDITOR: Any = SimpleNamespace(connection=connection, quote_name=connection.ops.quote_name)
SAME = ("event", "before", "after", "on", "words", "clauses", "by_id", "at", "record_id")


@pytest.fixture
def before(stage: Stage) -> list[dict[str, Any]]:
    """Two steps of each of two releases, taken back into the table in which they stood; one of another kind that stays where it is."""
    at, by = timezone.now(), stage.cast.caretaker.person
    consent = keep_paper(upload(pdf(), "同意书.pdf", "application/pdf"), by=by, at=at)
    for kind, case in ((MOVED.KIND, uuid4()), (MOVED.KIND, uuid4()), ("access.hold", uuid4())):
        for seq, event in ((1, "propose"), (7, "assess")):
            step = CaseStep(
                kind=kind, case_id=case, seq=seq, event=event, before="proposed" if seq > 1 else "", after="assessed",
                on=timezone.localdate(at), words="请写明“公开多久”", clauses=["S30.2", "PIPL55"], by=by, at=at,
            )  # fmt: skip
            step.record = record(  # of whichever type
                "hold.effective",
                at=at,
                hold=case,
                version=1,
                released=False,
                workers=[],
                there_us=0,
                deleted_us=0,
                never_us=0,
                ahead_us=0,
            )
            step.save()
            step.papers.set([consent] if seq == 1 else [])
    told = steps()
    take_back()
    return told


def steps() -> list[dict[str, Any]]:
    return [
        {name: getattr(one, name) for name in ("pk", "kind", "case_id", "about", "seq", "extra", *SAME)}
        | {"papers": sorted(one.papers.values_list("pk", flat=True))}
        for one in CaseStep.objects.order_by("kind", "case_id", "seq")
    ]


def take_back() -> None:
    """The old table as it was, with what stands in the new one."""
    same = ", ".join(connection.ops.quote_name(name) for name in SAME)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE access_releasestep AS SELECT id, seq AS revision, case_id AS release_id, {same} "
            f"FROM cases_casestep WHERE kind = '{MOVED.KIND}'"
        )
        cursor.execute(
            "CREATE TABLE access_releasestep_papers AS SELECT id, casestep_id AS releasestep_id, paper_id "
            "FROM cases_casestep_papers WHERE casestep_id IN (SELECT id FROM access_releasestep)"
        )
    gone = CaseStep.objects.filter(kind=MOVED.KIND)
    CaseStep.papers.through.objects.filter(casestep__in=gone).delete()
    gone.delete()


def test_each_step_is_there_with_all_that_it_said(before: list[dict[str, Any]]) -> None:
    MOVED.carry_over(None, EDITOR)
    assert steps() == before
    assert [one["seq"] for one in before] == [1, 7] * 3, "the revision behind a step is its order"


def test_one_that_is_lost_stops_it(before: list[dict[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM access_releasestep_papers")
        cursor.execute("UPDATE access_releasestep SET record_id = NULL WHERE revision = 7")
    with pytest.raises(RuntimeError, match="2 steps of releases"):
        MOVED.carry_over(None, EDITOR)


def test_nobody_goes_back_to_an_empty_table(before: list[dict[str, Any]]) -> None:
    MOVED.refuse_to_go_back(apps, EDITOR)
    MOVED.carry_over(None, EDITOR)
    with pytest.raises(RuntimeError, match="restore a backup"):
        MOVED.refuse_to_go_back(apps, EDITOR)
