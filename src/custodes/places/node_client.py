"""How the web speaks to a node's workers: signed requests over HTTP (wire.md §3)."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from custodes.keyfile import KeyFileError
from custodes.places.keys import control_key
from custodes.places.models import Node
from custodes.places.node_answers import NodeView, NodeViews, Pictures, ProbeResult, Timeline
from custodes.settings import get_settings
from custodes.video.wire.archive import (
    HoldAnswer,
    HoldOrder,
    RetentionLook,
    SegmentAsk,
    SegmentHead,
    Segments,
    SegmentsAsk,
)
from custodes.video.wire.arrivals import Arrivals, ArrivalsAsk
from custodes.video.wire.control import signed_headers
from custodes.video.wire.control_leases import (
    SpeechAnswer,
    SpeechBegin,
    SteerAnswer,
    SteerBegin,
    SteeringAsk,
    SteeringLook,
)
from custodes.video.wire.onvif import OnvifAsk, OnvifClock, OnvifFound, OnvifSearch

PROBE_SECONDS = 25.0
LOOK_SECONDS = 50.0
CALL_SECONDS = 5.0
STEER_SECONDS = 15.0
"""Whoever is displaced is let stop first."""

PUSH_SECONDS = 2.0
HANDING_SECONDS = 60.0
"""A segment is read whole before its first byte goes."""

PIECE_BYTES = 1 << 18
MOST_HEAD_BYTES = 8 << 20

_Answer = TypeVar("_Answer", bound=BaseModel)

TRANSPORT: httpx.BaseTransport | None = None
"""How requests travel; the tests put a worker of their own here."""


class NodeUnreachable(Exception):
    """The worker did not answer, or not with what was agreed; the message is for the log, not for the page."""


class NodeBusy(Exception):
    """The worker is over its rate of probes (429)."""


class NodeRefuses(NodeUnreachable):
    """The worker answered that it can't be done now (409)."""


@dataclass(frozen=True)
class WorkerClient:
    """One worker of one node."""

    node: Node
    worker: int

    def probe(
        self,
        camera: UUID,
        url: str,
        username: str,
        sealed_password: str,
        transport: str = "tcp",
        certificate: str = "",
        reencode: bool = False,
    ) -> ProbeResult:
        """Try a camera address from the node.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        body = {
            "camera": str(camera),
            "url": url,
            "username": username,
            "sealed_password": sealed_password,
            "transport": transport,
            "certificate": certificate,
            "reencode": reencode,
        }
        return self._read(ProbeResult, self._send("POST", "/internal/probe", body, PROBE_SECONDS))

    def look_at_onvif(self, ask: OnvifAsk) -> OnvifFound:
        """Have the node look at an ONVIF device.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        return self._read(
            OnvifFound, self._send("POST", "/internal/onvif/probe", ask.model_dump(mode="json"), PROBE_SECONDS)
        )

    def set_onvif_clock(self, ask: OnvifAsk) -> OnvifClock:
        """Have the node set a device's clock to its own.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        return self._read(
            OnvifClock, self._send("POST", "/internal/onvif/clock", ask.model_dump(mode="json"), PROBE_SECONDS)
        )

    def look_at_steering(self, ask: SteeringAsk) -> SteeringLook:
        """Have the node find out how a camera can be steered.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        return self._read(
            SteeringLook, self._send("POST", "/internal/onvif/steering", ask.model_dump(mode="json"), LOOK_SECONDS)
        )

    def steering(self, camera: UUID) -> SteerAnswer:
        """Who steers a camera.

        Raises:
            NodeUnreachable.
        """
        return self._read(SteerAnswer, self._send("GET", f"/internal/steering?camera={camera}", None, CALL_SECONDS))

    def begin_steering(self, begin: SteerBegin) -> SteerAnswer:
        """Let somebody steer: their leave is on record.

        Raises:
            NodeUnreachable.
        """
        body = begin.model_dump(mode="json")
        return self._read(SteerAnswer, self._send("POST", "/internal/steering/begin", body, STEER_SECONDS))

    def speech(self, camera: UUID) -> SpeechAnswer:
        """Who speaks through a camera.

        Raises:
            NodeUnreachable.
        """
        return self._read(SpeechAnswer, self._send("GET", f"/internal/speech?camera={camera}", None, CALL_SECONDS))

    def begin_speech(self, begin: SpeechBegin) -> SpeechAnswer:
        """Let somebody speak: their leave is on record. The device is called meanwhile.

        Raises:
            NodeUnreachable.
        """
        body = begin.model_dump(mode="json")
        return self._read(SpeechAnswer, self._send("POST", "/internal/speech/begin", body, STEER_SECONDS))

    def search_onvif(self) -> OnvifSearch:
        """Have the node search its networks of cameras for ONVIF devices.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        return self._read(OnvifSearch, self._send("POST", "/internal/onvif/search", {}, PROBE_SECONDS))

    def still(self, token: str) -> bytes:
        """The one JPEG that the token opens; used up by this call.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        response = self._send("POST", "/internal/still", {"token": token}, PROBE_SECONDS)
        if not response.content.startswith(b"\xff\xd8"):
            raise NodeUnreachable("the still is not a JPEG")
        return response.content

    def pictures(self, token: str, reference: UUID | None, then_us: int | None) -> Pictures:
        """What the camera was to show, showed at a moment, and shows now, as far as the token opens it; used up by this call.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        body = {"token": token, "reference": str(reference) if reference else None, "then_us": then_us}
        return self._read(Pictures, self._send("POST", "/internal/pictures", body, PROBE_SECONDS))

    def declare_view(self, camera: UUID, label: str, by: str, reason: str, picture_us: int | None) -> NodeView:
        """Let the picture that was shown be the camera's declared view, of the place that it shows.

        Raises:
            NodeRefuses: it is not at hand any more, or the camera stood at no place that can be declared.
            NodeUnreachable, NodeBusy.
        """
        body = {"camera": str(camera), "label": label, "by": by, "reason": reason, "picture_us": picture_us}
        return self._read(NodeView, self._send("POST", "/internal/reference", body, CALL_SECONDS))

    def withdraw_view(self, camera: UUID, view: UUID) -> None:
        """Take a declared view out of force; one that is not in force already is no fault.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        body = {"camera": str(camera), "reference": str(view)}
        self._send("POST", "/internal/reference/withdraw", body, CALL_SECONDS, also=(404,))

    def views(self, camera: UUID) -> NodeViews:
        """The camera's declared views that the node holds in force, and where it stands.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        path = httpx.URL("/internal/references", params={"camera": str(camera)})
        return self._read(NodeViews, self._send("GET", str(path), None, CALL_SECONDS))

    @staticmethod
    def _read(model: type[_Answer], response: httpx.Response) -> _Answer:
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise NodeUnreachable("the answer has the wrong shape") from error

    def revoke(self, grants: Sequence[UUID], reason: str, clause: str, cameras: Sequence[UUID] = ()) -> None:
        """Stop every running view of these grants, or what they show of `cameras` where some are named.

        Raises:
            NodeUnreachable: the push did not arrive; the tokens' own end is the backstop.
        """
        body: dict[str, Any] = {"grants": [str(grant) for grant in grants], "reason": reason, "clause": clause}
        if cameras:
            body["cameras"] = [str(camera) for camera in cameras]
        self._send("POST", "/internal/revoke", body, PUSH_SECONDS)

    def hold(self, order: HoldOrder) -> HoldAnswer:
        """Have a hold, or its release, written into the worker's index; the answer says what of its span is there.

        Raises:
            NodeUnreachable, NodeBusy: it is not known whether it was written; say it again.
        """
        return self._read(HoldAnswer, self._send("POST", "/internal/hold", order.model_dump(mode="json"), CALL_SECONDS))

    def retention(self) -> RetentionLook:
        """What the worker's next retention pass would delete.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        return self._read(RetentionLook, self._send("GET", "/internal/retention", None, LOOK_SECONDS))

    def timeline(self, camera: UUID, from_us: int, to_us: int) -> Timeline:
        """Runs, gaps and holds of one camera between two times (µs).

        Raises:
            NodeUnreachable.
        """
        path = httpx.URL("/internal/timeline", params={"camera": str(camera), "from": from_us, "to": to_us})
        try:
            return Timeline.model_validate(self._json("GET", str(path)))
        except ValidationError as error:
            raise NodeUnreachable("the timeline has the wrong shape") from error

    def arrivals(self, ask: ArrivalsAsk, seconds: float) -> Arrivals:
        """Of which cameras footage arrived lately, in one question.

        Args:
            seconds: to wait for the answer at most.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        body = ask.model_dump(mode="json")
        return self._read(Arrivals, self._send("POST", "/internal/arrivals", body, seconds))

    def segments(self, ask: SegmentsAsk) -> Segments:
        """What is sealed of a camera within the token's span; uses the token up.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        return self._read(
            Segments, self._send("POST", "/internal/segments", ask.model_dump(mode="json"), HANDING_SECONDS)
        )

    @contextmanager
    def segment(self, ask: SegmentAsk) -> Iterator[tuple[SegmentHead, Iterator[bytes]]]:
        """Fragments of one segment as a stream; uses the token up. The bytes are to be read within the block.

        Raises:
            NodeRefuses: what is there is not what was sealed.
            NodeUnreachable: also while it is read, when it stays short.
        """
        with self._streamed("/internal/segment", _body(ask.model_dump(mode="json"))) as response:
            self._check(response)
            pieces = response.iter_bytes(PIECE_BYTES)
            head, rest = _head(pieces)
            yield head, chain([rest], pieces)

    def masking(self, step: str, content: bytes) -> httpx.Response:
        """One question about a film that is masked for public release; uses its token up. 403 and 409 are the caller's to read.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        return self._refused_or_sound(self._sent("POST", f"/internal/masking/{step}", content, HANDING_SECONDS))

    @contextmanager
    def masking_stream(self, step: str, content: bytes) -> Iterator[httpx.Response]:
        """The same with an answer that is read within the block.

        Raises:
            NodeUnreachable, NodeBusy.
        """
        with self._streamed(f"/internal/masking/{step}", content) as response:
            yield self._refused_or_sound(response)

    def _refused_or_sound(self, response: httpx.Response) -> httpx.Response:
        if response.status_code not in (403, 409):
            self._check(response)
        return response

    def completeness(self, camera: UUID, day: str) -> dict[str, Any]:
        """Recorded and owed time of one local day (``YYYY-MM-DD``).

        Raises:
            NodeUnreachable.
        """
        path = httpx.URL("/internal/completeness", params={"camera": str(camera), "day": day})
        return self._json("GET", str(path))

    def _json(self, method: str, path: str) -> dict[str, Any]:
        response = self._send(method, path, None, CALL_SECONDS)
        try:
            answer = response.json()
        except ValueError as error:
            raise NodeUnreachable("the answer is not JSON") from error
        if not isinstance(answer, dict):
            raise NodeUnreachable("the answer is not an object")
        return answer

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, seconds: float, also: tuple[int, ...] = ()
    ) -> httpx.Response:
        response = self._sent(method, path, _body(body), seconds)
        self._check(response, also)
        return response

    def _sent(self, method: str, path: str, content: bytes, seconds: float) -> httpx.Response:
        with self._within_reach(), self._client(seconds) as client:
            return client.request(method, path, content=content or None, headers=self._headers(method, path, content))

    @contextmanager
    def _streamed(self, path: str, content: bytes) -> Iterator[httpx.Response]:
        with (
            self._within_reach(),
            self._client(HANDING_SECONDS) as client,
            client.stream("POST", path, content=content, headers=self._headers("POST", path, content)) as response,
        ):
            yield response

    @contextmanager
    def _within_reach(self) -> Iterator[None]:
        try:
            yield
        except (httpx.HTTPError, KeyFileError, OSError) as error:  # OSError: also an authority that can't be read
            raise NodeUnreachable(f"{self.node.name}/{self.worker}: {type(error).__name__}") from error

    def _client(self, seconds: float) -> httpx.Client:
        return httpx.Client(
            base_url=self.node.worker_url(self.worker),
            timeout=seconds,
            transport=TRANSPORT,
            verify=trust(),
            trust_env=False,
        )

    def _headers(self, method: str, path: str, content: bytes) -> dict[str, str]:
        raw = httpx.URL(path).raw_path.decode()
        audience = f"{self.node.name}/{self.worker}"
        return signed_headers(control_key(), "web", audience, method, raw, content, time.time())

    def _check(self, response: httpx.Response, also: tuple[int, ...] = ()) -> None:
        if response.status_code == 429:
            raise NodeBusy(f"{self.node.name}/{self.worker} is over its rate")
        if response.status_code == 409:
            raise NodeRefuses(f"{self.node.name}/{self.worker} refuses")
        if response.status_code not in (200, 201, 204, *also):
            raise NodeUnreachable(f"{self.node.name}/{self.worker} answered {response.status_code}")


def _body(value: dict[str, Any] | None) -> bytes:
    return b"" if value is None else json.dumps(value, separators=(",", ":")).encode()


def _head(pieces: Iterator[bytes]) -> tuple[SegmentHead, bytes]:
    """The first line, and what came behind it."""
    found = b""
    for piece in pieces:
        found += piece
        line, end, rest = found.partition(b"\n")
        if end:
            try:
                return SegmentHead.model_validate_json(line), rest
            except ValidationError as error:
                raise NodeUnreachable("the hashes of a segment have the wrong shape") from error
        if len(found) > MOST_HEAD_BYTES:
            break
    raise NodeUnreachable("a segment came without its hashes")


def trust() -> ssl.SSLContext | bool:
    """The installation's own authority where its certificate was put, else the system's."""
    authority = get_settings().keys_folder / "public" / "ca.pem"
    return ssl.create_default_context(cafile=str(authority)) if authority.exists() else True


def worker_client(node: Node, worker: int) -> WorkerClient:
    """The client for one worker; every caller goes through here."""
    return WorkerClient(node, worker)
