"""Sound is asked for by one account and approved by another. What was approved by a typed name stands, and says so."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def keep(apps: Any, schema_editor: Any) -> None:
    orders = apps.get_model("places", "SoundOrder").objects.using(schema_editor.connection.alias)
    orders.update(decided_at=F("asked_at"), state="ended")
    orders.filter(ended_at__isnull=True).update(state="approved")


def leave(apps: Any, schema_editor: Any) -> None:
    """Back: what waits or was refused was never an order."""
    orders = apps.get_model("places", "SoundOrder").objects.using(schema_editor.connection.alias)
    orders.exclude(state__in=["approved", "ended"]).delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0002_divisions_and_cache"), ("places", "0010_repeating_plans")]

    operations = [
        migrations.AlterModelOptions(
            name="soundorder", options={"ordering": ["-asked_at"], "verbose_name": "采集声音的许可"}
        ),
        migrations.RemoveConstraint(model_name="soundorder", name="one_sound_order_a_camera"),
        migrations.RenameField(model_name="soundorder", old_name="by", new_name="asked_by"),
        migrations.RenameField(model_name="soundorder", old_name="at", new_name="asked_at"),
        migrations.AlterField(
            model_name="soundorder",
            name="id",
            field=models.BigAutoField(primary_key=True, serialize=False),
        ),
        migrations.AlterField(
            model_name="soundorder",
            name="approver",
            field=models.CharField(blank=True, max_length=40, verbose_name="批准人"),
        ),
        migrations.AddField(
            model_name="soundorder",
            name="state",
            field=models.CharField(
                choices=[
                    ("waiting", "待批准"),
                    ("approved", "已批准"),
                    ("refused", "未批准"),
                    ("withdrawn", "已撤回"),
                    ("ended", "已提前结束"),
                ],
                default="waiting",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="soundorder",
            name="decided_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
            ),
        ),
        migrations.AddField(
            model_name="soundorder", name="decided_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="soundorder",
            name="decided_words",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="soundorder",
            name="ended_words",
            field=models.CharField(blank=True, default="", max_length=200),
            preserve_default=False,
        ),
        migrations.RunPython(keep, leave, elidable=True),
    ]
