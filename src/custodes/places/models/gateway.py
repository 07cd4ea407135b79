"""The gateway that speaks GB/T 28181: what its own report says of it, and who tries to register there and may not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

SILENT_AFTER = timedelta(seconds=45)
"""It reports each ten seconds; after so long what it last said is not what is."""


class Gateway(models.Model):
    """One gateway, entered when the installation starts, like the own node.

    Attributes:
        public_key: Ed25519, with which it signs; raw 32 bytes in base64.
        seal_key: X25519, to which passwords of devices are sealed.
        url: where web and nodes reach it.
        sip_id, sip_host, sip_port: what is typed into a device as its server; empty where nobody said.
        generation: rises with every change of what it is assigned.
        started_at, registered, calls: as it says itself.
    """

    name = models.CharField(_("网关名称"), max_length=64, unique=True)
    public_key = models.CharField(max_length=64)
    seal_key = models.CharField(max_length=64)
    url = models.CharField(max_length=200)
    sip_id = models.CharField(max_length=20, blank=True)
    sip_host = models.CharField(max_length=64, blank=True)
    sip_port = models.PositiveIntegerField(default=5060)
    generation = models.PositiveBigIntegerField(default=1, editable=False)
    last_seen = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    registered = models.PositiveIntegerField(default=0, editable=False)
    calls = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("国标网关")

    def __str__(self) -> str:
        return self.name

    def heard(self, now: datetime) -> bool:
        """Whether it reported lately enough to be believed."""
        return self.last_seen is not None and now - self.last_seen <= SILENT_AFTER


class UnknownWhy(models.TextChoices):
    """Why somebody was not let in (wire.md §8)."""

    UNKNOWN = "unknown", _("编号未登记")
    PASSWORD = "password", _("密码不正确")
    NETWORK = "network", _("不在允许的网络内")


class UnknownDevice(models.Model):
    """Somebody who tried to register and may not, by address: nothing that they say of themselves is believed.

    Attributes:
        said_id: what they called themselves.
        counted: tries that the gateway's present count says; `before`: those of counts that it began anew.
        counting_since: when the present count began, as the gateway says.
    """

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="unknown")
    address = models.CharField(max_length=300)
    said_id = models.CharField(max_length=32)
    why = models.CharField(max_length=16, choices=UnknownWhy)
    counted = models.PositiveBigIntegerField(default=0)
    before = models.PositiveBigIntegerField(default=0)
    counting_since = models.DateTimeField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "address", "said_id"], name="unknown_device_once"),
        ]
        indexes = [models.Index(fields=["-last_at", "id"], name="unknown_device_by_last")]

    @property
    def tries(self) -> int:
        """How often they tried."""
        return self.before + self.counted
