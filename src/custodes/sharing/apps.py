"""The app of the directory of systems that must connect to the sharing platform."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """Directories and their steps."""

    name = "custodes.sharing"
    label = "sharing"
    verbose_name = _("联网共享")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What an upper has is held against what it may have behind each step; the gateway is told which platforms below may register, and where it is stated who asks."""
        from custodes.places.devices.joined import with_unjoined
        from custodes.places.devices.stated import with_statements
        from custodes.sharing.links.below import unjoined_ids
        from custodes.sharing.serving.ending import look_again
        from custodes.sharing.stating.places import statements_at
        from custodes.sharing.stepping import on_link_step

        on_link_step(look_again)
        with_statements(statements_at)
        with_unjoined(unjoined_ids)
