"""What a device says of itself: PullPoint notifications (ONVIF Core §9), sorted into the few kinds that matter here.

Tamper, motion and a failing disk are about the picture and the device. What a device claims to have seen of people, faces,
plates or objects is not read at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from custodes.video.onvif.client import OnvifClient, OnvifFailure, path_of, services_of
from custodes.video.onvif.xml import every, first, local, text

WAIT_SECONDS = 55
"""How long a device may hold a pull open when it has nothing to say."""

LIFE_SECONDS = 600
MOST_AT_ONCE = 50

_EVENTS = 'xmlns="http://www.onvif.org/ver10/events/wsdl"'

#: A topic's words (ONVIF topic namespace) to our kind; the first that fits counts.
_KINDS = (
    ("Device/HardwareFailure/StorageFailure", "disk"),
    ("VideoSource/GlobalSceneChange", "tamper"),
    ("VideoSource/ImageTooBlurry", "tamper"),
    ("VideoSource/ImageTooDark", "tamper"),
    ("VideoSource/ImageTooBright", "tamper"),
    ("VideoSource/SignalLoss", "tamper"),
    ("RuleEngine/TamperDetector/Tamper", "tamper"),
    ("VideoSource/MotionAlarm", "motion"),
    ("RuleEngine/CellMotionDetector/Motion", "motion"),
)
_ON = frozenset({"true", "1"})
_OFF = frozenset({"false", "0"})


@dataclass(frozen=True, slots=True)
class OnvifNotice:
    """One thing that a device said of itself.

    Attributes:
        kind: ``tamper``, ``motion`` or ``disk``.
        on: it has begun or goes on; False: it is over.
        topic: the device's own words for it, without prefixes.
    """

    kind: str
    on: bool
    topic: str


class PullPoint:
    """One subscription at one device."""

    def __init__(self, client: OnvifClient) -> None:
        self._client = client
        self._path = ""

    async def open(self) -> None:
        """Subscribe.

        Raises:
            OnvifFailure: no such service, or it refuses.
        """
        service = (await services_of(self._client)).get("events")
        if not service:
            raise OnvifFailure("path", "the device has no event service")
        answer = await self._client.call(
            service,
            f"<CreatePullPointSubscription {_EVENTS}><InitialTerminationTime>PT{LIFE_SECONDS}S</InitialTerminationTime>"
            "</CreatePullPointSubscription>",
        )
        address = first(answer, "SubscriptionReference", "Address")
        try:
            self._path = path_of((address.text or "").strip() if address is not None else "")
        except ValueError as error:
            raise OnvifFailure("protocol", "the device names no subscription") from error

    async def pull(self) -> list[OnvifNotice]:
        """Wait for what is new; empty when nothing was said in `WAIT_SECONDS`.

        Raises:
            OnvifFailure: the subscription has ended, or the device is gone: open another.
        """
        answer = await self._client.call(
            self._path,
            f"<PullMessages {_EVENTS}><Timeout>PT{WAIT_SECONDS}S</Timeout><MessageLimit>{MOST_AT_ONCE}</MessageLimit>"
            "</PullMessages>",
        )
        messages = list(every(answer, "NotificationMessage"))[:MOST_AT_ONCE]
        return [notice for message in messages if (notice := notice_of(message)) is not None]

    async def close(self) -> None:
        """Give the subscription back.

        Raises:
            OnvifFailure: it ends by itself.
        """
        if self._path:
            await self._client.call(self._path, '<Unsubscribe xmlns="http://docs.oasis-open.org/wsn/b-2"/>')


def notice_of(message: Element) -> OnvifNotice | None:
    """What a notification says; None for what is not read here or says neither yes nor no."""
    topic = "/".join(part.rpartition(":")[2] for part in text(message, "Topic").split("/"))
    kind = next((kind for words, kind in _KINDS if words in topic), "")
    if not kind:
        return None
    data = first(message, "Data")
    values = [
        str(item.get("Value", "")).strip().casefold()
        for item in (data.iter() if data is not None else ())
        if local(item) == "SimpleItem"
    ]
    if any(value in _ON for value in values):
        return OnvifNotice(kind, True, topic)
    if any(value in _OFF for value in values):
        return OnvifNotice(kind, False, topic)
    return None
