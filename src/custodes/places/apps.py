"""The app of sites, systems and cameras."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """`places`: where cameras are, whose they are, and which node records them."""

    name = "custodes.places"
    label = "places"
    verbose_name = _("点位")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Leave to record sound ends with a camera that is found to be forbidden."""
        from custodes.places.signals import camera_forbidden
        from custodes.places.sound import silence

        camera_forbidden.connect(silence, dispatch_uid="custodes.places.sound.silence")
