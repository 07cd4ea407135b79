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
        """Alarms stand in the story of the site that they are about; uppers are told which channels are down, and what cameras say; who
        answers for a picture that does not come is told what was recorded."""
        from custodes.access.ownimage.checked import with_accounts
        from custodes.places.telling import tells
        from custodes.sharing.serving.alarms import with_alarms
        from custodes.sharing.serving.uppers import with_dark
        from custodes.upkeep.events import EVENTS
        from custodes.upkeep.health import cameras_down
        from custodes.upkeep.kept import playable
        from custodes.upkeep.sitestory import incidents

        tells("incident", incidents)
        with_dark(cameras_down)
        with_alarms(EVENTS)
        with_accounts(playable)
