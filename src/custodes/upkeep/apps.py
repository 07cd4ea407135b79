"""The app that says whether everything runs and what is missing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    """Status, completeness, store forecast."""

    name = "custodes.upkeep"
    label = "upkeep"
    verbose_name = _("维护")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Alarms stand in the story of the site that they are about; uppers are told which channels are down, and what cameras say."""
        from custodes.places.telling.kinds import tells
        from custodes.sharing.serving.alarms import with_alarms
        from custodes.sharing.serving.pictures import with_dark
        from custodes.upkeep.health import cameras_down
        from custodes.upkeep.sitestory import incidents
        from custodes.upkeep.uppers import EVENTS

        tells("incident", incidents)
        with_dark(cameras_down)
        with_alarms(EVENTS)
