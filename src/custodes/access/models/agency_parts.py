"""What belongs to an agency request: its officers, papers, approvals and sittings; what makes it narrower; its evidence packages; and how many
approve at a holder.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgencyOfficer(models.Model):
    """One of those who ask: at least two, each with the number of a work card (S28.1(1)(2)).

    Attributes:
        person: their account's person, of a request that came in online.
        confirmed_at: they were at the counter, or have confirmed from their own account.
        seen_at: when the page on which they look was last heard of; None when it was left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.CASCADE, related_name="officers")
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, blank=True, related_name="+")
    place = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(_("姓名"), max_length=60)
    card = models.CharField(_("工作证件号"), max_length=60, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "person"], condition=models.Q(person__isnull=False), name="access_officer_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class AgencyPaperKind(models.TextChoices):
    """What a paper of a request is."""

    LETTER = "letter", pgettext_lazy("查阅调取", "介绍信函")
    CARD = "card", pgettext_lazy("查阅调取", "工作证件")
    UNDERTAKING = "undertaking", pgettext_lazy("查阅调取", "保密承诺书")
    APPROVAL = "approval", pgettext_lazy("查阅调取", "批准文书")
    OTHER = "other", pgettext_lazy("查阅调取", "其他材料")


class AgencyPaper(models.Model):
    """A paper that was shown. Never replaced, never taken out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.CASCADE, related_name="papers")
    kind = models.CharField(_("类别"), max_length=12, choices=AgencyPaperKind)
    paper: models.ForeignKey[Any, Any] = models.ForeignKey("people.Paper", models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.paper}"


class AgencyApproval(models.Model):
    """One of the holder's staff has approved; `review` where it was granted before (urgent path)."""

    request = models.ForeignKey("access.AgencyRequest", models.CASCADE, related_name="approvals")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    review = models.BooleanField(default=False)
    void = models.BooleanField(default=False)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "by"], condition=models.Q(void=False), name="access_approval_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.by}"


class AgencySitting(models.Model):
    """Officers stand beside one of the holder's staff, under whose session they look. It ends when one of them leaves."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, related_name="sittings")
    staff = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    officers: models.ManyToManyField[Any, Any] = models.ManyToManyField(AgencyOfficer, related_name="+")
    begun_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(ended_at__isnull=True), name="access_one_open_sitting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.request} {self.staff}"


class HolderApprovals(models.Model):
    """How many of a holder's staff approve an agency request there: the holder's own choice, no rule of the law (law.md §2.7)."""

    unit = models.OneToOneField("people.Unit", models.CASCADE, related_name="holder_approvals")
    count = models.PositiveSmallIntegerField(
        _("审批人数"), validators=[MinValueValidator(1), MaxValueValidator(5)], default=1
    )

    class Meta:
        verbose_name = _("审批人数")

    def __str__(self) -> str:
        return f"{self.unit} {self.count}"


class PackageState(models.TextChoices):
    """How far it has come."""

    MAKING = "making", pgettext_lazy("证据包", "制作中")
    FAILED = "failed", pgettext_lazy("证据包", "未做成")
    MADE = "made", pgettext_lazy("证据包", "待交付")
    HANDED = "handed", pgettext_lazy("证据包", "已交付")


class EvidencePackage(models.Model):
    """One package.

    Attributes:
        grant: leave to hand out, a record of the log before the first byte.
        done, whole: bytes of footage written so far, and in all.
        bytes, sha256: of the whole file; `listed` is the SHA-256 of its list. Of one that was not made, `bytes` is what was sent of it.
        contents: SHA-256 over what it holds, as the log was told beforehand.
        holes: what of the span it does not have, as its list says it (`evidence.manifest.hole_row`).
        stamped_at: the time that a TSA's token in it states; `stamp_failure`: why there is none although one is set.
        failure: why it could not be made, in words for whoever made it.
        receivers: name and number of the work card of each officer who took it.
        medium: what it was handed over on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey("access.AgencyRequest", models.PROTECT, related_name="packages")
    grant = models.OneToOneField("access.Grant", models.PROTECT, related_name="package")
    state = models.CharField(_("状态"), max_length=8, choices=PackageState, default=PackageState.MAKING)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+", verbose_name=_("制作人"))
    begun_at = models.DateTimeField(_("开始制作"))
    seen_at = models.DateTimeField()
    made_at = models.DateTimeField(_("制作完成"), null=True)
    done = models.PositiveBigIntegerField(default=0)
    whole = models.PositiveBigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(_("文件大小"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    listed = models.CharField(max_length=64, blank=True)
    contents = models.CharField(max_length=64, blank=True)
    holes = models.JSONField(default=list)
    stamped_at = models.DateTimeField(_("时间戳"), null=True)
    stamp_failure = models.CharField(max_length=300, blank=True)
    failure = models.CharField(max_length=300, blank=True)
    handed_at = models.DateTimeField(_("交付时间"), null=True)
    handed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    receivers = models.JSONField(default=list)
    medium = models.CharField(_("载体及编号"), max_length=120, blank=True)
    signed: models.ForeignKey[Any, Any] = models.ForeignKey("people.Paper", models.PROTECT, null=True, related_name="+")
    made_record = models.OneToOneField("people.RecordOutbox", models.PROTECT, null=True, related_name="+")
    handed_record = models.OneToOneField("people.RecordOutbox", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-begun_at"]
        verbose_name = _("证据包")

    def __str__(self) -> str:
        return f"{self.request} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:package", args=[self.request_id, self.pk])

    @property
    def name(self) -> str:
        """Of the file, in ASCII."""
        return f"custodes-evidence-{self.pk}.zip"

    def stalled(self, at: datetime) -> bool:
        """Whether nothing was heard of the making for two minutes: the browser or the program went away."""
        return self.state == PackageState.MAKING and (at - self.seen_at).total_seconds() > 120


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
