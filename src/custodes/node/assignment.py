"""The last assignment, kept on disk so that the node starts without the centre; and whom a worker believes by it and by the pinned keys."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from pydantic import ValidationError

from custodes.video.wire.assignment import Assignment, GatewayAddress
from custodes.video.wire.control import InvalidRequest, RequestChecker, UsedSignature, public_key_from_base64
from custodes.video.wire.seal import Unsealable, seal, unseal

log = structlog.get_logger(__name__)


NAME = "assignment.json"


def save_assignment(path: Path, assignment: Assignment) -> None:
    """Put `assignment` in place of the last one: whole and durable, or not at all."""
    partial = path.with_suffix(".new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(assignment.model_dump_json().encode())
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load_assignment(path: Path) -> Assignment | None:
    """The last assignment; None when there was none yet or it can't be read, which is logged."""
    try:
        return Assignment.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.error("assignment.unreadable", path=path.name, why=type(error).__name__)
        return None


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


class UntrustedAssignment(Exception):
    """The assignment names keys that this node does not believe."""


@dataclass(frozen=True)
class Pins:
    """Keys that the installation put into ``keys/public``; None where it did not.

    Whoever can answer the node's poll could otherwise name a grant key of its own and open every camera.
    """

    web: str | None
    grant: str | None
    gateway: str | None = None

    @classmethod
    def read(cls, public_folder: Path) -> Pins:
        """The keys in ``keys/public``."""
        return cls(*(_line(public_folder / f"{name}.pub") for name in ("web", "grant", "gateway")))

    def check(self, assignment: Assignment) -> None:
        """Accept the assignment's keys or raise.

        Raises:
            UntrustedAssignment: a key differs from the pinned one, or is no key.
        """
        for name, pinned, given in (
            ("web", self.web, assignment.web_key),
            ("grant", self.grant, assignment.grant_key),
        ):
            if pinned is not None and pinned != given:
                raise UntrustedAssignment(f"the assignment's {name} key is not the one in keys/public/{name}.pub")
            try:
                public_key_from_base64(given)
            except ValueError as error:
                raise UntrustedAssignment(f"the assignment's {name} key is not an Ed25519 key") from error

    def believes(self, gateway: GatewayAddress) -> bool:
        """Whether a gateway's own requests may be believed: it has a key, and where one was pinned, that one."""
        return bool(gateway.key) and self.gateway in (None, gateway.key)


def _line(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        return None


@dataclass
class NodeTrust:
    """What the present assignment lets a worker believe. Before the first one: nobody.

    Attributes:
        worker: this worker's name, the audience of control requests.
        origins: browser origins that may open a socket.
    """

    worker: str
    origins: frozenset[str] = frozenset()
    _web_key: str = ""
    _checker: RequestChecker | None = field(default=None, repr=False)
    _gateway: GatewayAddress | None = field(default=None, repr=False)
    _gateway_checker: RequestChecker | None = field(default=None, repr=False)

    def take(self, assignment: Assignment) -> Ed25519PublicKey:
        """Believe `assignment`; returns the grant key. What was seen of requests is kept while the key stays."""
        self.origins = frozenset(assignment.origins)
        if assignment.web_key != self._web_key:
            self._web_key = assignment.web_key
            self._checker = RequestChecker(public_key_from_base64(assignment.web_key), "web", self.worker)
        return public_key_from_base64(assignment.grant_key)

    def admit_request(self, authorization: str, now: float) -> UsedSignature:
        """Whether the web signed it, by its header alone; the request itself is held against what is returned.

        Raises:
            InvalidRequest: not signed by the web for this worker, too old or seen before.
        """
        if self._checker is None:
            raise InvalidRequest("this node has no assignment yet")
        return self._checker.admit(authorization, now)

    def take_gateway(self, gateway: GatewayAddress | None, pins: Pins) -> None:
        """Believe the gateway that the assignment names, or nobody. What was seen of its requests is kept while name and key stay."""
        believed = gateway if gateway is not None and pins.believes(gateway) else None
        if gateway is not None and gateway.key and believed is None:
            log.error("gateway.not_believed", why="its key is not the one in keys/public/gateway.pub")
        known = self._gateway
        if believed is not None and known is not None and (believed.name, believed.key) == (known.name, known.key):
            return
        self._gateway, self._gateway_checker = believed, None
        if believed is None:
            return
        try:
            key = public_key_from_base64(believed.key)
        except ValueError:
            log.error("gateway.not_believed", why="its key is not an Ed25519 key")
            return
        self._gateway_checker = RequestChecker(key, believed.name, self.worker)

    def admit_gateway(self, authorization: str, now: float) -> UsedSignature:
        """The same for a request of the gateway.

        Raises:
            InvalidRequest: not signed by the gateway for this worker, too old or seen before; or no gateway is believed.
        """
        if self._gateway_checker is None:
            raise InvalidRequest("this node believes no gateway")
        return self._gateway_checker.admit(authorization, now)
