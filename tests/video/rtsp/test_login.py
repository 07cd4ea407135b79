"""Digest and basic login: the vectors of the RFCs, both sides against each other, and who is kept out."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.clock import FakeClock
from custodes.video.rtsp.digest import Credentials, Guard, Login, choose, parse_fields, response

RFC_2617 = {
    "username": "Mufasa",
    "realm": "testrealm@host.com",
    "nonce": "dcd98b7102dd2f0e8b11d0f600bfb0c093",
    "uri": "/dir/index.html",
    "qop": "auth",
    "nc": "00000001",
    "cnonce": "0a4f113b",
}
RFC_7616 = {
    "username": "Mufasa",
    "realm": "http-auth@example.org",
    "nonce": "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
    "uri": "/dir/index.html",
    "qop": "auth",
    "nc": "00000001",
    "cnonce": "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
}


def test_the_example_of_rfc_2617() -> None:
    assert response("Circle Of Life", "GET", RFC_2617, "") == "6629fae49393a05397450978507c4ef1"


def test_the_examples_of_rfc_7616() -> None:
    assert response("Circle of Life", "GET", RFC_7616, "MD5") == "8ca523f5e9506fed4657c9700eebdbec"
    assert (
        response("Circle of Life", "GET", RFC_7616, "SHA-256")
        == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"
    )


def test_the_basic_example_of_rfc_2617() -> None:
    login = Login(Credentials("basic", {"realm": "WallyWorld"}), "Aladdin", "open sesame", lambda: "c")
    assert login.authorization("DESCRIBE", "rtsp://h") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_several_challenges_in_one_or_many_fields_are_told_apart() -> None:
    fields = [
        'Digest realm="a, \\"b\\"", nonce="n", qop="auth,auth-int", Basic realm="x"',
        'Digest realm="c",nonce="m",algorithm=SHA-256',
        "Negotiate",
    ]
    assert [(found.scheme, found.get("realm")) for found in parse_fields(fields)] == [
        ("digest", 'a, "b"'),
        ("basic", "x"),
        ("digest", "c"),
        ("negotiate", ""),
    ]


@pytest.mark.parametrize(
    ("fields", "scheme", "algorithm"),
    [
        (['Basic realm="x"', 'Digest realm="x", nonce="n"'], "digest", ""),
        (['Digest realm="x", nonce="n", algorithm=MD5', 'Digest realm="x", nonce="n", algorithm=SHA-256'], "digest", "SHA-256"),
        (['Digest realm="x", nonce="n", algorithm=SHA-512-256', 'Basic realm="x"'], "basic", ""),
        (['Digest realm="x", nonce="n", qop="auth-int"', 'Basic realm="x"'], "basic", ""),
    ],
)  # fmt: skip
def test_the_strongest_challenge_that_we_can_answer_is_chosen(fields: list[str], scheme: str, algorithm: str) -> None:
    chosen = choose(parse_fields(fields))
    assert chosen is not None
    assert (chosen.scheme, chosen.get("algorithm")) == (scheme, algorithm)


def test_a_challenge_of_an_unknown_kind_is_not_chosen() -> None:
    assert choose(parse_fields(["Negotiate", 'Bearer realm="x"'])) is None


def guard(clock: FakeClock | None = None) -> Guard:
    return Guard({"user": "secret"}, clock or FakeClock(), b"k" * 32)


def answer(challenge: str, password: str = "secret", user: str = "user", method: str = "DESCRIBE") -> list[str]:
    numbers = count()
    return [
        Login(parse_fields([challenge])[0], user, password, lambda: f"c{next(numbers)}").authorization(
            method, "rtsp://h/p"
        )
    ]


@pytest.mark.parametrize("which", [0, 1])
def test_each_challenge_that_we_make_is_answered_by_our_client(which: int) -> None:
    door = guard()
    challenge = door.challenges()[which]
    assert door.check("DESCRIBE", answer(challenge)) == "in"


@pytest.mark.parametrize("which", [0, 1])
def test_wrong_password_user_or_method_stays_out(which: int) -> None:
    door = guard()
    challenge = door.challenges()[which]
    assert door.check("DESCRIBE", answer(challenge, password="Secret")) == "out"
    assert door.check("DESCRIBE", answer(challenge, user="nobody")) == "out"
    assert door.check("PLAY", answer(challenge)) == "out"
    assert door.check("DESCRIBE", []) == "out"
    assert door.check("DESCRIBE", ["Basic dXNlcjpzZWNyZXQ="]) == "out"


def test_an_old_nonce_is_stale_and_a_foreign_one_is_too() -> None:
    clock = FakeClock()
    door = guard(clock)
    answered = answer(door.challenges()[0])
    clock.advance(121)
    assert door.check("DESCRIBE", answered) == "stale"
    foreign = Guard({"user": "secret"}, clock, b"x" * 32).challenges()[0]
    assert door.check("DESCRIBE", answer(foreign)) == "stale"


def test_without_users_the_door_is_open() -> None:
    assert Guard({}, FakeClock(), b"k").check("DESCRIBE", []) == "in"


@given(st.lists(st.text(max_size=80), max_size=3))
def test_random_fields_never_raise(fields: list[str]) -> None:
    parse_fields(fields)
    assert guard().check("DESCRIBE", fields) == "out"
    guard().check("DESCRIBE", [f"Digest {text}" for text in fields])
    choose(parse_fields([f"Digest {text}" for text in fields]))
