"""A token never says more than the recorded grant."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from custodes.ledger.records import Grant, encode_record, parse_record
from custodes.notary.grants import check_record, check_within, sign_claims
from custodes.notary.protocol import NotaryRefused, TokenClaims
from custodes.video.wire.token import check_token
from tests.ledger.madelog import CAMERA, START_US, grant

GRANT = grant()
CLAIMS = TokenClaims(
    aud="node-1/0",
    jti=uuid.UUID(int=99),
    grant=GRANT.grant,
    sub=GRANT.person,
    cameras=(CAMERA,),
    live=True,
    back_seconds=1800,
    span=GRANT.span,
    still=False,
    watermark=GRANT.watermark,
)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"live": False},
        {"back_seconds": 0},
        {"span": None},
        {"span": (START_US + 1, START_US + 2)},
        {"cameras": GRANT.cameras},
        {"aud": "node-2/7"},
    ],
)
def test_claims_within_the_grant_pass(changes: dict[str, Any]) -> None:
    check_within(replace(CLAIMS, **changes), GRANT)


def test_what_is_burnt_passes_when_it_is_of_the_span_alone() -> None:
    claims = replace(CLAIMS, burnt="某某", live=False, back_seconds=0)
    check_within(claims, replace(GRANT, burnt="某某"))
    key = Ed25519PrivateKey.generate()
    token = sign_claims(claims, 41, 1_795_000_000, 60, key)
    assert check_token(token, key.public_key(), "node-1/0", 1_795_000_001.0).burnt == "某某"


@pytest.mark.parametrize(
    ("changes", "granted", "claim"),
    [
        ({"grant": uuid.UUID(int=5)}, {}, "grant"),
        ({"sub": "p-2"}, {}, "sub"),
        ({"watermark": "nobody"}, {}, "watermark"),
        ({"cameras": (CAMERA, uuid.UUID(int=9))}, {}, "cameras"),
        ({}, {"live": False}, "live"),
        ({"back_seconds": 1801}, {}, "back_seconds"),
        ({"span": (START_US - 1, START_US + 5)}, {}, "span"),
        ({"span": (START_US, START_US + 60_000_001)}, {}, "span"),
        ({"span": (START_US + 9, START_US + 5)}, {}, "span"),
        ({}, {"span": None}, "span"),
        ({"still": True}, {}, "still"),
        ({}, {"still": True}, "still"),
        ({"burnt": "某某"}, {}, "burnt"),
        ({}, {"burnt": "某某"}, "burnt"),
        ({"burnt": "另一人", "live": False, "back_seconds": 0}, {"burnt": "某某"}, "burnt"),
        ({"burnt": "某某", "live": False}, {"burnt": "某某"}, "burnt"),
        ({"burnt": "某某", "back_seconds": 0}, {"burnt": "某某"}, "burnt"),
        ({"masking": True}, {}, "masking"),
        ({}, {"masking": True}, "masking"),
        ({"masking": True}, {"masking": True}, "masking"),
    ],
)
def test_claims_beyond_the_grant_are_refused_and_named(
    changes: dict[str, Any], granted: dict[str, Any], claim: str
) -> None:
    with pytest.raises(NotaryRefused, match=f"token's {claim} goes") as refused:
        check_within(replace(CLAIMS, **changes), replace(GRANT, **granted))
    assert refused.value.code == "forbidden"


SUPERVISED = replace(
    GRANT, burnt="某某", session=uuid.UUID(int=7), live=False, back_seconds=0, still=False, sound=(), handover=False
)


@pytest.mark.parametrize("record", [GRANT, SUPERVISED, replace(SUPERVISED, session=None)])
def test_what_is_supervised_is_of_its_span_alone(record: Grant) -> None:
    check_record(record)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"burnt": ""}, "burnt"),
        ({"burnt": " "}, "burnt"),
        ({"burnt": " ", "session": None}, "burnt"),
        ({"request": uuid.UUID(int=8)}, "request"),
        ({"live": True}, "live"),
        ({"back_seconds": 1}, "back_seconds"),
        ({"still": True}, "still"),
        ({"sound": (CAMERA,)}, "sound"),
        ({"handover": True}, "handover"),
        ({"live": True, "session": None}, "live"),
    ],
)
def test_a_supervised_grant_that_reaches_further_is_not_recorded(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(NotaryRefused, match=f"grant's {field} is") as refused:
        check_record(replace(SUPERVISED, **changes))
    assert refused.value.code == "forbidden"


def test_a_signed_token_is_one_that_the_node_accepts() -> None:
    key = Ed25519PrivateKey.generate()
    token = sign_claims(CLAIMS, 41, 1_795_000_000, 60, key)
    claims = check_token(token, key.public_key(), "node-1/0", 1_795_000_059.0)
    assert (claims.index, claims.iat, claims.exp) == (41, 1_795_000_000, 1_795_000_060)
    assert (claims.cameras, claims.span, claims.watermark) == ((CAMERA,), GRANT.span, GRANT.watermark)


MASKED = replace(GRANT, masking=True, live=False, back_seconds=0, still=False, sound=(), handover=False)


def test_what_is_masked_passes_when_it_is_of_the_span_alone() -> None:
    check_record(MASKED)
    claims = replace(CLAIMS, masking=True, live=False, back_seconds=0)
    check_within(claims, MASKED)
    key = Ed25519PrivateKey.generate()
    token = sign_claims(claims, 41, 1_795_000_000, 60, key)
    assert check_token(token, key.public_key(), "node-1/0", 1_795_000_001.0).masking


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"span": None}, "span"),
        ({"live": True}, "live"),
        ({"back_seconds": 5}, "back_seconds"),
        ({"still": True}, "still"),
        ({"sound": (CAMERA,)}, "sound"),
        ({"handover": True}, "handover"),
        ({"burnt": "某某"}, "burnt"),
        ({"session": uuid.UUID(int=7)}, "session"),
        ({"request": uuid.UUID(int=7)}, "request"),
    ],
)
def test_leave_to_mask_is_for_nothing_else(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(NotaryRefused) as refused:
        check_record(replace(MASKED, **changes))
    assert f"grant's {field} " in refused.value.detail


def test_a_record_from_before_masking_is_read_as_leave_that_masks_nothing() -> None:
    old = encode_record(GRANT)
    assert b"masking" not in old
    parsed = parse_record(old)
    assert isinstance(parsed, Grant)
    assert not parsed.masking
    assert encode_record(parsed) == old, "its leaf in the log stays the same"


LINK = uuid.UUID(int=7)
OF_LINK = {
    "link": LINK, "person": f"link:{LINK}", "link_grant": uuid.UUID(int=8), "cameras": (CAMERA,), "back_seconds": 0,
    "span": None, "live": True, "verb": "live",
}  # fmt: skip


def test_what_an_upper_platform_has_is_held_by_its_link() -> None:
    check_record(replace(GRANT, **OF_LINK))
    check_record(replace(GRANT, **OF_LINK | {"live": False, "span": GRANT.span, "verb": "history"}))
    check_record(replace(GRANT, **OF_LINK | {"live": False, "span": GRANT.span, "verb": "download"}))
    check_record(replace(GRANT, **OF_LINK | {"sound": (CAMERA,), "receiver": "192.0.2.10"}))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"person": "somebody"}, "link"),
        ({"link": None}, "link"),
        ({"link_grant": None}, "link_grant"),
        ({"cameras": (CAMERA, uuid.UUID(int=3))}, "cameras"),
        ({"span": GRANT.span}, "span"),
        ({"back_seconds": 1}, "back_seconds"),
        ({"sound": (CAMERA,)}, "sound"),
        ({"sound": (uuid.UUID(int=3),), "receiver": "192.0.2.10"}, "sound"),
        ({"sound": (CAMERA,), "verb": "steer", "live": False}, "sound"),
        ({"handover": True}, "handover"),
        ({"masking": True}, "masking"),
        ({"verb": ""}, "verb"),
        ({"verb": "list", "live": False, "span": GRANT.span}, "verb"),
        ({"verb": "history"}, "live"),
        ({"verb": "live", "live": False, "span": GRANT.span}, "span"),
        ({"verb": "steer"}, "live"),
        ({"verb": "steer", "live": False, "span": GRANT.span}, "span"),
        ({"stated": uuid.UUID(int=4), "unknown": True}, "unknown"),
    ],
)
def test_what_an_upper_platform_has_is_nothing_beside(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(NotaryRefused, match=f"the grant's {field} "):
        check_record(replace(GRANT, **OF_LINK | changes))


STEERS = replace(GRANT, **OF_LINK | {"live": False, "verb": "steer"})
MOVES = replace(CLAIMS, sub=STEERS.person, live=False, back_seconds=0, span=None, upper="steer")


def test_leave_to_move_a_camera_is_signed_for_that_alone() -> None:
    check_record(STEERS)
    check_within(MOVES, STEERS)
    key = Ed25519PrivateKey.generate()
    token = sign_claims(MOVES, 41, 1_795_000_000, 60, key)
    assert check_token(token, key.public_key(), "node-1/0", 1_795_000_001.0).upper == "steer"


@pytest.mark.parametrize(
    ("claims", "granted", "claim"),
    [
        (MOVES, replace(STEERS, verb="live", live=True), "upper"),
        (replace(MOVES, upper=""), STEERS, "upper"),
        (replace(MOVES, sub=GRANT.person), replace(GRANT, verb="steer"), "upper"),
        (replace(MOVES, live=True), STEERS, "live"),
        (replace(MOVES, span=GRANT.span), STEERS, "span"),
    ],
)
def test_neither_is_leave_to_look_leave_to_move_nor_the_other_way(
    claims: TokenClaims, granted: Grant, claim: str
) -> None:
    with pytest.raises(NotaryRefused, match=f"the token's {claim} "):
        check_within(claims, granted)


SPAN = {"live": False, "span": GRANT.span}
SENT = replace(GRANT, **OF_LINK | SPAN | {"verb": "history", "receiver": "192.0.2.10"})
LISTED = replace(SENT, receiver="")


@pytest.mark.parametrize(
    ("upper", "granted"),
    [("list", SENT), ("download", SENT), ("", SENT), ("history", LISTED), ("list", replace(SENT, verb="download"))],
)
def test_leave_to_ask_what_is_recorded_is_no_leave_to_be_sent_it_nor_the_other_way(upper: str, granted: Grant) -> None:
    claims = replace(CLAIMS, sub=SENT.person, live=False, back_seconds=0, upper=upper)
    with pytest.raises(NotaryRefused, match="the token's upper "):
        check_within(claims, granted)
    check_within(replace(claims, upper="history"), SENT)
    check_within(replace(claims, upper="list"), LISTED)
