"""The app of the directory of systems that must connect to the sharing platform."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SharingConfig(AppConfig):
    """Directories, platforms, links, grants and requests to cooperate, with what is served by links."""

    name = "custodes.sharing"
    label = "sharing"
    verbose_name = _("联网共享")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What an upper has is held against what it may have behind each step; the gateway is told which platforms below may register, and where it is stated who asks; S29 which cameras links bring to the platform."""
        from custodes.access.missing.reach import with_links
        from custodes.cases.registry import registry
        from custodes.places.devices.assignment import with_statements, with_unjoined
        from custodes.sharing.cooperation.case import COOPERATION
        from custodes.sharing.directory.case import DIRECTORY
        from custodes.sharing.grants.case import LINK_GRANT
        from custodes.sharing.links.case import LINK, on_link_step
        from custodes.sharing.links.entering import PLATFORM
        from custodes.sharing.links.joined import cameras_brought, unjoined_ids
        from custodes.sharing.serving.ending import look_again
        from custodes.sharing.stating.answering import statements_at

        registry.add(COOPERATION, DIRECTORY, LINK, LINK_GRANT, PLATFORM)
        on_link_step(look_again)
        with_statements(statements_at)
        with_unjoined(unjoined_ids)
        with_links(cameras_brought)
