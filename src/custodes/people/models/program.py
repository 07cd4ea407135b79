"""Programs of partners that read and write the register: entered by one administrator, let in by another, each with keys of its own."""

from __future__ import annotations

import datetime
import uuid
from enum import StrEnum

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ProgramScope(StrEnum):
    """What a program may ask for: one word for reading and one for writing of each kind of row."""

    UNITS_READ = "units:read"
    PLACES_READ = "places:read"
    PLACES_WRITE = "places:write"
    SYSTEMS_READ = "systems:read"
    SYSTEMS_WRITE = "systems:write"
    CAMERAS_READ = "cameras:read"
    CAMERAS_WRITE = "cameras:write"
    LIFE_READ = "life:read"
    LIFE_WRITE = "life:write"
    FILINGS_READ = "filings:read"
    FILINGS_WRITE = "filings:write"
    REMOVALS_READ = "removals:read"
    REMOVALS_WRITE = "removals:write"
    CHANGES_READ = "changes:read"
    CHANGES_WRITE = "changes:write"
    UPGRADES_READ = "upgrades:read"
    UPGRADES_WRITE = "upgrades:write"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    WORKLIST_READ = "worklist:read"
    PAPERS_READ = "papers:read"
    PAPERS_WRITE = "papers:write"


SCOPES: tuple[tuple[str, object], ...] = (
    (ProgramScope.UNITS_READ, _("读取单位")),
    (ProgramScope.PLACES_READ, _("读取场所")),
    (ProgramScope.PLACES_WRITE, _("登记场所")),
    (ProgramScope.SYSTEMS_READ, _("读取系统")),
    (ProgramScope.SYSTEMS_WRITE, _("登记系统")),
    (ProgramScope.CAMERAS_READ, _("读取点位")),
    (ProgramScope.CAMERAS_WRITE, _("登记、停用点位")),
    (ProgramScope.LIFE_READ, _("读取系统的办理、验收和承担单位")),
    (ProgramScope.LIFE_WRITE, _("办理系统的各步，登记验收和承担单位")),
    (ProgramScope.FILINGS_READ, _("读取备案")),
    (ProgramScope.FILINGS_WRITE, _("填写、提交备案")),
    (ProgramScope.REMOVALS_READ, _("读取拆除")),
    (ProgramScope.REMOVALS_WRITE, _("报告、登记拆除")),
    (ProgramScope.CHANGES_READ, _("读取变更")),
    (ProgramScope.CHANGES_WRITE, _("申请、登记变更")),
    (ProgramScope.UPGRADES_READ, _("读取限期升级改造")),
    (ProgramScope.UPGRADES_WRITE, _("答复限期升级改造")),
    (ProgramScope.PLANS_READ, _("读取计划中断和维护窗口")),
    (ProgramScope.PLANS_WRITE, _("申请、撤回计划中断和维护窗口")),
    (ProgramScope.WORKLIST_READ, _("读取待办和期限")),
    (ProgramScope.PAPERS_READ, _("读取案卷和材料")),
    (ProgramScope.PAPERS_WRITE, _("提交材料、加入案卷")),
)


class ProgramState(models.TextChoices):
    """How far a program has come."""

    WAITING = "waiting", _("待批准")
    APPROVED = "approved", _("已批准")
    REFUSED = "refused", _("未批准")
    ENDED = "ended", _("已停用")


class Program(models.Model):
    """One program. It reaches what its person reaches, within its division and its scopes, and never more (decision 0210)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("程序名称"), max_length=80)
    person = models.ForeignKey(
        "people.Person", models.PROTECT, related_name="programs", verbose_name=_("负责人（程序以其岗位办理）")
    )
    division = models.ForeignKey("people.Division", models.PROTECT, related_name="+", verbose_name=_("限于行政区划"))
    scopes = models.JSONField(_("权限"), default=list)
    why = models.CharField(_("用途"), max_length=300)
    state = models.CharField(
        _("状态"), max_length=10, choices=ProgramState, default=ProgramState.WAITING, editable=False
    )
    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", editable=False)
    asked_at = models.DateTimeField(editable=False)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    decided_words = models.CharField(max_length=300, blank=True, editable=False)
    ended_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("接入程序")
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="people_program_not_approved_by_its_asker",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope_words(self) -> list[str]:
        """Its scopes in words, in their order."""
        return [str(words) for scope, words in SCOPES if scope in self.scopes]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("people:program", args=[self.uuid])


class ProgramKey(models.Model):
    """One key. Only its hash is kept; `prefix` is what people call it by and what stands in records."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="keys")
    prefix = models.CharField(max_length=8, unique=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    issued_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(_("有效期至"))
    per_minute = models.PositiveIntegerField(_("每分钟请求数"), default=60)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    last_used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        verbose_name = _("密钥")

    def __str__(self) -> str:
        return self.prefix

    def stands(self, at: datetime.datetime) -> bool:
        """Whether it opens anything at `at`."""
        return self.revoked_at is None and self.issued_at <= at < self.expires_at


class ProgramPaper(models.Model):
    """A paper that a program has handed in and that nothing refers to yet. The row goes when something does, or when it lapses."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="papers")
    paper = models.OneToOneField("people.Paper", models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("接入程序提交的材料")

    def __str__(self) -> str:
        return str(self.paper)


class ProgramWrite(models.Model):
    """One write that came with an idempotency key: while it runs without an answer, then with the answer that it was given.

    Attributes:
        key: the client's; one program's keys are its own, whichever of its secrets it calls with.
        fingerprint: of method, address and body; nothing of them can be read from it.
        run: which attempt holds it. An attempt that was taken for dead and is not finds another here and writes nothing.
        status: of the answer; null while it runs.
        about: the row that was made or changed.
    """

    program = models.ForeignKey(Program, models.PROTECT, related_name="writes")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    run = models.UUIDField(default=uuid.uuid4)
    at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    content_type = models.CharField(max_length=80, blank=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    about = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("接入程序的写入")
        constraints = [models.UniqueConstraint(fields=["program", "key"], name="people_one_write_a_key")]

    def __str__(self) -> str:
        return self.key
