"""Tokens and bounds without a socket."""

from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from custodes.node.gate import CLOSE_IN_USE, CLOSE_REVOKED, CLOSE_TOKEN, FootageBounds, Gate, TokenRefused
from custodes.video.wire.token import GrantClaims, sign_token

NOW = 1_750_000_000
KEY = Ed25519PrivateKey.generate()
CAMERA = UUID(int=1)


def claims(**changes: object) -> GrantClaims:
    plain: dict[str, object] = {
        "aud": "node-1/0",
        "jti": uuid4(),
        "grant": uuid4(),
        "sub": "p",
        "index": 1,
        "cameras": (CAMERA,),
        "live": True,
        "watermark": "w",
        "iat": NOW,
        "exp": NOW + 60,
    }
    return GrantClaims.model_validate({**plain, **changes})


def gate() -> Gate:
    return Gate("node-1/0", KEY.public_key(), NOW - 100)


def ignore(*_: str) -> None:
    return None


@pytest.mark.clause("S33.1", "N16.2(2)", "N23(1)", "N23(3)")
def test_without_an_assignment_nothing_opens() -> None:
    with pytest.raises(TokenRefused) as refused:
        Gate("node-1/0", None, NOW - 1).admit(sign_token(claims(), KEY), NOW, ignore)
    assert refused.value.code == CLOSE_TOKEN


@pytest.mark.clause("N23(3)", "N23(4)")
def test_a_used_token_stays_used_for_as_long_as_it_lives() -> None:
    one, token = gate(), sign_token(claims(), KEY)
    one.leave(one.admit(token, NOW, ignore))
    for later in (NOW, NOW + 30, NOW + 59):
        with pytest.raises(TokenRefused) as refused:
            one.admit(token, later, ignore)
        assert refused.value.code == CLOSE_IN_USE


def test_a_revocation_is_remembered_longer_than_any_token_lives() -> None:
    one, grant = gate(), uuid4()
    one.revoke([grant], "why", "S34", NOW)
    late = sign_token(claims(grant=grant, iat=NOW + 4, exp=NOW + 64), KEY)
    with pytest.raises(TokenRefused) as refused:
        one.admit(late, NOW + 63, ignore)
    assert refused.value.code == CLOSE_REVOKED
    assert one.revoke([grant], "again", "", NOW + 500) == 0


def test_a_camera_that_was_taken_out_of_a_grant_stays_out_longer_than_any_token_lives_and_comes_back() -> None:
    one, grant, other = gate(), uuid4(), UUID(int=2)
    told: list[tuple[str, str]] = []
    both = {"grant": grant, "cameras": (CAMERA, other), "sound": (CAMERA,)}
    admission = one.admit(sign_token(claims(**both), KEY), NOW, ignore, lambda *said: told.append(said))
    assert one.withhold([grant], [CAMERA], "why", "S10(3)", NOW) == 1
    assert (admission.claims.cameras, admission.claims.sound, told) == ((other,), (), [("S10(3)", "why")])
    assert not one.shows(grant, CAMERA)
    assert one.shows(grant, other)
    for later, cameras in ((NOW + 63, (other,)), (NOW + 121, (CAMERA, other))):
        one.renew(admission, sign_token(claims(**both, iat=later, exp=later + 60), KEY), later)
        assert admission.claims.cameras == cameras
    assert one.withhold([grant], [UUID(int=9)], "why", "", NOW + 121) == 0


def test_a_used_token_stays_dead_when_the_clock_is_set_back() -> None:
    one, token = gate(), sign_token(claims(), KEY)
    one.leave(one.admit(token, NOW, ignore))
    one.leave(one.admit(sign_token(claims(iat=NOW + 300, exp=NOW + 360), KEY), NOW + 300, ignore))
    with pytest.raises(TokenRefused) as refused:
        one.admit(token, NOW + 10, ignore)
    assert refused.value.code == CLOSE_TOKEN


def test_a_clock_that_steps_back_a_little_shuts_nobody_out() -> None:
    one = gate()
    one.leave(one.admit(sign_token(claims(), KEY), NOW, ignore))
    one.admit(sign_token(claims(iat=NOW - 20, exp=NOW + 40), KEY), NOW - 20, ignore)


def test_memory_of_tokens_and_revocations_does_not_grow() -> None:
    one = gate()
    for second in range(0, 600, 10):
        one.revoke([uuid4()], "", "", NOW + second)
        one.leave(one.admit(sign_token(claims(iat=NOW + second, exp=NOW + second + 60), KEY), NOW + second, ignore))
    assert len(one._used) <= 7
    assert len(one._revoked) <= 13


def test_a_renewal_uses_its_token_up_too() -> None:
    one, grant = gate(), uuid4()
    admission = one.admit(sign_token(claims(grant=grant), KEY), NOW, ignore)
    fresh = sign_token(claims(grant=grant), KEY)
    one.renew(admission, fresh, NOW + 1)
    with pytest.raises(TokenRefused):
        one.renew(admission, fresh, NOW + 2)


def test_a_view_that_was_replaced_does_not_take_its_successor_along() -> None:
    one, grant, stopped = gate(), uuid4(), []
    first = one.admit(sign_token(claims(grant=grant), KEY), NOW, lambda *why: stopped.append(why[0]))
    one.admit(sign_token(claims(grant=grant), KEY), NOW, lambda *why: stopped.append(why[0]))
    assert stopped == ["replaced"]
    one.leave(first)
    assert one.open_views == 1
    assert one.revoke([grant], "", "", NOW) == 1


def test_a_stills_token_opens_nothing_that_moves() -> None:
    bounds = FootageBounds.of(claims(still=True, back_seconds=600, span=(0, 10**18)))
    assert not bounds.opens_live(NOW * 10**6, NOW * 10**6)
    assert bounds.windows(NOW * 10**6) == ()


times = st.integers(0, 4_000)


@given(
    back=st.integers(0, 900),
    span=st.none() | st.tuples(times, times),
    now=times,
    start=times,
    length=st.integers(1, 60),
)
def test_a_piece_is_open_exactly_when_each_of_its_seconds_is(
    back: int, span: tuple[int, int] | None, now: int, start: int, length: int
) -> None:
    bounds = FootageBounds(frozenset(), False, back, span)

    def second_open(second: int) -> bool:
        return (span is not None and span[0] <= second < span[1]) or (now - back <= second < now)

    expected = all(second_open(second) for second in range(start, start + length))
    assert bounds.opens(start, start + length, now) == expected
    window = bounds.window_at(start, now)
    assert (window is not None) == second_open(start)
    assert not bounds.opens_live(now, now)
