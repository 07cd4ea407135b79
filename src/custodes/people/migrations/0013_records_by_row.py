from django.db import migrations, models
from django.db.models import Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Concat


def say_of_which_row(apps, schema_editor):
    rows = apps.get_model("people", "RecordOutbox").objects.filter(type="config.changed")
    parts = KeyTextTransform("object", "record"), Value(":"), KeyTextTransform("object_id", "record")
    rows.update(about=Concat(*parts, output_field=models.TextField()))


class Migration(migrations.Migration):
    dependencies = [("people", "0012_program_papers_and_writes")]

    operations = [
        migrations.AddField(
            "recordoutbox", "about", models.CharField(blank=True, default="", editable=False, max_length=120)
        ),
        migrations.RunPython(say_of_which_row, migrations.RunPython.noop, elidable=True),
        migrations.AddIndex(
            "recordoutbox",
            models.Index(
                condition=models.Q(("about", ""), _negated=True),
                fields=["about", "created_at"],
                name="people_outbox_about",
            ),
        ),
    ]
