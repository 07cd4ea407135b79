"""All that came before, at once, for an installation that begins (decision 0408)."""

from django.db import migrations

from custodes.people.tables_at_once import at_once

NAMES = (
    "0001_initial",
    "0002_shortage",
    "0003_worker_process",
    "0004_pictures",
    "0005_alarms",
    "0006_camera_events",
    "0007_escalation",
    "0008_held_alarms",
    "0009_volume_details",
    "0010_declared_views",
    "0011_failing_volume",
    "0012_places_of_views",
    "0013_clerk_post",
    "0014_date_notices",
    "0015_date_feeds",
    "0020_keeping",
)


class Migration(migrations.Migration):
    initial = True
    replaces = [("upkeep", name) for name in NAMES]
    dependencies = [("people", "0011_programs"), ("places", "0038_draft_changed_via")]
    operations = at_once("custodes.upkeep.migrations", NAMES)
