"""Cameras' pictures: the faults that nodes find in them (figures and times), and the views that are declared for them (who, when, why).
The pictures stay on the node.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext
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


class ViewLabel(models.TextChoices):
    """In which light a view was declared; one of each is in force at a place of a camera."""

    DAY = "day", _("日间")
    NIGHT = "night", _("夜间")
    INFRARED = "infrared", _("红外夜视")
    SNOW = "snow", _("积雪")
    OTHER = "other", _("其他")


def direction_words(preset: str) -> str:
    """A preset, or the declared direction, as pages say it."""
    return gettext("预置位 %(preset)s") % {"preset": preset} if preset else gettext("规定指向")


class DeclaredView(models.Model):
    """One declaration, in force or ended; never changed but for its end.

    Attributes:
        id: the node's name for it.
        picture_at: when the declared picture was taken.
        preset: of a camera that turns, which preset shows it; empty for its declared direction, and for a fixed camera.
        place, field, home: what the register said of place, field of view and home preset then: when it says otherwise, the view is
            to be declared anew.
        ended_at, ended_by, ended_reason: since when it is not in force; replaced by another where nothing else is said.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="declared_views")
    label = models.CharField(_("光照条件"), max_length=16, choices=ViewLabel)
    preset = models.CharField(_("预置位"), max_length=60, blank=True)
    reason = models.CharField(_("声明理由"), max_length=200)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("声明人"))
    at = models.DateTimeField(_("声明时间"))
    picture_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    field = models.CharField(max_length=200, blank=True)
    home = models.CharField(max_length=60, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", null=True)
    ended_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["camera", "preset", "label"],
                condition=models.Q(ended_at__isnull=True),
                name="upkeep_view_in_force_once",
            )
        ]

    @property
    def key(self) -> str:
        """Names it on a page."""
        return str(self.pk)

    @property
    def direction(self) -> str:
        """Where the camera looks then, in words."""
        return direction_words(self.preset)

    def __str__(self) -> str:
        return f"{self.camera_id} {self.label} {self.at:%Y-%m-%d}"
