"""What the list of sign-ins calls a browser."""

from __future__ import annotations

import pytest
from django.utils import translation

from custodes.people.sessions import browser_words

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome · Windows"),
        (CHROME + " Edg/131.0.0.0", "Edge · Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
            " Version/17.5 Mobile/15E148 Safari/604.1",
            "Safari · iPhone",
        ),
        ("Firefox/128.0", "Firefox"),
        ("curl/8.5.0", "未知浏览器"),
        ("", "未知浏览器"),
    ],
)
def test_a_browser_has_the_name_that_people_know(agent: str, words: str) -> None:
    with translation.override("zh-hans"):
        assert browser_words(agent) == words


def test_an_unknown_browser_is_unknown_in_english_too() -> None:
    with translation.override("en"):
        assert browser_words("") == "Unknown browser"
