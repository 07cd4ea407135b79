"""Systems that were filed elsewhere take over their receipts (S16.2b)."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_unit_applications"),
        ("places", "0029_one_interface_try"),
    ]

    operations = [
        migrations.AddField(
            "filing",
            "authority",
            models.CharField(blank=True, default="", max_length=80, verbose_name="原备案机关"),
            preserve_default=False,
        ),
        migrations.AddField(
            "filing",
            "receipt_paper",
            models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.paper",
            ),
        ),
        migrations.RemoveConstraint("filing", "places_receipt_once"),
        migrations.AddConstraint(
            "filing",
            models.UniqueConstraint(
                fields=["authority", "receipt"],
                condition=~Q(receipt="") & ~Q(state="withdrawn"),
                name="places_receipt_once",
            ),
        ),
        migrations.AddConstraint(
            "filing",
            models.CheckConstraint(
                condition=Q(authority="") | (~Q(receipt="") & Q(receipt_paper__isnull=False)),
                name="places_receipt_with_its_paper",
            ),
        ),
    ]
