"""What nodes say of cameras' pictures: figures and times; the pictures stay on the node."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PictureFaultKind(models.TextChoices):
    """Faults of a picture (docs/design/health.md)."""

    BLACK = "black", _("黑屏")
    WHITE = "white", _("过曝")
    FROZEN = "frozen", _("画面冻结")
    NOISE = "noise", _("噪声")
    BLURRED = "blurred", _("模糊")
    COLOUR_CAST = "colour_cast", _("偏色")
    MOVED = "moved", _("视角偏移")
    COVERED = "covered", _("遮挡")


class PictureState(models.TextChoices):
    """How a fault stands."""

    SUSPECTED = "suspected", _("疑似")
    FAULTY = "faulty", _("异常")
    OVER = "over", _("已恢复")


class PictureCheck(models.Model):
    """The last look at one camera's picture.

    Attributes:
        at: when the picture was taken.
        references: how many declared views it was held against.
        unjudged: faults that could not be judged: no declared view, too dark, fog.
        received_at: when the node said so.
    """

    camera = models.OneToOneField("places.Camera", models.CASCADE, primary_key=True, related_name="picture_check")
    at = models.DateTimeField()
    references = models.PositiveSmallIntegerField()
    unjudged = models.JSONField(default=list)
    received_at = models.DateTimeField()


class PictureFault(models.Model):
    """One fault of one camera: the present one, or the last one that is over."""

    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="picture_faults")
    fault = models.CharField(max_length=16, choices=PictureFaultKind)
    state = models.CharField(max_length=16, choices=PictureState)
    measure = models.FloatField()
    threshold = models.FloatField()
    unit = models.CharField(max_length=40)
    severe = models.BooleanField()
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    reference = models.CharField(max_length=64, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["-first_seen"]
        constraints = [models.UniqueConstraint(fields=["camera", "fault"], name="upkeep_picture_fault_once")]
        indexes = [models.Index(fields=["state", "last_seen"])]
