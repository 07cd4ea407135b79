"""Credentials: what shows that a person was vetted and trained, that a technician or a firm is qualified, and until when; and papers:
files that people hand in (letters, certificates, designs, pictures), each known by its bytes.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Paper(models.Model):
    """One file as it was handed in. Its bytes lie in the store by `sha256`; whoever refers to it says who may read it.

    A row is never edited: a new version of a file is a new row.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    #: Found in the bytes (`people.papers.kinds`), never taken from the sender.
    media_type = models.CharField(max_length=80, editable=False)
    name = models.CharField(_("文件名"), max_length=200)
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("材料")

    def __str__(self) -> str:
        return self.name


class CredentialKind(models.TextChoices):
    """Kinds; whose each is, and which clause asks for it, is said below."""

    VETTING = "vetting", _("入职审查")
    SKILLS = "skills", _("岗位技能培训")
    SECRECY = "secrecy", _("保密知识培训")
    UNDERTAKING = "undertaking", _("保密承诺书")
    TECHNICIAN = "technician", _("专业技术人员资格")
    DESIGN = "design", _("设计资质")
    CONSTRUCTION = "construction", _("施工资质")
    INSPECTION = "inspection", _("检验、验收资质")
    MAINTENANCE = "maintenance", _("维护资质")


TRAININGS = (CredentialKind.SKILLS, CredentialKind.SECRECY)
OF_PERSONS = (
    CredentialKind.VETTING,
    CredentialKind.SKILLS,
    CredentialKind.SECRECY,
    CredentialKind.UNDERTAKING,
    CredentialKind.TECHNICIAN,
)
OF_UNITS = (
    CredentialKind.DESIGN,
    CredentialKind.CONSTRUCTION,
    CredentialKind.INSPECTION,
    CredentialKind.MAINTENANCE,
)
#: Credentials of a profession, which have a number and an end.
PROFESSIONAL = (CredentialKind.TECHNICIAN, *OF_UNITS)

#: The clause that asks for each.
CLAUSES: dict[str, str] = {
    CredentialKind.VETTING: "N16.2(1)",
    CredentialKind.SKILLS: "S34(5)",
    CredentialKind.SECRECY: "S34(5)",
    CredentialKind.UNDERTAKING: "S30.1",
    CredentialKind.TECHNICIAN: "S17",
    **dict.fromkeys(OF_UNITS, "S13.1"),
}


class CredentialQuerySet(models.QuerySet["Credential"]):
    """Credentials by whether they stand."""

    def standing(self) -> CredentialQuerySet:
        """Those that nobody has withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def valid_on(self, day: datetime.date, training_days: int) -> CredentialQuerySet:
        """Those that stand and have not run out on `day`; a training without an end of its own counts for `training_days`."""
        trained = Q(kind__in=TRAININGS, issued__gte=day - datetime.timedelta(days=training_days))
        return self.standing().filter(
            Q(issued__lte=day),
            Q(valid_until__gte=day) | Q(valid_until__isnull=True) & (trained | ~Q(kind__in=TRAININGS)),
        )


class Credential(models.Model):
    """One certificate or record, of one person or one unit. Never edited: a new one is entered, a wrong one is withdrawn."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="credentials")
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, blank=True, related_name="credentials")
    kind = models.CharField(_("种类"), max_length=16, choices=CredentialKind.choices)
    number = models.CharField(_("编号"), max_length=80, blank=True)
    issuer = models.CharField(_("出具单位"), max_length=120, blank=True)
    issued = models.DateField(_("出具日期"))
    valid_until = models.DateField(_("有效期至"), null=True, blank=True)
    paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_why = models.CharField(_("撤销理由"), max_length=200, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-issued", "-pk"]
        verbose_name = _("培训和资质")
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit__isnull=True) | Q(person__isnull=True, unit__isnull=False),
                name="people_credential_of_one",
            ),
        ]
        indexes = [models.Index(fields=["kind", "valid_until"], name="people_credential_end")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.holder}"

    @property
    def holder(self) -> models.Model | None:
        """The person or the unit."""
        return self.person or self.unit

    @property
    def clause(self) -> str:
        """The clause that asks for it."""
        return CLAUSES[self.kind]
