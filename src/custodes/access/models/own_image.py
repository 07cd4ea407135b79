"""A request for one's own image (本人影像, PIPL 45): who asks, what shows them, and what the holder answered with its ground.

A right of its own, kept apart from S29 and N21: no consent is asked for, and nothing but an unmet condition refuses it (decision 0455).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.access.models.supervised import DocumentKind
from custodes.cases.models import Stepped
from custodes.people.statefield import StateField, Stateful


class OwnImageState(models.TextChoices):
    """How far a request has come."""

    ASKED = "asked", pgettext_lazy("本人影像", "待答复")
    ANSWERED = "answered", pgettext_lazy("本人影像", "已答复")
    CLOSED = "closed", pgettext_lazy("本人影像", "已办结")


_O = OwnImageState


class OwnClaimant(models.TextChoices):
    """Who asks (law.grounds.own_image.OwnClaim)."""

    SELF = "self", pgettext_lazy("本人影像", "画面中的本人")
    GUARDIAN = "guardian", pgettext_lazy("本人影像", "未成年人等被监护人的监护人")
    AGENT = "agent", pgettext_lazy("本人影像", "本人委托的代理人")
    RELATIVE = "relative", pgettext_lazy("本人影像", "死者的近亲属")


class OwnWish(models.TextChoices):
    """What is asked for."""

    LOOK = "look", pgettext_lazy("本人影像", "查阅")
    COPY = "copy", pgettext_lazy("本人影像", "复制")


class OwnFound(models.TextChoices):
    """What staff found at the place and time that were stated."""

    YES = "yes", pgettext_lazy("本人影像", "画面中有本人")
    NO = "no", pgettext_lazy("本人影像", "按所述地点、时间核对，画面中没有本人")
    GONE = "gone", pgettext_lazy("本人影像", "该时段没有录像，或者已到期删除")


class OwnException(models.TextChoices):
    """Whether the holder has looked for a lawful exception, and found one (PIPL 18, 35)."""

    NONE = "none", pgettext_lazy("本人影像", "已核对，没有法定例外")
    APPLIES = "applies", pgettext_lazy("本人影像", "有法定例外，不得提供")


class OwnOutcome(models.TextChoices):
    """What was answered."""

    LOOK = "look", pgettext_lazy("本人影像", "提供查阅")
    COPY = "copy", pgettext_lazy("本人影像", "提供遮蔽后的复制件")
    REFUSED = "refused", pgettext_lazy("本人影像", "不予提供")


class OwnImageRequest(Stepped, Stateful):
    """One request to one managing unit.

    Attributes:
        number: in the unit's own register.
        subject: whom the pictures show, where somebody asks for them; `standing` is how they showed that they may.
        place: where and when, in the words of who asks.
        due: the last day for an answer, by the installation's own term: the law says 及时.
        found, exception, exception_law: what staff found, and the exception with its law.
        masked_by, reviewed_by: of answers of before decision 0455, typed names of who masked the copy and who reviewed that; nothing
            writes them any more: a copy is a `Release` with this request (`copies`), with its people and its hash.
        reason: why it is refused, or why there is no copy; `unmet` are the conditions on which that rests.
        handed: how a copy was handed over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("编号"), max_length=32, editable=False)
    unit = models.ForeignKey(
        "people.Unit", models.PROTECT, related_name="own_image_requests", verbose_name=_("管理单位")
    )
    state = StateField(_("状态"), max_length=10, choices=OwnImageState, default=_O.ASKED, db_index=True)
    claim = models.CharField(_("申请人"), max_length=10, choices=OwnClaimant, default=OwnClaimant.SELF)
    name = models.CharField(_("申请人姓名"), max_length=40)
    document = models.CharField(_("证件类别"), max_length=12, choices=DocumentKind)
    document_number = models.CharField(_("证件号码"), max_length=40, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    subject = models.CharField(_("画面中的人"), max_length=40, blank=True)
    standing = models.CharField(_("如何证明可以代为申请"), max_length=120, blank=True)
    wish = models.CharField(_("申请事项"), max_length=6, choices=OwnWish, default=OwnWish.LOOK)
    place = models.CharField(_("地点和时间"), max_length=200)
    content = models.CharField(_("内容"), max_length=300)
    span_from = models.DateTimeField(_("起"), null=True, blank=True)
    span_to = models.DateTimeField(_("止"), null=True, blank=True)
    cameras: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "places.Camera", related_name="own_image_requests"
    )
    taken_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"), db_index=True)
    due = models.DateField(_("答复期限"))
    found = models.CharField(_("核对结果"), max_length=4, choices=OwnFound, blank=True)
    exception = models.CharField(_("法定例外"), max_length=8, choices=OwnException, blank=True)
    exception_law = models.CharField(_("例外的内容和依据"), max_length=200, blank=True)
    masked_by = models.CharField(_("遮蔽人"), max_length=40, blank=True, editable=False)
    reviewed_by = models.CharField(_("遮蔽复核人"), max_length=40, blank=True, editable=False)
    outcome = models.CharField(_("答复"), max_length=8, choices=OwnOutcome, blank=True)
    reason = models.CharField(_("理由"), max_length=300, blank=True)
    unmet = models.JSONField(default=list, editable=False)
    answered_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    handed = models.CharField(_("复制件如何移交"), max_length=120, blank=True)
    first_picture_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("本人影像申请")
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="access_own_image_number"),
            models.CheckConstraint(
                condition=~Q(state=_O.ANSWERED.value) | ~Q(outcome=""), name="access_own_image_answered"
            ),
            # Whoever is refused is told why (PIPL50), in the database too.
            models.CheckConstraint(
                condition=~Q(outcome=OwnOutcome.REFUSED.value) | ~Q(reason=""), name="access_own_image_refusal_says_why"
            ),
        ]
        indexes = [models.Index(fields=["unit", "-asked_at"], name="access_own_image_of_unit")]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:own_image", args=[self.pk])

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """Both ends, where both are stated."""
        return (self.span_from, self.span_to) if self.span_from and self.span_to else None

    @property
    def refused(self) -> bool:
        """Whether nothing is given."""
        return self.outcome == OwnOutcome.REFUSED

    def late(self, today: date) -> bool:
        """Whether its last day has passed without an answer."""
        return self.state == _O.ASKED and self.due < today
