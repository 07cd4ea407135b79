"""The app of cases and their steps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """`cases`: how a case is begun, goes its way and is told of, whatever its kind."""

    name = "custodes.cases"
    label = "cases"
    verbose_name = _("办理")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Look at each declaration once all apps have added theirs."""
        from django.core.checks import register

        from custodes.cases.checks import check_kinds

        register(check_kinds)
