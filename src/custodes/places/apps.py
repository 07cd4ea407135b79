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
        """Leave to record sound ends with a camera that is found to be forbidden; being out of use with one that is connected; a post watches
        what two have given it."""
        from custodes.cases.registry import keep_rows_of, registry
        from custodes.people.entrusting import watch_confirmed, watch_dropped
        from custodes.places import watching
        from custodes.places.changes.case import CHANGE
        from custodes.places.cityplans.case import PLANNING
        from custodes.places.filing.case import FILING
        from custodes.places.lifecycle.case import LIFE
        from custodes.places.models import Camera, GbDevice
        from custodes.places.removal.case import REMOVAL
        from custodes.places.retiring import on_connected
        from custodes.places.signals import camera_connected, camera_forbidden
        from custodes.places.sound import silence
        from custodes.places.upgrades.case import UPGRADE

        registry.add(CHANGE, FILING, LIFE, PLANNING, REMOVAL, UPGRADE)
        keep_rows_of(Camera, GbDevice)
        camera_connected.connect(on_connected, dispatch_uid="custodes.places.retiring.on_connected")
        camera_forbidden.connect(silence, dispatch_uid="custodes.places.sound.silence")
        watch_confirmed.connect(watching.confirm, dispatch_uid="custodes.places.watching.confirm")
        watch_dropped.connect(watching.drop, dispatch_uid="custodes.places.watching.drop")
