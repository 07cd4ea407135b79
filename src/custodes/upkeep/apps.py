"""The app that says whether everything runs and what is missing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    """Status, completeness, store forecast."""

    name = "custodes.upkeep"
    label = "upkeep"
    verbose_name = _("维护")
    default_auto_field = "django.db.models.BigAutoField"
