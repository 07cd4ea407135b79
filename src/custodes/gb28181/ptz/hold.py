"""Holding a camera on the move: it moves while somebody holds, and stops when nobody does. No clock and no socket: time is passed in, in microseconds.

A camera moves until it is told to stop, so what counts is that it is told: when the hand is taken away, when nothing was heard from it for a while,
and again when the stop was not answered.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from custodes.gb28181.ptz.command import LEAVE_LENS, STOP, Command, Lens, Move

SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class HoldPatience:
    """How long nothing may be heard.

    Attributes:
        silence: of a hand that holds, until the camera is stopped.
        again: after a stop that was not answered, until it is sent again; tries: how often in all.
    """

    silence: int = SECOND
    again: int = SECOND
    tries: int = 5


@dataclass(frozen=True, slots=True)
class _Unstopped:
    """A stop on its way. `due_us`: when it is sent again; None while it waits for its answer."""

    command: Command
    sent: int
    due_us: int | None


class MovementHold:
    """The movement of one camera.

    Each call gives back the commands to be sent now, in their order. Turning and the lens are two commands, and each has its stop.

    Attributes:
        lost: stops that were never answered and are not sent any more: somebody has to look.
    """

    def __init__(self, watch: HoldPatience | None = None) -> None:
        self._watch = watch or HoldPatience()
        self._move: Move = STOP
        self._lens: Lens = LEAVE_LENS
        self._heard_us = 0
        self._stops: dict[type, _Unstopped] = {}
        self.lost = 0

    @property
    def moving(self) -> bool:
        """Somebody holds it on the move."""
        return self._move != STOP or self._lens != LEAVE_LENS

    @property
    def due_us(self) -> int | None:
        """When `tick` has to be called; None while nothing is waited for."""
        due = [stop.due_us for stop in self._stops.values() if stop.due_us is not None]
        if self.moving:
            due.append(self._heard_us + self._watch.silence)
        return min(due, default=None)

    def hold(self, move: Move, lens: Lens, now_us: int) -> tuple[Command, ...]:
        """The hand wants this. Said again while it holds: that is no command, but keeps the camera from being stopped."""
        self._heard_us = now_us
        commands: list[Command] = []
        if move != self._move:
            commands.append(move)
        if lens != self._lens:
            commands.append(lens)
        self._move, self._lens = move, lens
        return self._sent(commands)

    def release(self) -> tuple[Command, ...]:
        """The hand is taken away, or the look is over: stop whatever moves."""
        commands: list[Command] = []
        if self._move != STOP:
            commands.append(STOP)
        if self._lens != LEAVE_LENS:
            commands.append(LEAVE_LENS)
        self._move, self._lens = STOP, LEAVE_LENS
        return self._sent(commands)

    def stop(self) -> tuple[Command, ...]:
        """Stop it whether it is known to move or not: after a restart, or when it was moved by something else (a cruise, a scan)."""
        self._move, self._lens = STOP, LEAVE_LENS
        return self._sent([STOP, LEAVE_LENS])

    def answered(self, command: Command, arrived: bool, now_us: int) -> None:
        """What became of a command: SIP's 200, or none within its transaction. Only of stops it matters."""
        stop = self._stops.get(type(command))
        if stop is None or command != stop.command:
            return
        if arrived:
            del self._stops[type(command)]
        elif stop.sent >= self._watch.tries:
            del self._stops[type(command)]
            self.lost += 1
        elif stop.due_us is None:
            self._stops[type(command)] = replace(stop, due_us=now_us + self._watch.again)

    def tick(self, now_us: int) -> tuple[Command, ...]:
        """Time has passed: a stop where nothing was heard from the hand, and stops that have to be sent again."""
        if self.moving and now_us >= self._heard_us + self._watch.silence:
            return self.release()
        again: list[Command] = []
        for key, stop in self._stops.items():
            if stop.due_us is not None and now_us >= stop.due_us:
                self._stops[key] = replace(stop, sent=stop.sent + 1, due_us=None)
                again.append(stop.command)
        return tuple(again)

    def _sent(self, commands: list[Command]) -> tuple[Command, ...]:
        for command in commands:
            if command in (STOP, LEAVE_LENS):
                self._stops[type(command)] = _Unstopped(command, 1, None)
            else:
                self._stops.pop(type(command), None)
        return tuple(commands)
