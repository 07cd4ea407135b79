"""A doubt whether a camera's spot is one in which nothing may be installed (S10, N8.1): open until a person has found out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from custodes.people.said import in_english


class DoubtState(models.TextChoices):
    """How far it has come."""

    WAITING = "waiting", _("待核对")
    CLEARED = "cleared", _("不在禁止部位")
    FORBIDDEN = "forbidden", _("认定禁止安装")


class Doubt(models.Model):
    """One doubt about one camera.

    Attributes:
        described: name, place and view as they are asked about; what was found holds for these words alone.
        before: the words that raised it, where they were changed while it waited.
        note: what whoever entered the camera says to it.
        zh, en, clauses, zones: what the law's judgement said (`law.building.prohibited`).
        outside: all that was named lies outside such a place.
        finding: what the person found, in words.
    """

    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="doubts")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    described = models.CharField(max_length=560)
    before = models.CharField(max_length=560, blank=True)
    note = models.CharField(max_length=200, blank=True)
    zh = models.CharField(max_length=400, blank=True)
    en = models.CharField(max_length=600, blank=True)
    clauses = models.JSONField(default=list)
    zones = models.JSONField(default=list)
    outside = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=12, choices=DoubtState, default=DoubtState.WAITING)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    finding = models.CharField(_("核对情况"), max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["state", "at"])]
        constraints = [
            models.UniqueConstraint(fields=["camera"], condition=Q(state="waiting"), name="one_open_doubt_a_camera"),
            models.CheckConstraint(
                condition=Q(state="waiting") | (Q(decided_by__isnull=False) & ~Q(finding="")),
                name="a_doubt_is_settled_by_a_person_with_words",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("by")),
                name="a_doubt_is_not_settled_by_who_entered",
            ),
        ]
        verbose_name = _("疑似禁止安装部位的核对")

    def __str__(self) -> str:
        return f"{self.camera} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:doubt", args=[self.pk])

    @property
    def words(self) -> str:
        """What the judgement said, in the language of the page."""
        return self.en if in_english() else self.zh

    @property
    def open(self) -> bool:
        """Nobody has settled it."""
        return self.state == DoubtState.WAITING
