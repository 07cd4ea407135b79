"""A device of GB/T 28181 that may register, its channels as it last listed them, and what a person has to look at.

Beside it: how it said that it is set when somebody asked last; what of it moves, and the last place of that alone, overwritten by the
next (decision 0389); the gateway by its own report, and who tries to register there and may not.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SILENT_AFTER = timedelta(seconds=45)
"""It reports each ten seconds; after so long what it last said is not what is."""


class Gateway(models.Model):
    """One gateway, entered when the installation starts, like the own node.

    Attributes:
        public_key: Ed25519, with which it signs; raw 32 bytes in base64.
        seal_key: X25519, to which passwords of devices are sealed.
        url: where web and nodes reach it.
        sip_id, sip_host, sip_port: what is typed into a device as its server; empty where nobody said.
        generation: rises with every change of what it is assigned.
        started_at, registered, calls: as it says itself.
    """

    name = models.CharField(_("网关名称"), max_length=64, unique=True)
    public_key = models.CharField(max_length=64)
    seal_key = models.CharField(max_length=64)
    url = models.CharField(max_length=200)
    sip_id = models.CharField(max_length=20, blank=True)
    sip_host = models.CharField(max_length=64, blank=True)
    sip_port = models.PositiveIntegerField(default=5060)
    generation = models.PositiveBigIntegerField(default=1, editable=False)
    last_seen = models.DateTimeField(null=True, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    registered = models.PositiveIntegerField(default=0, editable=False)
    calls = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = _("国标网关")

    def __str__(self) -> str:
        return self.name

    def heard(self, now: datetime) -> bool:
        """Whether it reported lately enough to be believed."""
        return self.last_seen is not None and now - self.last_seen <= SILENT_AFTER


class UnknownWhy(models.TextChoices):
    """Why somebody was not let in (wire.md §8)."""

    UNKNOWN = "unknown", _("编号未登记")
    PASSWORD = "password", _("密码不正确")
    NETWORK = "network", _("不在允许的网络内")
    REALM = "realm", _("SIP 域不正确")
    USERNAME = "username", _("认证用户名不是设备编号")
    UNANSWERED = "unanswered", _("没有应答口令质询")
    PORT = "port", _("从注册以外的端口发来")


class UnknownDevice(models.Model):
    """Somebody who tried to register and may not, by address: nothing that they say of themselves is believed.

    Attributes:
        said_id: what they called themselves.
        counted: tries that the gateway's present count says; `before`: those of counts that it began anew.
        counting_since: when the present count began, as the gateway says.
    """

    gateway = models.ForeignKey(Gateway, models.CASCADE, related_name="unknown")
    address = models.CharField(max_length=300)
    said_id = models.CharField(max_length=32)
    why = models.CharField(max_length=16, choices=UnknownWhy)
    counted = models.PositiveBigIntegerField(default=0)
    before = models.PositiveBigIntegerField(default=0)
    counting_since = models.DateTimeField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["gateway", "address", "said_id"], name="unknown_device_once"),
        ]
        indexes = [models.Index(fields=["-last_at", "id"], name="unknown_device_by_last")]

    @property
    def tries(self) -> int:
        """How often they tried."""
        return self.before + self.counted


ID_LENGTH = 32
"""As in `video.wire.shapes.Id`."""


class Standing(models.TextChoices):
    """How a device stands, as the gateway last reported it."""

    ONLINE = "online", _("在线")
    OFFLINE = "offline", pgettext_lazy("国标设备", "离线")
    NEVER = "never", _("从未注册")


class MediaWay(models.TextChoices):
    """How its media is to come, as seen from here (2016 Annex C.2.4, RFC 4571)."""

    UDP = "udp", _("UDP")
    TCP = "tcp", _("TCP，由设备连接平台")
    TCP_ACTIVE = "tcp-active", _("TCP，由平台连接设备")


class SpeechForm(models.TextChoices):
    """How one speaks through it (2016 §9.12; decision 0411)."""

    BROADCAST = "broadcast", _("广播（标准方式，由设备呼叫平台）")
    TALK = "talk", _("对讲短式（部分厂家，由平台呼叫设备）")
    AUTO = "auto", _("先广播，设备不接的改用对讲短式")


class Edition(models.TextChoices):
    """Which edition it speaks."""

    FOUND = "", _("按设备所报")
    OF_2016 = "2016", _("GB/T 28181-2016")
    OF_2022 = "2022", _("GB/T 28181-2022")


class Charset(models.TextChoices):
    """How the text of its bodies is coded."""

    FOUND = "", _("自动识别")
    GB18030 = "gb18030", "GB 18030"
    UTF8 = "utf-8", "UTF-8"


class GbDevice(models.Model):
    """A device: nothing registers that a person has not entered here.

    It belongs to one system, whose unit answers for it and whose cameras its channels may become.

    Attributes:
        gb_id: as it calls itself in SIP.
        sealed_password: made by the house, sealed to the gateway's key; sealed_to: that key, so that it is known when the gateway
            has another one and can't open it any more.
        revision: counts up with each change of its form's fields (R8).
        standing to said_channels: as the gateway last reported; nothing is done by maker, model and firmware.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    gb_id = models.CharField(_("设备编号"), max_length=ID_LENGTH)
    name = models.CharField(_("设备名称"), max_length=120)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="devices", verbose_name=_("系统"))
    sealed_password = models.TextField(editable=False)
    sealed_to = models.CharField(max_length=64, editable=False, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)
    edition = models.CharField(_("标准版本"), max_length=4, choices=Edition, blank=True)
    charset = models.CharField(_("字符编码"), max_length=8, choices=Charset, blank=True)
    media = models.CharField(_("媒体传输"), max_length=16, choices=MediaWay, default=MediaWay.UDP)
    speech = models.CharField(_("喊话方式"), max_length=16, choices=SpeechForm, default=SpeechForm.BROADCAST)
    keepalive_s = models.PositiveSmallIntegerField(
        _("心跳间隔（秒）"), default=60, validators=[MinValueValidator(5), MaxValueValidator(3600)]
    )
    misses = models.PositiveSmallIntegerField(
        _("允许缺失的心跳数"), default=3, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    follow_port = models.BooleanField(_("设备在地址转换（NAT）之后，端口会变"), default=False)
    entered_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    password_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, editable=False)

    standing = models.CharField(max_length=8, choices=Standing, default=Standing.NEVER, editable=False)
    since = models.DateTimeField(null=True, editable=False)
    address = models.CharField(max_length=300, blank=True, editable=False)
    transport = models.CharField(max_length=8, blank=True, editable=False)
    said_edition = models.CharField(max_length=300, blank=True, editable=False)
    why = models.CharField(max_length=300, blank=True, editable=False)
    maker = models.CharField(max_length=300, blank=True, editable=False)
    model = models.CharField(max_length=300, blank=True, editable=False)
    firmware = models.CharField(max_length=300, blank=True, editable=False)
    said_channels = models.PositiveIntegerField(null=True, editable=False)
    reported_at = models.DateTimeField(null=True, editable=False)
    #: What a search looks into.
    sought = models.GeneratedField(
        expression=Lower(Concat("gb_id", Value(" "), "name")), output_field=models.TextField(), db_persist=True
    )

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            # One that was retired may be entered anew, with another password and maybe at another system.
            models.UniqueConstraint(fields=["gb_id"], condition=Q(retired_at__isnull=True), name="gb_device_once"),
        ]
        indexes = [
            models.Index(fields=["name", "id", "system"], name="gb_device_by_name"),
            models.Index(fields=["standing", "name", "id", "system"], name="gb_device_by_standing"),
        ]
        verbose_name = _("国标设备")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The device's page."""
        return reverse("places:device", args=[self.pk])

    @property
    def state(self) -> str:
        """As its steps have it: entered, or retired."""
        return "entered" if self.retired_at is None else "retired"


class GbChannel(models.Model):
    """An entry of the device's last whole catalogue: proposals, from which nothing follows by itself.

    Attributes:
        parent: as it says; of another entry, of the device, or of nothing that is known.
        order: in the catalogue.
    """

    device = models.ForeignKey(GbDevice, models.CASCADE, related_name="channels")
    channel_id = models.CharField(max_length=ID_LENGTH)
    parent = models.CharField(max_length=300, blank=True)
    name = models.CharField(max_length=300, blank=True)
    maker = models.CharField(max_length=300, blank=True)
    model = models.CharField(max_length=300, blank=True)
    civil_code = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=300, blank=True)
    ptz = models.SmallIntegerField(null=True)
    online = models.BooleanField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    order = models.PositiveIntegerField()

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["device", "channel_id"], name="gb_channel_once")]
        indexes = [models.Index(fields=["device", "order"], name="gb_channel_in_order")]


class TakingState(models.TextChoices):
    """How far the taking of a catalogue came."""

    COMING = "coming", _("正在接收")
    WHOLE = "whole", _("完整")
    SHORT = "short", _("不完整，未采用")
    LONG = "long", _("超出平台上限，未采用")


class CatalogueTaking(models.Model):
    """One taking of a device's catalogue, put together of its parts.

    Attributes:
        said, got: how many entries the device said, and how many came.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    device = models.ForeignKey(GbDevice, models.CASCADE, related_name="takings")
    parts = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=TakingState, default=TakingState.COMING)
    said = models.PositiveIntegerField()
    got = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "pk"]
        indexes = [models.Index(fields=["device", "-at"], name="catalogue_taking_by_time")]


class TakenPart(models.Model):
    """A part that waits for the others; gone when the taking has ended."""

    taking = models.ForeignKey(CatalogueTaking, models.CASCADE, related_name="taken")
    part = models.PositiveSmallIntegerField()
    complete = models.BooleanField()
    items = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taking", "part"], name="catalogue_part_once")]


class FindingSort(models.TextChoices):
    """In what a new catalogue differs."""

    CAME = "came", _("新增通道")
    GONE = "gone", _("通道消失")
    RENAMED = "renamed", _("名称变化")


class DeviceFinding(models.Model):
    """Something in which a catalogue differs from the one before, for a person; the register is not changed by it.

    Attributes:
        before, after: the channel's names.
        settled_at: a person looked, or the difference was gone by itself (then `settled_by` is None).
    """

    device = models.ForeignKey(GbDevice, models.CASCADE, related_name="findings")
    sort = models.CharField(max_length=8, choices=FindingSort)
    channel_id = models.CharField(max_length=ID_LENGTH)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-found_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["device", "sort", "channel_id"], condition=Q(settled_at__isnull=True), name="gb_finding_once"
            ),
        ]


class GbAlarm(models.Model):
    """An alarm as a device told it (2016 §9.4); numbers are those of Annex A. Kept with the device, none of it is believed further."""

    device = models.ForeignKey(GbDevice, models.CASCADE, related_name="alarms")
    channel_id = models.CharField(max_length=ID_LENGTH)
    priority = models.SmallIntegerField(null=True)
    method = models.SmallIntegerField(null=True)
    kind = models.SmallIntegerField(null=True)
    at = models.DateTimeField()
    words = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["device", "-at"], name="gb_alarm_by_time")]


class DeviceConfiguration(models.Model):
    """The last reading; what it says changes the register by a person's hand alone.

    Attributes:
        channel_id: the device's own ID for the device itself.
        asked_at, asked_by, failure, status: of the last question; `failure` as in `video.wire.configuration`, empty where it was answered.
        read_at, edition, said, missing: of the last one that was answered, which a failure leaves as it is; `said` is a `Settings` of the
            wire, `missing` the types that did not come.
    """

    device = models.ForeignKey(GbDevice, models.CASCADE, related_name="configurations")
    channel_id = models.CharField(max_length=ID_LENGTH)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    failure = models.CharField(max_length=16, blank=True)
    status = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    edition = models.CharField(max_length=8, blank=True)
    said = models.JSONField(default=dict)
    missing = models.JSONField(default=list)

    class Meta:
        ordering = ["channel_id"]
        constraints = [models.UniqueConstraint(fields=["device", "channel_id"], name="gb_configuration_once")]
        verbose_name = _("国标设备的配置")

    def __str__(self) -> str:
        return self.channel_id


SHORTEST_S, LONGEST_S = 5, 3600
LATE = timedelta(minutes=10)
"""A place that is older counts as late, and one that is older than three intervals where those are longer."""


class MobileKind(models.IntegerChoices):
    """What carries it: GB/T 28181-2022, MobileDeviceType."""

    ROBOT = 1, _("移动机器人载摄像机")
    BODY_WORN = 2, _("执法记录仪")
    PORTABLE = 3, _("移动单兵设备")
    VEHICLE = 4, _("车载视频记录设备")
    DRONE = 5, _("无人机载摄像机")
    OTHER = 9, pgettext_lazy("移动采集设备", "其他")


class Watch(models.TextChoices):
    """How the gateway's subscription to its position stands."""

    WAITING = "waiting", _("等待设备注册或者应答")
    ACTIVE = "active", _("已订阅")
    REFUSED = "refused", _("设备拒绝订阅")
    UNANSWERED = "unanswered", _("设备没有应答")


class GbMobile(models.Model):
    """A channel that moves, or a device with all of its channels. Of nothing else a position is asked for or kept.

    With the row its place goes: there is no list of places, so that nobody can see from it where something or somebody went.

    Attributes:
        channel_id: the device's own ID for all of it.
        interval_s: seconds between two of its positions, as the device is asked for them.
        reason: why its position is needed.
        said_at: by the device's clock, where that can be true; heard_at: when it came.
        watch_status: SIP's, of a refusal.
    """

    device = models.ForeignKey(GbDevice, models.CASCADE, related_name="mobiles")
    channel_id = models.CharField(_("移动的设备或者通道"), max_length=ID_LENGTH)
    kind = models.PositiveSmallIntegerField(_("移动采集设备类型"), choices=MobileKind)
    interval_s = models.PositiveSmallIntegerField(
        _("位置上报间隔（秒）"),
        default=60,
        validators=[MinValueValidator(SHORTEST_S), MaxValueValidator(LONGEST_S)],
    )
    reason = models.CharField(_("需要位置的理由"), max_length=200)
    entered_by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    longitude = models.FloatField(null=True, editable=False)
    latitude = models.FloatField(null=True, editable=False)
    said_at = models.DateTimeField(null=True, editable=False)
    heard_at = models.DateTimeField(null=True, editable=False)
    watch = models.CharField(max_length=12, choices=Watch, default=Watch.WAITING, editable=False)
    watch_status = models.PositiveSmallIntegerField(default=0, editable=False)
    watch_since = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["device", "channel_id"]
        constraints = [
            models.UniqueConstraint(fields=["device", "channel_id"], name="gb_mobile_once"),
            models.CheckConstraint(
                condition=models.Q(interval_s__gte=SHORTEST_S, interval_s__lte=LONGEST_S), name="gb_mobile_interval"
            ),
            models.CheckConstraint(
                condition=models.Q(heard_at__isnull=True, longitude__isnull=True, latitude__isnull=True)
                | models.Q(heard_at__isnull=False, longitude__isnull=False, latitude__isnull=False),
                name="gb_mobile_whole_place",
            ),
        ]
        indexes = [models.Index(fields=["longitude", "latitude"], name="gb_mobile_by_place")]

    def __str__(self) -> str:
        return self.channel_id

    @property
    def whole_device(self) -> bool:
        """Whether it is the device with all of its channels."""
        return self.channel_id == self.device.gb_id

    @property
    def seen_at(self) -> datetime | None:
        """When it was at its last place, as far as is known: not later than we heard of it."""
        if self.heard_at is None or self.said_at is None:
            return self.heard_at
        return min(self.said_at, self.heard_at)

    def late(self, now: datetime) -> bool:
        """Whether its last place is too old to say where it is."""
        seen = self.seen_at
        return seen is None or now - seen > max(LATE, timedelta(seconds=3 * self.interval_s))
