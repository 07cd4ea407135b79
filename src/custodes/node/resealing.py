"""Camera passwords that are sealed to a key which is being replaced: opened and sealed again, in memory alone.

Nothing here says, logs or raises anything about what is inside.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from custodes.node.assignment_file import load_assignment, save_assignment
from custodes.video.wire.seal import Unsealable, seal, unseal

Reseal = Callable[[str], str | None]
"""The same password sealed to the new key; what is sealed to it already comes back as it is; None when neither key opens it."""


def resealer(old: X25519PrivateKey, new: X25519PrivateKey) -> Reseal:
    """From `old` to `new`."""

    def again(sealed: str) -> str | None:
        try:
            unseal(new, sealed)
        except Unsealable:
            pass
        else:
            return sealed
        try:
            return seal(new.public_key(), unseal(old, sealed))
        except Unsealable:
            return None

    return again


def reseal_assignment(path: Path, again: Reseal) -> None:
    """Seal the passwords in the node's last assignment again, so that it still starts without the centre. Whole or not at all.

    Raises:
        OSError: nothing was changed.
    """
    assignment = load_assignment(path)
    if assignment is None:
        return
    cameras = tuple(
        camera.model_copy(update={"sealed_password": again(camera.sealed_password) or camera.sealed_password})
        if camera.sealed_password
        else camera
        for camera in assignment.cameras
    )
    save_assignment(path, assignment.model_copy(update={"cameras": cameras}))
