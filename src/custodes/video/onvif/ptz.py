"""Steering by ONVIF (PTZ service 2.x, imaging service for focus and iris), tolerant of devices that lack parts of it.

What a device says that it can is believed; a part that it refuses is left out, and never costs the others.
"""

from __future__ import annotations

import math
import re
from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from custodes.video.onvif.client import OnvifClient, OnvifFailure, services_of
from custodes.video.onvif.degrees import DataSheet, DegreeScale, degrees_of
from custodes.video.onvif.imaging import Imaging
from custodes.video.onvif.media import MediaProfile, MediaService, media_of
from custodes.video.onvif.xml import every, first, number, text
from custodes.video.steering import (
    FULL,
    STILL,
    Abilities,
    Bearing,
    PtzBox,
    PtzMotion,
    PtzPosition,
    SteerFailure,
    ViewPreset,
)

PTZ = 'xmlns="http://www.onvif.org/ver20/ptz/wsdl"'
SCHEMA = 'xmlns="http://www.onvif.org/ver10/schema"'

MAX_PRESETS = 300
"""Recorders list 255 and more empty ones; what is beyond is left out."""

NAME_LENGTH = 60
T = TypeVar("T")
_DURATION = re.compile(r"PT(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?$")


class OnvifPtz:
    """One camera, steered through one media profile.

    Args:
        client: to the device, its clock already known.
        profile: token of the media profile; empty takes the first that has a PTZ configuration.
        sheet: how far the device turns by its data sheet, for one that does not say it itself.
    """

    def __init__(self, client: OnvifClient, profile: str = "", sheet: DataSheet | None = None) -> None:
        self._client, self._sheet = client, sheet
        self._wanted = profile
        self._path = ""
        self._profile: MediaProfile | None = None
        self._abilities: Abilities | None = None
        self._imaging: Imaging | None = None
        self._longest = math.inf
        self._shortest = 0.0
        self._takes_timeout = True
        self._moving = STILL
        self._degrees: DegreeScale | None = None

    # -- what it is ----------------------------------------------------------------------------------------------

    async def abilities(self) -> Abilities:
        """What the camera offers; asked once.

        Raises:
            SteerFailure: no PTZ service, or the profile is not there.
        """
        if self._abilities is None:
            try:
                self._abilities = await self._find_out()
            except OnvifFailure as error:
                raise _failure(error) from error
        return self._abilities

    async def _find_out(self) -> Abilities:
        services = await services_of(self._client)
        if "ptz" not in services or not services.keys() & {"media", "media2"}:
            raise SteerFailure("unsupported", "the device has no PTZ service")
        self._path = services["ptz"]
        self._profile = await self._find_profile(media_of(self._client, services))
        node = await self._node(self._profile.node)
        offered = {element.tag.rpartition("}")[2] for element in (node.iter() if node is not None else ())}
        if not any(name.endswith("Space") for name in offered):
            # A node that lists no spaces: ContinuousMove is what every such device has (ONVIF PTZ §5.3).
            offered |= {"ContinuousPanTiltVelocitySpace", "ContinuousZoomVelocitySpace"}
        self._degrees = degrees_of(node, self._profile.space, self._sheet)
        await self._read_timeouts(self._profile.configuration)
        found = Abilities(
            move="ContinuousPanTiltVelocitySpace" in offered,
            step="RelativePanTiltTranslationSpace" in offered,
            place="AbsolutePanTiltPositionSpace" in offered,
            zoom="ContinuousZoomVelocitySpace" in offered,
            presets=await self._room(node),
            home=text(node, "HomeSupported") in ("true", "1"),
            set_home=(node is not None and node.get("FixedHomePosition", "false") not in ("true", "1"))
            and text(node, "HomeSupported") in ("true", "1"),
        )
        return await self._with_imaging(found, services.get("imaging", ""))

    async def _find_profile(self, services: list[MediaService]) -> MediaProfile:
        """The profile that turns; one that only the other media service names counts too, as does one kept from an earlier look."""
        still: list[MediaProfile] = []
        failed: OnvifFailure | None = None
        for media in services:
            try:
                profiles = await media.profiles()
            except OnvifFailure as error:
                failed = error
                continue
            profiles = [profile for profile in profiles if self._wanted in ("", profile.token)]
            still += profiles
            turning = next((profile for profile in profiles if profile.configuration), None)
            if turning is not None:
                return turning
        if still:
            return still[0]
        if failed is not None:
            raise failed
        raise SteerFailure("path", "the device does not have this camera's profile any more; look at it again")

    async def _node(self, token: str) -> Element | None:
        """The profile's node; of a device that names none, or another, the first that it lists."""
        nodes = list(every(await self._client.call(self._path, f"<GetNodes {PTZ}/>"), "PTZNode"))
        if not nodes and token:
            asked = f"<GetNode {PTZ}><NodeToken>{escape(token)}</NodeToken></GetNode>"
            return first(await self._client.call(self._path, asked), "PTZNode")
        return next((node for node in nodes if node.get("token") == token), nodes[0] if nodes else None)

    async def _room(self, node: Element | None) -> int:
        """How many presets there is room for; a device that does not say shows it by answering for them."""
        if first(node, "MaximumNumberOfPresets") is not None:
            return int(min(number(node, "MaximumNumberOfPresets"), MAX_PRESETS))
        try:
            await self._ask("GetPresets", "")
        except OnvifFailure:
            return 0
        return MAX_PRESETS

    async def _read_timeouts(self, configuration: str) -> None:
        asked = escape(configuration)
        try:
            answer = await self._client.call(
                self._path,
                f"<GetConfigurationOptions {PTZ}><ConfigurationToken>{asked}</ConfigurationToken>"
                "</GetConfigurationOptions>",
            )
        except OnvifFailure:
            return
        options = first(answer, "PTZTimeout")
        self._shortest = duration(text(options, "Min")) or 0.0
        self._longest = duration(text(options, "Max")) or math.inf

    async def _with_imaging(self, found: Abilities, path: str) -> Abilities:
        assert self._profile is not None
        if not path or not self._profile.source:
            return found
        self._imaging = Imaging(self._client, path, self._profile.source)
        focus, iris = await self._imaging.offers()
        return replace(found, focus=focus, iris=iris)

    # -- moving --------------------------------------------------------------------------------------------------

    async def move(self, motion: PtzMotion, seconds: float) -> None:
        """Move until told otherwise (ContinuousMove); the device is asked to stop by itself after `seconds`.

        Raises:
            SteerFailure.
        """
        able = await self.abilities()
        motion = PtzMotion(
            motion.pan if able.move else 0,
            motion.tilt if able.move else 0,
            motion.zoom if able.zoom else 0,
            motion.focus if able.focus else 0,
            motion.iris if able.iris else 0,
        )
        if motion.still:
            raise SteerFailure("unsupported", "the camera does not move this way")
        if self._imaging is not None:
            await _told(self._imaging.move(motion.focus, motion.iris))
        if motion.pan or motion.tilt or motion.zoom:
            await self._continuous(motion, able, seconds)
        elif self._moving.pan or self._moving.tilt or self._moving.zoom:
            await self._stop_turning()
        self._moving = motion

    async def _continuous(self, motion: PtzMotion, able: Abilities, seconds: float) -> None:
        # An axis that stands and stood still is not named: devices that zoom only in steps refuse the whole command.
        parts = ""
        if able.move and (motion.pan or motion.tilt or self._moving.pan or self._moving.tilt):
            parts += f'<PanTilt {SCHEMA} x="{_share(motion.pan)}" y="{_share(motion.tilt)}"/>'
        if able.zoom and (motion.zoom or self._moving.zoom):
            parts += f'<Zoom {SCHEMA} x="{_share(motion.zoom)}"/>'
        velocity = f"<Velocity>{parts}</Velocity>"
        if self._takes_timeout:
            limit = min(max(seconds, self._shortest), self._longest)
            try:
                await self._ask("ContinuousMove", f"{velocity}<Timeout>PT{limit:g}S</Timeout>")
                return
            except OnvifFailure as error:
                if error.kind != "protocol":
                    raise _failure(error) from error
        # Some refuse any time-out that is not their own.
        await _told(self._ask("ContinuousMove", velocity))
        self._takes_timeout = False

    async def stop(self) -> None:
        """Stand still: Stop, and a speed of nothing for devices that do not know it.

        Raises:
            SteerFailure: the device may still be moving.
        """
        await self.abilities()
        focusing = self._moving.focus != 0
        await self._stop_turning()
        self._moving = STILL
        if self._imaging is not None and focusing:
            await _told(self._imaging.stop())

    async def _stop_turning(self) -> None:
        try:
            await self._ask("Stop", "<PanTilt>true</PanTilt><Zoom>true</Zoom>")
        except OnvifFailure as error:
            if error.kind != "protocol":
                raise _failure(error) from error
            nothing = f'<PanTilt {SCHEMA} x="0" y="0"/><Zoom {SCHEMA} x="0"/>'
            await _told(self._ask("ContinuousMove", f"<Velocity>{nothing}</Velocity>"))

    async def step(self, motion: PtzMotion) -> None:
        """Move by a distance: per cent of the camera's range (RelativeMove).

        Raises:
            SteerFailure.
        """
        if not (await self.abilities()).step:
            raise SteerFailure("unsupported", "the camera does not move by steps")
        await _told(self._ask("RelativeMove", f"<Translation>{_vector(motion)}</Translation>"))

    async def place(self, motion: PtzMotion) -> None:
        """Move to a place: per cent of the camera's range, zoom from 0 (AbsoluteMove).

        Raises:
            SteerFailure.
        """
        if not (await self.abilities()).place:
            raise SteerFailure("unsupported", "the camera does not move to a given place")
        await _told(self._ask("AbsoluteMove", f"<Position>{_vector(motion)}</Position>"))

    # -- remembered views ----------------------------------------------------------------------------------------

    async def presets(self) -> list[ViewPreset]:
        """The views that the camera remembers; none is no failure.

        Raises:
            SteerFailure.
        """
        await self.abilities()
        answer = await _told(self._ask("GetPresets", ""))
        found = []
        for element in list(every(answer, "Preset"))[:MAX_PRESETS]:
            token = element.get("token", "")
            if token and len(token) <= NAME_LENGTH:
                found.append(ViewPreset(token, text(element, "Name")[:NAME_LENGTH] or token))
        return found

    async def goto(self, token: str) -> None:
        """Turn to a remembered view.

        Raises:
            SteerFailure.
        """
        await self.abilities()
        await _told(self._ask("GotoPreset", f"<PresetToken>{escape(token)}</PresetToken>"))

    async def set_preset(self, name: str, token: str = "") -> str:
        """Remember the present view; the token under which it is kept.

        Raises:
            SteerFailure: also when the device has no room left.
        """
        await self.abilities()
        given = f"<PresetToken>{escape(token)}</PresetToken>" if token else ""
        answer = await _told(self._ask("SetPreset", f"<PresetName>{escape(name)}</PresetName>{given}"))
        kept = text(answer, "PresetToken") or token
        if not kept:
            raise SteerFailure("protocol", "the device does not say under which token it keeps the view")
        return kept

    async def remove_preset(self, token: str) -> None:
        """Forget a view.

        Raises:
            SteerFailure.
        """
        await self.abilities()
        await _told(self._ask("RemovePreset", f"<PresetToken>{escape(token)}</PresetToken>"))

    async def goto_home(self) -> None:
        """Turn to the home position.

        Raises:
            SteerFailure.
        """
        if not (await self.abilities()).home:
            raise SteerFailure("unsupported", "the camera has no home position; declare a preset instead")
        await _told(self._ask("GotoHomePosition", ""))

    async def set_home(self) -> None:
        """Make the present view the home position.

        Raises:
            SteerFailure: also when the device's own is fixed.
        """
        if not (await self.abilities()).set_home:
            raise SteerFailure("unsupported", "the camera's home position is fixed")
        await _told(self._ask("SetHomePosition", ""))

    async def where(self) -> PtzPosition:
        """Where the camera says that it points.

        Raises:
            SteerFailure.
        """
        await self.abilities()
        answer = await _told(self._ask("GetStatus", ""))
        turned, near = first(answer, "Position", "PanTilt"), first(answer, "Position", "Zoom")
        said = text(answer, "MoveStatus", "PanTilt").upper()
        moving = {"MOVING": True, "IDLE": False}.get(said)
        return PtzPosition(_number(turned, "x"), _number(turned, "y"), _number(near, "x"), moving)

    async def bearing(self) -> Bearing | None:
        """Where it points in degrees, of a device that says what its positions are in them (`degrees`).

        Raises:
            SteerFailure.
        """
        await self.abilities()
        if self._degrees is None:
            return None
        return self._degrees.bearing(await _told(self._ask("GetStatus", "")))

    async def precise(self, there: Bearing) -> None:
        """Point there, of such a device; its zoom stays as it is (AbsoluteMove).

        Raises:
            SteerFailure.
        """
        await self.abilities()
        if self._degrees is None:
            raise SteerFailure("unsupported", "the camera does not say what its positions are in degrees")
        position = self._degrees.position(there)
        if position is None:
            raise SteerFailure("refused", "the camera does not turn that far")
        await _told(self._ask("AbsoluteMove", f"<Position>{position}</Position>"))

    async def drag(self, box: PtzBox, nearer: bool) -> None:
        """ONVIF has no such command.

        Raises:
            SteerFailure.
        """
        raise SteerFailure("unsupported", "ONVIF has no drag zoom")

    async def cruise(self, number: int, seconds: float) -> None:
        """Tours are not used.

        Raises:
            SteerFailure.
        """
        raise SteerFailure("unsupported", "cruises are not used over ONVIF")

    async def _ask(self, what: str, body: str) -> Element:
        assert self._profile is not None
        token = f"<ProfileToken>{escape(self._profile.token)}</ProfileToken>"
        return await self._client.call(self._path, f"<{what} {PTZ}>{token}{body}</{what}>")


async def ask_for_key_frame(client: OnvifClient, profile: str) -> None:
    """Have the device send a key frame now, by whichever of its media services knows how.

    Raises:
        OnvifFailure: it has no media service, or none knows the command.
    """
    *before, last = media_of(client, await services_of(client))
    for media in before:
        try:
            await media.key_frame(profile)
            return
        except OnvifFailure as error:
            if error.kind not in ("protocol", "path"):
                raise
    await last.key_frame(profile)


def duration(words: str) -> float | None:
    """Seconds of an ``xs:duration`` such as ``PT1M30S``; None for what is not one, or longer than an hour or so."""
    match = _DURATION.match(words)
    if match is None or not any(match.groups()):
        return None
    return float(match[1] or 0) * 60 + float(match[2] or 0)


def _share(percent: int) -> str:
    return f"{percent / FULL:g}"


def _vector(motion: PtzMotion) -> str:
    turned = f"<PanTilt {SCHEMA} x={quoteattr(_share(motion.pan))} y={quoteattr(_share(motion.tilt))}/>"
    return f"{turned}<Zoom {SCHEMA} x={quoteattr(_share(motion.zoom))}/>"


def _number(element: Element | None, name: str) -> float | None:
    try:
        value = float(element.get(name, "")) if element is not None else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _failure(error: OnvifFailure) -> SteerFailure:
    return SteerFailure(error.kind, error.detail)


async def _told(asked: Awaitable[T]) -> T:
    try:
        return await asked
    except OnvifFailure as error:
        raise _failure(error) from error
