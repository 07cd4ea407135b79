"""A link: the own platform joined with one above or below (S22), or with the system of a unit or department (S23, S24); its tests."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.cases.models import Stepped
from custodes.people.models import Person
from custodes.people.statefield import StateField, Stateful
from custodes.sharing.directory.added import clause_of
from custodes.sharing.links.measured import figure_of, time_of, words_of
from custodes.sharing.models.platform import PlatformRole
from custodes.sharing.offices import joining_offices, linkable_systems, read_offices


class LinkState(models.TextChoices):
    """How far a link has come."""

    ASKED = "asked", pgettext_lazy("联网", "待审查")
    EXAMINED = "examined", pgettext_lazy("联网", "待测试")
    TESTED = "tested", pgettext_lazy("联网", "待启用")
    IN_FORCE = "in_force", pgettext_lazy("联网", "已启用")
    SUSPENDED = "suspended", pgettext_lazy("联网", "已暂停")
    ENDED = "ended", pgettext_lazy("联网", "已终止")
    REFUSED = "refused", pgettext_lazy("联网", "不予联网")


_S = LinkState
#: States of a link that is still to come, or is there.
OPEN = (_S.ASKED, _S.EXAMINED, _S.TESTED, _S.IN_FORCE, _S.SUSPENDED)
#: States in which it is tested.
TRIED = (_S.EXAMINED, _S.TESTED, _S.SUSPENDED)
#: States in which a test may have been passed.
STANDING = (_S.TESTED, _S.IN_FORCE, _S.SUSPENDED)
#: States before it was in force.
COMING = (_S.ASKED, _S.EXAMINED, _S.TESTED)


class Link(Stepped, Stateful):
    """One link. It is of a platform, or of a system of this register, never of both.

    Attributes:
        office: the police unit whose platform is joined.
        platform: of S22; system: of S23 and S24, with the unit that asks for it.
        need: why it is wanted, as whoever asks says.
        test_on: the day that is set for the test.
        put_by: who put it in force, last.
        sealed_password: HPKE sealed to the gateway's X25519 key (RFC 9180), base64; sealed_to: that key, so that it is known when the
            password has to be entered anew.
        alarms: alarms of the cameras that it shows are told; alarms_asked_by proposed it, alarms_by said yes, another person. Without
            `alarms` and with the first alone it waits.
        positions, positions_asked_by, positions_by: likewise where those of these cameras are that move.
        last_channel, last_node: serials of ids that were given out in its tree, never given out again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey("people.Unit", models.PROTECT, related_name="links", verbose_name=_("公安机关"))
    number = models.CharField(_("编号"), max_length=40)
    platform = models.ForeignKey("sharing.Platform", models.PROTECT, null=True, related_name="links")
    system = models.ForeignKey("places.System", models.PROTECT, null=True, related_name="links")
    unit = models.ForeignKey("people.Unit", models.PROTECT, null=True, related_name="+", verbose_name=_("申请单位"))
    state = StateField(_("状态"), max_length=12, choices=LinkState, default=_S.ASKED)
    need = models.CharField(_("联网事由"), max_length=500)
    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    test_on = models.DateField(_("测试日期"), null=True, blank=True)
    tested_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    put_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    in_force_on = models.DateField(_("启用日期"), null=True)
    suspended_at = models.DateTimeField(null=True)
    sealed_password = models.TextField(editable=False, blank=True)
    sealed_to = models.CharField(max_length=64, editable=False, blank=True)
    sealed_at = models.DateTimeField(null=True, editable=False)
    alarms = models.BooleanField(default=False, editable=False)
    alarms_asked_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", editable=False)
    alarms_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", editable=False)
    positions = models.BooleanField(default=False, editable=False)
    positions_asked_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", editable=False)
    positions_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+", editable=False)
    last_channel = models.PositiveIntegerField(default=0, editable=False)
    last_node = models.PositiveIntegerField(default=0, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("联网")
        constraints = [
            models.CheckConstraint(
                condition=Q(platform__isnull=False, system__isnull=True)
                | Q(platform__isnull=True, system__isnull=False, unit__isnull=False),
                name="sharing_link_of_one_thing",
            ),
            models.UniqueConstraint(fields=["office", "number"], name="sharing_link_number_once"),
            models.UniqueConstraint(
                fields=["platform"],
                condition=Q(platform__isnull=False, state__in=[one.value for one in OPEN]),
                name="sharing_one_open_link_of_platform",
            ),
            models.UniqueConstraint(
                fields=["office", "system"],
                condition=Q(system__isnull=False, state__in=[one.value for one in OPEN]),
                name="sharing_one_open_link_of_system",
            ),
            # Who entered the test does not put it in force, in the database too.
            models.CheckConstraint(
                condition=~Q(state=_S.IN_FORCE.value)
                | (Q(put_by__isnull=False, tested_by__isnull=False) & ~Q(put_by=models.F("tested_by"))),
                name="sharing_link_put_in_force_by_another",
            ),
            models.CheckConstraint(
                condition=Q(alarms=False)
                | (
                    Q(alarms_asked_by__isnull=False, alarms_by__isnull=False)
                    & ~Q(alarms_by=models.F("alarms_asked_by"))
                ),
                name="sharing_link_alarms_by_another",
            ),
            models.CheckConstraint(
                condition=Q(positions=False)
                | (
                    Q(positions_asked_by__isnull=False, positions_by__isnull=False)
                    & ~Q(positions_by=models.F("positions_asked_by"))
                ),
                name="sharing_link_positions_by_another",
            ),
        ]
        indexes = [models.Index(fields=["office", "state"], name="sharing_link_by_office")]

    def __str__(self) -> str:
        return gettext("联网：%(name)s") % {"name": self.other}

    @property
    def other(self) -> str:
        """What the own platform is joined with."""
        one: Any = self.platform or self.system
        return str(one.name)

    @property
    def upper(self) -> bool:
        """Whether it leads upwards: only such a link shows and serves cameras to somebody."""
        return self.platform is not None and self.platform.role == PlatformRole.UPPER

    @property
    def clauses(self) -> tuple[str, ...]:
        """On which it rests; none where no clause joins a system of its unit."""
        if self.platform is not None:
            return ("S22",)
        assert self.unit is not None
        found = clause_of(self.unit, self.office).clause
        return (found,) if found else ()

    @staticmethod
    def handled_by(person: Person, at: datetime) -> QuerySet[Link]:
        """Links that the person examines, tests, puts in force, grants by."""
        return Link.objects.filter(office__in=joining_offices(person, at))

    @staticmethod
    def visible_to(person: Person, at: datetime) -> QuerySet[Link]:
        """Links of the own police unit and of those below it; for a unit those of its systems."""
        own = Q(system__in=linkable_systems(person, at).values("pk"))
        return Link.objects.filter(Q(office__in=read_offices(person, at)) | own)

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("sharing:link", args=[self.pk])


class TestPart(models.TextChoices):
    """The five parts of a test."""

    __test__ = False

    REGISTER = "register", pgettext_lazy("联网测试", "注册和心跳")
    CATALOGUE = "catalogue", pgettext_lazy("联网测试", "设备目录，与共享内容一致")
    LIVE = "live", pgettext_lazy("联网测试", "实时画面")
    TIME = "time", pgettext_lazy("联网测试", "校时，误差不超过 1 秒")
    REFUSAL = "refusal", pgettext_lazy("联网测试", "没有授权的点位和操作被拒绝")


class Outcome(models.TextChoices):
    """Of one part."""

    PASSED = "passed", pgettext_lazy("联网测试", "通过")
    FAILED = "failed", pgettext_lazy("联网测试", "未通过")
    UNTRIED = "untried", pgettext_lazy("联网测试", "未测试")


class TrialPart(models.TextChoices):
    """Parts of a trial, as the gateway takes them: of a platform above, then of one below."""

    REGISTER = "register", pgettext_lazy("联网测试", "向上级平台注册")
    KEEPALIVE = "keepalive", pgettext_lazy("联网测试", "心跳得到应答")
    CATALOGUE = "catalogue", pgettext_lazy("联网测试", "上级平台查询目录，已答复（空目录）")
    UNREGISTER = "unregister", pgettext_lazy("联网测试", "注销")
    REGISTERED = "registered", pgettext_lazy("联网测试", "下级平台已注册")
    ALIVE = "alive", pgettext_lazy("联网测试", "心跳按时到达")
    TIME = "time", pgettext_lazy("联网测试", "校时，误差不超过 1 秒")
    INFO = "info", pgettext_lazy("联网测试", "设备信息查询得到答复")
    ENTRIES = "entries", pgettext_lazy("联网测试", "目录完整")
    CALL = "call", pgettext_lazy("联网测试", "试呼一个点位（不接收画面）")
    SIDE = "side", pgettext_lazy("联网测试", "说明通道可以连接，证书相符")
    ADMITTED = "admitted", pgettext_lazy("联网测试", "说明通道接受本级的证书")
    WITNESS = "witness", pgettext_lazy("联网测试", "存证日志由本级见证")


class LinkTrial(models.Model):
    """One trial of a link by the gateway, that a person asked for while the link was not in force.

    Attributes:
        revision: of the link behind the step that asked for it.
        call: of a platform below, one channel is called as well.
        told_at: when the gateway told what came of it; None before.
        parts: as it told them (`video.wire.upper_platforms.TriedPart`), in their order; of a platform below with what the web knows of its log.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, models.PROTECT, related_name="trials")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField()
    call = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)
    parts = models.JSONField(default=list)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.link_id} {self.at}"

    @property
    def results(self) -> list[dict[str, Any]]:
        """Each part in words: what, outcome and that in words, its time, figures, the fault in the reader's language or as the gateway said it."""
        return [
            {
                "label": TrialPart(part["part"]).label,
                "outcome": part["outcome"],
                "words": Outcome(part["outcome"]).label,
                "time": time_of(part["ms"]),
                "figure": figure_of(part),
                "fault": words_of(part["fault"]),
                "said": part["fault"],
            }
            for part in self.parts
        ]


class LinkTest(models.Model):
    """One test with its results, as a person saw and entered them. Never changed.

    Attributes:
        parts: part → outcome, all five.
        trial: that the gateway had made when it was entered; None for none.
        latency_ms: from asking for a picture to the first whole one, milliseconds.
    """

    __test__ = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    link = models.ForeignKey(Link, models.PROTECT, related_name="tests")
    on = models.DateField(_("测试日期"))
    parts = models.JSONField(default=dict)
    passed = models.BooleanField()
    trial = models.ForeignKey(LinkTrial, models.PROTECT, null=True, related_name="+")
    latency_ms = models.PositiveIntegerField(_("首帧时间（毫秒）"), null=True, blank=True)
    words = models.CharField(_("说明"), max_length=400, blank=True)
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.link_id} {self.on}"

    @property
    def results(self) -> list[tuple[Any, str, Any]]:
        """Each part in words, with its outcome and that in words."""
        return [(part.label, self.parts[part.value], Outcome(self.parts[part.value]).label) for part in TestPart]


class LinkStanding(models.Model):
    """How a link stands at this moment, as the gateway measured it. Without a row nothing was measured, and pages say so.

    Attributes:
        up: it is registered and heard of.
        since: since when it stands so.
        latency_ms: of the last answer, milliseconds.
        fault, fault_at: the last thing that went wrong, in one plain sentence without addresses.
        heard_at: when the gateway reported it.
    """

    link = models.OneToOneField(Link, models.PROTECT, related_name="standing", primary_key=True)
    up = models.BooleanField()
    since = models.DateTimeField()
    latency_ms = models.PositiveIntegerField(null=True)
    fault = models.CharField(max_length=300, blank=True)
    fault_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.link_id)

    @property
    def fault_words(self) -> str:
        """The last fault in the reader's language; empty where there is none, or one that only the gateway's own words tell."""
        return words_of(self.fault)
