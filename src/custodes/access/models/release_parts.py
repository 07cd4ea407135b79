"""What belongs to a release: its tracks, the samples that were looked at, the answer for each kind that is protected.

A track says what is hidden, where and when, and what a reviewer said of it; no column says who is seen or what a plate reads (Q9).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReleaseTrack(models.Model):
    """One track, in the fields of the file of tracks (`video.mask.sidecar`). Never deleted: what is wrong is rejected.

    Attributes:
        frames: `[time in ticks, how it came to be, sixteenths of a pixel…]` of each key frame.
        growth, surest: thousandths.
        by: who decided it last.
        left: of a track that is not hidden: something that the law protects stays in sight, for a reason; False where it is nothing of the
            kind (a poster, a statue). None where nobody said which of the two it is: of decisions of before the question was asked.
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
    left = models.BooleanField(null=True)
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
    left = models.BooleanField(null=True)
    remark = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.track} {self.state}"

    def said(self) -> list[Any]:
        """For the hash of what the release says."""
        answer = [self.kind, self.state, self.whole_body, self.acquaintance, self.remark]
        if self.left is not None:
            answer.append(self.left)
        return [self.track.number, str(self.by.uuid), self.at.isoformat(), *answer]


class PictureAnswer(models.TextChoices):
    """What a reviewer says of one sample picture."""

    MASKED = "masked", _("应遮蔽的都已遮蔽")
    NONE = "none", _("没有应遮蔽的")
    LEFT = "left", _("有应遮蔽而保留可见的")


class ReleaseLook(models.Model):
    """A reviewer has looked at one of the sample pictures, and has answered whether all is hidden in it that has to be.

    Attributes:
        time: of the picture, ticks.
        answer: empty where none stands: somebody else has answered since, a mask that it was given with has gone meanwhile, or it is of
            before the question was asked. Of one picture one answer stands at the most; who answered before stays with a row of their own.
        kinds: of what stays in sight: keys of `release.guards.IN_SIGHT`.
        remark: of it: what, and why.
        masks: how many hid something in this picture when it was answered.
        by, at: who answered it, and when last.
    """

    release = models.ForeignKey("access.Release", models.CASCADE, related_name="looks")
    time = models.PositiveBigIntegerField()
    answer = models.CharField(max_length=8, choices=PictureAnswer, blank=True)
    kinds = models.JSONField(default=list)
    remark = models.TextField(max_length=2000, blank=True)
    masks = models.PositiveIntegerField(default=0)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["time", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "time", "by"], name="access_release_look"),
            models.UniqueConstraint(
                fields=["release", "time"], condition=~models.Q(answer=""), name="access_release_picture_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.time}"

    def said(self) -> list[Any]:
        """For the hash of what the release says."""
        kinds = [self.kinds] if self.kinds else []
        return [self.time, str(self.by.uuid), self.at.isoformat(), self.answer, self.remark, self.masks, *kinds]


class ReleaseReplacedAnswer(models.Model):
    """An answer of a sample picture that stands no more: it was answered anew, or a mask that it rested on went. Never changed, never deleted.

    Attributes:
        time, answer, kinds, remark, by, at: as of the `ReleaseLook` that it was.
        replaced_by, replaced_at: who changed answer or mask, and when.
    """

    release = models.ForeignKey("access.Release", models.CASCADE, related_name="replaced_answers")
    time = models.PositiveBigIntegerField()
    answer = models.CharField(max_length=8, choices=PictureAnswer)
    kinds = models.JSONField(default=list)
    remark = models.TextField(max_length=2000, blank=True)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    replaced_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.release_id} {self.time}"

    def said(self) -> list[Any]:
        """For the hash of what the release says."""
        was = [self.time, str(self.by.uuid), self.at.isoformat(), self.answer, self.kinds, self.remark]
        return [*was, str(self.replaced_by.uuid), self.replaced_at.isoformat()]


class ReleaseShowing(models.Model):
    """The masked copy was shown to somebody who is to approve it. Never deleted: it tells which copy they had before their eyes.

    Attributes:
        output: SHA-256 of the copy, hex.
        at: before its first byte left.
        whole_at: all of it had left; None while it has not.
    """

    release = models.ForeignKey("access.Release", models.CASCADE, related_name="showings")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    output = models.CharField(max_length=64)
    at = models.DateTimeField()
    whole_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["release", "by", "output"], name="access_release_showing"),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.output[:8]}"


class ReleaseAnswer(models.TextChoices):
    """What was found of one kind that is protected; `SHOWN` is of time, place and name burnt into the pictures; and of a kind of which nothing
    is masked and only who consented, or for whom the copy is, is left in sight (`masking.answers_for`)."""

    MASKED = "masked", _("已遮蔽")
    ABSENT = "absent", _("画面中没有")
    EXEMPT = "exempt", _("法律、法规规定可以不遮蔽")
    SHOWN = "shown", _("仍然可见")


class ReleaseFinding(models.Model):
    """The reviewer's answer for one of `law.grounds.release.PROTECTED`, or for what is burnt into the pictures (`release.overlay`).

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
