"""Public release of footage (公共传播, S30.2, N22, PIPL 25, 28, 55): what is to be published, of which camera and span, how far it has come.

The state changes by the steps of `access.release.case` alone (decision 0463).
"""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.cases.models import Stepped
from custodes.people.statefield import StateField, Stateful


class ReleaseState(models.TextChoices):
    """How far a release has come."""

    PROPOSED = "proposed", pgettext_lazy("公共传播", "待评估")
    RETURNED = "returned", pgettext_lazy("公共传播", "已退回补正")
    ASSESSED = "assessed", pgettext_lazy("公共传播", "已评估，待遮蔽")
    MASKED = "masked", pgettext_lazy("公共传播", "待复核")
    REVIEWED = "reviewed", pgettext_lazy("公共传播", "已复核，待审批")
    APPROVED = "approved", pgettext_lazy("公共传播", "已审批，待公开")
    GIVEN = "given", pgettext_lazy("公共传播", "已答复提供，待移交")
    HANDED = "handed", pgettext_lazy("公共传播", "已移交申请人")
    PUBLISHED = "published", pgettext_lazy("公共传播", "已公开")
    WITHDRAWN = "withdrawn", pgettext_lazy("公共传播", "已撤回")
    REFUSED = "refused", pgettext_lazy("公共传播", "不予公开")
    DROPPED = "dropped", pgettext_lazy("公共传播", "不再办理")


_R = ReleaseState
#: States in which reviewers look at the working film.
LOOKED_AT = (_R.ASSESSED, _R.MASKED, _R.REVIEWED, _R.APPROVED)
#: States in which tracks change; in the last two that takes it back to masking.
MARKED = (_R.MASKED, _R.REVIEWED, _R.APPROVED)
#: States in which the copy may leave the node; what was given is looked at no more, and changed no more.
COPIED = (*LOOKED_AT, _R.GIVEN)
#: States in which nothing more is done to it but keep it.
OVER = (_R.WITHDRAWN, _R.REFUSED, _R.DROPPED, _R.HANDED)
#: States of a copy of one's own image that an answer gave.
ANSWERED = (_R.GIVEN, _R.HANDED)
#: States in which somebody's next step is waited for.
WAITING = (_R.PROPOSED, _R.RETURNED, *LOOKED_AT)


class ReleaseAim(models.TextChoices):
    """What for. There is no "other": pictures of public places serve public safety alone (PIPL 26).

    `OWN_IMAGE` publishes nothing: it is of a copy for the person in the picture, and is no choice of whoever proposes a release.
    """

    SEARCH = "search", _("寻找走失、失踪人员")
    WARNING = "warning", _("防范违法犯罪的警示和提醒")
    WITNESS = "witness", _("为查明案件、事故征集线索")
    ACCIDENT = "accident", _("事故、灾害和突发事件的通报")
    TRAFFIC = "traffic", _("交通安全宣传")
    OWN_IMAGE = "own_image", _("交画面中的本人（复制件，不公开）")


class ReleaseBasis(models.TextChoices):
    """What lets it be published (PIPL 25)."""

    RULE = "rule", _("法律、法规的规定")
    CONSENT = "consent", _("被拍摄的人单独同意")


class Release(Stepped, Stateful):
    """One release: one camera, one span.

    Attributes:
        number: in the register of the unit whose staff propose it.
        own_image: the request whose masked copy it is (PIPL 45, decision 0455): masked and reviewed alike, given to one, never published.
        basis: the rule with its article; of a consent whose it is, on which paper.
        channel: where it is to be published.
        necessity, risks, measures: the impact assessment (PIPL 55, 56); kept until `keep_until` at the least.
        source: SHA-256 of the film that was read, hex; `width`, `height` and `times` are of its pictures.
        doubts: ticks of pictures in which the detector was in doubt (`release.sheet`).
        detectors, by_hand: which were run, name and SHA-256 of each; which kinds none of them finds.
        version: of the tracks; rises with each change.
        marked: SHA-256 of the file of tracks that the copy was written with; empty while none was.
        way: how shapes are filled.
        output: SHA-256 of the copy as the reviewer had it; `output_bytes` its size, `leaks` what was still found in it.
        published_where: place and address of the publication, one a line.
        takedown: what was done to take it down.
        due: by when the next step is to be taken (`release_step_days`, the house's own number); None where none is waited for.
        forgotten_at: when the node was told to delete working film and copy, and had.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(_("编号"), max_length=32, editable=False)
    unit = models.ForeignKey("people.Unit", models.PROTECT, related_name="releases", verbose_name=_("办理单位"))
    state = StateField(_("状态"), max_length=10, choices=ReleaseState, default=_R.PROPOSED, db_index=True)
    own_image = models.ForeignKey("access.OwnImageRequest", models.PROTECT, null=True, related_name="copies")
    title = models.CharField(_("标题"), max_length=80)
    camera = models.ForeignKey("places.Camera", models.PROTECT, related_name="releases", verbose_name=_("点位"))
    span_from = models.DateTimeField(_("起"))
    span_to = models.DateTimeField(_("止"))
    aim = models.CharField(_("公共安全用途"), max_length=10, choices=ReleaseAim)
    purpose = models.CharField(_("事由"), max_length=200)
    basis_kind = models.CharField(_("公开的依据"), max_length=8, choices=ReleaseBasis)
    basis = models.CharField(_("依据的名称和条款"), max_length=200)
    channel = models.CharField(_("拟公开的途径"), max_length=200)
    proposed_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("提出时间"), db_index=True)
    necessity = models.TextField(_("必要性"), max_length=1000, blank=True)
    risks = models.TextField(_("对个人权益的影响和风险"), max_length=1000, blank=True)
    measures = models.TextField(_("保护措施"), max_length=1000, blank=True)
    assessed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    assessed_at = models.DateTimeField(null=True)
    keep_until = models.DateField(_("评估记录至少保存至"), null=True)
    begun_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=64, blank=True, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    times = models.JSONField(default=list, editable=False)
    doubts = models.JSONField(default=list, editable=False)
    detectors = models.JSONField(default=list, editable=False)
    by_hand = models.JSONField(default=list, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    marked = models.CharField(max_length=64, blank=True, editable=False)
    way = models.CharField(_("遮蔽方式"), max_length=8, blank=True, editable=False)
    written_at = models.DateTimeField(null=True)
    output = models.CharField(max_length=64, blank=True, editable=False)
    output_bytes = models.PositiveBigIntegerField(default=0, editable=False)
    leaks = models.JSONField(default=dict, editable=False)
    reviewed_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(_("公开时间"), null=True)
    published_where = models.CharField(_("公开的地方"), max_length=500, blank=True)
    withdrawn_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)
    takedown = models.CharField(_("已采取的下架措施"), max_length=500, blank=True)
    forgotten_at = models.DateTimeField(null=True)
    due = models.DateField(_("下一步办理期限"), null=True, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-proposed_at"]
        verbose_name = _("公共传播")
        constraints = [
            models.UniqueConstraint(fields=["unit", "number"], name="access_release_number"),
            models.CheckConstraint(condition=Q(span_to__gt=F("span_from")), name="access_release_span"),
            # Another person than the reviewer and the proposer, in the database too.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("reviewed_by")) & ~Q(approved_by=F("proposed_by"))),
                name="access_release_second",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[_R.PUBLISHED.value, _R.WITHDRAWN.value])
                | (Q(approved_by__isnull=False, published_by__isnull=False) & ~Q(source="") & ~Q(output="")),
                name="access_release_published",
            ),
            # A copy for one person is never public, and what is given to one is such a copy with its two people and its hash.
            models.CheckConstraint(
                condition=Q(own_image__isnull=True)
                & ~Q(aim=ReleaseAim.OWN_IMAGE.value)
                & ~Q(state__in=[one.value for one in ANSWERED])
                | Q(own_image__isnull=False, published_at__isnull=True, aim=ReleaseAim.OWN_IMAGE.value)
                & (
                    ~Q(state__in=[one.value for one in ANSWERED])
                    | (Q(reviewed_by__isnull=False, approved_by__isnull=False) & ~Q(source="") & ~Q(output=""))
                ),
                name="access_release_for_one",
            ),
        ]
        indexes = [models.Index(fields=["unit", "-proposed_at"], name="access_release_of_unit")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("access:release", args=[self.pk])

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Both ends; the end itself is not in it."""
        return self.span_from, self.span_to

    @property
    def is_over(self) -> bool:
        """Whether it came to an end without being public, or is public no more."""
        return self.state in OVER

    @property
    def works(self) -> bool:
        """Whether the node may have film of it."""
        return self.begun_at is not None and self.forgotten_at is None
