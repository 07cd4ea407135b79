"""What the web tells the gateway: devices, their channels, who may ask (docs/design/wire.md §8, gateway.md)."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from custodes.video.wire.control_leases import SpeechChoice, Targets
from custodes.video.wire.shapes import Id, Shape
from custodes.video.wire.statements import StatementsAt


class GatewayDevice(Shape):
    """A device that may register.

    Attributes:
        id: as it calls itself in SIP.
        sealed_password: HPKE sealed to the gateway's X25519 key (RFC 9180), base64.
        edition: ``2016`` or ``2022`` where a person knows better than its ``X-GB-Ver``; empty to believe that.
        charset: of its bodies; empty to find out.
        keepalive_s: seconds between its keepalives; misses: how many may be missing.
        follow_port: another port of the same host is followed (a NAT that forgets); else it must register anew.
        statements: of a platform below that runs this program: its recordings are called for and its cameras moved only for a look that is
            named (`CallAsk.grant`) and was stated there first.
    """

    id: Id
    sealed_password: str
    edition: Literal["", "2016", "2022"] = ""
    charset: Literal["", "gb18030", "utf-8"] = ""
    keepalive_s: int = Field(default=60, ge=5, le=3600)
    misses: int = Field(default=3, ge=1, le=20)
    follow_port: bool = False
    statements: StatementsAt | None = None


class GatewayChannel(Shape):
    """A channel that is a camera of the register: which node may call it.

    Attributes:
        node: the node's name; nobody else's calls are taken.
        turns: it may be steered.
        speaker: codes of its voice output, as the register has them: to nothing else is announced that somebody speaks. Empty: nobody may.
        speech: in which form it is spoken through: the device calls behind our Broadcast, we call it with ``s=Talk``, or that where the
            former fails (docs/decisions/0411).
    """

    camera: UUID
    device: Id
    channel: Id
    node: str
    turns: bool = False
    speaker: Targets = ()
    speech: SpeechChoice = "broadcast"


class GatewayMobile(Shape):
    """What moves, as a person entered it: its position is subscribed to. Of nothing else a position is taken.

    Attributes:
        channel: the device's own ID for all of it.
        interval_s: seconds between two of its positions, as they are asked for and as they are told at most.
    """

    device: Id
    channel: Id
    interval_s: int = Field(default=60, ge=5, le=3600)


class GatewayNode(Shape):
    """A node that may ask.

    Attributes:
        key: Ed25519 public key, raw 32 bytes in base64.
    """

    name: str
    key: str


class GatewayAssignment(Shape):
    """Everything that the gateway needs from the centre; kept on its disk.

    Attributes:
        generation: rises with every change; the gateway asks for what is newer.
        networks: CIDR blocks from which devices may come; empty for none.
        web_key: Ed25519 public key of the web, raw 32 bytes in base64.
    """

    generation: int
    gateway: str
    devices: tuple[GatewayDevice, ...] = ()
    channels: tuple[GatewayChannel, ...] = ()
    mobiles: tuple[GatewayMobile, ...] = ()
    nodes: tuple[GatewayNode, ...] = ()
    networks: tuple[str, ...] = ()
    web_key: str = ""
