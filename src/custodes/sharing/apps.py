"""The app that joins systems into the sharing platform."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """Directory, links."""

    name = "custodes.sharing"
    label = "sharing"
    verbose_name = _("联网共享")
    default_auto_field = "django.db.models.BigAutoField"
