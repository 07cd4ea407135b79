"""One camera's helm: at most one hand on it, one command at a time, and a stop when the hand is gone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from custodes.node.leases.desk import Tenure
from custodes.node.steering.book import SteeringBook
from custodes.node.steering.bounds import MovementWatch, SteeringBounds
from custodes.node.steering.driver import MakeDriver, below
from custodes.node.steering.line import TURNING, CommandLine, Deed, Deeds, group, words_of
from custodes.video.steering import STILL, Abilities, Bearing, PtzBox, PtzMotion, Steerable, SteerFailure, ViewPreset
from custodes.video.wire.control_leases import Holder, SteerBegin

log = structlog.get_logger(__name__)

HOLD_SECONDS = 1.0
"""A movement that is not asked for again within this is stopped."""

RESEND_SECONDS = 2.0
DEVICE_SECONDS = 5.0
"""The camera itself is asked to stop after this, should this worker die; said again in time while the hand holds."""

STANDS_SECONDS = 2.0
"""From one question whether a platform below lets the hand go on to the next."""

STOP_TRIES = 3
BELOW = "below"
"""Why a hand ends that a platform below takes no commands of, since it steers the camera itself."""

NOT_GIVEN = frozenset({"bearing", "presets"})
"""Why a movement is refused before the camera hears of it (`bounds`)."""

SENDING = TURNING - {"move"} | {"home"}
"""Commands by which it is sent somewhere: what it did for the hand before ends."""


@dataclass
class CameraSteering(Tenure[SteerBegin]):
    """Steers one camera for one hand; `last` is its last command.

    Attributes:
        unsettle: called before each command that may turn the camera, with whether it turns it away from where it stands.
        arrive: called after the camera took a recall, with the preset; empty for the declared direction.
        bounds: what keeps the camera in its declared field; at_home: whether it stands in its declared direction when the hand comes.
        edge: it was stopped at the edge of its field, and nothing was asked since.
        unseen: it was told to turn, by this hand or the one before, and nobody saw yet that it came to stand in its field.
    """

    verb = "steering"

    make_driver: MakeDriver
    book: SteeringBook
    idle_seconds: float
    unsettle: Callable[[bool], None] = lambda away: None
    arrive: Callable[[str], None] = lambda preset: None
    bounds: SteeringBounds = field(default_factory=SteeringBounds)
    at_home: bool = False
    edge: bool = False
    unseen: bool = False
    _wanted: PtzMotion = STILL
    _moving: PtzMotion = STILL
    _held_at: float = 0.0
    _sent: float = 0.0
    _asked: float = 0.0
    _cruise: int | None = None
    _ends: bool = False
    _barred: PtzMotion | None = None
    _looked: asyncio.Event = field(default_factory=asyncio.Event)
    _watch: MovementWatch | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.line = CommandLine(
            *(self.camera, self.begun, self.make_driver, self.book, self.disk, self.clock),
            reached=self._reached,
            unsettle=lambda away: self.unsettle(away),
            given=self._given,
            failed=self._lose,
            changed=lambda: self.tell(),
        )

    def hold(self, motion: PtzMotion) -> None:
        """The hand holds like this; said again and again while it does."""
        if self.over:
            return
        self._held_at = self.last = self.clock.monotonic()
        if motion == self._barred:
            return  # it was stopped at the edge: the hand has to let go first
        self._barred = None
        self._ends = motion.still and self._cruise is not None
        if motion != self._wanted or self._ends:
            self._wanted = motion
            self._changed.set()

    @property
    def moving(self) -> bool:
        """Whether the camera moves for the hand."""
        return not self._moving.still or self._cruise is not None

    @property
    def note(self) -> str:
        """What whoever steers has to know of the declared field: ``edge``, or what `bounds` says."""
        return "edge" if self.edge else self.bounds.note

    @property
    def trouble(self) -> str:
        """Why the camera may do something else than asked, empty for none."""
        return self.line.trouble

    def bars(self, motion: PtzMotion) -> bool:
        """Whether the camera was stopped while it was moved like this, and the hand has not let go since."""
        return motion == self._barred

    @property
    def outdated(self) -> bool:
        """Whether something else is declared by now of its field or its declared view."""
        return self.bounds.outdated(self.camera.assignment)

    def tenant(self) -> Holder:
        """As others are told."""
        begun = self.begun
        return Holder(
            person=begun.person,
            person_name=begun.person_name,
            unit=begun.unit,
            rank=begun.rank,
            since_us=self.since_us,
            idle_s=max(0.0, self.clock.monotonic() - self.last),
        )

    async def presets(self) -> list[ViewPreset]:
        """The views that the camera remembers.

        Raises:
            SteerFailure.
        """
        driver = await self.line.reach()
        return await driver.presets()  # a list may take seconds, and a stop waits for none

    async def abilities(self) -> Abilities:
        """What the camera offers.

        Raises:
            SteerFailure.
        """
        driver = await self.line.reach()
        return await driver.abilities()

    @property
    def precise(self) -> bool:
        """Whether it can be pointed by degrees: its device says where it points, and it is not turned to presets alone."""
        return self.bounds.tells is True and not self.bounds.presets_only

    async def here(self) -> Bearing:
        """Where the camera points now.

        Raises:
            SteerFailure: also where its device does not say so.
        """
        driver = await self.line.reach()
        found = await self.bounds.look(driver)
        if found is None:
            raise SteerFailure("timeout", "the camera does not say where it points now")
        return found

    async def control(
        self, what: str, token: str, name: str, box: PtzBox | None = None, there: Bearing | None = None
    ) -> str:
        """A command that is no movement; the preset's token where there is one.

        Args:
            token: of the preset, number of the cruise; box: of a drag zoom; there: where to point.

        Raises:
            SteerFailure.
        """
        if self.over:
            raise SteerFailure("not_yours", "the camera was given back")
        self.last = self.clock.monotonic()
        await self._looked.wait()
        deeds = Deeds(self.bounds, self.camera.assignment.home_preset, token, name, box, there)
        deed = self._cruise_of(token) if what == "cruise" else deeds.of(what)
        self._wanted = STILL
        if what in SENDING and self._cruise is not None:
            await self._stop("stop")
        try:
            await self.line.give(what, deed, preset=token, name=name, where=words_of(box, there))
        except SteerFailure:
            if what == "cruise" and self._cruise is not None:
                await self._stop("stop")
            raise
        if what in SENDING:
            self._moving = STILL
            self._changed.set()  # a cruise goes on
            self._look_after(learns=what == "home")
        declared = self.camera.assignment.home_preset
        if what == "home" or (what == "goto" and declared and token == declared):
            self.arrive("")
            await self.disk.run(self.book.at_home, self.camera.id)
        elif what == "goto":
            self.arrive(token)
        return deeds.kept

    def _cruise_of(self, token: str) -> Deed:
        async def cruise(driver: Steerable) -> None:
            number = group(token)
            self.bounds.admit_turning()
            # Before it is known whether the camera took it: a stop is owed either way.
            self._cruise, self._sent, self._ends = number, self.clock.monotonic(), False
            await driver.cruise(number, DEVICE_SECONDS)

        return cruise

    # -- following the hand --------------------------------------------------------------------------------------

    async def _live(self) -> None:
        log.info(
            "steering.begun", camera=str(self.camera.id), steering=str(self.begun.steering), index=self.begun.index
        )
        looking = asyncio.ensure_future(self._look())
        try:
            if self.bounds.fence is not None:
                await looking
            self._looked.set()  # without a declared field nothing waits for the answer
            while not self.over:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._patience()):
                        await self._changed.wait()
                self._changed.clear()
                await self._step()
            if self.moving:
                await self._stop("stop")
            if self._watch is not None:
                await self._watch.end()
                self.unseen = not (self._watch.settled or self._watch.learns)
        except Exception:
            log.exception("steering.failed", camera=str(self.camera.id))
            self.let_go("error")
        finally:
            looking.cancel()

    async def _end(self) -> None:
        await self.disk.surely(self.book.end, self.begun.steering, self.over)

    def _patience(self) -> float:
        if self.moving:
            return HOLD_SECONDS / 4
        idle = max(0.05, self.last + self.idle_seconds - self.clock.monotonic())
        return idle if below(self.line.driver) is None else min(idle, STANDS_SECONDS)

    async def _step(self) -> None:
        now = self.clock.monotonic()
        await self._ask_below(now)
        if self.over:
            return
        lost = not self._wanted.still and now - self._held_at >= HOLD_SECONDS
        if lost:
            self._wanted = STILL
        if self._wanted.still and self._cruise is not None and self._moving.still:
            await self._go_round(now)
            return
        if self._wanted.still:
            if not self._moving.still:
                await self._stop("watchdog" if lost else "stop")
            elif now - self.last >= self.idle_seconds:
                self.let_go("idle")
            return
        if self._wanted != self._moving:
            await self._move(self._wanted)
        elif now - self._sent >= RESEND_SECONDS:
            # The same movement goes on: it was written down when it began.
            self._sent = now
            await self._again(lambda driver: driver.move(self._moving, DEVICE_SECONDS))

    async def _move(self, motion: PtzMotion) -> None:
        self._sent = self.clock.monotonic()
        # Before it is known whether the camera took it: a stop is owed either way.
        self._moving, self._cruise = motion, None

        async def move(driver: Steerable) -> None:
            self.bounds.admit_motion(motion)
            await driver.move(motion, DEVICE_SECONDS)

        try:
            await self.line.give("move", move, motion)
        except SteerFailure as error:
            if error.kind == "unsupported" or error.kind in NOT_GIVEN:
                self._moving = STILL
            if self._wanted == motion:
                self._wanted = STILL
            if error.kind in NOT_GIVEN:
                self._barred = motion
        else:
            if self.bounds.concerns(motion):
                self._look_after()

    async def _go_round(self, now: float) -> None:
        """It is on a cruise: say so again, or end it."""
        if self._ends:
            await self._stop("stop")
        elif now - self.last >= self.idle_seconds:
            self.let_go("idle")
        elif now - self._sent >= RESEND_SECONDS and self._cruise is not None:
            self._sent, number = now, self._cruise
            await self._again(lambda driver: driver.cruise(number, DEVICE_SECONDS))

    async def _ask_below(self, now: float) -> None:
        """Of a platform's camera below: whether this hand stands there."""
        driver = below(self.line.driver)
        if driver is not None and not self.over and now - self._asked >= STANDS_SECONDS:
            self._asked = now
            try:
                await driver.stands()
            except SteerFailure as error:
                self._lose(error)

    async def _again(self, deed: Deed) -> None:
        """Say once more what goes on: what becomes of that matters only where the hand is lost."""
        try:
            await self.line.again(deed)
        except SteerFailure as error:
            self._lose(error)

    def _lose(self, error: SteerFailure) -> None:
        """A platform below steers the camera itself: this hand is over."""
        if error.kind == "held":
            self.let_go(BELOW)

    async def _stop(self, why: str) -> None:
        async def stop(driver: Steerable) -> None:
            await driver.stop()

        for left in reversed(range(STOP_TRIES)):
            try:
                await self.line.give(why, stop)
            except SteerFailure:
                if left:
                    continue
                log.error("steering.not_stopped", camera=str(self.camera.id))
            break
        self._moving, self._cruise = STILL, None

    def _given(self, what: str) -> None:
        if what != "edge":
            self.edge = False

    def _reached(self, driver: Steerable) -> None:
        if below(driver) is not None:
            self._changed.set()  # from now on it is asked whether the hand stands

    # -- the declared field ----------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """The hand comes: where does the camera point?"""
        try:
            driver = await self.line.reach()
            inside = await self.bounds.begin(driver, at_home=self.at_home)
            if self.unseen or not inside:
                self._look_after()
            self.tell()
        except SteerFailure as error:
            self.line.say(error.detail)
        finally:
            self._looked.set()

    def _look_after(self, learns: bool = False) -> None:
        """It turns from now on: see that it stays in its field, or (`learns`) where its declared direction is."""
        if self._watch is not None:
            self._watch.over = True
        if self.bounds.watches and self.line.driver is not None:
            self._watch = MovementWatch(
                self.bounds, self.line.driver, lambda: self.moving, self._halt, self.tell, learns
            )
            self._watch.start()

    async def _halt(self, here: Bearing | None, inside: Bearing | None) -> None:
        """It leaves its field, or does not say any more where it points: stand still, and where it is outside turn in."""
        self._barred = None if self._wanted.still else self._wanted
        self._wanted, self.edge = STILL, True
        # The stop that is owed is this one; another behind it would hold up the turning in.
        self._moving, self._cruise = STILL, None

        async def halt(driver: Steerable) -> None:
            await driver.stop()
            if inside is not None:
                await driver.precise(inside)

        try:
            await self.line.give("edge", halt, where=words_of(None, inside or here))
        except SteerFailure:
            await self._stop("stop")
        self.edge = True  # a command that was under way when it was stopped is no new one
        self.tell()
