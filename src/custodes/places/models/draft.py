"""What somebody has begun to fill in and not handed in: kept on the server after each page, gone when it is handed in or lapses."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DraftKind(models.TextChoices):
    """What will come of it."""

    FILING = "filing", pgettext_lazy("草稿", "备案")
    REMOVAL = "removal", pgettext_lazy("草稿", "拆除报告")


class Draft(models.Model):
    """One draft about one system. Its unit's people go on with it, whoever began (`drafts.reach`).

    Nothing here is checked or has any effect in law: that begins when it is handed in (decision 0211). Nothing classified is ever in
    it (R2): `drafts.keeping` asks first.

    Attributes:
        answers: field to what was typed, a text or, where several may be chosen, a list of texts.
        touched: page to the revision that last changed it: whoever has an older one open is told (R8).
        reached: the page on which to go on.
        on_behalf: counter staff fill it in for a unit that came with papers.
        changed_via: the program by which it was changed last, in the name of `changed_by`; empty for a person at the page.
        lapsed_at: nobody went on with it in time; what was typed is gone, the row stays for a while to say so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("事项"), max_length=8, choices=DraftKind)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="drafts")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    on_behalf = models.BooleanField(default=False)
    answers = models.JSONField(default=dict)
    touched = models.JSONField(default=dict)
    reached = models.CharField(max_length=16)
    revision = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    changed_via = models.CharField(max_length=80, blank=True, default="")
    changed_at = models.DateTimeField(db_index=True)
    lapsed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [models.UniqueConstraint(fields=["kind", "system"], name="places_one_draft_a_matter")]
        verbose_name = _("草稿")

    def __str__(self) -> str:
        return f"{self.system} · {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """The page on which to go on."""
        return reverse("places:draft", args=[self.pk, self.reached])
