"""Kinds of case of a system before the police: its filing, its removal, orders to upgrade it, and what is still being filled in.

A filing (备案; S16.2, N14) is a notice, not a licence: it is always taken, late or not. A removal (拆除; S18, N23(2)) is reported at least
fifteen days before, never permitted or refused by anybody. By an upgrade order (限期升级改造; S16.2c) county police set a term for a system
that falls short of the standards in force. A draft is kept on the server after each page and gone when it is handed in or lapses.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.people.statefield import StateField, Stateful

LONGEST = 730
"""Days that a term may have here: a slip of the pen is refused; the clause itself names no number."""


class UpgradeState(models.TextChoices):
    """How far an order has come."""

    ORDERED = "ordered", pgettext_lazy("升级改造", "已通知，待报方案")
    PLANNED = "planned", pgettext_lazy("升级改造", "已报方案，改造中")
    REPORTED = "reported", pgettext_lazy("升级改造", "已报完成，待复查")
    FAILED = "failed", pgettext_lazy("升级改造", "复查不合格，继续改造")
    REFERRED = "referred", pgettext_lazy("升级改造", "逾期，已转监督检查")
    PASSED = "passed", pgettext_lazy("升级改造", "复查合格，已办结")
    REVOKED = "revoked", pgettext_lazy("升级改造", "已撤销")


_U = UpgradeState
#: States in which the system has still to be upgraded.
OPEN_UPGRADES = (_U.ORDERED, _U.PLANNED, _U.REPORTED, _U.FAILED, _U.REFERRED)
#: States in which the unit has the next step.
WITH_UNIT = (_U.ORDERED, _U.PLANNED, _U.FAILED, _U.REFERRED)


class UpgradeOrder(Stateful):
    """One order to one system.

    Attributes:
        checked: the day of the check that found what falls short.
        delivered: 送达; its term runs from the day after.
        days: natural days of the term, set by who issues it.
        due_on: its last day, as the law counts it; the engine writes it.
        guide, guide_phone: under whose guidance it is done.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="upgrades")
    checked = models.DateField(_("核查日期"))
    delivered = models.DateField(_("送达日期"))
    days = models.PositiveSmallIntegerField(
        _("期限（日）"), validators=[MinValueValidator(1), MaxValueValidator(LONGEST)]
    )
    why = models.CharField(_("情况说明"), max_length=500, blank=True)
    due_on = models.DateField(_("期限届满"), editable=False)
    guide = models.CharField(_("指导单位（人员）"), max_length=80)
    guide_phone = models.CharField(_("联系电话"), max_length=40)
    state = StateField(_("状态"), max_length=10, choices=UpgradeState, default=UpgradeState.ORDERED)
    issued_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    reported_on = models.DateField(null=True)
    rechecked_on = models.DateField(null=True)
    referred_on = models.DateField(null=True)

    class Meta:
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["system"],
                condition=models.Q(state__in=[one.value for one in OPEN_UPGRADES]),
                name="places_one_open_upgrade",
            )
        ]
        indexes = [
            # Whose term ends soon, of those that still run.
            models.Index(
                fields=["due_on"],
                condition=models.Q(state__in=[one.value for one in WITH_UNIT]),
                name="places_upgrade_due",
            )
        ]
        verbose_name = _("限期升级改造")

    def __str__(self) -> str:
        return f"{self.system} · {self.delivered}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:upgrade", args=[self.pk])


class Shortfall(models.Model):
    """Where the system falls short: which standard, what was found, what is asked for; and how it was at the recheck."""

    order = models.ForeignKey(UpgradeOrder, models.CASCADE, related_name="shortfalls")
    standard = models.CharField(_("标准及条款"), max_length=120)
    found = models.CharField(_("核查情况"), max_length=300)
    wanted = models.CharField(_("改造要求"), max_length=300)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.standard


class UpgradePaperSort(models.TextChoices):
    """What a paper of an order is."""

    CHECK = "check", pgettext_lazy("升级改造", "核查记录")
    PLAN = "plan", pgettext_lazy("升级改造", "改造方案")
    DONE = "done", pgettext_lazy("升级改造", "完成材料")
    RECHECK = "recheck", pgettext_lazy("升级改造", "复查记录")


class RemovalGround(models.TextChoices):
    """Why something has to go: S18 names two and leaves the list open (等)."""

    CITY_WORKS = "city_works", pgettext_lazy("拆除", "城市建设")
    CHANGE_OF_USE = "change_of_use", pgettext_lazy("拆除", "场所、部位改变用途")
    OTHER = "other", pgettext_lazy("拆除", "其他确需拆除的情形")


class RemovalState(models.TextChoices):
    """How far a removal has come."""

    PLANNED = "planned", pgettext_lazy("拆除", "拟拆除，尚未报告")
    REPORTED = "reported", pgettext_lazy("拆除", "已报告")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("拆除", "公安机关已收悉")
    REMOVED = "removed", pgettext_lazy("拆除", "已拆除")
    CANCELLED = "cancelled", pgettext_lazy("拆除", "不再拆除")
    FOUND = "found", pgettext_lazy("拆除", "发现擅自拆除，待处理")
    RESTORED = "restored", pgettext_lazy("拆除", "擅自拆除，已恢复原状")


class Remover(models.TextChoices):
    """Who removed without a report, as far as it is known: S40 is about the first alone, S35(1) and N30 about anybody."""

    OWN = "own", pgettext_lazy("擅自拆除", "建设单位、使用单位")
    OTHER_UNIT = "other_unit", pgettext_lazy("擅自拆除", "其他单位")
    PERSON = "person", pgettext_lazy("擅自拆除", "个人")
    UNKNOWN = "unknown", pgettext_lazy("擅自拆除", "尚未查明")


_R = RemovalState
#: States in which a removal is still ahead.
AHEAD = (_R.PLANNED, _R.REPORTED, _R.ACKNOWLEDGED)
#: States in which somebody has still to do something.
OPEN_REMOVALS = (*AHEAD, _R.FOUND)


class Removal(Stateful):
    """The removal of some cameras of a system, or of all of it; or one that was found when it had been done without a report.

    Attributes:
        unauthorised: it was found (擅自拆除): an incident of S18 and N23(2), whatever becomes of it. `why` says what was found.
        found_on, found_by: when, and who saw it, in words: it need not be a person of this register.
        gone_on: the day on which it was done, as far as it is known.
        remover, removed_by: who did it, by kind and in words; grave: with a grave result (N30).
        decided_by: who said, another than who entered it, that it is gone for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="removals")
    whole = models.BooleanField(_("拆除整个系统"), default=False)
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "places.Camera", related_name="removals", verbose_name=_("拆除的点位")
    )
    ground = models.CharField(_("拆除理由"), max_length=16, choices=RemovalGround)
    why = models.CharField(_("情况说明"), max_length=500)
    planned = models.DateField(_("拟拆除日期"))
    state = StateField(_("状态"), max_length=14, choices=RemovalState, default=RemovalState.PLANNED)
    drafted_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    reported_on = models.DateField(null=True)
    acknowledged_on = models.DateField(null=True)
    removed_on = models.DateField(null=True)
    unauthorised = models.BooleanField(default=False, editable=False)
    found_on = models.DateField(_("发现日期"), null=True)
    found_by = models.CharField(_("发现人及其单位"), max_length=120, blank=True)
    gone_on = models.DateField(_("拆除日期（已知的）"), null=True)
    remover = models.CharField(_("由谁拆除"), max_length=12, choices=Remover, blank=True)
    removed_by = models.CharField(_("拆除人的名称、姓名（已知的）"), max_length=200, blank=True)
    grave = models.BooleanField(_("造成严重后果"), default=False)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            # Who entered what was found does not say that it is gone for good, in the database too.
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("drafted_by")),
                name="places_found_removal_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_R.FOUND.value, _R.RESTORED.value])
                | Q(unauthorised=True, found_on__isnull=False),
                name="places_found_removal_is_told",
            ),
        ]
        verbose_name = _("拆除")

    def __str__(self) -> str:
        return f"{self.system} · {self.planned}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:removal", args=[self.pk])

    def ground_told(self) -> str:
        """The ground in words; nobody gave one for what was found removed."""
        return str(_("擅自拆除")) if self.unauthorised else self.get_ground_display()


class DraftKind(models.TextChoices):
    """What will come of it."""

    FILING = "filing", pgettext_lazy("草稿", "备案")
    REMOVAL = "removal", pgettext_lazy("草稿", "拆除报告")


class Draft(models.Model):
    """One draft about one system. Its unit's people go on with it, whoever began (`drafts.keeping`).

    Nothing here is checked or has any effect in law: that begins when it is handed in (decision 0222). Nothing classified is ever in
    it (R2): `drafts.keeping` asks first.

    Attributes:
        answers: field to what was typed, a text or, where several may be chosen, a list of texts.
        touched: page to the revision that last changed it: whoever has an older one open is told (R8).
        reached: the page on which to go on.
        on_behalf: counter staff fill it in for a unit that came with papers.
        changed_via: the program by which it was changed last, in the name of `changed_by`; empty for a person at the page.
        imported: begun by an import, with what a table said of its receipt and its contact: it does not lapse.
        lapsed_at: nobody went on with it in time; what was typed is gone, the row stays for a while to say so.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("事项"), max_length=8, choices=DraftKind)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="drafts")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    on_behalf = models.BooleanField(default=False)
    imported = models.BooleanField(default=False, editable=False)
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


class FilingKind(models.TextChoices):
    """What is filed."""

    INITIAL = "initial", pgettext_lazy("备案", "新建系统备案")
    LEGACY = "legacy", pgettext_lazy("备案", "施行前建成系统备案")
    CHANGE = "change", pgettext_lazy("备案", "变更备案")


class FilingState(models.TextChoices):
    """How far a filing has come."""

    DRAFT = "draft", pgettext_lazy("备案", "草稿")
    SUBMITTED = "submitted", pgettext_lazy("备案", "已提交，待公安机关接收")
    RETURNED = "returned", pgettext_lazy("备案", "退回补正")
    FILED = "filed", pgettext_lazy("备案", "已备案")
    WITHDRAWN = "withdrawn", pgettext_lazy("备案", "已撤回")


_F = FilingState
#: States in which a filing is on its way: a system has one of these at a time.
OPEN_FILINGS = (_F.DRAFT, _F.SUBMITTED, _F.RETURNED)


class Filing(Stateful):
    """One filing of one system. `content` is what was said, as it stood when it was submitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="filings")
    kind = models.CharField(_("备案事项"), max_length=8, choices=FilingKind)
    state = StateField(_("状态"), max_length=12, choices=FilingState, default=FilingState.DRAFT)
    #: Answers of `places.filing.form.FIELDS`, by key; a key in `unclear` was answered 暂不清楚.
    content = models.JSONField(default=dict)
    unclear = models.JSONField(default=list)
    items: models.ManyToManyField[Any, Any] = models.ManyToManyField("places.DossierItem", related_name="filings")
    drafted_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    #: Counter staff who entered it for a unit that came with papers.
    on_behalf = models.BooleanField(default=False)
    submitted_on = models.DateField(null=True)
    submitted_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    filed_on = models.DateField(null=True)
    filed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    receipt = models.CharField(_("回执编号"), max_length=40, blank=True)
    #: Who gave the receipt, where it was filed before the system was entered here (S16.2b); empty for what was filed here.
    authority = models.CharField(_("原备案机关"), max_length=80, blank=True)
    receipt_paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, editable=False, related_name="+")
    returned_words = models.CharField(max_length=300, blank=True)
    national_number = models.CharField(_("全国备案平台回执号"), max_length=60, blank=True)

    class Meta:
        ordering = ["-drafted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["system"],
                condition=Q(state__in=[one.value for one in OPEN_FILINGS]),
                name="places_one_open_filing",
            ),
            models.UniqueConstraint(
                fields=["authority", "receipt"],
                condition=~Q(receipt="") & ~Q(state=FilingState.WITHDRAWN.value),
                name="places_receipt_once",
            ),
            models.CheckConstraint(
                condition=Q(authority="") | (~Q(receipt="") & Q(receipt_paper__isnull=False)),
                name="places_receipt_with_its_paper",
            ),
        ]
        # What waits for the police, the oldest first: a work list walks to it.
        indexes = [models.Index(fields=["state", "submitted_on", "id"], name="places_filing_waiting")]
        verbose_name = _("备案")

    def __str__(self) -> str:
        return f"{self.system} · {self.get_kind_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:filing", args=[self.pk])

    @property
    def elsewhere(self) -> bool:
        """It was filed elsewhere and its receipt was taken over; what it says lies there."""
        return bool(self.authority)
