"""Settings of taking video in and keeping it: sources, reading, volumes, segments, retention, the ladder of a full disk."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated, Self

from pydantic import ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from custodes.addresses import Network, is_disguise
from custodes.settings.setting import setting


class VideoSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that the node hands to `custodes.video`."""

    # Sources and reading
    camera_networks: Annotated[tuple[Network, ...], NoDecode] = setting(
        (), "networks", "Networks in which cameras may be (comma-separated CIDR); nothing else is ever connected to."
    )
    read_tick_ms: int = setting(
        10, "ms", "Period of the tick that drains all camera sockets while somebody watches live.", ge=1, le=100
    )
    read_calm_ms: int = setting(
        37,
        "ms",
        "Period of that tick while nobody does; no multiple or divisor of a picture's duration, so that over a second"
        " some picture is read soon after it came.",
        ge=1,
        le=100,
    )
    gop_cache_bytes: int = setting(
        1 << 20,
        "bytes",
        "Largest GOP cache of one stream; of a longer GOP the key frame and the newest pictures are kept, and a new viewer gets"
        " those between from the recording or, where the stream is not recorded, goes on at the next key frame.",
        ge=65536,
    )
    silent_seconds: int = setting(
        10,
        "seconds",
        "A camera that sends nothing for this long is disconnected as silent and tried again.",
        ge=2,
        le=120,
    )
    udp_ports: Annotated[tuple[int, int], NoDecode] = setting(
        (30000, 39999),
        "ports",
        "First and last UDP port for cameras that send as UDP (`30000-39999`): two for each of their streams, shared by all workers.",
    )
    node_media_ports: Annotated[tuple[int, int], NoDecode] = setting(
        (20000, 29999),
        "ports",
        "First and last port, UDP and TCP, to which devices of GB/T 28181 send (`20000-29999`), two for each stream, and from which upper platforms are sent to; each worker of the node has an equal share.",
    )
    node_media_address: str = setting(
        "",
        "address",
        "Address under which devices of GB/T 28181 reach this node. Empty: that of the interface which leads to the first of `CUSTODES_CAMERA_NETWORKS`. Set it where there is address translation between.",
    )
    upper_sends: int = setting(
        200,
        "count",
        "Cameras that one worker sends to upper platforms (S22) at once, to one of them 100 at most; a further one is refused.",
        ge=1,
        le=1000,
    )
    fill_seconds: int = setting(
        0,
        "seconds",
        "Gaps of a GB/T 28181 camera of at least this length, of the last day and within its retention, are filled from the device's own recordings when it is recorded again, marked as such. 0: never, until a person decides otherwise: what is fetched is cut by the device's clock, which is not ours.",
        ge=0,
        le=3600,
    )
    udp_buffer_bytes: int = setting(
        2 << 20,
        "bytes",
        "What the kernel is asked to keep for a UDP socket between two reads; without CAP_NET_ADMIN it gives `net.core.rmem_max` at most.",
        ge=65536,
    )
    reorder_packets: int = setting(
        256, "packets", "UDP packets that may wait for one that is missing before it is given up.", ge=1, le=2000
    )
    reorder_ms: int = setting(
        100, "ms", "How long UDP packets may wait for one that is missing before it is given up.", ge=1, le=2000
    )
    camera_authorities: Path | None = setting(
        None,
        "path",
        "Certificates (PEM) of the authorities that may vouch for cameras over `rtsps://`. Empty: those of the system. A camera with a certificate of its own is confirmed by its fingerprint instead.",
    )
    apart_sources: int = setting(
        8,
        "count",
        "Sources with a process of their own (Motion JPEG, RTMP, files) that a worker has at once, probes included; each takes about 60 to 120 MB.",
        ge=1,
        le=64,
    )
    file_sources: Path | None = setting(
        None,
        "path",
        "Folder of films that a training installation may play as cameras (`file:///NAME`); links are not followed. Empty: none.",
    )
    health_checks_per_minute: float = setting(
        4.0,
        "count/minute",
        "How often a key frame of each camera is looked at for faults of the picture (black, blurred, covered, moved …); 0 switches it off.",
        ge=0,
        le=30,
    )
    probe_per_minute: int = setting(20, "count/minute", "Camera addresses a node will probe in a minute.", ge=1)

    # Archive
    volumes: Annotated[tuple[Path, ...], NoDecode] = setting(
        (), "paths", "Folders that hold footage (comma-separated); empty means one volume in the data folder."
    )
    volume_roots: Annotated[tuple[Path, ...], NoDecode] = setting(
        (),
        "paths",
        "Folders of this machine below which the volumes page may add volumes (comma-separated, for example `/mnt/custodes`); a path elsewhere is refused by the node. Empty: none can be added there.",
    )
    volume_cap_bytes: int = setting(
        0,
        "bytes",
        "Footage a volume may hold; 0 means what the file system holds less the reserve. Past the cap recording stops with the reason `disk`; nothing protected is deleted.",
        ge=0,
    )
    volume_reserve_bytes: int = setting(1 << 30, "bytes", "Free space on a volume that recording never touches.", ge=0)
    segment_seconds: int = setting(
        60, "seconds", "Length of a segment file; it is cut at the next key frame.", ge=10, le=600
    )
    sync_seconds: float = setting(1.0, "seconds", "Period of the group sync that makes footage durable.", gt=0, le=10)
    retention_days: int = setting(
        30,
        "days",
        "How long footage is kept, counted in whole local days after the day of recording (S32, N17); never under 30 outside a training installation.",
        ge=1,
    )
    training_retention_minutes: int = setting(
        120, "minutes", "Retention in a training installation; ignored elsewhere.", ge=10
    )
    purge_brake_share: float = setting(
        0.2,
        "share",
        "A deletion pass that wants more than this share of a volume's segments stops and asks a person.",
        gt=0,
        le=1,
    )

    plan_max_hours: int = setting(
        72, "hours", "Longest planned interruption or maintenance window that can be asked for.", ge=1, le=720
    )

    ladder_warn_hours: float = setting(
        48.0, "hours", "A shortage of disk is told when the volumes would be full within this time.", gt=0, le=720
    )
    ladder_thin_hours: float = setting(
        24.0,
        "hours",
        "Within this time of being full, cameras of the lowest grade keep key frames only, if a person ordered it.",
        gt=0,
        le=720,
    )
    ladder_stop_hours: float = setting(
        6.0,
        "hours",
        "Within this time of being full, the lowest grade stops with the reason `disk`, so that higher ones go on.",
        gt=0,
        le=720,
    )
    ladder_settle_minutes: float = setting(
        30.0, "minutes", "Each step of a shortage shows its effect for this long before the next.", gt=0, le=1440
    )

    steer_return_minutes: float = setting(
        5.0,
        "minutes",
        "A camera that was steered is turned back to its declared view when nobody has steered it for this long (S15, S34(7)).",
        gt=0,
        le=1440,
    )
    supervised_seats: int = setting(
        4,
        "count",
        "Supervised pictures (S29, N21) that one worker codes anew at once; each takes a part of a core (`docs/figures.md`).",
        ge=1,
        le=64,
    )
    mask_folder: Path | None = setting(
        None,
        "path",
        "Folder for footage that is being masked for public release: working films of unmasked pictures, and copies, each for the time of its job. Empty: in the node's data folder. A disk of its own keeps them away from index and log.",
    )
    mask_disk_bytes: int = setting(
        20 << 30, "bytes", "What all masking jobs of one worker may take on disk together.", ge=1 << 20
    )
    mask_reserve_bytes: int = setting(
        2 << 30, "bytes", "Free space on that disk that masking never touches; a job stops before it.", ge=0
    )
    mask_jobs: int = setting(20, "count", "Masking jobs that one worker keeps at once; one is worked on.", ge=1, le=200)
    mask_longest_seconds: int = setting(
        900, "seconds", "Longest span of one camera's footage that is masked in one job.", ge=10, le=7200
    )
    mask_most_pixels: int = setting(
        3840 * 2160, "pixels", "Largest picture that is masked; a larger one is refused.", ge=320 * 240, le=8192 * 4352
    )
    mask_memory_bytes: int = setting(
        3 << 30,
        "bytes",
        "Address space of the process that masks (what is truly used is 400 MB for 1080p, 470 MB for 4K); it is ended when it wants more.",
        ge=1 << 30,
    )
    mask_threads: int = setting(
        1, "count", "Threads of that process; it gives way to recording in any case.", ge=1, le=64
    )
    mask_stage_minutes: float = setting(
        360.0, "minutes", "Longest time that reading, or writing a copy, may take; then it is ended.", gt=0, le=10_080
    )
    mask_term_days: float = setting(
        30.0, "days", "A masking job is removed with all its files this long after it was begun.", gt=0, le=365
    )
    steer_idle_seconds: float = setting(
        60.0, "seconds", "Whoever steers a camera and asks nothing of it for this long gives it back.", ge=5, le=3600
    )

    speak_idle_seconds: float = setting(
        30.0,
        "seconds",
        "Whoever speaks through a camera's loudspeaker and says nothing for this long has done.",
        ge=5,
        le=600,
    )
    speak_longest_seconds: float = setting(
        300.0, "seconds", "No speech through a camera's loudspeaker lasts longer.", ge=10, le=3600
    )

    @field_validator("camera_networks", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
        return value

    @field_validator("camera_networks")
    @classmethod
    def _no_disguise(cls, value: tuple[Network, ...]) -> tuple[Network, ...]:
        for network in value:
            if is_disguise(network):
                raise ValueError(
                    f"CUSTODES_CAMERA_NETWORKS: {network} is a translator's or a tunnel's; name the IPv4 network that it stands for"
                )
        return value

    @field_validator("udp_ports", "node_media_ports", mode="before")
    @classmethod
    def _split_ports(cls, value: object, info: ValidationInfo) -> object:
        if isinstance(value, str):
            first, dash, last = value.partition("-")
            if not dash:
                raise ValueError(f"{_variable(info)} is a first and a last port, for example 30000-39999")
            return int(first), int(last)
        return value

    @field_validator("udp_ports", "node_media_ports")
    @classmethod
    def _port_range(cls, value: tuple[int, int], info: ValidationInfo) -> tuple[int, int]:
        if not 1024 <= value[0] < value[1] <= 65535 or value[1] - value[0] < 3:
            raise ValueError(f"{_variable(info)} must lie between 1024 and 65535 and hold two pairs at least")
        return value

    @field_validator("node_media_address")
    @classmethod
    def _literal(cls, value: str) -> str:
        if value:
            try:
                ipaddress.ip_address(value)
            except ValueError as error:
                raise ValueError(
                    "CUSTODES_NODE_MEDIA_ADDRESS is an address, not a name: devices look none up"
                ) from error
        return value

    @field_validator("volumes", "volume_roots", mode="before")
    @classmethod
    def _split_paths(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part.strip()) for part in value.split(",") if part.strip())
        return value

    @field_validator("volume_roots")
    @classmethod
    def _narrow_roots(cls, value: tuple[Path, ...]) -> tuple[Path, ...]:
        for root in value:
            if not root.is_absolute() or len(root.parts) < 2:
                raise ValueError(f"CUSTODES_VOLUME_ROOTS names folders by their whole path, and never the root: {root}")
        return value

    @field_validator("camera_authorities", "file_sources", "mask_folder")
    @classmethod
    def _absolute_files(cls, value: Path | None) -> Path | None:
        return value.expanduser().absolute() if value is not None else None

    @model_validator(mode="after")
    def _ladder_falls(self) -> Self:
        if not self.ladder_stop_hours < self.ladder_thin_hours <= self.ladder_warn_hours:
            raise ValueError(
                "CUSTODES_LADDER_WARN_HOURS, CUSTODES_LADDER_THIN_HOURS and CUSTODES_LADDER_STOP_HOURS fall in this order:"
                " first it is told, then thinned, then stopped"
            )
        return self


def _variable(info: ValidationInfo) -> str:
    return f"CUSTODES_{(info.field_name or '').upper()}"
