"""Systems that were entered before their life was kept."""

from django.db import migrations


def _carry_over(apps, schema_editor):
    """Systems that were entered before their life was kept are in use: recording goes on, what is missing becomes a task."""
    apps.get_model("places", "System").objects.update(state="legacy_in_use")


class Migration(migrations.Migration):

    dependencies = [("places", "0015_life")]

    operations = [migrations.RunPython(_carry_over, migrations.RunPython.noop, elidable=True)]
