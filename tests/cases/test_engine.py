"""What follows from a declaration: pages, steps, papers, records; and what the engine refuses."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest
from django import forms
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError, Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html

from custodes.cases import clocks, story
from custodes.cases.checks import faults_of
from custodes.cases.kind import NOBODY, Actor, CaseGroup, CaseKind, Event, Ripe, StepDay
from custodes.cases.models import CasePaper, CaseStep
from custodes.cases.registry import registry
from custodes.cases.step import StepInput
from custodes.cases.story import story_of
from custodes.cases.taking import begin, begin_inside, inside, last_seq, take
from custodes.cases.views import Around, CasePages
from custodes.law.duties.finding import LegalTerms
from custodes.ledger.records import record_of
from custodes.people.lawful import StepRefused
from custodes.people.models import Paper, Person, RecordOutbox
from custodes.people.papers.keeping import PaperField, keep_paper
from custodes.people.permissions import Permission
from custodes.web.urls import urlpatterns as of_the_program
from tests.cases.drill import DRILL, Drill, DrillState, HeldForm
from tests.cases.urls import PAGES
from tests.places.changes.cases import upload
from tests.places.stage import Stage
from tests.web.printing.test_register import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("drills")]
Clients = Callable[[str], Client]


def given(by: Person, words: str = "", **data: object) -> StepInput:
    now = timezone.now()
    return StepInput(by, now, timezone.localdate(now), words, data=data)


def planned(stage: Stage) -> Drill:
    by = stage.cast.caretaker.person
    drill: Drill = begin(DRILL, "plan", by.unit, given(by, planned=timezone.localdate()), LegalTerms())
    return drill


def test_a_kind_of_sixty_lines_has_pages_steps_papers_and_records(stage: Stage, client_of: Clients) -> None:
    school, unit = client_of("caretaker"), stage.cast.caretaker.person.unit
    today = timezone.localdate().isoformat()
    told = school.get(f"/units/{unit.pk}/drill/").content.decode()
    assert "每年至少演练一次" in told
    assert "第三十四条" in told, "with its clauses"
    assert school.post(f"/units/{unit.pk}/drill/", {"on": today, "planned": today}).status_code == 302
    drill = Drill.objects.get()
    page, do = f"/drills/{drill.pk}/", f"/drills/{drill.pk}/do/hold/"
    told = school.get(page).content.decode()
    assert "缺少签到表" in told
    assert do not in told, "the form comes with what is missing"
    refused = school.post(do, {"on": today, "lacking": "出口被占"})
    assert (refused.status_code, "缺少签到表" in refused.content.decode()) == (422, True)
    assert f"{page}record.pdf" not in told
    assert school.get(f"{page}record.pdf").status_code == 404, "nothing is held yet"
    assert school.post(f"{page}papers/", {"sort": "sheet", "file": upload()}).status_code == 302
    assert do in school.get(page).content.decode()
    assert school.post(do, {"on": today, "lacking": "出口被占"}).status_code == 302
    told = school.get(page).content.decode()
    assert "出口被占" in told
    assert "登记演练" in told
    assert f"{page}record.pdf" in told
    assert "出口被占" in text_of(school, f"{page}record.pdf")
    for member in ("outside_caretaker", "officer", "bystander"):
        assert client_of(member).get(f"{page}record.pdf").status_code in (403, 404), member
    paper = CasePaper.objects.get()
    assert school.get(f"{page}papers/{paper.pk}/")["Content-Disposition"].startswith("attachment")
    assert [one.event for one in CaseStep.objects.order_by("seq")] == ["plan", "paper", "hold"]
    records = [row.record for row in RecordOutbox.objects.filter(type="cases.step").order_by("created_at")]
    assert [one["event"] for one in records] == ["plan", "paper", "hold"]
    assert record_of(records[-1]).case == drill.pk  # type: ignore[attr-defined]
    assert "应急演练" in school.get("/drills/").content.decode()


def test_the_list_as_a_file_has_the_cases_of_the_page_and_is_on_record(stage: Stage, client_of: Clients) -> None:
    drill, other = planned(stage), planned(stage)
    sheet(drill, stage.cast.caretaker.person)
    take(DRILL, drill, "hold", given(stage.cast.caretaker.person, lacking="出口被占"), LegalTerms())
    school = client_of("caretaker")
    asked = f"?state={DrillState.HELD}&q=王某&page=7"
    assert f"/drills/export.csv?state={DrillState.HELD}&amp;" in school.get(f"/drills/{asked}").content.decode()
    told = b"".join(school.get(f"/drills/export.csv{asked}")).decode("utf-8-sig")  # type: ignore[arg-type]
    assert told.splitlines() == ["单位,状态", f"{drill.unit.name},已演练，待整改"]
    every = b"".join(school.get("/drills/export.csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    assert len(every.splitlines()) == 3, "with the other one"
    assert zipfile.is_zipfile(io.BytesIO(b"".join(school.get("/drills/export.xlsx"))))  # type: ignore[arg-type]
    assert school.get("/drills/export.pdf").status_code == 404
    records = [row.record for row in RecordOutbox.objects.filter(type="list.exported").order_by("created_at")]
    assert [(one["list"], one["form"], one["rows"]) for one in records] == [
        ("drill", "csv", 1),
        ("drill", "csv", 2),
        ("drill", "xlsx", 2),
    ]
    assert records[0]["filter"] == "state=held&q=…", "and no name for which was searched"
    for member in ("outside_caretaker", "officer", "bystander"):
        answer = client_of(member).get("/drills/export.csv")
        assert answer.status_code == 403 or other.unit.name not in b"".join(answer).decode(), member  # type: ignore[arg-type]


def test_a_case_is_read_and_carried_on_by_nobody_else(stage: Stage, client_of: Clients) -> None:
    drill = planned(stage)
    page = f"/drills/{drill.pk}/"
    for member in ("outside_caretaker", "officer", "bystander"):
        stranger = client_of(member)
        assert stranger.get(page).status_code in (403, 404), member
        assert stranger.post(f"{page}do/hold/", {"on": "2026-12-01"}).status_code in (403, 404), member
        assert stranger.post(f"{page}papers/", {"sort": "sheet"}).status_code in (403, 404), member
    with pytest.raises(StepRefused, match="其他岗位"):
        take(DRILL, drill, "hold", given(stage.cast.outside_caretaker.person), LegalTerms())
    with pytest.raises(StepRefused, match="其他岗位"):
        begin(DRILL, "plan", stage.cast.caretaker.person.unit, given(stage.cast.outside_caretaker.person), LegalTerms())
    hold = DRILL.event("hold")
    told = _with(replace(hold, actor=replace(hold.actor, otherwise="演练由本单位登记。")))
    with pytest.raises(StepRefused, match="演练由本单位登记"):
        take(told, drill, "hold", given(stage.cast.outside_caretaker.person), LegalTerms())


def test_who_took_a_step_does_not_take_the_one_that_another_is_to_take(stage: Stage) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    drill = take(DRILL, drill, "hold", given(by, lacking="出口被占"), LegalTerms())
    with pytest.raises(StepRefused) as refusal:
        take(DRILL, drill, "fix", given(by, "已清理"), LegalTerms())
    assert [one.clause for one in refusal.value.unmet] == ["S33.1"]


def test_a_page_that_is_true_no_more_is_refused_with_what_happened_meanwhile(stage: Stage) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    seen = last_seq(DRILL, drill.pk)
    take(DRILL, drill, "hold", given(by, lacking=""), LegalTerms())
    with pytest.raises(StepRefused, match=f"{by.name}于.*办理了“登记演练”，现为“已演练，待整改”"):
        take(DRILL, drill, "hold", replace(given(by, lacking=""), seen=seen), LegalTerms())
    assert CaseStep.objects.filter(event="hold").count() == 1
    other = planned(stage)
    sheet(other, by)
    with pytest.raises(StepRefused, match="不符"):
        take(DRILL, other, "hold", replace(given(by, lacking=""), seen=last_seq(DRILL, other.pk) + 1), LegalTerms())


def test_a_story_that_is_too_long_for_a_page_says_how_much_it_leaves_out(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    take(DRILL, drill, "hold", given(by, lacking=""), LegalTerms())
    whole = story_of(DRILL, drill)
    monkeypatch.setattr(story, "MOST", len(whole) - 1)
    first, *told = story_of(DRILL, drill)
    assert "更早的 1 步" in first.what
    assert [line.what for line in told] == [line.what for line in whole[1:]]


def test_a_step_inside_anothers_asks_for_no_post_and_all_the_rest(stage: Stage) -> None:
    drill, by = planned(stage), stage.cast.outside_caretaker.person
    with pytest.raises(StepRefused) as refusal, transaction.atomic():
        inside(DRILL, drill, "hold", given(by, lacking=""), LegalTerms())
    assert [one.clause for one in refusal.value.unmet] == ["S34(5)"]
    sheet(drill, by)
    of_nobody = replace(given(by, lacking="出口被占"), by=None)
    with transaction.atomic():
        assert inside(DRILL, drill, "hold", of_nobody, LegalTerms()).state == "held"
    assert CaseStep.objects.get(event="hold").by is None
    assert RecordOutbox.objects.filter(type="cases.step").latest("created_at").record["by"] == "system"


def test_a_case_begun_inside_anothers_step_asks_for_no_post_and_all_the_rest(stage: Stage) -> None:
    by, unit = stage.cast.outside_caretaker.person, stage.cast.caretaker.person.unit
    with transaction.atomic():
        drill = begin_inside(DRILL, "plan", unit, given(by, planned=timezone.localdate()), LegalTerms())
    assert (drill.state, CaseStep.objects.get().by) == ("planned", by)
    assert RecordOutbox.objects.get(type="cases.step").record["case"] == str(drill.pk)
    wordy = replace(DRILL, events=(replace(DRILL.events[0], needs_words="请写明理由。"), *DRILL.events[1:]))
    with pytest.raises(StepRefused, match="请写明理由"), transaction.atomic():
        begin_inside(wordy, "plan", unit, given(by, planned=timezone.localdate()), LegalTerms())
    assert Drill.objects.count() == 1


def served(kind: CaseKind, settings: Any, around: Around = PAGES.around) -> None:
    """The routes of this kind in place of those of drills."""
    routes = ModuleType("drills")
    routes.urlpatterns = [*CasePages(kind, around).urls("drills/", {}), *of_the_program]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = routes


def test_a_list_has_groups_of_which_it_shows_the_first_and_finds_words(
    stage: Stage, client_of: Clients, settings: Any
) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    take(DRILL, drill, "hold", given(by, lacking="出口被占"), LegalTerms())
    coming = planned(stage)
    groups = (
        CaseGroup("ahead", "将要演练", lambda today: Q(state="planned", planned__gte=today)),
        CaseGroup("all", "全部", lambda today: Q()),
    )
    told = replace(
        DRILL, groups=groups, search=("lacking",), searched="发现的问题", warning=lambda drill: drill.lacking
    )
    served(told, settings)
    school = client_of("caretaker")

    def listed(**asked: str) -> set[UUID]:
        page = school.get("/drills/", asked).content.decode()
        assert "将要演练" in page
        assert "发现的问题" in page
        return {one for one in (drill.pk, coming.pk) if str(one) in page}

    assert listed() == {coming.pk}
    assert listed(state="all") == {drill.pk, coming.pk}
    assert listed(state="all", q="出口") == {drill.pk}
    warned = html.document_fromstring(school.get("/drills/", {"state": "all"}).content.decode())
    assert [one.text_content().strip() for one in warned.find_class("badge--danger")] == ["出口被占"]
    assert listed(q="出口") == set()


def test_a_page_shows_what_its_address_asks_for(stage: Stage, client_of: Clients, settings: Any) -> None:
    page, school = f"/drills/{planned(stage).pk}/", client_of("caretaker")
    served(DRILL, settings, replace(PAGES.around, asked=lambda request, row: {"state_label": request.GET.get("part")}))
    assert "第二部分" in school.get(page, {"part": "第二部分"}).content.decode()
    assert "已计划" in school.get(page).content.decode()


def test_a_reason_is_asked_for_where_no_clause_is_named(stage: Stage) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    hold = replace(DRILL.events[1], needs_words="请写明情况。", clauses=lambda drill: ())
    with pytest.raises(StepRefused, match="请写明情况") as refusal:
        take(_with(hold), drill, "hold", given(by, lacking=""), LegalTerms())
    assert refusal.value.clause == ""


def test_two_steps_are_one_in_the_records_where_they_say_so(stage: Stage) -> None:
    told = replace(DRILL.event("hold"), name="look_on", recorded="hold", target=None, stays=True, guard=None)
    kind, by = replace(DRILL, events=(*DRILL.events, told)), stage.cast.caretaker.person
    assert not list(faults_of(kind))
    assert list(faults_of(replace(kind, events=(*kind.events, replace(told, name="hold"))))), "their own names are two"
    drill = take(kind, planned(stage), "look_on", given(by, lacking=""), LegalTerms())
    step = CaseStep.objects.get(case_id=drill.pk, seq=2)
    assert step.record is not None
    assert (step.event, step.record.record["event"], step.before, step.after) == ("hold", "hold", "planned", "planned")
    assert kind.story("hold") == DRILL.event("hold").story


def test_papers_of_steps_are_read_where_the_kind_says_by_whom(stage: Stage, client_of: Clients, settings: Any) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    photo = keep_paper(upload(), by=by, at=timezone.now())
    take(DRILL, drill, "hold", replace(given(by, lacking="出口被占"), papers=(photo,)), LegalTerms())
    served(replace(DRILL, step_papers=(Permission.MANAGE_PLACES,)), settings)
    address, page = f"/drills/{drill.pk}/steps/papers/{photo.pk}/", f"/drills/{drill.pk}/"
    assert address in client_of("caretaker").get(page).content.decode()
    assert client_of("caretaker").get(address)["Content-Disposition"].startswith("attachment")
    assert RecordOutbox.objects.filter(type="paper.read").exists()
    for member in ("outside_caretaker", "auditor"):
        assert client_of(member).get(address).status_code in (403, 404), member
    other = keep_paper(upload(), by=by, at=timezone.now())
    assert client_of("caretaker").get(f"/drills/{drill.pk}/steps/papers/{other.pk}/").status_code == 404


def test_whom_a_case_is_about_reads_and_answers_it_without_a_post(
    stage: Stage, client_of: Clients, settings: Any
) -> None:
    drill, person = planned(stage), stage.cast.bystander.person
    sheet(drill, stage.cast.caretaker.person)
    drill = take(DRILL, drill, "hold", given(stage.cast.caretaker.person, lacking="出口被占"), LegalTerms())

    def about(one: Person, at: Any) -> Any:
        return Drill.objects.filter(pk=drill.pk if one == person else None)

    answer = replace(DRILL.event("fix"), actor=Actor((), about, rows_alone=True))
    nobodys = replace(answer, name="nobodys", actor=Actor((), about))
    kind = replace(DRILL, view=None, shown_to=about, events=(*DRILL.events[:2], answer, nobodys))
    served(kind, settings)
    page = f"/drills/{drill.pk}/"
    for member in ("lead", "caretaker"):
        assert client_of(member).get(page).status_code == 404
        assert client_of(member).post(f"{page}do/fix/").status_code == 404
    own, said = client_of("bystander"), {"on": timezone.localdate().isoformat(), "words": "已清理"}
    assert f"{page}do/fix/" in own.get(page).content.decode()
    assert own.post(f"{page}do/nobodys/", said).status_code == 403, "without a permission nobody takes it"
    assert own.post(f"{page}do/fix/", said).status_code == 302
    with pytest.raises(StepRefused, match="其他岗位"):
        take(kind, drill, "nobodys", given(person, "已清理"), LegalTerms())


def test_a_button_stands_back_where_the_case_says_so(stage: Stage, client_of: Clients, settings: Any) -> None:
    drill, other = planned(stage), planned(stage)
    for one in (drill, other):
        sheet(one, stage.cast.caretaker.person)
    served(_with(replace(DRILL.event("hold"), aside=lambda row: row.pk == drill.pk)), settings)
    for one, back in ((drill, True), (other, False)):
        page = html.document_fromstring(client_of("caretaker").get(f"/drills/{one.pk}/").content.decode())
        assert bool(page.get_element_by_id("hold").find_class("button--secondary")) is back


def test_the_paper_of_a_form_goes_with_its_step_and_is_not_kept_without_it(
    stage: Stage, client_of: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    monkeypatch.setitem(HeldForm.base_fields, "file", PaperField(label="照片"))
    school, today = client_of("caretaker"), timezone.localdate().isoformat()
    refused = school.post(f"/drills/{drill.pk}/do/hold/", {"on": today, "file": upload()})
    assert (refused.status_code, Paper.objects.count()) == (422, 0), "the list of who took part is missing"
    sheet(drill, by)
    assert school.post(f"/drills/{drill.pk}/do/hold/", {"on": today, "file": upload()}).status_code == 302
    step = CaseStep.objects.get(event="hold")
    assert step.record is not None
    assert [one.sha256 for one in step.papers.all()] == step.record.record["papers"] != []


def test_what_a_form_lacks_is_asked_with_the_day_that_counts(stage: Stage) -> None:
    drill, by, asked = planned(stage), stage.cast.caretaker.person, list[Any]()
    sheet(drill, by)
    hold = replace(DRILL.events[1], day=StepDay.PAST, check=lambda facts, answers: asked.append(dict(answers)) or ())
    yesterday = timezone.localdate() - timedelta(days=1)
    take(_with(hold), drill, "hold", replace(given(by, lacking=""), on=yesterday), LegalTerms())
    assert asked == [{"lacking": "", "on": yesterday}]


def test_who_did_at_the_same_moment_what_only_one_may_is_told_so(stage: Stage) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)

    def another(row: Drill, step: StepInput, kept: CaseStep) -> None:
        CaseStep.objects.filter(pk=kept.pk).update(seq=1)

    hold = replace(DRILL.events[1], after=another)
    with pytest.raises(IntegrityError):
        take(_with(hold), drill, "hold", given(by, lacking=""), LegalTerms())
    with pytest.raises(StepRefused, match="他人刚刚办理"):
        take(_with(replace(hold, clash="他人刚刚办理。")), drill, "hold", given(by, lacking=""), LegalTerms())
    assert Drill.objects.get().state == "planned"


def test_a_step_whose_record_names_none_is_told_as_one_without(stage: Stage) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    take(replace(DRILL, recorder=lambda *told: None), drill, "hold", given(by, lacking=""), LegalTerms())
    assert [one.kept for one in story_of(DRILL, drill)] == [True, False]


def test_a_kind_without_rows_above_its_cases_reads_the_case_alone(stage: Stage) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    with CaptureQueriesContext(connection) as asked:
        take(replace(DRILL, locks=()), drill, "hold", given(by, lacking=""), LegalTerms())
    locked = next(one["sql"] for one in asked if one["sql"].startswith('SELECT "cases_drill"."id"'))
    assert "JOIN" not in locked


def _with(event: Event) -> CaseKind:
    return replace(DRILL, events=(DRILL.events[0], event, *DRILL.events[2:]))


def test_time_takes_its_steps_one_by_one_and_asks_again_under_the_lock(stage: Stage) -> None:
    from_unit = stage.cast.caretaker.person
    ripe, late, spoiled, other = (planned(stage) for _ in range(4))
    Drill.objects.filter(pk=spoiled.pk).update(lacking="spoiled")
    Drill.objects.exclude(pk=other.pk).update(planned=timezone.localdate() - timedelta(days=1))

    def fill(drill: Drill, step: StepInput, terms: LegalTerms) -> None:
        if drill.lacking:
            raise ValueError("what no declaration foresees")
        drill.lacking = "逾期"

    def when(drill: Drill, at: datetime) -> bool:
        return drill.pk != late.pk

    where = Ripe(lambda at: Q(planned__lt=timezone.localdate(at), unit__name=from_unit.unit.name), when)
    skip = Event(
        name="skip", verb="", story="未演练", said="", sources=(DrillState.PLANNED,), target=DrillState.FIXED, actor=NOBODY,
        clauses=("S34(5)",), ripe=where, keeps=lambda drill, step, terms: ("逾期未演练", ()), fill=fill,
    )  # fmt: skip
    kind = replace(DRILL, events=(*DRILL.events, skip))
    assert list(faults_of(kind)) == []
    assert any("comes with time" in one for one in faults_of(_with(replace(DRILL.event("hold"), ripe=where))))
    registry.leave(DRILL)
    registry.add(kind)
    try:
        now = timezone.now()
        assert clocks.sweep(now) == {"cases.drill.skip": 1}
        assert clocks.sweep(now)["cases.drill.skip"] == 0, "once"
    finally:
        registry.leave(kind)
        registry.add(DRILL)
    step = CaseStep.objects.get(event="skip")
    assert (step.case_id, step.by, step.words, step.before, step.after) == (
        ripe.pk,
        None,
        "逾期未演练",
        "planned",
        "fixed",
    )
    assert step.record is not None
    assert step.record.record["by"] == "system"
    assert set(Drill.objects.filter(state="planned")) == {late, spoiled, other}, "each of the others waits for itself"


def test_somebody_was_quicker_than_time(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    skip = Event(
        name="skip", verb="", story="未演练", said="", sources=(DrillState.PLANNED,), target=DrillState.FIXED, actor=NOBODY,
        clauses=("S34(5)",), ripe=Ripe(lambda at: Q(planned__lte=timezone.localdate(at))),
    )  # fmt: skip
    kind = replace(DRILL, events=(*DRILL.events, skip))
    registry.leave(DRILL)
    registry.add(kind)
    lock = clocks.locked

    def quicker(*args: Any) -> Any:
        take(DRILL, drill, "hold", given(by, lacking=""), LegalTerms())
        return lock(*args)

    monkeypatch.setattr(clocks, "locked", quicker)
    try:
        assert clocks.sweep(timezone.now())["cases.drill.skip"] == 0
    finally:
        registry.leave(kind)
        registry.add(DRILL)
    assert Drill.objects.get().state == "held"


def test_a_beginning_that_names_its_state_before_it_does_so_in_step_and_record(stage: Stage) -> None:
    kind = replace(DRILL, events=(replace(DRILL.event("plan"), stays=True), *DRILL.events[1:]))
    assert not list(faults_of(kind))
    by = stage.cast.caretaker.person
    for one, before in ((DRILL, ""), (kind, "planned")):
        drill = begin(one, "plan", by.unit, given(by, planned=timezone.localdate()), LegalTerms())
        step = CaseStep.objects.get(case_id=drill.pk)
        assert step.record is not None
        assert (step.before, step.record.record["before"], step.after) == (before, before, "planned")


def test_a_state_is_changed_by_steps_alone(stage: Stage) -> None:
    drill = planned(stage)
    with pytest.raises(AttributeError):
        drill.state = "fixed"


def sheet(drill: Drill, by: Person) -> None:
    from tests.places.life.papers import paper

    now = timezone.now()
    CasePaper.objects.create(
        kind=DRILL.key, case_id=drill.pk, sort="sheet", paper=paper("签到表", by, now), by=by, at=now
    )


def test_a_case_of_which_steps_are_kept_is_not_deleted(stage: Stage) -> None:
    with pytest.raises(ProtectedError):
        planned(stage).delete()


@pytest.mark.parametrize(
    ("spoiled", "told"),
    [
        ({"badges": {}}, "states without a badge"),
        ({"events": DRILL.events[:-1]}, "no step leads to: ['fixed']"),
        ({"events": (*DRILL.events, replace(DRILL.events[1], target="burnt"))}, "hold names states"),
        ({"events": (*DRILL.events, replace(DRILL.events[1], name="again", clauses=("S99",)))}, "again rests on S99"),
        ({"events": (*DRILL.events, replace(DRILL.events[1], name="a" * 25))}, "longer than 24"),
        ({"events": DRILL.events[1:]}, "no step begins it"),
        ({"prints": DRILL.prints * 2}, "two documents have one address: ['record', 'record']"),
    ],
)
def test_a_declaration_that_cannot_be_is_told_at_the_start(spoiled: dict[str, Any], told: str) -> None:
    assert list(faults_of(DRILL)) == []
    assert any(told in one for one in faults_of(replace(DRILL, **spoiled)))


def test_an_outcome_may_rest_on_the_case_and_a_room_says_who_opens_it_and_why_not(
    stage: Stage, client_of: Clients, settings: Any
) -> None:
    drill, by = planned(stage), stage.cast.caretaker.person
    sheet(drill, by)
    part = replace(
        DRILL.event("hold"),
        target=None,
        outcomes={"hold": "held", "hold_well": "fixed"},
        choose=lambda drill, step: "hold_well" if drill.lacking else "hold",
        story={"hold": "登记演练", "hold_well": "登记演练，无须整改"},
        said={"hold": "已登记。", "hold_well": "已登记，无须整改。"},
        fill=lambda drill, step, terms: None,
    )
    kind = replace(DRILL, events=(DRILL.event("plan"), part, DRILL.event("fix")))
    around = replace(PAGES.around, may=(Permission.VIEW_PLACES,), told=lambda refusal: f"不予办理：{refusal}")
    served(kind, settings, around)
    address = f"/drills/{drill.pk}/do/hold/"
    assert client_of("operator").post(address, {}).status_code == 404, "its row decides, no permission before it"
    school, on = client_of("caretaker"), timezone.localdate().isoformat()
    assert "不予办理：您打开页面以后" in school.post(address, {"on": on, "seen": "0"}).content.decode()
    school.post(address, {"on": on})
    drill = Drill.objects.get(pk=drill.pk)
    assert (drill.state, CaseStep.objects.get(event="hold").after) == ("held", "held")
    assert "不予办理：现为" in school.post(address, {"on": on}).content.decode()
    other = planned(stage)
    sheet(other, by)
    Drill.objects.filter(pk=other.pk).update(lacking="出口被占")
    told = school.post(f"/drills/{other.pk}/do/hold/", {"on": on}, follow=True).content.decode()
    assert "已登记，无须整改。" in told
    assert Drill.objects.get(pk=other.pk).state == "fixed"


def test_a_form_offers_and_takes_what_this_person_may_choose(
    stage: Stage, client_of: Clients, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    drill = planned(stage)
    sheet(drill, stage.cast.caretaker.person)
    monkeypatch.setattr(HeldForm, "base_fields", HeldForm.base_fields | {"lacking": forms.ChoiceField(required=False)})

    def choices(form: Any, row: Any, person: Any, at: Any) -> None:
        form.fields["lacking"].choices = [("", "无"), (f"{row.unit.name}，{person.name}", "有")]

    events = (DRILL.event("plan"), replace(DRILL.event("hold"), choices=choices), DRILL.event("fix"))
    served(replace(DRILL, events=events), settings, PAGES.around)
    school, on = client_of("caretaker"), timezone.localdate().isoformat()
    own = f"{drill.unit.name}，{stage.cast.caretaker.person.name}"
    assert own in school.get(f"/drills/{drill.pk}/").content.decode()
    assert school.post(f"/drills/{drill.pk}/do/hold/", {"on": on, "lacking": "别人的"}).status_code == 422
    assert school.post(f"/drills/{drill.pk}/do/hold/", {"on": on, "lacking": own}).status_code == 302
    assert Drill.objects.get(pk=drill.pk).lacking == own


def test_what_lies_outside_is_asked_before_the_step_and_in_no_transaction_of_its_own(
    stage: Stage, client_of: Clients, settings: Any
) -> None:
    drill, by, asked = planned(stage), stage.cast.caretaker.person, list[str]()
    sheet(drill, by)
    there = [Away("没有应答")]
    depth = len(connection.savepoint_ids)

    def prepares(row: Any, step: StepInput) -> StepInput:
        assert len(connection.savepoint_ids) == depth, "the step's transaction is open already"
        asked.append(row.state)
        if there:
            raise there.pop()
        return replace(step, outside="出口被占")

    hold = replace(
        DRILL.event("hold"),
        prepares=prepares,
        fill=lambda drill, step, terms: setattr(drill, "lacking", step.outside),
    )
    events = (DRILL.event("plan"), hold, DRILL.event("fix"))
    served(
        replace(DRILL, events=events), settings, replace(PAGES.around, troubles=(Away,), troubled=lambda why: f"{why}")
    )
    address, on = f"/drills/{drill.pk}/do/hold/", timezone.localdate().isoformat()
    school = client_of("caretaker")
    away = school.post(address, {"on": on})
    assert (away.status_code, "没有应答" in away.content.decode()) == (503, True)
    assert Drill.objects.get(pk=drill.pk).state == "planned"
    stale = school.post(address, {"on": on, "seen": "99"})
    assert (stale.status_code, asked) == (422, ["planned"]), "a page that is true no more asks nothing outside"
    assert school.post(address, {"on": on}).status_code == 302
    assert Drill.objects.get(pk=drill.pk).lacking == "出口被占"
    assert school.post(address, {"on": on}).status_code == 422
    assert asked == ["planned", "planned"], "nor does one of a case that is past it"


class Away(Exception):
    """What a step asks outside does not answer."""
