"""The app of the directory of systems that must connect to the sharing platform."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """Directories and their steps."""

    name = "custodes.sharing"
    label = "sharing"
    verbose_name = _("联网共享")
    default_auto_field = "django.db.models.BigAutoField"
