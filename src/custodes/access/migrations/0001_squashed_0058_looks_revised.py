"""All that came before, at once, for an installation that begins (decision 0408)."""

from django.db import migrations

from custodes.people.tables_at_once import at_once

NAMES = (
    "0001_initial",
    "0002_view_check_ground",
    "0003_sound",
    "0004_withheld",
    "0005_holds",
    "0010_agency_requests",
    "0011_evidence_packages",
    "0030_missing_persons",
    "0033_supervised_names_and_pictures",
    "0034_package_stamp",
    "0040_public_release",
    "0044_looks",
    "0048_own_image",
    "0050_narrowings",
    "0054_looks_mended",
    "0056_release_decisions",
    "0058_looks_revised",
)


class Migration(migrations.Migration):
    initial = True
    replaces = [("access", name) for name in NAMES]
    dependencies = [("people", "0014_unit_by_name"), ("places", "0038_draft_changed_via")]
    operations = at_once("custodes.access.migrations", NAMES)
