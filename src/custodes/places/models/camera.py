"""A camera (点位). Its address, kind and exact place are base data: S33.1 limits who may read them.

A doubt whether its spot is one in which nothing may be installed (S10, N8.1) is open until a person has found out.
"""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat, Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.building.prohibited import ZONES
from custodes.law.retention import FLOOR
from custodes.people.lawful import RESTRICTED, bilingual, in_english
from custodes.places.geometry import MAX_RANGE, FieldOfView, MapBox
from custodes.places.models.site import RECORDED, SystemState, degrees
from custodes.places.voice_output import targets_of
from custodes.video.wire.assignment import worker_of


class DoubtState(models.TextChoices):
    """How far it has come."""

    WAITING = "waiting", _("待核对")
    CLEARED = "cleared", _("不在禁止部位")
    FORBIDDEN = "forbidden", _("认定禁止安装")


class Doubt(models.Model):
    """One doubt about one camera.

    Attributes:
        described: name, place and view as they are asked about; what was found holds for these words alone.
        before: the words that raised it, where they were changed while it waited.
        note: what whoever entered the camera says to it.
        zh, en, clauses, zones: what the law's judgement said (`law.building.prohibited`).
        outside: all that was named lies outside such a place.
        finding: what the person found, in words.
    """

    camera = models.ForeignKey("places.Camera", models.CASCADE, related_name="doubts")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    described = models.CharField(max_length=560)
    before = models.CharField(max_length=560, blank=True)
    note = models.CharField(max_length=200, blank=True)
    zh = models.CharField(max_length=400, blank=True)
    en = models.CharField(max_length=600, blank=True)
    clauses = models.JSONField(default=list)
    zones = models.JSONField(default=list)
    outside = models.BooleanField(default=False)
    state = models.CharField(_("状态"), max_length=12, choices=DoubtState, default=DoubtState.WAITING)
    decided_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    finding = models.CharField(_("核对情况"), max_length=300, blank=True)

    #: Whether the reader may be told where the camera is mounted: as `doubts.told` finds; unless asked, nobody.
    exact: bool = False

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["state", "at"])]
        constraints = [
            models.UniqueConstraint(fields=["camera"], condition=Q(state="waiting"), name="one_open_doubt_a_camera"),
            models.CheckConstraint(
                condition=Q(state="waiting") | (Q(decided_by__isnull=False) & ~Q(finding="")),
                name="a_doubt_is_settled_by_a_person_with_words",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("by")),
                name="a_doubt_is_not_settled_by_who_entered",
            ),
        ]
        verbose_name = _("疑似禁止安装部位的核对")

    def __str__(self) -> str:
        return f"{self.camera} {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("places:doubt", args=[self.pk])

    @property
    def described_told(self) -> str:
        """What is asked about; for who reads no base data the camera's name alone (S33.1, decision 0464)."""
        return self.described if self.exact else f"{self.camera.name} · {RESTRICTED}"

    @property
    def before_told(self) -> str:
        """What raised it, for who may be told."""
        return self.before if self.exact else ""

    @property
    def words(self) -> str:
        """What the judgement said, in the language of the page."""
        return self.en if in_english() else self.zh

    @property
    def open(self) -> bool:
        """Nobody has settled it."""
        return self.state == DoubtState.WAITING


class Transport(models.TextChoices):
    """How a camera sends over RTSP, or a channel of a GB/T 28181 device."""

    TCP = "tcp", _("RTSP 连接（TCP）")
    UDP = "udp", _("UDP")
    AUTO = "auto", _("先 TCP，设备拒绝时改用 UDP")
    #: Of GB/T 28181 alone: the device listens, the node connects; there `tcp` means that the device does.
    TCP_ACTIVE = "tcp-active", _("TCP，由平台连接设备")


class CameraState(models.TextChoices):
    """Where a camera is in its life here."""

    DRAFT = "draft", _("待接入")
    CONNECTED = "connected", _("已接入")
    RETIRED = "retired", _("已停用")
    FORBIDDEN = "forbidden", _("禁止安装")


class Grade(models.IntegerChoices):
    """How important a camera's footage is: when the disk gets short the lowest is thinned and stopped first."""

    ORDINARY = 1, pgettext_lazy("录像保障等级", "一般")
    IMPORTANT = 2, pgettext_lazy("录像保障等级", "重要")
    KEY = 3, pgettext_lazy("录像保障等级", "关键")


class CameraQuerySet(models.QuerySet["Camera"]):
    """Cameras by what is done with them."""

    def taken_in(self) -> CameraQuerySet:
        """Those that a node takes in: connected, of a system that runs on trial or is in use (design/register.md, R4)."""
        return self.filter(state=CameraState.CONNECTED, system__state__in=RECORDED)

    def once_taken_in(self) -> CameraQuerySet:
        """The same, and those that were taken in until they were taken out of use: what they recorded stays for its term (S32).

        Neither drafts nor what stood where nothing may be installed (S10), taken down or not.
        """
        stopped = Q(state=CameraState.RETIRED, connected_at__isnull=False, forbidden_at__isnull=True)
        stopped &= Q(system__state__in=(*RECORDED, SystemState.REMOVED))
        return self.filter(Q(state=CameraState.CONNECTED, system__state__in=RECORDED) | stopped)


MASKED_ZONES = [(zone.key, bilingual(zone.zh, zone.en)) for zone in ZONES if zone.mask_only]
"""Zones that a camera outside may have in view when a mask in the camera covers them (S9(6), S10(2))."""

BOX = ("west", "south", "east", "north")


def _elevation(name: Any) -> Any:
    """Degrees from the horizon, up positive and down negative."""
    return models.DecimalField(
        name,
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )


class Camera(models.Model):
    """One camera of one system, recorded by one worker of one node."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    system = models.ForeignKey("places.System", models.PROTECT, related_name="cameras", verbose_name=_("系统"))
    number = models.CharField(_("点位编号"), max_length=32)
    name = models.CharField(_("点位名称"), max_length=120)
    place = models.CharField(_("安装位置"), max_length=200)
    view = models.CharField(_("采集范围"), max_length=200, blank=True)
    #: Why it stands there (S15 位置安装合理): what no position and no picture says.
    place_reason = models.CharField(_("位置合理性说明"), max_length=200, blank=True)
    screening_note = models.CharField(_("核对说明"), max_length=200, blank=True)
    longitude = degrees(_("经度"), 180)
    latitude = degrees(_("纬度"), 90)
    mount_height = models.DecimalField(
        _("安装高度（米）"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(500)],
    )
    azimuth = models.DecimalField(
        _("方位角（度）"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(360)],
    )
    angle = models.DecimalField(
        _("水平视角（度）"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(360)],
    )
    reach = models.PositiveSmallIntegerField(
        _("可视距离（米）"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_RANGE)],
    )
    #: Of one that turns: between which heights its picture's middle may lie (decision 0308).
    tilt_low = _elevation(_("俯仰角下限（度）"))
    tilt_high = _elevation(_("俯仰角上限（度）"))
    #: How far the device turns from end to end, by its data sheet, for one that names no degrees (decision 0308).
    turns_pan = models.DecimalField(
        _("水平转动范围（度）"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(360)],
    )
    turns_low = _elevation(_("垂直转动下限（度）"))
    turns_high = _elevation(_("垂直转动上限（度）"))
    presets_only = models.BooleanField(_("只准转到预置位"), default=False)
    #: Where one speaks to be heard at this camera (`places.voice_output`, decision 0411); empty: nobody speaks here.
    voice_output = models.CharField(_("语音输出编码"), max_length=20, blank=True)
    #: The box of the field, or of the position alone, in whole micro-degrees: what a map's window and the overlap ask for.
    west = models.IntegerField(null=True, editable=False)
    south = models.IntegerField(null=True, editable=False)
    east = models.IntegerField(null=True, editable=False)
    north = models.IntegerField(null=True, editable=False)
    overlap_reason = models.CharField(_("与现有点位重叠的理由"), max_length=200, blank=True)
    #: How much of its field others saw when it was declared, changed or connected (S8.3); None without a field.
    overlap_share = models.FloatField(null=True, editable=False)
    mask_zone = models.CharField(_("采集范围触及的部位"), max_length=24, choices=MASKED_ZONES, blank=True)
    mask_paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, editable=False, related_name="+")
    sign_paper = models.ForeignKey("people.Paper", models.PROTECT, null=True, editable=False, related_name="+")
    maker = models.CharField(_("设备厂家"), max_length=80, blank=True)
    model = models.CharField(_("设备型号"), max_length=80, blank=True)
    main_url = models.CharField(_("主码流地址"), max_length=400, blank=True)
    sub_url = models.CharField(_("子码流地址"), max_length=400, blank=True)
    username = models.CharField(_("登录名"), max_length=64, blank=True)
    sealed_password = models.TextField(editable=False, blank=True)
    transport = models.CharField(_("传输方式"), max_length=16, choices=Transport, default=Transport.TCP)
    certificate = models.CharField(_("设备证书指纹"), max_length=64, blank=True, editable=False)
    reencode = models.BooleanField(_("允许转码"), default=False)
    node = models.ForeignKey("places.Node", models.PROTECT, related_name="cameras", verbose_name=_("媒体节点"))
    record = models.BooleanField(_("录像"), default=True)
    retention_days = models.PositiveSmallIntegerField(
        _("存储期限（日）"), default=FLOOR.days, validators=[MinValueValidator(FLOOR.days), MaxValueValidator(3650)]
    )
    #: Of a term that the unit set longer than the law: what is not met earlier (N17, PIPL 19).
    keeping_purpose = models.CharField(_("延长存储的目的"), max_length=200, blank=True)
    grade = models.PositiveSmallIntegerField(_("录像保障等级"), choices=Grade, default=Grade.IMPORTANT)
    onvif_port = models.PositiveIntegerField(null=True, editable=False)
    onvif_motion = models.BooleanField(_("接收设备的移动侦测事件"), default=False)
    onvif_profile = models.CharField(max_length=200, blank=True, editable=False)
    steering = models.JSONField(_("云台能力"), null=True, editable=False)
    """What the device said that it can (`video.steering.Abilities`); null: never looked at, or it is another device now."""
    home_preset = models.CharField(_("规定指向的预置位"), max_length=60, blank=True)
    state = models.CharField(_("状态"), max_length=16, choices=CameraState, default=CameraState.DRAFT)
    codec = models.CharField(max_length=16, blank=True, editable=False)
    width = models.PositiveIntegerField(default=0, editable=False)
    height = models.PositiveIntegerField(default=0, editable=False)
    frame_rate = models.FloatField(default=0, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    connected_at = models.DateTimeField(null=True, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)
    #: Out of use by one person's word, as was enough then: its system was not accepted, nothing may stand there, or nobody asked for a
    #: ground yet (decision 0197).
    stopped_alone = models.BooleanField(default=False, editable=False)
    forbidden_at = models.DateTimeField(null=True, editable=False)
    #: What a search looks into, in small letters, kept by the database: one look at a row instead of three.
    sought = models.GeneratedField(
        expression=Lower(Concat("number", Value(" "), "name", Value(" "), "place")),
        output_field=models.TextField(),
        db_persist=True,
    )

    #: Whether base data of it may be told to the reader (S33.1): as `scope.told_exactly` finds; unless asked, nobody's.
    exact: bool = False

    objects = CameraQuerySet.as_manager()

    class Meta:
        ordering = ["number", "id"]
        constraints = [models.UniqueConstraint(fields=["system", "number"], name="camera_number_once_per_system")]
        indexes = [
            models.Index(fields=["node"]),
            # The list's orders: a page is walked to, not sorted out of a hundred thousand rows. The system is in each because it
            # says who sees the row (decision 0215).
            models.Index(fields=["number", "id", "system"], name="camera_by_number"),
            models.Index(fields=["name", "id", "system"], name="camera_by_name"),
            models.Index(fields=["state", "number", "id", "system"], name="camera_by_state"),
            models.Index(fields=["south", "west", "north", "east"], name="camera_box"),
            models.Index(fields=["retention_days"], name="camera_by_retention"),
            # Which channels of a device are cameras is asked by their addresses, and all of them by their scheme.
            models.Index(fields=["main_url"], name="camera_by_main_url", opclasses=["varchar_pattern_ops"]),
            # Cameras that ought to be recorded, without their rows: those of which nobody reports are looked for among all.
            models.Index(
                fields=["connected_at"],
                include=["id", "system"],
                condition=models.Q(state=CameraState.CONNECTED.value, record=True),
                name="camera_recorded_since",
            ),
        ]
        verbose_name = _("点位")

    def __str__(self) -> str:
        return self.name

    @property
    def name_in_choice(self) -> str:
        """Its name where it is chosen; of one that is out of use with that word."""
        return f"{self.name}（{self.get_state_display()}）" if self.state == CameraState.RETIRED else self.name

    def get_absolute_url(self) -> str:
        """The camera's page."""
        return reverse("places:camera", args=[self.pk])

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with the box that position and field give."""
        self.set_box()
        super().save(*args, **kwargs)

    def set_box(self) -> None:
        """Work the box out; where rows are made many at once this is called for each."""
        box = self.field.box() if self.field is not None else None
        if box is None and self.longitude is not None and self.latitude is not None:
            box = MapBox.around(((float(self.longitude), float(self.latitude)),))
        for name in BOX:
            setattr(self, name, None if box is None else getattr(box, name))

    @property
    def field(self) -> FieldOfView | None:
        """Its field of view; None while position, azimuth, angle and range are not all known."""
        if self.longitude is None or self.latitude is None or self.azimuth is None:
            return None
        if self.angle is None or self.reach is None:
            return None
        return FieldOfView(
            float(self.longitude), float(self.latitude), float(self.azimuth), float(self.angle), float(self.reach)
        )

    @property
    def mask_missing(self) -> bool:
        """Its view touches a zone that only a mask in the camera lets it have in view, and there is no picture of the mask."""
        return bool(self.mask_zone) and self.mask_paper_id is None

    @property
    def in_use(self) -> bool:
        """A node takes it in: it is connected, and its system runs on trial or is in use."""
        return self.state == CameraState.CONNECTED and self.system.recorded

    @property
    def steerable(self) -> bool:
        """Whether it can be turned, zoomed or sent to a preset, as far as is known."""
        able = self.steering or {}
        reached = (self.onvif_port and self.onvif_profile) or self.main_url.startswith("gb28181://")
        return self.in_use and bool(reached and (able.get("move") or able.get("zoom") or able.get("presets")))

    @property
    def speaks(self) -> bool:
        """Whether somebody may be heard at it, as far as the register says."""
        return self.in_use and bool(targets_of(self.voice_output, self.main_url))

    @property
    def worker(self) -> int:
        """Which worker of its node has it; the same answer as the node's own."""
        return worker_of(self.id, max(1, self.node.workers))

    @property
    def worker_name(self) -> str:
        """The worker's name, the audience of its tokens: ``node-1/0``."""
        return f"{self.node.name}/{self.worker}"

    @property
    def place_told(self) -> Any:
        """Where it is mounted, for a reader of its base data; for others that they are not told (S33.1, decision 0464)."""
        return self.place if self.exact else RESTRICTED

    @property
    def masked_address(self) -> str:
        """The main address for a reader who need not know it: its scheme and nothing else (S33.1)."""
        scheme = urlsplit(self.main_url).scheme
        return f"{scheme}://••••••/••••" if scheme else ""
