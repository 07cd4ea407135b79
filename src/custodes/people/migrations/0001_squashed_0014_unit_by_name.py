"""All that came before, at once, for an installation that begins (decision 0408)."""

from django.db import migrations

from custodes.people.tables_at_once import at_once

NAMES = (
    "0001_initial",
    "0002_divisions_and_cache",
    "0003_papers",
    "0004_unit_contacts",
    "0005_credentials",
    "0006_unit_applications",
    "0010_unit_mail",
    "0011_programs",
    "0012_program_papers_and_writes",
    "0013_records_by_row",
    "0014_unit_by_name",
)


class Migration(migrations.Migration):
    initial = True
    replaces = [("people", name) for name in NAMES]
    dependencies = []
    operations = at_once("custodes.people.migrations", NAMES)
