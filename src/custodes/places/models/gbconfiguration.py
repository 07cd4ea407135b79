"""How a GB/T 28181 device, or one of its channels, said that it is set when somebody asked it last."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from custodes.places.models.gbdevice import ID_LENGTH, GbDevice


class DeviceConfiguration(models.Model):
    """The last reading; what it says changes the register by a person's hand alone.

    Attributes:
        channel_id: the device's own ID for the device itself.
        asked_at, asked_by, failure, status: of the last question; `failure` as in `video.wire.configuration`, empty where it was answered.
        read_at, edition, said, missing: of the last one that was answered, which a failure leaves as it is; `said` is a `Settings` of the
            wire, `missing` the types that did not come.
    """

    device = models.ForeignKey(GbDevice, models.CASCADE, related_name="configurations")
    channel_id = models.CharField(max_length=ID_LENGTH)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    failure = models.CharField(max_length=16, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    edition = models.CharField(max_length=8, blank=True)
    said = models.JSONField(default=dict)
    missing = models.JSONField(default=list)

    class Meta:
        ordering = ["channel_id"]
        constraints = [models.UniqueConstraint(fields=["device", "channel_id"], name="gb_configuration_once")]
        verbose_name = _("国标设备的配置")

    def __str__(self) -> str:
        return self.channel_id
