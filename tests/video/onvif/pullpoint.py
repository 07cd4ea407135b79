"""A device that has an event service: what it says next is put into `say`."""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.video.onvif.virtual import device_that

_ENVELOPE = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{}</s:Body></s:Envelope>'
_CAPABILITIES = "<R><Capabilities><Events><XAddr>http://{host}/onvif/events</XAddr></Events></Capabilities></R>"
_SUBSCRIBED = "<R><SubscriptionReference><Address>http://{host}/onvif/sub?id={id}</Address></SubscriptionReference></R>"
_CLOCK = (
    "<R><UTCDateTime><Time><Hour>1</Hour><Minute>2</Minute><Second>3</Second></Time>"
    "<Date><Year>2026</Year><Month>1</Month><Day>1</Day></Date></UTCDateTime></R>"
)


def notification(topic: str, value: str, name: str = "State") -> str:
    """One message as devices write it."""
    return (
        f"<NotificationMessage><Topic>{topic}</Topic><Message><Message><Source><SimpleItem Name='Source' Value='1'/></Source>"
        f"<Data><SimpleItem Name='{name}' Value='{value}'/></Data></Message></Message></NotificationMessage>"
    )


@dataclass
class Talker:
    """The device: its port, what was asked of it, and what it says when it is pulled."""

    port: int = 0
    host: str = "127.0.0.1"
    say: queue.Queue[str] = field(default_factory=queue.Queue)
    asked: list[tuple[str, str]] = field(default_factory=list)
    subscriptions: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, path: str, body: str) -> tuple[int, dict[str, str], bytes]:
        """One request."""
        found = re.search(r"<s:Body><(\w+)", body)
        what = found[1] if found else ""
        self.asked.append((path, what))
        if what == "PullMessages":
            said = self._next(int(path.partition("id=")[2] or 0))
            if said == "gone":
                return 400, {}, _ENVELOPE.format("<s:Fault><s:Value>s:Sender</s:Value></s:Fault>").encode()
            return 200, {}, _ENVELOPE.format(f"<R>{said}</R>").encode()
        if what == "CreatePullPointSubscription":
            with self.lock:
                self.subscriptions += 1
        texts = {
            "GetSystemDateAndTime": _CLOCK,
            "GetCapabilities": _CAPABILITIES,
            "CreatePullPointSubscription": _SUBSCRIBED,
        }
        text = texts.get(what, "<R/>").replace("{host}", self.host).replace("{id}", str(self.subscriptions))
        return 200, {}, _ENVELOPE.format(text).encode()

    def _next(self, subscription: int, seconds: float = 0.2) -> str:
        """What is said next, to the newest subscription alone: a pull that its asker has left must swallow nothing."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self.lock:
                if subscription != self.subscriptions:
                    break
                with suppress(queue.Empty):
                    return self.say.get_nowait()
            time.sleep(0.01)
        return ""


@contextmanager
def talking_device() -> Iterator[Talker]:
    """A talker on loopback."""
    talker = Talker()
    with device_that(talker.answer) as port:
        talker.port = port
        yield talker
