"""A link grant: what one upper platform may have of what it is shown, in which hours, until when. Proposed by one person, approved by another."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases.models import Stepped
from custodes.people.models import Person
from custodes.people.statefield import StateField, Stateful
from custodes.sharing.models.link import Link


class Verb(models.TextChoices):
    """What an upper may ask of a camera, and two decisions: that its sound goes with its pictures, and what becomes of requests of which nobody knows the purpose."""

    LIVE = "live", pgettext_lazy("联网授权", "实时画面")
    HISTORY = "history", pgettext_lazy("联网授权", "查阅录像")
    DOWNLOAD = "download", pgettext_lazy("联网授权", "下载录像")
    STEER = "steer", pgettext_lazy("联网授权", "云台控制")
    SOUND = "sound", pgettext_lazy("联网授权", "声音（随画面提供）")
    UNKNOWN = "unknown", pgettext_lazy("联网授权", "事由不明的先予提供（仍应如实补登记）")


#: Verbs that want the officer's own statement each time: who, of which unit, why (S28.1, N16.2(3)).
STATED = (Verb.HISTORY, Verb.DOWNLOAD, Verb.STEER)


#: What nobody asks for: it goes with what is asked for, or lets that pass.
BESIDE = (Verb.SOUND, Verb.UNKNOWN)


class GrantState(models.TextChoices):
    """How far it has come. Whether an approved one counts at a moment, its days and hours say."""

    PROPOSED = "proposed", pgettext_lazy("联网授权", "待批准")
    IN_FORCE = "in_force", pgettext_lazy("联网授权", "已批准")
    REFUSED = "refused", pgettext_lazy("联网授权", "未批准")
    ENDED = "ended", pgettext_lazy("联网授权", "已终止")


_S = GrantState


class LinkGrant(Stepped, Stateful):
    """One grant.

    Attributes:
        node: the part of the tree that it is of; None for all of it.
        from_on, until_on: local days, both included.
        day_from, day_to: local times of the day between which it counts, the second not included; None for the whole day. A window
            whose end is not after its begin goes over midnight.
        link_revision: of the link when it was approved: cameras that were hung or moved behind that are not in it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey("sharing.Link", models.PROTECT, related_name="grants")
    verb = models.CharField(_("授权内容"), max_length=12, choices=Verb)
    node = models.ForeignKey("sharing.SharedNode", models.PROTECT, null=True, related_name="grants")
    from_on = models.DateField(_("自"))
    until_on = models.DateField(_("至"))
    day_from = models.TimeField(_("每日起"), null=True, blank=True)
    day_to = models.TimeField(_("每日止"), null=True, blank=True)
    reason = models.CharField(_("授权理由"), max_length=400)
    state = StateField(_("状态"), max_length=10, choices=GrantState, default=_S.PROPOSED)
    proposed_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    link_revision = models.PositiveIntegerField(null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = _("联网授权")
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="sharing_grant_ends_after"),
            models.CheckConstraint(
                condition=Q(day_from__isnull=True, day_to__isnull=True)
                | Q(day_from__isnull=False, day_to__isnull=False),
                name="sharing_grant_hours_both",
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.IN_FORCE.value)
                | (Q(approved_by__isnull=False) & ~Q(approved_by=models.F("proposed_by"))),
                name="sharing_grant_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(verb)s：%(link)s") % {"verb": self.get_verb_display(), "link": self.link.other}

    @property
    def number(self) -> str:
        """What the log calls it."""
        return f"{self.link.number} {self.verb}"

    @staticmethod
    def handled_by(person: Person, at: datetime) -> QuerySet[LinkGrant]:
        """Grants of links that the person handles."""
        return LinkGrant.objects.filter(link__in=Link.handled_by(person, at).values("pk"))

    @staticmethod
    def visible_to(person: Person, at: datetime) -> QuerySet[LinkGrant]:
        """Grants of links that the person reads."""
        return LinkGrant.objects.filter(link__in=Link.visible_to(person, at).values("pk"))

    def get_absolute_url(self) -> str:
        """It stands on its link's page."""
        return reverse("sharing:link", args=[self.link_id]) + "#grants"
