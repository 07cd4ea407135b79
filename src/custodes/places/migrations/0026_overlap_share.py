"""How much of each camera's field others see, kept from now on (S8.3)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0025_upgrade_orders")]

    operations = [
        migrations.AddField(
            model_name="camera",
            name="overlap_share",
            field=models.FloatField(editable=False, null=True),
        )
    ]
