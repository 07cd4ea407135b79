"""Declared views as the web knows them: who declared what a camera is to show, when and why; the picture stays on the node."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ViewLabel(models.TextChoices):
    """In which light a view was declared; one of each is in force at a camera."""

    DAY = "day", _("日间")
    NIGHT = "night", _("夜间")
    INFRARED = "infrared", _("红外夜视")
    SNOW = "snow", _("积雪")
    OTHER = "other", _("其他")


class DeclaredView(models.Model):
    """One declaration, in force or ended; never changed but for its end.

    Attributes:
        id: the node's name for it.
        picture_at: when the declared picture was taken.
        place, field: what the register said of place and field of view then: when it says otherwise, the view is to be declared anew.
        ended_at, ended_by, ended_reason: since when it is not in force; replaced by another where nothing else is said.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="declared_views")
    label = models.CharField(_("光照条件"), max_length=16, choices=ViewLabel)
    reason = models.CharField(_("声明理由"), max_length=200)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("声明人"))
    at = models.DateTimeField(_("声明时间"))
    picture_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=200, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", null=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["camera", "label"], condition=models.Q(ended_at__isnull=True), name="upkeep_view_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.camera_id} {self.label} {self.at:%Y-%m-%d}"
