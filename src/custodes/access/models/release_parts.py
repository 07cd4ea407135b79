"""What belongs to a release: its tracks, the samples that were looked at, the answer for each kind that is protected, its steps.

A track says what is hidden, where and when, and what a reviewer said of it; no column says who is seen or what a plate reads (Q9).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseTrack(models.Model):
    """One track, in the fields of the file of tracks (`video.mask.sidecar`). Never deleted: what is wrong is rejected.

    Attributes:
        frames: `[time in ticks, how it came to be, sixteenths of a pixel…]` of each key frame.
        growth, surest: thousandths.
        by: who decided it last.
    """

    release = models.ForeignKey("access.Release", models.CASCADE, related_name="tracks")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=8)
    origin = models.CharField(max_length=8)
    state = models.CharField(max_length=8)
    growth = models.PositiveIntegerField(default=1000)
    whole_body = models.BooleanField(default=False)
    surest = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    acquaintance = models.CharField(max_length=8, default="unasked")
    remark = models.TextField(max_length=2000, blank=True)
    frames = models.JSONField(default=list)

    class Meta:
        ordering = ["release", "number"]
        constraints = [models.UniqueConstraint(fields=["release", "number"], name="access_release_track")]

    def __str__(self) -> str:
        return f"{self.release_id} {self.number}"


class ReleaseDecision(models.Model):
    """What one person decided of a track, or that they had a hand in it. Never changed, never deleted: the track has the last of them."""

    track = models.ForeignKey(ReleaseTrack, models.CASCADE, related_name="decisions")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8)
    whole_body = models.BooleanField(default=False)
    acquaintance = models.CharField(max_length=8)
    remark = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.track} {self.state}"

    def said(self) -> list[Any]:
        """For the hash of what the release says."""
        answer = [self.kind, self.state, self.whole_body, self.acquaintance, self.remark]
        return [self.track.number, str(self.by.uuid), self.at.isoformat(), *answer]


class ReleaseLook(models.Model):
    """A reviewer has looked at one of the sample pictures.

    Attributes:
        time: of the picture, ticks.
    """

    release = models.ForeignKey("access.Release", models.CASCADE, related_name="looks")
    time = models.PositiveBigIntegerField()
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["time"]
        constraints = [models.UniqueConstraint(fields=["release", "time"], name="access_release_look")]

    def __str__(self) -> str:
        return f"{self.release_id} {self.time}"


class ReleaseAnswer(models.TextChoices):
    """What was found of one kind that is protected."""

    MASKED = "masked", _("已遮蔽")
    ABSENT = "absent", _("画面中没有")
    EXEMPT = "exempt", _("法律、法规规定可以不遮蔽")


class ReleaseFinding(models.Model):
    """The reviewer's answer for one of `law.grounds.release.PROTECTED`.

    Attributes:
        law: of an exemption the article that lets it stand.
        read_by: who has read that article.
    """

    release = models.ForeignKey("access.Release", models.CASCADE, related_name="findings")
    key = models.CharField(max_length=16)
    answer = models.CharField(_("结论"), max_length=8, choices=ReleaseAnswer)
    law = models.CharField(_("法律、法规名称和条款"), max_length=200, blank=True)
    read_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "key"], name="access_release_finding"),
            # Minors are always masked (PIPL 28), whatever an article says.
            models.CheckConstraint(
                condition=~models.Q(key="minors", answer="exempt"), name="access_release_minors_never_exempt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.answer}"


class ReleaseStep(models.Model):
    """One step of a release. Never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey("access.Release", models.PROTECT, related_name="steps")
    revision = models.PositiveIntegerField()
    event = models.CharField(max_length=24)
    before = models.CharField(max_length=16, blank=True)
    after = models.CharField(max_length=16)
    on = models.DateField()
    words = models.CharField(max_length=500, blank=True)
    clauses = models.JSONField(default=list)
    papers: models.ManyToManyField[Any, Any] = models.ManyToManyField("people.Paper", related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    record = models.OneToOneField("people.RecordOutbox", models.PROTECT, related_name="+", editable=False)

    class Meta:
        ordering = ["release", "revision"]
        constraints = [models.UniqueConstraint(fields=["release", "revision"], name="access_release_step_once")]

    def __str__(self) -> str:
        return f"{self.event} {self.release_id}"
