"""A device of GB/T 28181 that may register, its channels as it last listed them, and what a person has to look at."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

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
    """How one speaks through it (2016 §9.12; decision 0426)."""

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
