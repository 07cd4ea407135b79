"""An evidence package: made for an agency request, handed over once, never kept here (the bytes go through)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PackageState(models.TextChoices):
    """How far it has come."""

    MAKING = "making", pgettext_lazy("证据包", "制作中")
    FAILED = "failed", pgettext_lazy("证据包", "未做成")
    MADE = "made", pgettext_lazy("证据包", "待交付")
    HANDED = "handed", pgettext_lazy("证据包", "已交付")


class EvidencePackage(models.Model):
    """One package.

    Attributes:
        grant: leave to hand out, a record of the log before the first byte.
        done, whole: bytes of footage written so far, and in all.
        bytes, sha256: of the whole file; `listed` is the SHA-256 of its list. Of one that was not made, `bytes` is what was sent of it.
        stamped_at: the time that a TSA's token in it states; `stamp_failure`: why there is none although one is set.
        failure: why it could not be made, in words for whoever made it.
        receivers: name and number of the work card of each officer who took it.
        medium: what it was handed over on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, related_name="packages")
    grant = models.OneToOneField("access.Grant", models.PROTECT, related_name="package")
    state = models.CharField(_("状态"), max_length=8, choices=PackageState, default=PackageState.MAKING)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("制作人"))
    begun_at = models.DateTimeField(_("开始制作"))
    seen_at = models.DateTimeField()
    made_at = models.DateTimeField(_("制作完成"), null=True)
    done = models.PositiveBigIntegerField(default=0)
    whole = models.PositiveBigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(_("文件大小"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    listed = models.CharField(max_length=64, blank=True)
    stamped_at = models.DateTimeField(_("时间戳"), null=True)
    stamp_failure = models.CharField(max_length=300, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    handed_at = models.DateTimeField(_("交付时间"), null=True)
    handed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    receivers = models.JSONField(default=list)
    medium = models.CharField(_("载体及编号"), max_length=120, blank=True)
    signed: models.ForeignKey[Any, Any] = models.ForeignKey("people.Paper", models.PROTECT, null=True, related_name="+")
    made_record = models.OneToOneField("people.RecordOutbox", models.PROTECT, null=True, related_name="+")
    handed_record = models.OneToOneField("people.RecordOutbox", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-begun_at"]
        verbose_name = _("证据包")

    def __str__(self) -> str:
        return f"{self.request} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:package", args=[self.request_id, self.pk])

    @property
    def name(self) -> str:
        """Of the file, in ASCII."""
        return f"custodes-evidence-{self.pk}.zip"

    def stalled(self, at: datetime) -> bool:
        """Whether nothing was heard of the making for two minutes: the browser or the program went away."""
        return self.state == PackageState.MAKING and (at - self.seen_at).total_seconds() > 120
