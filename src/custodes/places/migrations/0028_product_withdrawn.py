"""A product's certificate can be withdrawn, and entered anew afterwards (S13.1)."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_unit_applications"),
        ("places", "0027_revision_of_works"),
    ]

    operations = [
        migrations.AddField("product", "withdrawn_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField(
            "product",
            "withdrawn_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.person",
            ),
        ),
        migrations.AddField(
            "product",
            "withdrawn_why",
            models.CharField(blank=True, max_length=200, verbose_name="撤销理由"),
        ),
        migrations.RemoveConstraint("product", "places_product_certificate_once"),
        migrations.AddConstraint(
            "product",
            models.UniqueConstraint(
                fields=["maker", "model", "certificate"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="places_product_certificate_once",
            ),
        ),
    ]
