"""One live try of a system's interface at a time (S12.1)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0028_product_withdrawn")]

    operations = [
        migrations.AddConstraint(
            "interfacetest",
            models.UniqueConstraint(
                fields=["system"],
                condition=models.Q(ended_at__isnull=True),
                name="places_one_interface_try",
            ),
        )
    ]
