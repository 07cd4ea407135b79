"""The app that decides who sees which picture."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    """Decisions, grants, viewings."""

    name = "custodes.access"
    label = "access"
    verbose_name = _("查看")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what ends a grant, and say what is held."""
        from custodes.access import endings  # noqa: F401
        from custodes.access.holds.telling import orders_of
        from custodes.places.assignment import with_holds

        with_holds(orders_of)
        from custodes.access.agency import presence  # noqa: F401
        from custodes.access.supervised import ending  # noqa: F401
