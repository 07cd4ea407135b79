from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0035_search_by_pairs")]

    operations = [
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(fields=["state", "submitted_on", "id"], name="places_filing_waiting"),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=models.Q(("event__in", ["accept", "put_in_use", "begin_trial"])),
                fields=["event", "on", "object_id"],
                name="places_step_begins_term",
            ),
        ),
    ]
