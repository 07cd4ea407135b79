"""Which installation listens where, and the settings of each. Ports lie below those that the system gives to whoever asks (32768)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from custodes.demo.gb28181 import password_file
from custodes.demo.levels.story import LEVELS, Level
from custodes.demo.platforms import BELOW_REGION
from custodes.tls.pinned import gateway_statements

LOOPBACK = "127.0.0.1"
MEDIA_FIRST, MEDIA_EACH = 20_000, 1_000
"""Ports to which a node has pictures sent to itself: so many each."""
DOME_MEDIA = (23_000, 23_099)
"""From which the county's device sends."""

BELOW_MEDIA = (23_100, 23_199)
"""From which the region's simulated platforms would."""

CAP_BYTES = 2_000_000_000
"""Two hours of the county's four cameras."""


@dataclass(frozen=True)
class Installation:
    """One of the three.

    Attributes:
        host: name of its pages and its node, which browsers take to loopback (RFC 6761): one of its own, since they keep cookies by name,
            without the port.
        sip_port: at which the platform below registers; upper_port: at which the one above reaches it; statements_port: at which that one
            states who asks.
        media: first and last port.
    """

    told: Level
    folder: Path
    host: str
    web_port: int
    node_port: int
    gateway_port: int
    sip_port: int
    upper_port: int
    statements_port: int
    media: tuple[int, int]

    @property
    def key(self) -> str:
        """region, city or county."""
        return self.told.key

    @property
    def address(self) -> str:
        """Of its pages."""
        return f"http://{self.host}:{self.web_port}"

    @property
    def database(self) -> Path:
        """Its database, SQLite."""
        return self.folder / "web.sqlite3"

    @property
    def statements_url(self) -> str:
        """Where the platform above states who asks."""
        return f"https://{LOOPBACK}:{self.statements_port}"

    @property
    def certificate(self) -> Path:
        """Of its gateway's side channel, which both neighbours are handed."""
        return gateway_statements(self.folder / "keys").cert

    @property
    def devices(self) -> Path:
        """The file with the passwords of its simulated devices."""
        return password_file(self.folder)

    @property
    def joined(self) -> Path:
        """A file that is there once its link with the platform above has the password that the upper made."""
        return self.folder / "joined"


def plan(folder: Path, *, web_port: int, node_port: int, camera_port: int) -> tuple[Installation, ...]:
    """The three, the highest first.

    Args:
        folder: in which each has a folder of its own.
        web_port, node_port: of the first; the next ones have the next.
        camera_port: RTSP port of the county's simulated cameras; the next tells when frames were sent, the twelve after it are three for each
            gateway (SIP, HTTP, SIP of the platform above) and one for each at which the platform above states who asks; one more is the county's device's (`dome_port`), and the last three are those of the region's simulated platforms (`below_ports`).
    """
    return tuple(
        Installation(
            told=told,
            folder=folder / told.key,
            host=f"{told.key}.localhost",
            web_port=web_port + at,
            node_port=node_port + at,
            sip_port=camera_port + 2 + 3 * at,
            gateway_port=camera_port + 3 + 3 * at,
            upper_port=camera_port + 4 + 3 * at,
            statements_port=camera_port + 11 + at,
            media=(MEDIA_FIRST + at * MEDIA_EACH, MEDIA_FIRST + (at + 1) * MEDIA_EACH - 1),
        )
        for at, told in enumerate(LEVELS)
    )


def dome_port(camera_port: int) -> int:
    """Signalling of the county's simulated device, on loopback."""
    return camera_port + 14


def below_ports(camera_port: int) -> range:
    """Signalling of the region's simulated platforms, on loopback."""
    return range(camera_port + 15, camera_port + 15 + len(BELOW_REGION))


def values_of(one: Installation) -> dict[str, str]:
    """Its settings, by their names in small letters. Database and origins are said too: what the caller's environment says of them would be shared by three."""
    return {
        "data": str(one.folder),
        "database_url": f"sqlite:///{one.database}",
        "training": "true",
        "installation_name": f"{one.told.place}公共安全视频图像信息系统",
        "web_host": LOOPBACK,
        "web_port": str(one.web_port),
        "web_origin": one.address,
        "web_internal_url": "",
        "node_host": LOOPBACK,
        "node_port": str(one.node_port),
        "node_origin": f"http://{one.host}",
        "tls_cert": "",
        "tls_key": "",
        "node_workers": "1",
        "node_media_ports": f"{one.media[0]}-{one.media[1]}",
        "camera_networks": "127.0.0.0/8",
        "gateway_id": one.told.gb_id,
        "gateway_host": LOOPBACK,
        "gateway_port": str(one.gateway_port),
        "gateway_sip_host": LOOPBACK,
        "gateway_sip_port": str(one.sip_port),
        "gateway_upper_ports": f"{one.upper_port}-{one.upper_port}",
        "gateway_networks": "127.0.0.0/8",
        "gateway_statements_host": LOOPBACK,
        "gateway_statements_port": str(one.statements_port),
        "log_origin": f"training.custodes.localhost/{one.key}/log",
        "volume_cap_bytes": str(CAP_BYTES),
        "checkpoint_seconds": "20",
        # Footage is kept for two hours here.
        "ladder_warn_hours": "1.9",
        "ladder_thin_hours": "0.25",
        "ladder_stop_hours": "0.1",
    }


def environment_of(one: Installation) -> dict[str, str]:
    """The same as variables of the environment."""
    return {f"CUSTODES_{name.upper()}": value for name, value in values_of(one).items()}
