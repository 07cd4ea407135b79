"""Leave to record the sound of a camera: why, by which law, asked for and approved by whom."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.law.building.sound import BY_KEY, SoundReason
from custodes.people.said import in_english
from custodes.places.models.camera import Camera
from custodes.places.models.decided import Decided, Decision, not_by_its_asker


class SoundOrder(Decided):
    """One leave. A camera has one in force at a time; without one no octet of sound is asked of it.

    `approver` is the name that was typed in before a second account had to approve; empty since.
    """

    id = models.BigAutoField(primary_key=True)
    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="sound_orders", verbose_name=_("点位"))
    reason = models.CharField(_("采集声音的事由"), max_length=20)
    statute = models.CharField(_("法律、行政法规及条款"), max_length=200, blank=True)
    why = models.CharField(_("必要性"), max_length=500)
    approver = models.CharField(_("批准人"), max_length=40, blank=True)

    class Meta(Decided.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["camera"], condition=Q(state=Decision.APPROVED), name="one_sound_order_a_camera"
            ),
            models.UniqueConstraint(
                fields=["camera"], condition=Q(state=Decision.WAITING), name="one_sound_request_a_camera"
            ),
            not_by_its_asker("sound_not_approved_by_its_asker"),
        ]
        verbose_name = _("采集声音的许可")

    def __str__(self) -> str:
        return f"{self.camera} · {self.reason_words}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:sound_order", args=[self.pk])

    def concerned(self) -> list[Camera]:
        """The camera that it is about."""
        return [self.camera]

    @property
    def law(self) -> SoundReason:
        """What the law library says of the reason."""
        return BY_KEY[self.reason]

    @property
    def reason_words(self) -> str:
        """The reason in the language of the page."""
        reason = self.law
        return reason.en if in_english() else reason.zh
