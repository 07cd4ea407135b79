"""An installation that begins gets the tables that going through every migration would give it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from custodes.people.tables_at_once import TablesAtOnce

LOADER = MigrationLoader(None, replace_migrations=False)
BEGINNINGS = sorted(key for key, migration in LOADER.disk_migrations.items() if migration.replaces)


def replaced(beginning: tuple[str, str]) -> list[Migration]:
    return [LOADER.disk_migrations[key] for key in LOADER.disk_migrations[beginning].replaces]


def after(migrations: list[Migration]) -> ProjectState:
    state = ProjectState()
    for migration in migrations:
        state = migration.mutate_state(state, preserve=False)
    return state


def test_the_apps_whose_tables_are_made_at_once() -> None:
    assert [app for app, _ in BEGINNINGS] == ["access", "people", "places", "upkeep"]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_both_ways_end_at_the_same_models(beginning: tuple[str, str]) -> None:
    assert after([LOADER.disk_migrations[beginning]]) == after(replaced(beginning))


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_it_stands_for_the_first_migrations_in_their_order_and_leaves_none_out(beginning: tuple[str, str]) -> None:
    app, last = beginning[0], LOADER.disk_migrations[beginning].replaces[-1]
    plan = [key for key in LOADER.graph.forwards_plan(last) if key[0] == app]
    assert plan == LOADER.disk_migrations[beginning].replaces


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_what_migrations_write_into_empty_tables_is_written(beginning: tuple[str, str]) -> None:
    rows = [step for one in replaced(beginning) for step in one.operations if isinstance(step, RunPython)]
    first, *behind = LOADER.disk_migrations[beginning].operations
    assert isinstance(first, TablesAtOnce)
    assert behind == [step for step in rows if not step.elidable]


@pytest.mark.django_db
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_database_that_began_so_has_gone_every_step(beginning: tuple[str, str]) -> None:
    applied = MigrationRecorder(connection).applied_migrations()
    assert {beginning, *LOADER.disk_migrations[beginning].replaces} <= set(applied)


@pytest.mark.django_db
def test_a_database_that_stopped_between_any_two_steps_goes_every_other_step_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = LOADER.graph
    plan = list(dict.fromkeys(key for leaf in graph.leaf_nodes() for key in graph.forwards_plan(leaf)))
    plan = [key for key in plan if key not in BEGINNINGS]
    applied: set[tuple[str, str]] = set()
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _self: dict.fromkeys(applied))
    loader = MigrationLoader(connection, load=False)
    for key in plan:
        loader.build_graph()
        loader.check_consistent_history(connection)
        left = {one for leaf in loader.graph.leaf_nodes() for one in loader.graph.forwards_plan(leaf)}
        left -= set(loader.applied_migrations)
        gone = [old for one in left for old in (LOADER.disk_migrations[one].replaces or [one])]
        assert sorted([*gone, *applied]) == sorted(plan), f"stopped before {key}"
        applied.add(key)
