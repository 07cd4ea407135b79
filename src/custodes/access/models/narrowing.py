"""A request made smaller after its registration, and who of its officers agreed (S27, S28.1(3), N20)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class NarrowingState(models.TextChoices):
    """How it ended."""

    ASKED = "asked", pgettext_lazy("缩小范围", "待工作人员同意")
    DONE = "done", pgettext_lazy("缩小范围", "已缩小")
    DECLINED = "declined", pgettext_lazy("缩小范围", "工作人员不同意")
    WITHDRAWN = "withdrawn", pgettext_lazy("缩小范围", "已撤回")


class Narrowing(models.Model):
    """One proposal of the holder's staff. It counts when every officer has agreed; until then the request stands as it was.

    Attributes:
        cameras, span_from, span_to: what would remain; the end itself is not in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, related_name="narrowings")
    state = models.CharField(max_length=10, choices=NarrowingState, default=NarrowingState.ASKED)
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField("places.Camera", related_name="+")
    span_from = models.DateTimeField(_("起"))
    span_to = models.DateTimeField(_("止"))
    words = models.CharField(_("理由"), max_length=300)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(state="asked"), name="access_one_open_narrowing"
            ),
            models.CheckConstraint(condition=models.Q(span_to__gt=models.F("span_from")), name="access_narrowing_span"),
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.get_state_display()}"


class NarrowingConsent(models.Model):
    """One officer agrees: from the own account, or at the counter before the staff.

    Attributes:
        officer: of the request; two may bear one name, and at the counter a card is not always there.
        name, card: as they stood in the request.
    """

    narrowing = models.ForeignKey(Narrowing, models.CASCADE, related_name="consents")
    officer = models.ForeignKey("access.AgencyOfficer", models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60)
    card = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["narrowing", "officer"], name="access_narrowing_agreed_once")]

    def __str__(self) -> str:
        return self.name
