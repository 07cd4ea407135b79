"""The grant token: what one WebSocket may show, to whom, until when (JWS EdDSA, RFC 7515, RFC 8037).

Signed by the notary after the grant's record is durable; checked offline by the node's worker.
"""

from __future__ import annotations

from typing import Literal
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

ALGORITHM = "EdDSA"
TOKEN_TYPE = "custodes-grant+jwt"  # noqa: S105 - a media type, not a secret


Upper = Literal["", "live", "history", "download", "list", "steer"]
"""What a token lets an upper platform have; empty: it is nobody's above."""


class InvalidToken(Exception):
    """The token does not open this socket; the message says which check failed, never the token."""


class GrantClaims(BaseModel):
    """Claims of a grant token.

    Attributes:
        aud: the worker, ``node-1/0``.
        jti: of this token; one live connection per jti.
        grant: the grant's id; renewals carry a new jti and the same grant.
        sub: the person's id.
        index: ledger index of the grant's record.
        cameras: what may be shown.
        live: whether the live picture may be shown.
        back_seconds: how far before now playback may reach.
        span: ``(from_us, to_us)`` that playback may reach besides, or None.
        still: one still of the named cameras, nothing else (ground *commissioning*).
        sound: those of `cameras` that may be heard as well.
        watermark: person and unit, as laid over the picture.
        burnt: the viewer's name that is burnt into each picture; then nothing is shown but pictures of `span` that were coded anew.
        handover: original bytes of `span` may be handed out; then nothing may be looked at.
        masking: footage of `span` may be masked for public release, and its working film shown for that; nothing else (S30.2).
        upper: an upper platform may have this and nothing else by it: be sent the live picture, or footage of `span` to look at or to fetch;
            ask what is recorded of `span`; move the camera (`wire.sending`). It opens nothing to a person.
        iat, exp: seconds since the Unix epoch; exp is at most 60 s after iat.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    aud: str
    jti: UUID
    grant: UUID
    sub: str
    index: int
    cameras: tuple[UUID, ...]
    live: bool = False
    back_seconds: int = 0
    span: tuple[int, int] | None = None
    still: bool = False
    sound: tuple[UUID, ...] = ()
    watermark: str
    burnt: str = ""
    handover: bool = False
    masking: bool = False
    upper: Upper = ""
    iat: int
    exp: int

    @model_validator(mode="after")
    def _of_the_span_alone(self) -> GrantClaims:
        if (self.burnt or self.handover or self.masking) and (
            self.live or self.back_seconds or self.still or self.sound
        ):
            raise ValueError("what is burnt, handed out or masked is of the span alone: not live, no still, no sound")
        if self.upper and not self._of_upper():
            raise ValueError(
                "a platform above has by one token the live picture, or its span, or what it may move, and nothing beside"
            )
        if bool(self.burnt) + self.handover + self.masking > 1:
            raise ValueError("what is burnt is not handed out, and what is masked is neither")
        return self

    def _of_upper(self) -> bool:
        beside = self.back_seconds or self.still or self.burnt or self.handover or self.masking
        silent = self.upper not in ("list", "steer") or not self.sound
        spans = self.upper in ("history", "download", "list")
        return not beside and silent and self.live == (self.upper == "live") and (self.span is not None) == spans


def sign_token(claims: GrantClaims, key: Ed25519PrivateKey) -> str:
    """The compact JWS of `claims`."""
    # Nothing is said of sound, burning, handing out, masking or platforms above where there is none: nodes of an older release refuse claims that they don't know.
    optional = ("sound", "burnt", "handover", "masking", "upper")
    said = claims.model_dump(mode="json", exclude={name for name in optional if not getattr(claims, name)})
    return jwt.encode(said, key, algorithm=ALGORITHM, headers={"typ": TOKEN_TYPE})


def check_token(token: str, key: Ed25519PublicKey, audience: str, now: float) -> GrantClaims:
    """Check a token for one worker.

    Args:
        token: compact JWS as the browser sent it.
        key: the notary's grant key.
        audience: this worker's name.
        now: seconds since the Unix epoch.

    Raises:
        InvalidToken: wrong algorithm, type, signature, audience, shape or time.
    """
    try:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != TOKEN_TYPE:
            raise InvalidToken("the token is of another type")
        payload = jwt.decode(
            token,
            key,
            algorithms=[ALGORITHM],
            audience=audience,
            options={"verify_exp": False, "verify_iat": False, "require": ["aud", "jti", "exp", "iat"]},
        )
        claims = GrantClaims.model_validate(payload)
    except jwt.PyJWTError as error:
        raise InvalidToken(f"the token was refused: {type(error).__name__}") from error
    except ValidationError as error:
        raise InvalidToken("the token's claims have the wrong shape") from error
    if claims.exp - claims.iat > 60:
        raise InvalidToken("the token lives longer than 60 seconds")
    if now >= claims.exp:
        raise InvalidToken("the token has expired")
    if claims.iat > now + 5:
        raise InvalidToken("the token is from the future")
    return claims
