"""Imports go on when the database was away, one that broke off leaves its record, and all or nothing has a size."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from custodes.people.models import RecordOutbox
from custodes.places.importing import running, tasks
from custodes.places.models import ImportState, Site, TableImport
from custodes.web.background import Background, work_off
from tests.places.importing import SITE, checked, confirm, csv_of, hand_in

pytestmark = pytest.mark.postgresql


def named(count):
    return [{**SITE, "场所名称": f"北门幼儿园{number:05d}"} for number in range(count)]


def away(*_args, **_more):
    raise OperationalError("Failing row contains 北门幼儿园00000")


def fails_to_say(monkeypatch):
    """The database is away while the work runs, and when it is said that it broke off."""
    update = QuerySet.update

    def refuses(self, **values):
        if values.get("state") == ImportState.FAILED:
            away()
        return update(self, **values)

    monkeypatch.setattr(running, "check", away)
    monkeypatch.setattr(QuerySet, "update", refuses)


def test_a_table_whose_failure_could_not_be_said_is_begun_again_once_nothing_else_is_to_do(
    stage, client_of, monkeypatch
):
    hand_in(client_of("caretaker"), "sites", csv_of(named(2)))
    table = TableImport.objects.get()
    with monkeypatch.context() as patch:
        fails_to_say(patch)
        Background._work_once()
        assert not running.is_worked_on(table.pk)
    assert "北门幼儿园" not in str(list(DBTaskResult.objects.values()))
    Background._work_once()  # nothing waits: it is begun again
    assert DBTaskResult.objects.ready().count() == 1
    Background._work_once()
    table.refresh_from_db()
    assert (table.state, table.ready) == (ImportState.CHECKED, 2)
    Background._work_once()
    assert not DBTaskResult.objects.ready().exists()


def test_what_waits_or_is_worked_on_is_not_begun_twice(stage, client_of):
    hand_in(client_of("caretaker"), "sites", csv_of(named(2)))
    table = TableImport.objects.get()
    assert tasks.begin_stuck() == 0, "its task waits"
    DBTaskResult.objects.all().delete()
    running.note_progress(table.pk, 0)
    assert tasks.begin_stuck() == 0, "it is worked on"
    running.forget_progress(table.pk)
    assert tasks.begin_stuck() == 1
    assert tasks.begin_stuck() == 0


def test_a_process_that_starts_without_its_database_takes_up_the_imports_when_it_comes(monkeypatch):
    background, calls = Background(), []

    def resume():
        calls.append("resume")
        if len(calls) < 3:
            away()

    def work():
        calls.append("tasks")
        background._stopping.set()

    monkeypatch.setattr("custodes.web.background.TASK_SECONDS", 0)
    monkeypatch.setattr(tasks, "resume", resume)
    monkeypatch.setattr(Background, "_work_once", staticmethod(work))
    monkeypatch.setattr("custodes.web.background.close_old_connections", lambda: None)
    monkeypatch.setattr("custodes.web.background.connection", type("Held", (), {"close": staticmethod(lambda: None)}))
    background._work()
    assert calls == ["resume", "resume", "resume", "tasks"]


def test_a_check_that_breaks_off_after_the_register_changed_is_said_too(stage, client_of, monkeypatch):
    browser = client_of("caretaker")
    table = checked(browser, "sites", named(2))
    first = named(1)[0]
    Site.objects.create(
        name=first["场所名称"], category=9, address="路", division=stage.school.site.division, unit=stage.school.unit
    )
    with monkeypatch.context() as patch:
        patch.setattr(running, "check", away)
        table = confirm(browser, table)
    assert (table.state, table.whole) == (ImportState.FAILED, None)
    browser.post(reverse("places:import_again", args=[table.pk]))
    work_off()
    table.refresh_from_db()
    assert (table.state, table.faulty) == (ImportState.CHECKED, 1)


@pytest.fixture
def half(stage, client_of, monkeypatch):
    """A table of which one piece was entered before it broke off."""
    monkeypatch.setattr(tasks, "CHUNK", 2)
    browser = client_of("caretaker")
    table = checked(browser, "sites", named(4))
    real, calls = running._add, []

    def breaks(*args):
        calls.append(1)
        if len(calls) == 2:
            away()
        real(*args)

    with monkeypatch.context() as patch:
        patch.setattr(running, "_add", breaks)
        table = confirm(browser, table, "right")
    assert (table.state, table.entered) == (ImportState.FAILED, 2)
    assert Site.objects.filter(name__startswith="北门幼儿园").count() == 2
    return table


def test_what_a_table_entered_before_it_broke_off_is_on_record_when_it_is_discarded(half, client_of):
    client_of("caretaker").post(reverse("places:import_discard", args=[half.pk]))
    assert not TableImport.objects.exists()
    record = RecordOutbox.objects.get(type="table.imported").record
    assert (record["rows"], record["entered"], record["refused"], record["whole"]) == (4, 2, 2, False)
    assert record["sha256"] == half.sha256


def test_nor_is_it_forgotten_without_one_when_nobody_comes_back(half):
    tasks.sweep(half.at + tasks.KEPT * 2)
    assert not TableImport.objects.exists()
    assert RecordOutbox.objects.get(type="table.imported").record["entered"] == 2


def test_a_table_is_not_discarded_without_its_record(half, client_of, monkeypatch):
    monkeypatch.setattr(running, "record", away)
    with pytest.raises(OperationalError):
        client_of("caretaker").post(reverse("places:import_discard", args=[half.pk]))
    assert TableImport.objects.filter(pk=half.pk).exists()


def test_a_table_that_came_to_its_end_has_one_record_however_it_goes(stage, client_of):
    browser = client_of("caretaker")
    table = confirm(browser, checked(browser, "sites", named(2)))
    browser.post(reverse("places:import_discard", args=[table.pk]))
    assert RecordOutbox.objects.filter(type="table.imported").count() == 1
    unentered = checked(browser, "sites", [{**SITE, "场所名称": "另一所"}])
    browser.post(reverse("places:import_discard", args=[unentered.pk]))
    assert RecordOutbox.objects.filter(type="table.imported").count() == 1


def test_all_or_nothing_has_a_size_on_sqlite_and_none_on_postgresql(stage, client_of, monkeypatch):
    monkeypatch.setattr(running, "WHOLE_ROWS", 2)
    browser = client_of("caretaker")
    table = checked(browser, "sites", named(3))
    page = browser.get(table.get_absolute_url()).content.decode()
    answer = browser.post(reverse("places:import_enter", args=[table.pk]), {"way": "whole"}, follow=True)
    work_off()
    table.refresh_from_db()
    if connection.vendor == "postgresql":
        assert (table.state, table.entered) == (ImportState.DONE, 3)
        return
    assert (table.state, table.entered) == (ImportState.CHECKED, 0)
    assert "超过 2 行的不能整批登记" in answer.content.decode()
    assert "逐批登记 3 行" in page
    assert 'value="whole"' not in page
    assert confirm(browser, table, "right").entered == 3
    assert confirm(browser, checked(browser, "sites", [{**SITE, "场所名称": "另一所"}])).entered == 1


def test_a_task_of_a_table_that_is_gone_does_nothing(stage):
    tasks._run("00000000-0000-0000-0000-000000000000", ImportState.CHECKING, away)
