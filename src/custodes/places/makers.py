"""Address templates: how the makers of cameras and recorders spell the addresses of their streams.

Facts from manuals and public documentation (docs/guide/address-templates.md names the sources), in alphabetical order and
without any judgement: nobody may be made to buy a brand (S13.2). Who finds no template writes the path by hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from custodes.people.lawful import in_english

MAX_CHANNEL = 512
_CHANNEL = re.compile(r"\{channel(?P<less>-1)?(?P<two>:02)?\}")


class UnknownMaker(LookupError):
    """There is no such template."""


class BadChannel(ValueError):
    """The channel is no number from 1 to `MAX_CHANNEL`."""


@dataclass(frozen=True, slots=True)
class Address:
    """Addresses of one channel's main and sub stream; `sub` is empty where the template has none."""

    main: str
    sub: str


@dataclass(frozen=True, slots=True)
class AddressTemplate:
    """One template.

    Attributes:
        key: in forms.
        zh, en: its name.
        main, sub: paths; ``{channel}`` is the channel's number, ``{channel:02}`` with two digits, ``{channel-1}`` counted from 0.
        note_zh, note_en: for which devices.
        confirmed: a maker's page or several third parties that agree say so; else the page says that it is not confirmed.
    """

    key: str
    zh: str
    en: str
    main: str
    sub: str = ""
    note_zh: str = ""
    note_en: str = ""
    confirmed: bool = True

    @property
    def name(self) -> str:
        """The name in the language of the page."""
        name = self.en if in_english() else self.zh
        note = self.note_en if in_english() else self.note_zh
        return f"{name} · {note}" if note else name

    @property
    def label(self) -> str:
        """The name in a list to choose from: there it has to say that it is not confirmed."""
        unsure = "unconfirmed" if in_english() else "未证实"
        return self.name if self.confirmed else f"{self.name} · {unsure}"

    @property
    def has_channels(self) -> bool:
        """Whether channels have addresses of their own."""
        return bool(_CHANNEL.search(self.main))

    def spell(self, host: str, port: int = 554, channel: int = 1) -> Address:
        """The addresses of one channel.

        Raises:
            BadChannel: no such channel.
        """
        if not 1 <= channel <= MAX_CHANNEL:
            raise BadChannel(f"channels are numbered from 1 to {MAX_CHANNEL}")
        root = f"rtsp://{bracketed(host)}" + ("" if port == 554 else f":{port}")
        return Address(root + _path(self.main, channel), root + _path(self.sub, channel) if self.sub else "")


_IPC = ("摄像机", "cameras")
_NVR = ("录像机", "recorders")

MAKERS = (
    AddressTemplate("axis", "安讯士 Axis", "Axis", "/axis-media/media.amp?camera={channel}", "/axis-media/media.amp?camera={channel}&resolution=640x360"),
    AddressTemplate("bosch", "博世 Bosch", "Bosch", "/rtsp_tunnel?line={channel}&inst=1", "/rtsp_tunnel?line={channel}&inst=2"),
    AddressTemplate("dahua", "大华 Dahua", "Dahua", "/cam/realmonitor?channel={channel}&subtype=0", "/cam/realmonitor?channel={channel}&subtype=1"),
    AddressTemplate("hanwha", "韩华 Hanwha Vision", "Hanwha Vision", "/profile2/media.smp", "/profile3/media.smp", *_IPC),
    AddressTemplate("hikvision", "海康威视 Hikvision", "Hikvision", "/Streaming/Channels/{channel}01", "/Streaming/Channels/{channel}02"),
    AddressTemplate("huawei", "华为 Huawei", "Huawei", "/LiveMedia/ch{channel}/Media1", "/LiveMedia/ch{channel}/Media2", *_IPC),
    AddressTemplate("ipro", "松下 i-PRO", "i-PRO (Panasonic)", "/MediaInput/h264/stream_1", "/MediaInput/h264/stream_2", *_IPC),
    AddressTemplate("infinova", "英飞拓 Infinova", "Infinova", "/{channel}/h264major", "/{channel}/h264minor", *_IPC),
    AddressTemplate("reolink", "睿联 Reolink", "Reolink", "/h264Preview_{channel:02}_main", "/h264Preview_{channel:02}_sub"),
    AddressTemplate("sony", "索尼 Sony", "Sony", "/media/video1", "/media/video2", *_IPC),
    AddressTemplate("tiandy", "天地伟业 Tiandy", "Tiandy", "/{channel}/1", "/{channel}/2", confirmed=False),
    AddressTemplate("tplink", "普联 TP-Link", "TP-Link", "/stream1", "/stream2", *_IPC),
    AddressTemplate("uniview", "宇视 Uniview", "Uniview", "/media/video1", "/media/video2", *_IPC),
    AddressTemplate("uniview-nvr", "宇视 Uniview", "Uniview", "/unicast/c{channel}/s0/live", "/unicast/c{channel}/s1/live", *_NVR),
)  # fmt: skip

WITHOUT = (("科达 Kedacom", "Kedacom"),)
"""Makers of whose addresses no public source was found, Chinese and English: their devices are found by ONVIF, or written by hand."""

#: Offered in a training installation alone: the simulated cameras of `custodes demo`.
SIMULATED = AddressTemplate(
    "simcam", "模拟摄像机（训练）", "Simulated cameras (training)", "/cam-{channel:02}/main", "/cam-{channel:02}/sub"
)


def makers(training: bool) -> tuple[AddressTemplate, ...]:
    """The templates in the order in which they are shown."""
    return (SIMULATED, *MAKERS) if training else MAKERS


def without_template() -> list[str]:
    """Names of makers that people ask for and that have no template, in the language of the page."""
    return [en if in_english() else zh for zh, en in WITHOUT]


def maker_of(key: str) -> AddressTemplate:
    """The template of this key.

    Raises:
        UnknownMaker: none.
    """
    for maker in (*MAKERS, SIMULATED):
        if maker.key == key:
            return maker
    raise UnknownMaker(key)


def maker_named(name: str) -> AddressTemplate:
    """The template that a table names: by key, by either name, or by a part of it that only one template has.

    Raises:
        UnknownMaker: none, or more than one.
    """
    wanted = name.strip().casefold()
    if not wanted:
        raise UnknownMaker(name)
    every = (*MAKERS, SIMULATED)
    exact = [one for one in every if wanted in (one.key, f"{one.zh} {one.note_zh}".strip().casefold())]
    part = [one for one in every if wanted in one.zh.casefold().split() or wanted == one.en.casefold()]
    found = exact or part
    if not found or (len(found) > 1 and not exact):
        # A maker with one template for cameras and one for recorders: its plain name means the cameras.
        cameras = [one for one in found if one.note_zh == _IPC[0]]
        if len(cameras) != 1:
            raise UnknownMaker(name)
        return cameras[0]
    return found[0]


def channels_of(text: str) -> list[int]:
    """Channel numbers out of ``1-16`` or ``1,3,5-8``, each once, in the order written.

    Raises:
        BadChannel: anything else.
    """
    found: list[int] = []
    for part in re.split(r"[,，、\s]+", text.strip()):
        first, sep, last = part.replace("—", "-").replace("–", "-").partition("-")
        if not (first.isascii() and first.isdigit() and (not sep or (last.isascii() and last.isdigit()))):
            raise BadChannel("channels are written as 1-16 or 1,3,5-8")
        low, high = int(first[:6]), int((last or first)[:6])
        if not 1 <= low <= high <= MAX_CHANNEL:
            raise BadChannel(f"channels are numbered from 1 to {MAX_CHANNEL}, the smaller first")
        found += range(low, high + 1)
    return list(dict.fromkeys(found))


def bracketed(host: str) -> str:
    """A host as it stands in a URL: an IPv6 literal in brackets (RFC 3986 §3.2.2)."""
    return f"[{host.strip('[]')}]" if ":" in host else host


def _path(pattern: str, channel: int) -> str:
    def number(found: re.Match[str]) -> str:
        value = channel - 1 if found["less"] else channel
        return f"{value:02d}" if found["two"] else str(value)

    return _CHANNEL.sub(number, pattern)
