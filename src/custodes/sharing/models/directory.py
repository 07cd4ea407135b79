"""The directory of systems that have to connect to the sharing platform (S25): one version, and its entries."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases.models import CaseStep, Stepped
from custodes.law.building.departments import BY_KEY
from custodes.people.lawful import bilingual
from custodes.people.models import Person, Unit
from custodes.people.scope import DivisionScope, within
from custodes.people.statefield import StateField, Stateful
from custodes.places.models import SiteCategory
from custodes.sharing.offices import offices, seeing_offices

OF_DIRECTORY = "sharing.directory"
#: Steps by which nobody takes part in compiling a version.
NOT_COMPILING = ("send_back", "publish", "supersede", "withdraw", "notice", "urge")


class DirectoryState(models.TextChoices):
    """How far a version has come."""

    DRAFT = "draft", pgettext_lazy("接入目录", "编制中")
    SUBMITTED = "submitted", pgettext_lazy("接入目录", "待批准")
    PUBLISHED = "published", pgettext_lazy("接入目录", "现行")
    SUPERSEDED = "superseded", pgettext_lazy("接入目录", "已被新版取代")


_S = DirectoryState
#: States in which everybody may read it.
PUBLIC = (_S.PUBLISHED, _S.SUPERSEDED)
#: States in which it is being worked on.
OPEN = (_S.DRAFT, _S.SUBMITTED)


class Directory(Stepped, Stateful):
    """One version of the directory of one police unit.

    Attributes:
        unit: the police unit that compiles it, whose platform the systems connect to.
        version: counted from 1 in each unit.
        previous: the version that was current when this one was published.
        alone: one person compiled and approved it, on a declaration that the unit has no second (`people.two_persons`).
        table, document: what was published, as CSV and as canonical JSON; never changed afterwards. Their SHA-256 are in the log.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="directories", verbose_name=_("编制单位"))
    version = models.PositiveIntegerField(_("版次"))
    state = StateField(_("状态"), max_length=10, choices=DirectoryState, default=_S.DRAFT)
    previous = models.OneToOneField("self", models.PROTECT, null=True, related_name="following")
    begun_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    submitted_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    alone = models.BooleanField(_("一人办理"), default=False, editable=False)
    published_on = models.DateField(_("公布日期"), null=True)
    table = models.TextField(blank=True, editable=False)
    document = models.TextField(blank=True, editable=False)
    table_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    document_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["unit__division__path", "-version"]
        verbose_name = _("应当接入目录")
        constraints = [
            models.UniqueConstraint(fields=["unit", "version"], name="sharing_directory_version_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state=_S.PUBLISHED.value), name="sharing_one_current_directory"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state__in=[one.value for one in OPEN]), name="sharing_one_open_directory"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[one.value for one in PUBLIC])
                | (~Q(document="") & Q(published_on__isnull=False) & Q(approved_by__isnull=False)),
                name="sharing_published_has_its_file",
            ),
            # Whoever submits it does not approve it, in the database too; but where it is said that one did both.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | Q(alone=True) | ~Q(approved_by=models.F("submitted_by")),
                name="sharing_approved_by_another",
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(unit)s应当接入目录第 %(version)d 版") % {"unit": self.unit.name, "version": self.version}

    @property
    def number(self) -> str:
        """What the log calls it, in whichever language the page is."""
        return f"{self.unit.name} {self.version}"

    @staticmethod
    def compiled_by(person: Person, at: datetime) -> QuerySet[Directory]:
        """Directories of the police units for which the person compiles."""
        return Directory.objects.filter(unit__in=offices(person, at))

    @staticmethod
    def awaiting(person: Person, at: datetime, mine: QuerySet[Unit] | None = None) -> QuerySet[Directory]:
        """Submitted versions that wait for the person to approve them or to send them back: who took part in one does not wait for themselves.

        Args:
            mine: the person's offices, where they are known already.
        """
        part = CaseStep.objects.filter(by=person, kind=OF_DIRECTORY).exclude(event__in=NOT_COMPILING)
        rows = Directory.objects.filter(unit__in=offices(person, at) if mine is None else mine)
        rows = rows.filter(state=DirectoryState.SUBMITTED)
        return rows.exclude(pk__in=part.values("case_id"))

    @staticmethod
    def visible_to(person: Person, at: datetime) -> QuerySet[Directory]:
        """Directories whose drafts the person reads: of the own police unit and of those below it."""
        above = DivisionScope(frozenset(unit.division.path for unit in seeing_offices(person, at)))
        return Directory.objects.filter(within(above, "unit", "unit__division"))

    def get_absolute_url(self) -> str:
        """Its page in the office."""
        return reverse("sharing:directory", args=[self.pk])

    @property
    def public(self) -> bool:
        """Whether everybody may read it."""
        return self.state in PUBLIC


class DirectoryEntry(models.Model):
    """One system in one version: listed, or left out with a reason.

    What is published of it stands here: a name, the unit, its department and division, the category, the clause. Nothing else of the
    register is ever copied: no address, no position, no camera, no contact (S30.1, law.md §2.7(12)).

    Attributes:
        name: under which it is published; the register's own name where nobody wrote another.
        department: key of the department whose system it is, empty for none.
        clause: ``S23`` for a department's system, ``S24`` for one of an enterprise or institution that the police need to join, ``S21`` for one
            of the police.
        computed: the register says that it has to connect; else a person added it.
        reason: why it was added, or left out, or listed again though it was withdrawn once. Not published.
        withdrawn_at, withdrawn_by, withdrawn_why: of a version that was published: everybody reads the entry no more (`directory.case.withdraw`).
            The reason stays in the office.
    """

    directory = models.ForeignKey(Directory, models.CASCADE, related_name="entries")
    system = models.ForeignKey("places.System", models.PROTECT, related_name="+")
    name = models.CharField(_("公布的系统名称"), max_length=120)
    unit_name = models.CharField(_("责任单位"), max_length=120)
    department = models.CharField(max_length=24, blank=True)
    division_name = models.CharField(_("所在行政区划"), max_length=60)
    category = models.PositiveSmallIntegerField(_("场所类别"), choices=SiteCategory)
    clause = models.CharField(max_length=8)
    computed = models.BooleanField(default=True)
    listed = models.BooleanField(_("列入"), default=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_why = models.CharField(_("撤下的原因"), max_length=300, blank=True, editable=False)

    class Meta:
        ordering = ["clause", "department", "unit_name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["directory", "system"], name="sharing_entry_once"),
            models.CheckConstraint(
                condition=Q(computed=True, listed=True) | ~Q(reason=""), name="sharing_entry_says_why"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_why="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, listed=True) & ~Q(withdrawn_why=""),
                name="sharing_withdrawn_says_who_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def clause_name(self) -> str:
        """Its article as everybody reads it."""
        names = {"S21": _("第二十一条"), "S23": _("第二十三条"), "S24": _("第二十四条")}
        return str(names[self.clause])

    @property
    def department_name(self) -> str:
        """In words; empty for none."""
        one = BY_KEY.get(self.department)
        return str(bilingual(one.name_zh, one.name_en)) if one else ""
