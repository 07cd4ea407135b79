"""Two who enter the main works of one system are told of each other (R8)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0026_overlap_share")]

    operations = [
        migrations.AddField("mainworks", "revision", models.PositiveIntegerField(default=0, editable=False)),
    ]
