"""What a node found at an ONVIF device, until somebody chooses one of its streams for a camera."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from pydantic import ValidationError

from custodes.video.wire.onvif import OnvifFound, OnvifStream

CHOOSE_WITHIN = timedelta(minutes=15)


class OnvifLook(models.Model):
    """The last look at a device for one camera. The sealed password never leaves the server to come back."""

    camera = models.OneToOneField("places.Camera", models.CASCADE, related_name="onvif_look")
    host = models.CharField(max_length=120)
    port = models.PositiveIntegerField()
    username = models.CharField(max_length=64, blank=True)
    sealed_password = models.TextField(editable=False, blank=True)
    found = models.JSONField(default=dict)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def fresh(self, at: datetime) -> bool:
        """Whether what was found may still be chosen from."""
        return at - self.at <= CHOOSE_WITHIN

    @property
    def device(self) -> OnvifFound:
        """What was found; nothing when it was kept by a version that spoke otherwise."""
        try:
            return OnvifFound.model_validate(self.found)
        except ValidationError:
            return OnvifFound(ok=False, failure="protocol")

    def streams_of(self, source: str) -> tuple[OnvifStream, OnvifStream | None] | None:
        """Main and sub stream of one channel: the largest and the smallest; None for no such channel."""
        for channel in self.device.channels:
            if channel.source == source and channel.streams:
                main, last = channel.streams[0], channel.streams[-1]
                return main, last if last.url != main.url else None
        return None
