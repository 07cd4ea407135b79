"""An address on trial: what a camera's streams will be once the probe and the still have shown that they are right.

A camera that is recorded keeps its old address until the new one is adopted, so that a typing error never stops the
recording (S34(6)).
"""

from __future__ import annotations

import hashlib

from django.db import models
from django.utils.translation import gettext_lazy as _

from custodes.places.models.camera import Transport


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
