"""The app with which the watchers are watched."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OversightConfig(AppConfig):
    """存证日志: entries, checkpoints, verification, reconciliation."""

    name = "custodes.oversight"
    label = "oversight"
    verbose_name = _("监督")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have looks and grants compared, and the logs of platforms below looked at, with the other sources of alarms."""
        from custodes.oversight import cosigning, witnessing
        from custodes.oversight.reconciling import SOURCE
        from custodes.upkeep.alarms.evaluating import WATCH

        WATCH.add(SOURCE)
        WATCH.add(witnessing.SOURCE)
        WATCH.add(cosigning.SOURCE)
