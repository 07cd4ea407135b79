"""What a token may say under a recorded grant, and signing it."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.records import Grant
from custodes.video.wire.token import GrantClaims, sign_token

from .protocol import NotaryRefused, TokenClaims

STEER = "steer"
"""The verb of an upper's grant that lets a camera be moved."""

LIVE = "live"
_OF_SPAN = frozenset({"history", "download"})
_VERBS = _OF_SPAN | {LIVE, STEER}
"""All that an upper's grant may be for: its token is for that by name, and a token for nothing named would be a person's."""

LIST = "list"
"""What a token is for under a grant of footage that is sent nowhere."""


def check_record(grant: Grant) -> None:
    """Whether a grant may be recorded, and signed under, at all: what is of a supervised session, or bears a name, is of the span alone.

    A session without a name would be footage as it was recorded, before somebody who may only look beside an officer (S29, N21).
    What is masked for public release is of the span alone as well, and neither handed out nor of a session. What an upper platform has
    (S22) is live or a span, of one camera, with its sound or without, held by its link, and nothing beside; who steers is shown nothing.

    Raises:
        Refused: ``forbidden``; the detail names the field.
    """
    unsound = _unsound(grant)
    if unsound:
        raise NotaryRefused("forbidden", f"the grant's {unsound} is not what one of its kind may have")


def _unsound(grant: Grant) -> str:
    if grant.link is not None or grant.person.startswith("link:"):
        return _unsound_of_link(grant)
    if grant.masking:
        if grant.span is None:
            return "span"
        others = ("live", "back_seconds", "still", "sound", "handover", "burnt", "session", "request")
        return next((name for name in others if getattr(grant, name)), "")
    if grant.session is None and not grant.burnt:
        return ""
    if not grant.burnt.strip():
        return "burnt"
    if grant.session is not None and grant.request is not None:
        return "request"
    reaching = ("live", "back_seconds", "still", "sound", "handover")
    return next((name for name in reaching if getattr(grant, name)), "")


def _unsound_of_link(grant: Grant) -> str:
    if grant.link is None or grant.person != f"link:{grant.link}":
        return "link"
    if grant.link_grant is None:
        return "link_grant"
    if len(grant.cameras) != 1:
        return "cameras"
    if grant.verb not in _VERBS:
        return "verb"
    if grant.live and grant.verb != LIVE:
        return "live"
    if grant.span is not None and grant.verb not in _OF_SPAN:
        return "span"
    if grant.stated is not None and grant.unknown:
        return "unknown"
    if grant.sound and (grant.verb == STEER or not grant.receiver or not set(grant.sound) <= set(grant.cameras)):
        return "sound"
    others = (
        "back_seconds",
        "still",
        "handover",
        "burnt",
        "session",
        "request",
        "masking",
        "beside",
        "matter",
    )
    return next((name for name in others if getattr(grant, name)), "")


def check_within(claims: TokenClaims, grant: Grant) -> None:
    """Whether a token's claims stay within the recorded grant.

    Raises:
        Refused: ``forbidden``; the detail names the claim that goes beyond it.
    """
    beyond = _beyond(claims, grant)
    if beyond:
        raise NotaryRefused("forbidden", f"the token's {beyond} goes beyond the recorded grant")


def _beyond(claims: TokenClaims, grant: Grant) -> str:
    if claims.grant != grant.grant:
        return "grant"
    if claims.sub != grant.person:
        return "sub"
    if claims.watermark != grant.watermark:
        return "watermark"
    if not set(claims.cameras) <= set(grant.cameras):
        return "cameras"
    if claims.live and not grant.live:
        return "live"
    if claims.back_seconds > grant.back_seconds:
        return "back_seconds"
    if not set(claims.sound) <= set(grant.sound) & set(claims.cameras):
        return "sound"
    if claims.still != grant.still:
        return "still"
    if claims.burnt != grant.burnt or (claims.burnt and (claims.handover or _beside_the_span(claims))):
        return "burnt"
    if claims.handover != grant.handover or (claims.handover and _beside_the_span(claims)):
        return "handover"
    if claims.upper != _of_upper(grant):
        return "upper"
    if claims.masking != grant.masking or (claims.masking and (claims.handover or _beside_the_span(claims))):
        return "masking"
    if claims.span is not None and not _within(claims.span, grant.span):
        return "span"
    return ""


def _beside_the_span(claims: TokenClaims) -> bool:
    """What is burnt, handed out or masked is of the span alone."""
    return bool(claims.live or claims.back_seconds or claims.still or claims.sound)


def _of_upper(grant: Grant) -> str:
    """What a token under this grant is for; empty for a person's."""
    if grant.link is None:
        return ""
    return LIST if grant.span is not None and not grant.receiver else grant.verb


def _within(inner: tuple[int, int], outer: tuple[int, int] | None) -> bool:
    return outer is not None and outer[0] <= inner[0] <= inner[1] <= outer[1]


def sign_claims(claims: TokenClaims, index: int, now: int, seconds: int, key: Ed25519PrivateKey) -> str:
    """The compact JWS of a token.

    Args:
        index: ledger index of the grant's durable record.
        now: seconds since the Unix epoch.
        seconds: life of the token.
    """
    return sign_token(
        GrantClaims(
            aud=claims.aud,
            jti=claims.jti,
            grant=claims.grant,
            sub=claims.sub,
            index=index,
            cameras=claims.cameras,
            live=claims.live,
            back_seconds=claims.back_seconds,
            span=claims.span,
            still=claims.still,
            sound=claims.sound,
            watermark=claims.watermark,
            burnt=claims.burnt,
            handover=claims.handover,
            masking=claims.masking,
            upper=claims.upper,
            iat=now,
            exp=now + seconds,
        ),
        key,
    )
