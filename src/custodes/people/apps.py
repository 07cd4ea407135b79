"""The app's name and its start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Persons, units, posts and duty."""

    name = "custodes.people"
    label = "people"
    verbose_name = _("人员与单位")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins, so that each one leaves a record."""
        from custodes.people import sessions  # noqa: F401
