"""Alarms of devices on their way to the web: bounded for each device and in all, so that a flood of one costs that one alone."""

from __future__ import annotations

from collections import OrderedDict, deque

from custodes.gateway.plain import ID, plain
from custodes.gb28181.manscdp.alarm import AlarmNotice
from custodes.video.wire.devices import DeviceAlarm

MOST_OF_DEVICE = 100
MOST = 20_000
OF_POST = 500


class Alarms:
    """Alarms that wait to be told. What a device raises beyond its share is answered, counted and not passed on: the first ones say how it began.

    Attributes:
        taken, left_out: how many.
    """

    def __init__(self, most: int = MOST, of_device: int = MOST_OF_DEVICE) -> None:
        self.taken = 0
        self.left_out = 0
        self._most, self._of_device = most, of_device
        self._queues: OrderedDict[str, deque[DeviceAlarm]] = OrderedDict()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def take_in(self, device: str, alarm: AlarmNotice, now_us: int) -> bool:
        """An alarm came; False where there is no room for it."""
        queue = self._queues.get(device, ())
        if len(queue) >= self._of_device or self._count >= self._most:
            self.left_out += 1
            return False
        self._queues.setdefault(device, deque()).append(_told(device, alarm, now_us))
        self._count += 1
        self.taken += 1
        return True

    def next(self, most: int = OF_POST) -> list[DeviceAlarm]:
        """What to tell next: of each device in turn, its oldest first. It waits until `told`."""
        found: list[DeviceAlarm] = []
        depth = 0
        while len(found) < most:
            before = len(found)
            for queue in self._queues.values():
                if depth < len(queue) and len(found) < most:
                    found.append(queue[depth])
            if len(found) == before:
                break
            depth += 1
        return found

    def told(self, alarms: list[DeviceAlarm]) -> None:
        """These arrived, or will never be taken."""
        for alarm in alarms:
            queue = self._queues.get(alarm.device)
            if queue and queue[0] is alarm:
                queue.popleft()
                self._count -= 1
                if not queue:
                    del self._queues[alarm.device]

    def forget(self, device: str) -> None:
        """A device was taken out of the assignment: what it raised is nobody's matter any more."""
        self._count -= len(self._queues.pop(device, ()))


def _told(device: str, alarm: AlarmNotice, now_us: int) -> DeviceAlarm:
    """Devices' clocks are often wrong: what it says stands in the alarm, when it came is the web's to note."""
    return DeviceAlarm(
        device=device,
        channel=plain(alarm.device_id, ID) or device,
        priority=alarm.priority,
        method=alarm.method,
        kind=alarm.type,
        at_us=round(alarm.time.timestamp() * 1_000_000) if alarm.time is not None else now_us,
        words=plain(alarm.description),
    )
