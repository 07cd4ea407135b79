"""What a maintenance window keeps back: an alarm that would have been raised, and what became of it."""

from __future__ import annotations

from django.db import models


class HeldAlarm(models.Model):
    """One cause that was seen inside a window: kept, shown, and raised at the window's end if it is still so.

    `kind` and `subject` as an alarm's. `ripe_at`: when it would have been raised; null while it has not lasted long enough.
    """

    plan = models.ForeignKey("places.Plan", models.CASCADE, related_name="held_alarms")
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=160)
    name = models.CharField(max_length=200)
    camera = models.ForeignKey("places.Camera", models.CASCADE, null=True, related_name="+")
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    ripe_at = models.DateTimeField(null=True)
    #: When its cause was gone while the window still ran.
    gone_at = models.DateTimeField(null=True)
    #: When the window had ended and it was still so: from then on it is an alarm like any other.
    raised_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["first_seen", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "kind", "subject"], name="upkeep_held_once_a_plan"),
        ]
        indexes = [models.Index(fields=["-last_seen"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
