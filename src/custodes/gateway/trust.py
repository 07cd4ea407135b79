"""Whom the gateway believes: the web's key and the nodes' keys of the assignment, the web's held against the one that the installation pinned."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import jwt
import structlog

from custodes.video.wire.control import InvalidRequest, RequestChecker, UsedSignature, public_key_from_base64
from custodes.video.wire.gateway_assignment import GatewayAssignment

log = structlog.get_logger(__name__)

WEB = "web"
WEB_PUBLIC = "web.pub"


class UntrustedAssignment(Exception):
    """The assignment is for another gateway, or names a key that this one does not believe."""


def check_assignment(assignment: GatewayAssignment, gateway: str, public_folder: Path) -> None:
    """Accept the assignment or raise.

    Args:
        gateway: our own name.
        public_folder: ``keys/public``, where the installation put the web's key; where it did not, the assignment's is taken.

    Raises:
        UntrustedAssignment: it is for another gateway, its web key is not the pinned one, or a key is no key.
    """
    if assignment.gateway != gateway:
        raise UntrustedAssignment("the assignment is for another gateway")
    try:
        pinned = (public_folder / WEB_PUBLIC).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        pinned = assignment.web_key
    if pinned != assignment.web_key:
        raise UntrustedAssignment(f"the assignment's web key is not the one in keys/public/{WEB_PUBLIC}")
    try:
        public_key_from_base64(assignment.web_key)
    except ValueError as error:
        raise UntrustedAssignment("the assignment's web key is not an Ed25519 key") from error


@dataclass
class GatewayTrust:
    """Who may ask the gateway. Before the first assignment: nobody.

    Attributes:
        gateway: our own name, the audience of each request.
    """

    gateway: str
    _keys: dict[str, str] = field(default_factory=dict)
    _checkers: dict[str, RequestChecker] = field(default_factory=dict, repr=False)

    def take(self, assignment: GatewayAssignment) -> None:
        """Believe `assignment`. What was seen of a peer's requests is kept while its key stays; a node with a key that is none is left out."""
        keys = {node.name: node.key for node in assignment.nodes if node.name != WEB} | {WEB: assignment.web_key}
        checkers: dict[str, RequestChecker] = {}
        for name, key in keys.items():
            if self._keys.get(name) == key and name in self._checkers:
                checkers[name] = self._checkers[name]
                continue
            try:
                checkers[name] = RequestChecker(public_key_from_base64(key), name, self.gateway)
            except ValueError:
                log.error("assignment.no_key", node=name)
        self._keys, self._checkers = keys, checkers

    def admit(self, authorization: str, now: float) -> tuple[str, UsedSignature]:
        """Who signed a request, by its header alone; the request itself is held against what is returned.

        Args:
            now: seconds since the Unix epoch.

        Raises:
            InvalidRequest: not signed by the web or a node of the assignment for this gateway, too old or seen before.
        """
        name = _issuer(authorization)
        checker = self._checkers.get(name)
        if checker is None:
            raise InvalidRequest("signed by nobody that this gateway knows")
        return name, checker.admit(authorization, now)


def _issuer(authorization: str) -> str:
    """Who says to have signed: which key it is held against, nothing more."""
    try:
        claims = jwt.decode(authorization.partition(" ")[2], options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise InvalidRequest("no signature") from error
    return str(claims.get("iss", ""))
