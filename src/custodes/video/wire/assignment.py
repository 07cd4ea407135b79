"""What the web tells a node to do: the assignment, a whole picture with a generation number.

The node long-polls ``GET /internal/assignment?after=GEN`` and keeps the last answer on disk, so that it starts and
records without the centre (docs/design/wire.md §2).
"""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class SourceAssignment(BaseModel):
    """One stream of a camera.

    Attributes:
        url: ``rtsp://host[:port]/path`` without user name or password.
    """

    model_config = ConfigDict(frozen=True)

    url: str


class OnvifAssignment(BaseModel):
    """How the camera is heard by ONVIF, at the host of its main stream and with its login.

    Attributes:
        port: of the device service.
        motion: whether its own motion detection is reported too.
    """

    model_config = ConfigDict(frozen=True)

    port: int = Field(ge=1, le=65535)
    motion: bool = False


class CameraAssignment(BaseModel):
    """One camera that the node records.

    Attributes:
        id: the camera's id in the register.
        name: shown name, for log lines and pictures only.
        main, sub: the streams; the sub-stream is taken in only while somebody watches it.
        username: login at the camera, empty for none.
        sealed_password: HPKE sealed to the node's X25519 key (RFC 9180), base64; empty for none.
        record: whether its seconds are owed. False means that each second is `planned out`.
        retention_days: whole local days that footage is kept after the day of recording.
        onvif: None where the camera has none, or none is known.
        held: spans under a hold, ``(from_us, to_us)``; filled by later work, honoured by the deleting place from the start.
    """

    model_config = ConfigDict(frozen=True)

    id: UUID
    name: str
    main: SourceAssignment
    sub: SourceAssignment | None = None
    username: str = ""
    sealed_password: str = ""
    record: bool = True
    retention_days: int = Field(default=30, ge=1)
    onvif: OnvifAssignment | None = None
    held: tuple[tuple[int, int], ...] = ()


class Assignment(BaseModel):
    """Everything one node needs from the centre.

    Attributes:
        generation: rises with every change; the node asks for what is newer.
        node: the node's name.
        cameras: all cameras of the node; each worker takes its stable share (`share_of`).
        origins: browser origins that may open a WebSocket.
        web_key: Ed25519 public key of the web, raw 32 bytes in base64, that signs control requests.
        grant_key: Ed25519 public key of the notary's grants, raw 32 bytes in base64.
    """

    model_config = ConfigDict(frozen=True)

    generation: int
    node: str
    cameras: tuple[CameraAssignment, ...]
    origins: tuple[str, ...]
    web_key: str
    grant_key: str

    def share_of(self, worker: int, workers: int) -> tuple[CameraAssignment, ...]:
        """The cameras of worker `worker` out of `workers`; stable while the number of workers is."""
        return tuple(camera for camera in self.cameras if worker_of(camera.id, workers) == worker)


def worker_of(camera: UUID, workers: int) -> int:
    """Which worker a camera belongs to: the same answer in web and node."""
    return camera.int % workers
