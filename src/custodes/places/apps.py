"""The app of sites, systems and cameras."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """`places`: where cameras are, whose they are, and which node records them."""

    name = "custodes.places"
    label = "places"
    verbose_name = _("点位")
    default_auto_field = "django.db.models.BigAutoField"
