"""One door to footage: every ground has one room behind it, and nothing grants a look beside them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest
from django.db.models import CharField, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler
from django.forms import model_to_dict
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

import custodes
from custodes.access.agency import presence
from custodes.access.ask import Ask, Granted, Refused
from custodes.access.decision import GATHERERS, decide, decide_each, gathers
from custodes.access.prepared import Blank, Prepared
from custodes.law.grounds.registry import GROUNDS
from custodes.people.models import DutySession, Post
from custodes.places.models import Camera
from tests.access.agency.asked import Asked
from tests.access.missing.desk import make_desk
from tests.places.stage import Stage

SOURCES = Path(custodes.__file__).parent
NOT_YET = {"maintenance", "inspection"}
"""Grounds on which nobody looks here yet."""


def test_every_ground_has_one_room_behind_the_door() -> None:
    assert set(GROUNDS) - set(GATHERERS) == NOT_YET
    assert set(GATHERERS) <= set(GROUNDS)
    for wrong in ("duty", "curiosity"):
        with pytest.raises(ValueError, match=wrong):
            gathers(wrong, lambda person, ask, at: None)  # type: ignore[arg-type,return-value]
    assert GATHERERS["duty"].__module__ == "custodes.access.duty", "what was entered first stays"


def test_a_look_is_granted_by_these_rooms_alone() -> None:
    """But for the demo's story, which tells of looks of days that are gone."""
    rooms = {gather.__module__ for gather in GATHERERS.values()}
    granting = {
        "custodes." + ".".join(path.relative_to(SOURCES).with_suffix("").parts)
        for path in SOURCES.rglob("*.py")
        if "custodes.access.ask import" in (text := path.read_text("utf-8"))
        and any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Granted"
            for node in ast.walk(ast.parse(text))
        )
    }
    assert granting == rooms | {"custodes.demo.looks"}


@pytest.mark.django_db
def test_whoever_stands_duty_is_judged_by_two_questions_to_the_database(
    stage: Stage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """A figure of `bench/decide.py` rests on it. Of a wall one camera may be closed, and nothing is asked again for the others."""
    stage.on_duty()
    operator, at = stage.cast.operator.person, timezone.now()
    cameras = tuple(Camera.objects.select_related("node", "system__site").filter(pk__in=[stage.gate.pk, stage.yard.pk]))
    assert isinstance(decide(operator, Ask(cameras, True, None, "", "", at), at), Granted)
    for judge in (decide, decide_each):
        with django_assert_num_queries(2):
            judge(operator, Ask(cameras, True, None, "", "", at), at)
    moved = Camera.objects.filter(pk=stage.yard.pk)
    moved.update(system=stage.hotel)
    verdict = decide(operator, Ask(cameras, True, None, "", "", at), at)
    assert isinstance(verdict, Refused), "the rows that were read before say that the post watches it"
    moved.update(system=stage.school)
    cameras[0].state = "retired"
    with django_assert_num_queries(2):
        judged = decide_each(operator, Ask(cameras, True, None, "", "", at), at)
    assert isinstance(judged.verdict, Granted)
    assert (judged.ask.cameras, list(judged.left_out)) == (cameras[1:], [cameras[0]])


@pytest.mark.django_db
def test_a_request_and_a_session_are_judged_without_reading_a_row_twice(
    stage: Stage, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Asked at the start of each look and at each renewal: once each for the request, its officers, cameras and approvals, the person's
    posts, who made whom, and trial runs; for the session, its cameras and its case's, whose they are, account, posts and trial runs."""
    gate = Camera.objects.select_related("node", "system__site").get(pk=stage.gate.pk)
    asked = Asked.on(stage)
    request = asked.granted("online", cameras=[stage.gate, stage.yard])
    desk = make_desk(stage)
    session = desk.session(desk.ready())
    at = timezone.now()
    for officer in (asked.first, asked.second.person):
        presence.beat(request, officer, at)
    span = (session.case.span_from, session.case.span_to)
    wishes = [(asked.first, Ask((gate,), False, request.span, "", "", at, request))]
    wishes += [(desk.officer, Ask((gate,), False, span, "", "", at, session))]
    for person, ask in wishes:
        assert isinstance(decide(person, ask, at), Granted)
        with django_assert_num_queries(7):
            decide(person, ask, at)


@pytest.mark.django_db
def test_a_further_decision_by_duty_has_django_write_no_query(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing them took most of its time, and each is the same but for its values: those of the first do not stay in it."""
    stage.on_duty()
    operator, stranger, at = stage.cast.operator.person, stage.cast.bystander.person, timezone.now()
    gate, yard = Camera.objects.select_related("node", "system__site").filter(pk__in=[stage.gate.pk, stage.yard.pk])
    decide(stranger, Ask((gate,), True, None, "", "", at), at)

    def written(*_given: object, **_named: object) -> None:
        raise AssertionError("a query was written again")

    monkeypatch.setattr(SQLCompiler, "as_sql", written)
    verdict = decide(operator, Ask((yard,), True, None, "", "", at), at)
    assert isinstance(verdict, Granted)
    assert verdict.session is not None
    assert isinstance(decide(stranger, Ask((yard,), True, None, "", "", at), at), Refused)
    assert isinstance(decide(operator, Ask((yard,), True, None, "", "", at), verdict.session.ends_at), Refused)
    monkeypatch.undo()
    assert model_to_dict(verdict.session) == model_to_dict(DutySession.objects.get(person=operator))
    assert verdict.post is not None
    assert model_to_dict(verdict.post) == model_to_dict(Post.objects.get(pk=verdict.session.post_id))


@pytest.mark.django_db
def test_a_prepared_question_answers_as_the_query_set_does(stage: Stage) -> None:
    made: list[int] = []

    @Prepared
    def numbers(count: int) -> QuerySet[Camera, Any]:
        made.append(count)
        named = [Blank(f"camera{n}", UUIDField()) for n in range(count)]
        rows = Camera.objects.filter(pk__in=named, system__state=Blank("state", CharField()), record=True)
        return rows.order_by("pk").values_list("pk", "created_at", "state")

    cameras = sorted((stage.gate.pk, stage.yard.pk))
    for wanted in (cameras[:1], cameras, cameras[1:]):
        for state in (stage.school.state, "retired"):
            values = {f"camera{n}": pk for n, pk in enumerate(wanted)}
            fresh = Camera.objects.filter(pk__in=wanted, system__state=state).order_by("pk")
            assert numbers(len(wanted), state=state, **values) == list(fresh.values_list("pk", "created_at", "state"))
    assert made == [1, 2], "once for each number of cameras"
    with pytest.raises(ValueError, match="state is None"):
        numbers(1, state=None, camera0=cameras[0])
    with pytest.raises(KeyError, match="camera0"):
        numbers(1, state="retired")


@pytest.mark.django_db
def test_who_names_no_camera_is_told_so(stage: Stage) -> None:
    stage.on_duty()
    at = timezone.now()
    verdict = decide(stage.cast.operator.person, Ask((), True, None, "", "", at), at)
    assert isinstance(verdict, Refused)
    assert [one.clause for one in verdict.unmet] == ["S33.1"]
