"""What every answer says to the browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from custodes.settings import Settings
from custodes.web.security import content_security_policy, worker_origins
from tests.cast import PASSWORD, Cast


def _policy(client: Client, url: str) -> dict[str, list[str]]:
    header = client.get(url).headers["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in header.split(";") if part.strip()}


def test_nothing_inline_and_nothing_from_elsewhere(db: None) -> None:
    policy = _policy(Client(), reverse("account_login"))
    assert policy["default-src"] == policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["object-src"] == ["'none'"]
    assert "unsafe" not in str(policy)
    assert "*" not in str(policy)


def test_the_browser_may_reach_the_workers_and_nothing_else(db: None) -> None:
    from custodes.settings import get_settings

    connect = _policy(Client(), reverse("account_login"))["connect-src"]
    assert connect == ["'self'", *worker_origins(get_settings())]


def test_tiles_of_the_map_are_the_one_thing_from_elsewhere_and_only_where_they_are_set() -> None:
    tiles = "https://tiles.example.cn:8443/{z}/{x}/{y}.png"
    plain, with_tiles = (content_security_policy(Settings(map_tiles=address))["DIRECTIVES"] for address in ("", tiles))
    for name, sources in with_tiles.items():
        more = ["https://tiles.example.cn:8443"] if name in ("img-src", "connect-src") else []
        assert sources == plain[name] + more, name


def test_each_worker_has_its_own_port() -> None:
    settings = Settings(node_origin="https://node.example.cn", node_port=8100, node_workers=2)
    assert worker_origins(settings) == ["wss://node.example.cn:8100", "wss://node.example.cn:8101"]


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ],
)
def test_security_headers(db: None, header: str, value: str) -> None:
    assert Client().get(reverse("account_login")).headers[header] == value


def test_a_signed_in_page_leaves_no_copy_on_the_machine(client_of: Callable[[str], Client]) -> None:
    assert "no-store" in client_of("operator").get(reverse("home")).headers["Cache-Control"]


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(cast: Cast) -> None:
    client = Client()
    client.post(reverse("account_login"), {"login": "operator", "password": PASSWORD})
    cookie = client.cookies["custodes_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_pages_hold_no_inline_script_style_or_handler(cast: Cast, client_of: Callable[[str], Client]) -> None:
    client = client_of("security_admin")
    names = ["home", "people:person_list", "people:person_add", "people:post_list", "people:duty", "people:profile"]
    names += ["mfa_index", "people:session_list", "account_change_password"]
    urls = [reverse(name) for name in names]
    urls += [reverse("people:person_detail", args=[cast.operator.person.uuid])]
    for url in urls:
        page = client.get(url).content.decode()
        scripts = re.findall(r"<script\b([^>]*)>([^<]*)", page)
        assert all(not body.strip() or 'type="application/json"' in attributes for attributes, body in scripts), url
        assert not re.search(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:", page), url


def test_an_address_that_is_not_there_says_so_in_words(db: None) -> None:
    answer = Client().get("/nowhere/")
    assert answer.status_code in {302, 404}


def test_a_program_gets_json_and_no_redirect(db: None) -> None:
    answer = Client().post("/api/views", {}, content_type="application/json")
    assert answer.status_code in {401, 404}
    assert answer.headers["Content-Type"].startswith("application/json")
