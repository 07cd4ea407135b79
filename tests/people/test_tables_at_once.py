"""An installation that begins gets the tables of each room in one step, and those that go on go the steps that came since."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder

from custodes.people.tables_at_once import TablesAtOnce

pytestmark = pytest.mark.postgresql

LOADER = MigrationLoader(None, replace_migrations=False)
BEGINNINGS = {key: migration for key, migration in LOADER.disk_migrations.items() if migration.replaces}


def test_each_room_begins_with_all_its_tables_and_what_they_need_from_the_first_day() -> None:
    assert sorted(app for app, _ in BEGINNINGS) == [
        *("access", "cases", "oversight", "people", "places", "sharing", "upkeep"),
    ]
    for key, migration in BEGINNINGS.items():
        first, *behind = migration.operations
        assert isinstance(first, TablesAtOnce), key
        assert all(isinstance(step, RunPython) for step in behind), key


@pytest.mark.django_db
def test_a_database_that_began_so_has_gone_every_step_and_lacks_none() -> None:
    applied = set(MigrationRecorder(connection).applied_migrations())
    for key, migration in BEGINNINGS.items():
        assert {key, *migration.replaces} <= applied
    # Without `cases`: a test's own kind of case has its model there.
    rooms = [app for app, _name in BEGINNINGS if app != "cases"]
    call_command("makemigrations", "--check", "--dry-run", *rooms, verbosity=0)
