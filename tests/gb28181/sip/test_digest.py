"""Digest login, both sides: the vectors of the reference, what is asked, what is answered, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.sip.challenge import Credentials, parse_field
from custodes.gb28181.sip.digest import Login, Secret, choose, response
from custodes.gb28181.sip.guard import ChallengeTerms, DigestGuard

DEVICE = "34020000001320000001"
URI = "sip:34020000002000000001@3402000000"
SECRET = Secret("12345678")
GIVEN = {"username": DEVICE, "realm": "3402000000", "nonce": "a1b2c3d4", "uri": URI}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, "a2851461ea2d4aeb3372b5fc82ae3f3a"),
        ({"algorithm": "MD5"}, "a2851461ea2d4aeb3372b5fc82ae3f3a"),
        (
            {"algorithm": "md5", "qop": "auth", "nc": "00000001", "cnonce": "0a4f113b"},
            "510818d6cb3ee04f72bf1365b0e0a5cd",
        ),
        ({"algorithm": "SHA-256"}, "414c368511190474309857aa4ce2d0f6a8f9b3a9f93165eca1abd4c4229fa51f"),
    ],
)
def test_the_response_is_that_of_the_vectors(more: dict[str, str], expected: str) -> None:
    assert response(SECRET, "REGISTER", GIVEN | more) == expected


def test_the_example_of_rfc_7616_is_answered_with_both_hashes() -> None:
    given = {
        "username": "Mufasa", "realm": "http-auth@example.org", "uri": "/dir/index.html", "nc": "00000001", "qop": "auth",
        "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    }  # fmt: skip
    secret = Secret("Circle of Life")
    assert response(secret, "GET", given | {"algorithm": "MD5"}) == "8ca523f5e9506fed4657c9700eebdbec"
    assert (
        response(secret, "GET", given | {"algorithm": "SHA-256"})
        == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    )


def guard(**more: float) -> DigestGuard:
    return DigestGuard("3402000000", b"k" * 32, **more)  # type: ignore[arg-type]


def secret_of(name: str) -> Secret | None:
    return SECRET if name == DEVICE else None


def login(challenge: str, name: str = DEVICE, secret: Secret = SECRET) -> Login:
    offer = choose([found for found in [parse_field(challenge)] if found])
    assert offer is not None
    return Login(offer, name, secret, lambda: "c" * 16)


@pytest.mark.parametrize(
    "asking",
    [
        ChallengeTerms(),
        ChallengeTerms(qop=True),
        ChallengeTerms("SHA-256"),
        ChallengeTerms("SHA-256", True),
        ChallengeTerms("SM3"),
    ],
)
def test_what_is_asked_is_answered(asking: ChallengeTerms) -> None:
    door = guard()
    answer = login(door.challenge(0, asking)).authorization("REGISTER", URI)
    assert door.check("REGISTER", [answer], secret_of, 1, asking) == ("in", DEVICE)


def test_the_challenge_that_old_devices_bear_is_one_field_with_md5_and_no_qop() -> None:
    offer = parse_field(guard().challenge(0))
    assert offer is not None
    assert offer.scheme == "digest"
    assert (offer.get("realm"), offer.get("algorithm"), offer.get("qop")) == ("3402000000", "MD5", "")


def test_an_answer_is_good_once() -> None:
    door = guard()
    answer = login(door.challenge(0)).authorization("REGISTER", URI)
    assert door.check("REGISTER", [answer], secret_of, 1)[0] == "in"
    assert door.check("REGISTER", [answer], secret_of, 2)[0] == "stale"


def test_with_qop_a_nonce_is_good_again_with_a_growing_count() -> None:
    door = guard()
    asking = ChallengeTerms(qop=True)
    client = login(door.challenge(0, asking))
    first, second = (client.authorization("REGISTER", URI) for _ in range(2))
    assert door.check("REGISTER", [first], secret_of, 1, asking)[0] == "in"
    assert door.check("REGISTER", [first], secret_of, 1, asking)[0] == "stale"
    assert door.check("REGISTER", [second], secret_of, 1, asking)[0] == "in"
    assert door.check("REGISTER", [first], secret_of, 1, asking)[0] == "stale"


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda text: text.replace(DEVICE, "34020000001320000002"), "wrong"),
        (lambda text: text.replace("3402000000\",nonce", "4402000000\",nonce"), "wrong"),
        (lambda text: text.replace('response="', 'response="0'), "wrong"),
        (lambda text: text.replace("algorithm=MD5", "algorithm=SHA-256"), "wrong"),
        (lambda text: text.replace("algorithm=MD5", "algorithm=ROT13"), "wrong"),
        (lambda text: text.replace("algorithm=MD5", "qop=auth-int"), "wrong"),
        (lambda text: text.replace("Digest", "Basic"), "none"),
        (lambda text: "", "none"),
        (lambda text: text.replace(',algorithm=MD5', ''), "in"),
        (lambda text: text.replace("Digest", "dIGEST"), "in"),
        (lambda text: text.replace(",", " , "), "in"),
    ],
)  # fmt: skip
def test_an_answer_that_is_changed_is_refused(change: object, verdict: str) -> None:
    door = guard()
    answer = login(door.challenge(0)).authorization("REGISTER", URI)
    assert door.check("REGISTER", [change(answer)], secret_of, 1)[0] == verdict  # type: ignore[operator]


def test_another_method_and_a_wrong_password_are_refused() -> None:
    door = guard()
    assert door.check("BYE", [login(door.challenge(0)).authorization("REGISTER", URI)], secret_of, 1)[0] == "wrong"
    wrong = login(door.challenge(0), secret=Secret("other")).authorization("REGISTER", URI)
    assert door.check("REGISTER", [wrong], secret_of, 1) == ("wrong", DEVICE)


def test_a_nonce_expires_and_one_of_somebody_elses_is_stale() -> None:
    door = guard(life=60)
    answer = login(door.challenge(0)).authorization("REGISTER", URI)
    assert door.check("REGISTER", [answer], secret_of, 61)[0] == "stale"
    foreign = login('Digest realm="3402000000",nonce="a1b2c3d4",algorithm=MD5').authorization("REGISTER", URI)
    assert door.check("REGISTER", [foreign], secret_of, 1)[0] == "stale"


def test_a_nonce_belongs_to_the_host_that_was_asked() -> None:
    door = guard()
    answer = login(door.challenge(0, host="192.0.2.10")).authorization("REGISTER", URI)
    assert door.check("REGISTER", [answer], secret_of, 1, host="203.0.113.5")[0] == "stale"
    assert door.check("REGISTER", [answer], secret_of, 1, host="192.0.2.10")[0] == "in"


def test_only_an_answer_to_a_fresh_challenge_can_be_wrong() -> None:
    foreign = login('Digest realm="3402000000",nonce="n"', secret=Secret("other")).authorization("REGISTER", URI)
    assert guard().check("REGISTER", [foreign], secret_of, 1)[0] == "stale"


def test_asking_for_qop_takes_no_answer_without_it() -> None:
    door = guard()
    plain = login(door.challenge(0)).authorization("REGISTER", URI)
    assert door.check("REGISTER", [plain], secret_of, 1, ChallengeTerms(qop=True))[0] == "wrong"


def test_challenges_cost_no_memory_and_used_nonces_are_bounded() -> None:
    door = guard(life=1000, most=5)
    answers = [login(door.challenge(moment)).authorization("REGISTER", URI) for moment in range(1, 11)]
    assert door.remembered == 0
    for answer in answers:
        assert door.check("REGISTER", [answer], secret_of, 20)[0] == "in"
    assert door.remembered == 5
    # What was forgotten is refused by its moment: forgetting lets nobody in twice.
    assert {door.check("REGISTER", [answer], secret_of, 20)[0] for answer in answers} == {"stale"}


def test_used_nonces_are_forgotten_when_they_expire() -> None:
    door = guard(life=60)
    for moment in (0, 200):
        answer = login(door.challenge(moment)).authorization("REGISTER", URI)
        assert door.check("REGISTER", [answer], secret_of, moment + 1)[0] == "in"
    assert door.remembered == 1


def test_a_password_is_in_no_text_of_its_object() -> None:
    made = login(guard().challenge(0))
    assert "12345678" not in f"{SECRET!r} {SECRET} {made!r} {vars(made)!r}"


@pytest.mark.parametrize(
    ("offers", "chosen"),
    [
        (['Digest realm="r",nonce="n"', 'Digest realm="r",nonce="m",algorithm=SHA-256'], "m"),
        (['Digest realm="r",nonce="n",algorithm=MD5,qop="auth,auth-int"'], "n"),
        (['Digest realm="r",nonce="n",qop="auth-int"'], None),
        (['Digest realm="r",nonce="n",algorithm=TOKEN'], None),
        (['Digest realm="r"', "Basic realm=x"], None),
        ([], None),
    ],
)
def test_the_strongest_challenge_that_can_be_answered_is_taken(offers: list[str], chosen: str | None) -> None:
    found = choose([offer for offer in map(parse_field, offers) if offer])
    assert (found and found.get("nonce")) == chosen


@given(st.text(max_size=200))
def test_any_field_is_checked_without_an_error(text: str) -> None:
    door = guard()
    for value in (
        text,
        f"Digest {text}",
        f'Digest username="{DEVICE}",{text}',
        f'Digest nonce="{text}",nc={text},qop=auth',
    ):
        found = parse_field(value)
        assert found is None or isinstance(found, Credentials)
        assert door.check("REGISTER", [value], secret_of, 1)[0] != "in"


@given(st.text(alphabet="0123456789abcdef.-x", max_size=60))
def test_a_nonce_of_any_form_is_stale_at_most(nonce: str) -> None:
    door = guard()
    answer = login(f'Digest realm="3402000000",nonce="{nonce or "n"}"').authorization("REGISTER", URI)
    assert door.check("REGISTER", [answer], secret_of, 1)[0] == "stale"
