"""How a device says that it is set: asked at a person's button, kept as the last reading, held against what the register expects.

Nothing that it says changes the register.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.gb28181.ids import family
from custodes.people.models import Person
from custodes.places.devices.entering import cameras_by_url, url_of
from custodes.places.devices.gateways import GatewayClient, GatewayUnreachable, own_gateway
from custodes.places.devices.plaintext import shown
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, DeviceConfiguration, GbChannel, GbDevice
from custodes.video.wire.configuration import ConfigurationAnswer, DeviceSettings, Osd

FRESH = timedelta(minutes=15)
"""A device is set on the ground of what it said within this: who changes it has to see what is changed."""
LEAST_EXPIRATION = 3600
"""Seconds of a registration (GB/T 28181-2016 §9.1.1)."""

NO_GATEWAY = "no_gateway"
UNREACHABLE = "unreachable"
FAILURES: dict[str, Any] = {
    UNREACHABLE: gettext_lazy("国标网关没有应答。请由系统管理员检查网关是否运行。"),
    "not_registered": gettext_lazy("设备没有注册，读取不到。请检查设备后再试。"),
    "full": gettext_lazy("正在读取或者更改该设备的配置，请片刻后再试。"),
    "below": gettext_lazy("这是下级平台，其设备的配置由其自行管理。"),
    "no_answer": gettext_lazy("设备没有应答查询：信令送不到，或者设备繁忙。请检查网络后再试。"),
    "refused": gettext_lazy("设备拒绝了查询，可能不支持配置查询。请到设备自己的页面上查看。"),
    "silent": gettext_lazy("设备收到查询，但没有回复配置，可能不支持配置查询。请到设备自己的页面上查看。"),
    "error": gettext_lazy("设备回复查询失败，可能不支持配置查询。请到设备自己的页面上查看。"),
    "unsendable": gettext_lazy("设备的标准版本没有这一查询。请核对登记的标准版本。"),
}
"""Why the last question was not answered, with what to do."""


@dataclass(frozen=True)
class ConfigurationDifference:
    """Something that a device says otherwise than the register expects.

    Attributes:
        state: ``danger``, ``attention`` or ``info``.
    """

    state: str
    words: str


def is_below(device: GbDevice) -> bool:
    """Whether it is a platform below: how its devices are set is its own matter."""
    return family(device.gb_id) == "platform"


def reading_of(device: GbDevice, channel_id: str) -> DeviceConfiguration | None:
    """The last reading of the device, or of a channel."""
    return DeviceConfiguration.objects.select_related("asked_by").filter(device=device, channel_id=channel_id).first()


def said_in(reading: DeviceConfiguration | None) -> DeviceSettings:
    """What a reading says; nothing where there is none."""
    return DeviceSettings.model_validate(reading.said if reading is not None else {})


def mark_of(reading: DeviceConfiguration) -> str:
    """Names a reading, so that it is known on which one a change rests."""
    return f"{reading.read_at.timestamp():.6f}" if reading.read_at is not None else ""


def read_configuration(device: GbDevice, channel_id: str, by: Person, at: datetime) -> DeviceConfiguration:
    """Ask the device, or one of its channels, how it is set, and keep what it says.

    Args:
        channel_id: the device's own ID for the device itself.

    Raises:
        StepRefused: it is retired or a platform below, or there is no gateway; nothing was asked.
    """
    if device.retired_at is not None:
        raise StepRefused(_("该设备已经停用。"))
    if is_below(device):
        raise StepRefused(str(FAILURES["below"]))
    gateway = own_gateway()
    if gateway is None:
        raise StepRefused(_("本装置没有国标网关，读取不到设备的配置。"))
    try:
        answer = GatewayClient(gateway).configuration(device.gb_id, channel_id)
    except GatewayUnreachable:
        return keep_reading(device, channel_id, UNREACHABLE, ConfigurationAnswer(), by, at)
    return keep_reading(device, channel_id, answer.failure, answer, by, at)


def keep_reading(
    device: GbDevice, channel_id: str, failure: str, answer: ConfigurationAnswer, by: Person, at: datetime
) -> DeviceConfiguration:
    """Keep an answer; one that failed leaves what was said before."""
    values: dict[str, Any] = {"asked_at": at, "asked_by": by, "failure": failure, "status": answer.status}
    if not failure:
        values |= {
            "read_at": at,
            "edition": answer.edition[:8],
            "said": _shown(device, answer.settings).model_dump(mode="json", exclude_none=True),
            "missing": list(answer.missing),
        }
    row, _made = DeviceConfiguration.objects.update_or_create(device=device, channel_id=channel_id, defaults=values)
    return row


def keep_after(device: GbDevice, channel_id: str, after: DeviceSettings, at: datetime) -> None:
    """What it says since it was set, in place of what it said before of the same things."""
    row = DeviceConfiguration.objects.select_for_update().filter(device=device, channel_id=channel_id).first()
    if row is not None:
        row.said = row.said | _shown(device, after).model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        row.read_at = at
        row.save(update_fields=["said", "read_at"])


def differences(device: GbDevice, reading: DeviceConfiguration | None) -> list[ConfigurationDifference]:
    """In what it is set otherwise than the register expects, what is worst first."""
    if reading is None or reading.read_at is None:
        return []
    said = said_in(reading)
    found = [*(_of_device(device, said) if reading.channel_id == device.gb_id else _of_channel(device, reading, said))]
    order = ("danger", "attention", "info")
    return sorted(found, key=lambda one: order.index(one.state))


def _of_device(device: GbDevice, said: DeviceSettings) -> Iterator[ConfigurationDifference]:
    silence = device.keepalive_s * device.misses
    if said.heartbeat_s is not None and said.heartbeat_s > silence:
        yield ConfigurationDifference(
            "danger",
            _(
                "设备每 %(said)s 秒发送一次心跳，平台 %(silence)s 秒没有收到心跳即判为离线：设备会被误判离线。"
                "请更改设备的心跳间隔，或者修改登记。"
            )
            % {"said": said.heartbeat_s, "silence": silence},
        )
    elif said.heartbeat_s is not None and said.heartbeat_s != device.keepalive_s:
        yield ConfigurationDifference(
            "attention",
            _("设备的心跳间隔为 %(said)s 秒，登记为 %(kept)s 秒。请更改设备，或者修改登记。")
            % {"said": said.heartbeat_s, "kept": device.keepalive_s},
        )
    if said.heartbeat_count is not None and said.heartbeat_count != device.misses:
        yield ConfigurationDifference(
            "attention",
            _("设备允许缺失 %(said)s 次心跳，登记为 %(kept)s 次。请更改设备，或者修改登记。")
            % {"said": said.heartbeat_count, "kept": device.misses},
        )
    if said.expiration_s is not None and said.expiration_s < LEAST_EXPIRATION:
        yield ConfigurationDifference(
            "attention",
            _("设备的注册有效期为 %(said)s 秒，短于标准规定的 3600 秒（GB/T 28181-2016 第 9.1.1 条）。请更改设备。")
            % {"said": said.expiration_s},
        )
    if said.name is not None and said.name != device.name:
        yield ConfigurationDifference(
            "info",
            _("设备自称“%(said)s”，登记为“%(kept)s”。") % {"said": said.name, "kept": device.name},
        )


def _of_channel(
    device: GbDevice, reading: DeviceConfiguration, said: DeviceSettings
) -> Iterator[ConfigurationDifference]:
    name = name_of(device, reading.channel_id)
    if said.mirror:
        yield ConfigurationDifference(
            "attention", _("画面经镜像，左右或者上下与现场相反。登记的指向以现场为准；没有必要的，请改为不镜像。")
        )
    if said.mask is not None and not said.mask.on and said.mask.regions:
        yield ConfigurationDifference(
            "attention", _("设有遮挡区域，但隐私遮挡没有开启。请核对是否应当遮挡（第十条第四项）。")
        )
    if said.name is not None and name and said.name != name:
        yield ConfigurationDifference(
            "info", _("设备自称“%(said)s”，登记为“%(kept)s”。") % {"said": said.name, "kept": name}
        )


def name_of(device: GbDevice, channel_id: str) -> str:
    """What a channel is called in the register: as the camera that it is, else as the catalogue has it."""
    row = GbChannel.objects.filter(device=device, channel_id=channel_id).first()
    if row is None:
        return ""
    camera = camera_of(device, channel_id)
    return camera.name if camera is not None else row.name


def camera_of(device: GbDevice, channel_id: str) -> Camera | None:
    """What a channel is in the register, where it is a camera there."""
    row = GbChannel.objects.filter(device=device, channel_id=channel_id).first()
    url = url_of(device, row) if row is not None else ""
    return cameras_by_url(device, [url]).get(url) if url else None


def recorded_of(device: GbDevice) -> list[Camera]:
    """Cameras of its channels that this platform records."""
    urls = [url_of(device, row) for row in device.channels.all()]
    return [one for one in cameras_by_url(device, urls).values() if one.in_use and one.record]


def _shown(device: GbDevice, said: DeviceSettings) -> DeviceSettings:
    """Without what would break a line or its direction: a device says anything; and without where it is, if it moves (decision 0389)."""
    if said.position or device.mobiles.exists():
        said = said.model_copy(update={"longitude": None, "latitude": None})

    def clean(text: str) -> str:
        return shown(text)

    return said.model_copy(
        update={
            "name": clean(said.name) or None if said.name is not None else None,
            "speeds": tuple(map(clean, said.speeds)) if said.speeds is not None else None,
            "resolutions": tuple(map(clean, said.resolutions)) if said.resolutions is not None else None,
            "osd": _shown_osd(said.osd) if said.osd is not None else None,
            "streams": tuple(
                one.model_copy(update={name: clean(getattr(one, name)) for name in type(one).model_fields})
                for one in said.streams
            )
            if said.streams is not None
            else None,
            "others": tuple(
                one.model_copy(update={"path": clean(one.path), "text": clean(one.text)}) for one in said.others
            ),
        }
    )


def _shown_osd(osd: Osd) -> Osd:
    return osd.model_copy(
        update={"lines": tuple(one.model_copy(update={"text": shown(one.text)}) for one in osd.lines)}
    )
