"""A sharing platform: the own one of a police unit (S21), and those above and below that it is joined with (S22)."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.cases.models import Stepped
from custodes.people.models import Person
from custodes.sharing.offices import joining_offices, read_offices


class PlatformRole(models.TextChoices):
    """Where it stands, seen from the police unit that keeps it."""

    OWN = "own", pgettext_lazy("联网平台", "本级平台")
    UPPER = "upper", pgettext_lazy("联网平台", "上级平台")
    LOWER = "lower", pgettext_lazy("联网平台", "下级平台")


class PlatformLevel(models.TextChoices):
    """Of a platform (S22)."""

    REGION = "region", pgettext_lazy("联网平台", "自治区级")
    CITY = "city", pgettext_lazy("联网平台", "市级")
    COUNTY = "county", pgettext_lazy("联网平台", "县（区）级")


class PlatformEdition(models.TextChoices):
    """The edition of GB/T 28181 that it speaks; empty: as it says itself."""

    E2016 = "2016", "GB/T 28181-2016"
    E2022 = "2022", "GB/T 28181-2022"


class PlatformCharset(models.TextChoices):
    """Of its messages; empty: found out."""

    GB18030 = "gb18030", "GB 18030"
    UTF8 = "utf-8", "UTF-8"


class PlatformTransport(models.TextChoices):
    """Of its signalling."""

    UDP = "udp", "UDP"
    TCP = "tcp", "TCP"


class PlatformState(models.TextChoices):
    """Every row stands so: a platform has no life of its own, its links have."""

    KEPT = "kept", _("已登记")


class Platform(Stepped, models.Model):
    """One platform as one police unit keeps it.

    Attributes:
        office: the police unit whose platform it is, or whose platform it is joined with.
        gb_id: 20 digits, type 200 (GB/T 28181 Annex D).
        unit_name: who runs it; a unit outside this register has a name alone.
        host, port: of its signalling, as it was told on paper.
        hosts: further addresses of its signalling; media: networks in CIDR to which its pictures may go, empty for the addresses of its
            signalling alone. One a line.
        expires_s, keepalive_s, misses: of registering above, as it asks for them: seconds, seconds, how many answers may be missing.
        custodes: it runs this program, so that who asks, and why, comes over the side channel.
        asks_number: of an upper one, what its officers state is taken with their work number alone.
        statements_url: of a lower one, where it hears who asks and why, ``https://host:port``; empty: nowhere.
        statements_certificate: PEM, one certificate, or two while the platform replaces its own: of an upper the client's with which it states
            that, of a lower the server's. Empty: none was handed over.
        handed_certificate: SHA-256 of the next certificate of ours that it has entered, as one of its people said; empty: none.
        log_key: verifier key of its log (C2SP ``signed-note``), to check that its checkpoints extend one another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    office = models.ForeignKey("people.Unit", models.PROTECT, related_name="platforms", verbose_name=_("公安机关"))
    role = models.CharField(_("与本级的关系"), max_length=8, choices=PlatformRole)
    gb_id = models.CharField(_("平台编码"), max_length=20)
    name = models.CharField(_("平台名称"), max_length=120)
    unit_name = models.CharField(_("管理单位"), max_length=120)
    level = models.CharField(_("平台级别"), max_length=8, choices=PlatformLevel)
    host = models.CharField(_("信令地址"), max_length=120, blank=True)
    port = models.PositiveIntegerField(
        _("信令端口"), default=5060, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    transport = models.CharField(_("信令传输"), max_length=4, choices=PlatformTransport, default=PlatformTransport.UDP)
    edition = models.CharField(_("标准版本"), max_length=4, choices=PlatformEdition, blank=True)
    charset = models.CharField(_("字符编码"), max_length=8, choices=PlatformCharset, blank=True)
    hosts = models.TextField(_("其他信令地址"), max_length=1300, blank=True)
    media = models.TextField(_("媒体接收网段"), max_length=1600, blank=True)
    expires_s = models.PositiveIntegerField(
        _("注册有效期（秒）"), default=3600, validators=[MinValueValidator(60), MaxValueValidator(86400)]
    )
    keepalive_s = models.PositiveSmallIntegerField(
        _("心跳间隔（秒）"), default=60, validators=[MinValueValidator(5), MaxValueValidator(3600)]
    )
    misses = models.PositiveSmallIntegerField(
        _("心跳最多连续缺失（次）"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    contact = models.CharField(_("联系人"), max_length=60, blank=True)
    phone = models.CharField(_("联系电话"), max_length=30, blank=True)
    custodes = models.BooleanField(_("对方使用本系统"), default=False)
    asks_number = models.BooleanField(_("说明必须写明警号或者工作证号"), default=False)
    statements_url = models.CharField(_("说明通道地址"), max_length=200, blank=True)
    statements_certificate = models.TextField(_("说明通道证书"), max_length=8192, blank=True)
    handed_certificate = models.CharField(max_length=64, blank=True, editable=False)
    log_key = models.CharField(_("存证日志验证公钥"), max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["office__division__path", "role", "name", "pk"]
        verbose_name = _("联网平台")
        constraints = [
            models.UniqueConstraint(fields=["office", "gb_id"], name="sharing_platform_id_once"),
            models.UniqueConstraint(
                fields=["office"], condition=Q(role=PlatformRole.OWN.value), name="sharing_one_own_platform"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """For its steps: it has no states."""
        return PlatformState.KEPT.value

    def get_state_display(self) -> str:
        """In words."""
        return str(PlatformState.KEPT.label)

    @property
    def number(self) -> str:
        """What the log calls it."""
        return f"{self.name} {self.gb_id}"

    @staticmethod
    def kept_by(person: Person, at: datetime) -> QuerySet[Platform]:
        """Platforms that the person may enter and change: of their offices."""
        return Platform.objects.filter(office__in=joining_offices(person, at))

    @staticmethod
    def visible_to(person: Person, at: datetime) -> QuerySet[Platform]:
        """Platforms of the own police unit and of those below it."""
        return Platform.objects.filter(office__in=read_offices(person, at))

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("sharing:platform", args=[self.pk])
