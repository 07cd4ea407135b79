"""Declared views for the web: declaring, withdrawing, listing, and showing what the camera was to see beside what it sees.

What is declared is what a person was shown: the picture *now* that a look was given stays in memory for ten minutes, so that
the camera may turn between look and declaration without the wrong view being declared. Pictures leave under a still's token
alone, each accounted for before it does (docs/design/health.md, H2).
"""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from uuid import UUID

import structlog
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from custodes.node.accounts import account_for_still
from custodes.node.cameras import CameraSet
from custodes.node.disk import Disk
from custodes.node.gate import Gate, TokenRefused
from custodes.node.health.desk import taken_before
from custodes.node.health.parcel import BadParcel
from custodes.node.health.references import Declared, ReferenceRefused, References
from custodes.node.journal import Journal
from custodes.node.rooms import Signed
from custodes.video.archive.archive import Archive
from custodes.video.clock import HostClock
from custodes.video.mp4.boxes import Mp4Error
from custodes.video.playback.timeline import read_key_picture
from custodes.video.steering import SteeredStand
from custodes.video.still import NoStill, still_jpeg
from custodes.video.unit import AccessUnit
from custodes.video.wire.token import GrantClaims

log = structlog.get_logger(__name__)

PictureName = Literal["declared", "then", "now"]

SHOWN_US = 600_000_000
"""How long the picture that somebody was shown may be declared."""


class ReferenceRequest(BaseModel):
    """``POST /internal/reference``: what the camera shows, or was shown as at `picture_us`, is what it is to show there.

    At which preset that was the node knows, and nobody else has to say.
    """

    camera: UUID
    label: Annotated[str, Field(min_length=1, max_length=40)]
    by: Annotated[str, Field(min_length=1, max_length=100)]
    reason: Annotated[str, Field(min_length=1, max_length=1000)]
    picture_us: int | None = None


class WithdrawRequest(BaseModel):
    """``POST /internal/reference/withdraw``."""

    camera: UUID
    reference: UUID


class PicturesRequest(BaseModel):
    """``POST /internal/pictures``: pictures of the one camera that the token names, for one look.

    Attributes:
        reference: a declared view.
        then_us: a moment that was recorded, within the token's span.
        now: the last picture.
    """

    token: Annotated[str, Field(max_length=8192)]
    reference: UUID | None = None
    then_us: int | None = None
    now: bool = True


@dataclass(frozen=True)
class _Held:
    """A key frame that is to be shown."""

    name: PictureName
    unit: AccessUnit
    jpeg: bytes
    place: str | None = ""


@dataclass(frozen=True)
class _Shot:
    """A key frame of now, and the place that it shows: a preset, empty for the declared direction, None for neither."""

    unit: AccessUnit
    place: str | None


@dataclass
class ViewDesk:
    """Answers the web's requests about declared views."""

    references: References
    cameras: CameraSet
    archive: Archive
    gate: Gate
    journal: Journal
    disk: Disk
    clock: HostClock
    stand: Callable[[UUID], SteeredStand] = lambda camera: SteeredStand()
    _shown: dict[UUID, _Shot] = field(default_factory=dict)

    def routes(self, signed: Signed) -> list[Route]:
        """The routes about views; `signed` lets only the web through."""
        return [
            Route("/internal/reference", signed(self.declare), methods=["POST"]),
            Route("/internal/reference/withdraw", signed(self.withdraw), methods=["POST"]),
            Route("/internal/references", signed(self.listed), methods=["GET"]),
            Route("/internal/pictures", signed(self.pictures), methods=["POST"]),
        ]

    async def declare(self, request: Request, body: bytes) -> Response:
        """Declare what a camera shows as its reference view (S15, S34(7)). The picture stays here."""
        wish = ReferenceRequest.model_validate_json(body)
        camera = self.cameras.get(wish.camera)
        shot = self._to_declare(wish) if camera is not None else None
        if camera is None or shot is None:
            said = "the camera sends no picture now, or the one that was shown is gone; look again and declare it"
            return JSONResponse({"detail": said}, 409)
        if shot.place is None:
            return JSONResponse({"detail": "the camera was steered, and stands at no preset that it was sent to"}, 409)
        try:
            declared = await self.disk.run(
                self.references.declare,
                shot.unit,
                wish.camera,
                wish.label,
                wish.by,
                wish.reason,
                self.clock.wall_us(),
                camera.assignment.retention_days,
                shot.place,
            )
        except ReferenceRefused as error:
            return JSONResponse({"detail": str(error)}, 409)
        except OSError as error:
            log.error("reference.not_kept", camera=str(wish.camera), why=error.strerror)
            return JSONResponse({"detail": "the view could not be kept"}, 503)
        self._shown.pop(wish.camera, None)
        log.info("reference.declared", camera=str(wish.camera), view=str(declared.id), by=wish.by)
        return JSONResponse(_told(declared), 201)

    def _to_declare(self, wish: ReferenceRequest) -> _Shot | None:
        if wish.picture_us is None:
            return self._now(wish.camera)
        self._forget_old()
        shown = self._shown.get(wish.camera)
        return shown if shown is not None and shown.unit.wall_us == wish.picture_us else None

    async def withdraw(self, request: Request, body: bytes) -> Response:
        """Take a reference view out of force."""
        wish = WithdrawRequest.model_validate_json(body)
        try:
            ended = await self.disk.run(self.references.withdraw, wish.camera, wish.reference, self.clock.wall_us())
        except ReferenceRefused as error:
            return JSONResponse({"detail": str(error)}, 404)
        log.info("reference.withdrawn", camera=str(wish.camera), view=str(ended.id))
        return JSONResponse(_told(ended))

    async def listed(self, request: Request, body: bytes) -> Response:
        """The views that are in force, without their pictures, and at which place the camera stands now."""
        camera = UUID(request.query_params["camera"])
        declared = await self.disk.run(self.references.in_force, camera)
        stand = self.stand(camera)
        place = None if stand.moving else stand.preset
        return JSONResponse({"references": [_told(one) for one in declared], "place": place})

    async def pictures(self, request: Request, body: bytes) -> Response:
        """The declared view, what was recorded when a fault was seen, and what is there now: those that were asked for and can be had."""
        wish = PicturesRequest.model_validate_json(body)
        try:
            claims = self.gate.admit_still(wish.token, self.clock.wall_us() / 1_000_000)
        except TokenRefused as error:
            return JSONResponse({"detail": str(error)}, 403)
        if wish.then_us is not None and not (claims.span and claims.span[0] <= wish.then_us < claims.span[1]):
            return JSONResponse({"detail": "the token does not open that moment"}, 403)
        found = await self.disk.run(self._gather, claims.cameras[0], wish)
        if not found:
            return JSONResponse({"detail": "no picture of this camera is at hand"}, 404)
        try:
            await self.disk.run(self._account, claims, found)
        except sqlite3.Error as error:
            log.error("pictures.not_accounted", camera=str(claims.cameras[0]), why=type(error).__name__)
            return JSONResponse({"detail": "the look could not be written down, so it is not shown"}, 503)
        self._remember(claims.cameras[0], found)
        log.info("pictures.sent", camera=str(claims.cameras[0]), grant=str(claims.grant), pictures=len(found))
        told = [
            {
                "name": one.name,
                "at_us": one.unit.wall_us,
                "jpeg": base64.b64encode(one.jpeg).decode(),
                "place": one.place,
            }
            for one in found
        ]
        return JSONResponse({"pictures": told}, headers={"Cache-Control": "no-store"})

    def _gather(self, camera: UUID, wish: PicturesRequest) -> list[_Held]:
        shots: list[tuple[PictureName, _Shot | None]] = []
        if wish.reference is not None:
            shots.append(("declared", self._declared(camera, wish.reference)))
        if wish.then_us is not None:
            shots.append(("then", self._recorded(camera, wish.then_us)))
        if wish.now:
            shots.append(("now", self._now(camera)))
        found = []
        for name, shot in shots:
            if shot is None:
                continue
            try:
                found.append(_Held(name, shot.unit, still_jpeg(shot.unit), shot.place))
            except NoStill as error:
                log.warning("pictures.not_decoded", camera=str(camera), picture=name, why=str(error))
        return found

    def _now(self, camera: UUID) -> _Shot | None:
        """The last picture; none during a vote (S10(3))."""
        known = self.cameras.get(camera)
        unit = known.key_frame if known is not None and not known.dark else None
        if unit is None:
            return None
        stand = self.stand(camera)
        away = stand.moving or taken_before(stand, unit.wall_us, self.clock.wall_us())
        return _Shot(unit, None if away else stand.preset)

    def _account(self, claims: GrantClaims, found: list[_Held]) -> None:
        for one in found:
            account_for_still(self.journal, claims, one.unit.wall_us, len(one.jpeg), self.clock)

    def _remember(self, camera: UUID, found: list[_Held]) -> None:
        self._forget_old()
        for one in found:
            if one.name == "now":
                self._shown[camera] = _Shot(one.unit, one.place)

    def _forget_old(self) -> None:
        since = self.clock.wall_us() - SHOWN_US
        self._shown = {camera: shot for camera, shot in self._shown.items() if shot.unit.wall_us >= since}

    def _declared(self, camera: UUID, view: UUID) -> _Shot | None:
        declared = self.references.find(camera, view)
        if declared is None:
            return None
        try:
            return _Shot(self.references.picture(declared), declared.preset)
        except (OSError, BadParcel) as error:
            log.error("reference.unreadable", camera=str(camera), view=str(view), why=type(error).__name__)
            return None

    def _recorded(self, camera: UUID, at_us: int) -> _Shot | None:
        """The key frame from which `at_us` is shown."""
        refs = list(self.archive.fragments(camera, at_us, at_us + 1))
        if not refs or not refs[0].key or refs[-1].end_us <= at_us:
            return None
        try:
            _, picture = read_key_picture(refs[0])
        except (OSError, Mp4Error):
            return None
        return _Shot(AccessUnit(picture, True, refs[0].media_time, refs[0].start_us, refs[0].params), None)


def _told(declared: Declared) -> dict[str, Any]:
    """What the web may know of a declared view."""
    return declared.model_dump(mode="json", include={"id", "camera", "label", "preset", "by", "reason", "at_us", "picture_us", "ended_us"})  # fmt: skip
