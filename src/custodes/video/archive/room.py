"""Which volume takes a camera's next segment."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from custodes.video.archive.volume import Volume


class NoRoom(Exception):
    """No volume takes a new segment; the message says why for each."""


def roomy_volume(volumes: Sequence[Volume], camera: UUID, wanted: int, now_us: int) -> Volume:
    """The volume on which `camera` is written now: the same as before, as long as it has room and refuses nothing.

    Args:
        wanted: bytes that the segment may come to.
        now_us: wall clock.

    Raises:
        NoRoom: every volume is full or absent.
    """
    present = [volume for volume in volumes if volume.configured and not volume.absent]
    usable = [volume for volume in present if volume.look_for_room(wanted)]
    if not usable:
        why = "; ".join(
            volume.absent or volume.full or f"{volume.path} is {'drained' if volume.draining else 'not configured'}"
            for volume in volumes
        )
        raise NoRoom(why or "no volume is configured")
    sound = [volume for volume in usable if volume.rests_until_us <= now_us] or usable
    if len(sound) < len(usable):
        own = usable[(camera.int >> 64) % len(usable)]
        if own not in sound:
            own.turned_away(camera, now_us)
    return sound[(camera.int >> 64) % len(sound)]
