"""The views of a camera as upper platforms know them: presets by numbers, and which number shows the declared view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from custodes.node.gb28181.place import is_channel
from custodes.node.steering.helm import Helm
from custodes.video.steering.model import Abilities, Preset, SteerFailure
from custodes.video.wire.assignment import CameraAssignment
from custodes.video.wire.sending import SendPresetList, SendSteer

MOST_PRESETS = 255


@dataclass(frozen=True, slots=True)
class Views:
    """Those of one camera.

    Attributes:
        presets: by number; home: the number by which it is sent to its declared view, 0 where there is none.
    """

    presets: dict[int, Preset]
    home: int = 0

    def listed(self, after_s: float) -> SendPresetList:
        """As the gateway is told them.

        Args:
            after_s: seconds without a hand, after which the camera is turned back.
        """
        named = {number: one.name for number, one in self.presets.items()}
        if self.home:
            named.setdefault(self.home, "")
        return SendPresetList(presets=tuple(sorted(named.items())), home=self.home, home_after_s=round(after_s))


def views_of(camera: CameraAssignment, presets: Sequence[Preset], abilities: Abilities) -> Views:
    """The declared view has the number of its preset. Where it is the camera's own home position it has the highest that is free: so no
    other number changes by it."""
    found = numbered(presets)
    declared = camera.home_preset
    if declared:
        own = int(declared) if is_channel(camera.main.url) and _is_number(declared) else 0
        return Views(found, next((number for number, one in found.items() if one.token == declared), own))
    if abilities.home:
        return Views(found, next((number for number in range(MOST_PRESETS, 0, -1) if number not in found), 0))
    return Views(found)


def numbered(presets: Sequence[Preset]) -> dict[int, Preset]:
    """Presets by the number under which uppers know them: their token where that is one, else the lowest that is free, in the order of tokens."""
    own = {int(one.token): one for one in presets if _is_number(one.token)}
    others = sorted((one for one in presets if not _is_number(one.token)), key=lambda one: one.token)
    free = (number for number in range(1, MOST_PRESETS + 1) if number not in own)
    return dict(sorted((own | dict(zip(free, others, strict=False))).items()))


async def views_by(helm: Helm) -> Views:
    """Those of the camera under a hand.

    Raises:
        SteerFailure.
    """
    return views_of(helm.camera.assignment, await helm.presets(), await helm.abilities())


async def command_of(helm: Helm, ask: SendSteer) -> tuple[str, str]:
    """What the helm is to do, and the preset or the cruise that it is told of. The number of the declared view leads home, by which its
    direction is learnt too.

    Raises:
        SteerFailure: there is no such preset, or the camera is away.
    """
    if ask.command == "cruise":
        return ask.command, str(ask.cruise)
    if ask.command != "goto":
        return ask.command, ""
    camera = helm.camera.assignment
    if is_channel(camera.main.url):  # its numbers are its own, and nothing has to be asked
        return ("home", "") if str(ask.preset) == camera.home_preset else ("goto", str(ask.preset))
    views = await views_by(helm)
    if ask.preset == views.home:
        return "home", ""
    preset = views.presets.get(ask.preset)
    if preset is None:
        raise SteerFailure("refused", "the camera has no preset of this number")
    return "goto", preset.token


def _is_number(token: str) -> bool:
    return token.isascii() and token.isdigit() and token[0] != "0" and len(token) <= 3 and int(token) <= MOST_PRESETS
