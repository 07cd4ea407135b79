"""All that came before, at once, for an installation that begins (decision 0408)."""

from django.db import migrations

from custodes.people.tables_at_once import at_once

NAMES = (
    "0001_initial",
    "0002_grade_and_thinning",
    "0003_sources",
    "0004_batches",
    "0005_plans",
    "0006_steering",
    "0007_volume_orders",
    "0008_sound",
    "0009_hours_calendar",
    "0010_repeating_plans",
    "0011_sound_by_two_people",
    "0012_sound_constraints",
    "0013_changed_series",
    "0014_product",
    "0015_life",
    "0016_in_use_from_before",
    "0017_place_inventory",
    "0018_fields_of_view",
    "0019_doubtful_spots",
    "0020_revisions",
    "0021_positions_in_tables",
    "0022_city_plans",
    "0023_records_of_steps",
    "0024_change_cases",
    "0025_upgrade_orders",
    "0026_overlap_share",
    "0027_revision_of_works",
    "0028_product_withdrawn",
    "0029_one_interface_try",
    "0030_receipts_from_elsewhere",
    "0031_drafts",
    "0032_table_imports",
    "0033_search_and_order",
    "0034_orders_of_lists",
    "0035_search_by_pairs",
    "0036_work_list_indexes",
    "0037_camera_indexes",
    "0038_draft_changed_via",
    "0039_gb_devices",
    "0040_probe_steps",
)


class Migration(migrations.Migration):
    initial = True
    replaces = [("places", name) for name in NAMES]
    dependencies = [("people", "0014_unit_by_name")]
    operations = at_once("custodes.places.migrations", NAMES)
