"""A sub-stream runs while it is watched, and a little longer."""

from collections.abc import Callable

from custodes.video.hub import Demand, StreamHub
from tests.video.units import unit


class Timers:
    """Timers that fire when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, seconds: float, function: Callable[[], None]) -> "Timers.Handle":
        entry = (seconds, function)
        self.waiting.append(entry)
        return Timers.Handle(self, entry)

    def fire(self) -> None:
        waiting, self.waiting = self.waiting, []
        for _, function in waiting:
            function()

    class Handle:
        def __init__(self, timers: "Timers", entry: tuple[float, Callable[[], None]]) -> None:
            self.timers, self.entry = timers, entry

        def cancel(self) -> None:
            if self.entry in self.timers.waiting:
                self.timers.waiting.remove(self.entry)


def test_the_source_starts_with_the_first_viewer_and_stops_after_the_linger() -> None:
    events: list[str] = []
    timers = Timers()
    hub = StreamHub(
        "sub",
        1 << 20,
        demand=Demand(lambda: events.append("start"), lambda: events.append("stop"), 10.0, timers.call_later),
    )
    first, second = hub.watch(), hub.watch()
    assert events == ["start"]
    hub.leave(first)
    assert timers.waiting == []
    hub.leave(second)
    hub.leave(second)
    assert [seconds for seconds, _ in timers.waiting] == [10.0]
    assert events == ["start"]
    timers.fire()
    assert events == ["start", "stop"]


def test_a_viewer_that_comes_back_within_the_linger_finds_the_source_running() -> None:
    events: list[str] = []
    timers = Timers()
    hub = StreamHub(
        "sub",
        1 << 20,
        demand=Demand(lambda: events.append("start"), lambda: events.append("stop"), 10.0, timers.call_later),
    )
    hub.leave(hub.watch())
    hub.on_unit(unit(0, key=True))
    again = hub.watch()
    assert len(again) == 1
    timers.fire()
    assert events == ["start"]
    hub.close()
    assert events == ["start", "stop"]
