"""Leave to record the sound of a camera: why, by which law, approved by whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from custodes.law.building.sound import BY_KEY, SoundReason


class SoundOrder(models.Model):
    """One leave. A camera has one at a time; without one no octet of sound is asked of it."""

    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="sound_orders", verbose_name=_("点位"))
    reason = models.CharField(_("采集声音的事由"), max_length=20)
    statute = models.CharField(_("法律、行政法规及条款"), max_length=200, blank=True)
    why = models.CharField(_("必要性"), max_length=500)
    approver = models.CharField(_("批准人"), max_length=40)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["camera"], condition=Q(ended_at__isnull=True), name="one_sound_order_a_camera"
            )
        ]
        verbose_name = _("采集声音的许可")

    def __str__(self) -> str:
        return f"{self.camera} · {self.reason_words}"

    @property
    def law(self) -> SoundReason:
        """What the law library says of the reason."""
        return BY_KEY[self.reason]

    @property
    def reason_words(self) -> str:
        """The reason in the language of the page."""
        reason = self.law
        return reason.en if (get_language() or "").startswith("en") else reason.zh
