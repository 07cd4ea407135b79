"""A supervised session: somebody without an account looks beside an officer, who answers for it (S29, N21, PIPL 45; design/requests.md, Q5)."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.grounds import individual, missing_person, own_image


class SessionKind(models.TextChoices):
    """Who is at the screen."""

    PREVIEW = "preview", pgettext_lazy("在场查看", "先行查看")
    WITH_VIEWER = "with_viewer", pgettext_lazy("在场查看", "陪同查看")
    POLICE = "police", pgettext_lazy("在场查看", "民警单独查看")


CONSULTING = pgettext_lazy("在场查看", "陪同查阅")
CHECKING = pgettext_lazy("在场查看", "核对画面")


class DocumentKind(models.TextChoices):
    """What a person shows to say who they are."""

    ID_CARD = "id_card", _("居民身份证")
    HOUSEHOLD = "household", _("户口簿")
    PASSPORT = "passport", _("护照或者通行证")
    WORK = "work", _("单位证件")
    NONE = "none", _("未带证件")


class Accepted(models.TextChoices):
    """How the undertaking was given by who reads or who does not."""

    SIGNED = "signed", pgettext_lazy("承诺", "签名")
    THUMB = "thumb", pgettext_lazy("承诺", "按指印")
    SPOKEN = "spoken", pgettext_lazy("承诺", "听读后口头承诺")


class SupervisedSession(models.Model):
    """One sitting at one screen.

    Attributes:
        officer: who supervises; the session runs in their account, and ends with it.
        cameras, span_from, span_to: as they were narrowed when it began; the end itself is not in it.
        viewer_name: who looks; of a preview or of police alone the officer.
        identified: how the officer knows who it is, where the document does not say so.
        read_aloud: the words were read aloud, in which language.
        accepted: how the undertaking was given.
        first_picture_at: when the page told of the first picture on its screen; `pictured` of which cameras it did.
        ended_why: in words; `ended_clause` where a rule ended it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    missing = models.ForeignKey("access.MissingCase", models.PROTECT, null=True, related_name="sessions")
    individual = models.ForeignKey("access.IndividualRequest", models.PROTECT, null=True, related_name="sessions")
    own_image = models.ForeignKey("access.OwnImageRequest", models.PROTECT, null=True, related_name="sessions")
    kind = models.CharField(max_length=12, choices=SessionKind)
    officer = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="+")
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField("places.Camera", related_name="+")
    span_from = models.DateTimeField()
    span_to = models.DateTimeField()
    viewer_name = models.CharField(_("查看人姓名"), max_length=40)
    viewer_document = models.CharField(_("证件类别"), max_length=12, choices=DocumentKind, blank=True)
    viewer_number = models.CharField(_("证件号码"), max_length=40, blank=True)
    identified = models.CharField(_("如何核实身份"), max_length=120, blank=True)
    read_aloud = models.CharField(_("朗读告知"), max_length=40, blank=True)
    accepted = models.CharField(_("承诺方式"), max_length=8, choices=Accepted, blank=True)
    begun_at = models.DateTimeField()
    first_picture_at = models.DateTimeField(null=True)
    pictured: models.ManyToManyField[Any, Any] = models.ManyToManyField("places.Camera", related_name="+")
    ended_at = models.DateTimeField(null=True, db_index=True)
    ended_why = models.CharField(max_length=200, blank=True)
    ended_clause = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["missing"],
                condition=models.Q(ended_at__isnull=True),
                name="access_one_open_session",
            ),
            models.UniqueConstraint(
                fields=["individual"],
                condition=models.Q(ended_at__isnull=True),
                name="access_one_open_individual",
            ),
            models.UniqueConstraint(
                fields=["own_image"],
                condition=models.Q(ended_at__isnull=True),
                name="access_one_open_own_image",
            ),
        ]
        verbose_name = _("在场查看")

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.viewer_name}"

    @property
    def case(self) -> Any:
        """The case that it is of."""
        return self.missing or self.individual or self.own_image

    @property
    def title(self) -> Any:
        """What it is called: S29 is a 查看, everything else a 查阅."""
        if self.missing_id:
            return self.get_kind_display()
        return CHECKING if self.kind == SessionKind.PREVIEW else CONSULTING

    @property
    def clause(self) -> str:
        """On which it rests."""
        return "S29" if self.missing_id else "N21" if self.individual_id else "PIPL45"

    @property
    def ground(self) -> str:
        """The name of the ground on which its looks rest."""
        return missing_person.NAME if self.missing_id else individual.NAME if self.individual_id else own_image.NAME

    @property
    def hex(self) -> str:
        """The id as it may stand in an HTML id."""
        return self.id.hex

    @property
    def is_open(self) -> bool:
        """Whether it goes on."""
        return self.ended_at is None

    @property
    def alone(self) -> bool:
        """Whether the officer looks without anybody else."""
        return self.kind != SessionKind.WITH_VIEWER
