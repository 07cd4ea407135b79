"""An address on trial: what a camera's streams will be once the probe and the still have shown that they are right.

A camera that is recorded keeps its old address until the new one is adopted, so that a typing error never stops the
recording (S34(6)).

Beside it: every probe (who asked, when and what came of it; the address as a keyed digest only, never the password), and what a node
found at an ONVIF device until somebody chooses one of its streams.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from custodes.places.models.camera import Transport
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


class Probe(models.Model):
    """One probe on a node. It is kept as a record and counted for the rate limit, which a batch has of its own."""

    camera = models.UUIDField()
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="probes")
    system = models.ForeignKey("places.System", models.CASCADE, related_name="probes")
    at = models.DateTimeField()
    address = models.CharField(max_length=64)
    ok = models.BooleanField(default=False)
    failure = models.CharField(max_length=32, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    codec = models.CharField(max_length=16, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    frame_rate = models.FloatField(default=0)
    bitrate = models.PositiveBigIntegerField(default=0)
    certificate = models.CharField(max_length=64, blank=True)
    still_grant = models.UUIDField(null=True)
    in_batch = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["person", "at"]), models.Index(fields=["camera", "at"])]

    @property
    def kbits(self) -> int:
        """The measured bit rate in kbit/s."""
        return round(self.bitrate / 1000)


class TrialAddress(models.Model):
    """The address that is being tried for one camera."""

    camera = models.OneToOneField("places.Camera", models.CASCADE, related_name="trial")
    main_url = models.CharField(_("主码流地址"), max_length=400)
    sub_url = models.CharField(_("子码流地址"), max_length=400, blank=True)
    username = models.CharField(_("登录名"), max_length=64, blank=True)
    sealed_password = models.TextField(editable=False, blank=True)
    transport = models.CharField(_("传输方式"), max_length=16, choices=Transport, default=Transport.TCP)
    certificate = models.CharField(_("设备证书指纹"), max_length=64, blank=True, editable=False)
    reencode = models.BooleanField(_("允许转码"), default=False)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    onvif_port = models.PositiveIntegerField(null=True)
    """Where its events are heard: known when the address was read by ONVIF."""
    naming = models.BooleanField(default=False)
    """Step by step: the camera gets its name and number at the end, and is connected then."""

    @property
    def digest(self) -> str:
        """Ties a probe to exactly what was probed, without keeping the address in the probe's record."""
        how = (self.transport, self.certificate, str(self.reencode))
        parts = (str(self.camera_id), self.main_url, self.username, self.sealed_password, *how)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
