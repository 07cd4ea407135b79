from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sharing", "0001_squashed")]

    # No test was ever entered by anything but a person; what the gateway measured is a trial.
    operations = [migrations.RemoveField(model_name="linktest", name="measured")]
