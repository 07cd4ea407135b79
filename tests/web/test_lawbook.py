"""The law's pages: the texts, what is done for a clause, search, and two calculators that explain themselves."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client
from django.urls import reverse

from custodes.law.clauses.registry import ALL
from custodes.law.coverage.deeds import MODULES
from custodes.web.lawbook.where import _OF_MODULE, _OF_TEMPLATE, _ROOMS
from tests.cast import Cast


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    """Somebody with no post but an account."""
    client.force_login(cast.outsider.account)
    return client


def words(client: Client, url: str, **asked: str) -> str:
    answer = client.get(url, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_book_holds_every_clause_and_leads_to_it(reader: Client) -> None:
    page = words(reader, "/law/")
    for clause in ALL:
        assert clause.zh in page
        assert f"/law/{clause.id}/" in page


def test_the_book_travels_compressed_and_no_other_page_does(reader: Client) -> None:
    asked = {"HTTP_ACCEPT_ENCODING": "gzip"}
    book = reader.get("/law/", **asked)
    assert book.headers["Content-Encoding"] == "gzip"
    assert len(book.content) < 25_000
    assert gzip.decompress(book.content).startswith(b"<!doctype html>")
    assert "Accept-Encoding" in book.headers["Vary"]
    assert "Content-Encoding" not in reader.get("/law/S32/", **asked).headers


@pytest.mark.parametrize("clause", [clause.id for clause in ALL])
def test_every_clause_has_its_page(reader: Client, clause: str) -> None:
    assert f"<h1>{clause}</h1>" in words(reader, f"/law/{clause}/")


def test_a_clause_says_what_is_done_or_why_nothing_is(reader: Client) -> None:
    assert "计算期限：备案（建设单位）" in words(reader, "/law/S16.2a/")
    assert "由人民政府办理" in words(reader, "/law/S4.2/")
    assert "S40直接罚款一万至三万元" in words(reader, "/law/S40/")
    assert "未核实" in words(reader, "/law/PL14/")


def test_a_clause_says_what_the_product_does_not_act_on(reader: Client) -> None:
    assert "业务页面还没有据此办理" in words(reader, "/law/S34(8)/"), "a duty that nothing asks"
    assert "业务页面不据此办理" in words(reader, "/law/S21/"), (
        "the register of platforms does it, the duty's check nobody asks"
    )
    assert "据此办理" not in words(reader, "/law/S18b/")


def test_a_clause_stands_between_its_neighbours_in_its_chapter(reader: Client) -> None:
    page = words(reader, "/law/S32/")
    assert 'rel="prev" href="/law/S31.2b/"' in page
    assert 'rel="next" href="/law/S33.1/"' in page
    assert 'href="/law/#chapter-5">第五章 管理与监督' in page
    assert 'rel="prev"' not in words(reader, "/law/S1/")
    assert 'rel="next"' not in words(reader, "/law/N34/")
    assert 'id="norm-PIPL"' in words(reader, "/law/")
    assert 'href="/law/#norm-PIPL"' in words(reader, "/law/PIPL45/")


def test_a_clause_says_what_fines_it_what_it_fines_and_which_deadlines_rest_on_it(reader: Client) -> None:
    fined = words(reader, "/law/S18b/")
    assert 'href="/law/S40/"' in fined.partition("违反的后果")[2]
    assert "拆除前报告" in fined.partition("由此起算的期限")[2]
    fines = words(reader, "/law/S40/").partition("处罚哪些违反")[2]
    assert 'href="/law/S18b/"' in fines
    assert 'href="/law/fine/?clause=S40"' in fines
    assert 'href="/law/deadline/?kind=filing"' in words(reader, "/law/S16.2a/")


def test_a_clause_leads_to_the_pages_that_its_reader_may_open(cast: Cast, client: Client) -> None:
    client.force_login(cast.inspector.account)
    may = words(client, "/law/S32/")
    assert 'href="/upkeep/store/"' in may.partition('id="deeds"')[2]
    client.force_login(cast.bystander.account)
    page = words(client, "/law/S32/")
    assert "/upkeep/store/" not in page
    assert "custodes law retention" in page
    assert 'href="/law/retention/"' in page.partition('id="deeds"')[2]


def test_a_clause_names_the_code_and_the_tests_that_carry_it_out(reader: Client) -> None:
    page = words(reader, "/law/S34(6)/")
    assert "custodes.video.recorder.recorder" in page
    assert "tests/" in page or "test_" in page


def test_the_gloss_of_a_clause_is_there_for_chinese_readers_too(reader: Client) -> None:
    page = words(reader, "/law/S16.2a/")
    assert "英文释义" in page
    assert "Within 30 days of the day" in page


def test_a_clause_as_people_write_it_leads_to_its_page(reader: Client) -> None:
    assert reader.get("/law/s28(1)/").headers["Location"] == "/law/S28.1(1)/"
    assert reader.get("/law/S99/").status_code == 404


def test_search_finds_says_how_many_or_that_nothing_was_found(reader: Client) -> None:
    page = words(reader, "/law/search/", q="走失")
    assert "/law/S29/" in page
    assert "没有找到" in words(reader, "/law/search/", q="绝无此词")
    assert "没有找到" not in words(reader, "/law/search/")
    assert "&lt;script&gt;" in words(reader, "/law/search/", q="<script>")


def test_a_deadline_explains_itself(reader: Client) -> None:
    page = words(reader, "/law/deadline/", kind="filing", start="2026-01-25")
    assert "2026-02-27（周五）" in page
    assert "藏历新年" in page
    assert "/law/S16.2a/" in page
    assert "暂定" in words(reader, "/law/deadline/", kind="filing", start="2027-01-25")


def test_a_removal_says_latest_and_advised(reader: Client) -> None:
    page = words(reader, "/law/deadline/", kind="removal", start="2099-12-20")
    assert "2099-12-05" in page
    assert "2099-12-04" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"kind": "filing", "start": ""}, "请填写起算事件之日"),
        ({"kind": "removal", "start": ""}, "请填写起算事件之日"),
        ({"kind": "filing", "start": "2024-04-30"}, "该条款在这一天尚未施行"),
        ({"kind": "removal", "start": "2024-06-01"}, "计划拆除之日须晚于今天"),
        ({"kind": "order", "start": "2026-01-05"}, "请填写责令或者通知载明的天数"),
        ({"kind": "filing", "start": "2026-01-05", "days": "5"}, "不填写天数"),
        ({"kind": "filing", "start": "2026-01-05", "done": "2026-01-04"}, "办理之日不能早于起算事件之日"),
        ({"kind": "filing", "start": "9999-12-31"}, "超出可以计算的范围"),
        ({"kind": "moon", "start": "2026-01-05"}, "moon"),
    ],
)
def test_a_day_that_cannot_be_right_is_said_beside_its_field(reader: Client, asked: dict[str, str], said: str) -> None:
    page = words(reader, "/law/deadline/", **asked)
    assert said in page
    assert "field--error" in page


@pytest.mark.parametrize("clause", ["%2e%2e", "S" * 5000, "S１", "（一）", "S9(99999999999999999999)"])
def test_an_address_that_names_no_clause_is_not_found(reader: Client, clause: str) -> None:
    assert reader.get(f"/law/{clause}/").status_code == 404


def test_a_fine_shows_range_reasons_and_hearing(reader: Client) -> None:
    asked = {"clause": "S40", "respondent": "unit", "conduct_from": "2024-06-01", "conduct_to": "2024-06-01"}
    page = words(reader, "/law/fine/", **asked, decided="2024-07-01")
    assert "10,000 至 30,000 元" in page
    assert "听证" in page


def test_a_conflict_shows_each_norm_and_no_range(reader: Client) -> None:
    asked = {"clause": "S40", "respondent": "unit", "conduct_from": "2025-06-01", "conduct_to": "2025-06-01"}
    page = words(reader, "/law/fine/", **asked, decided="2025-07-01")
    assert "规范冲突，由法制审核决定" in page
    assert "各规范分别计算" in page
    assert page.count("该条不以责令为前提") == 1
    assert "30,000 元" not in page.partition("各规范分别计算")[0]


def test_a_conduct_before_the_regulation_is_said_beside_its_field(reader: Client) -> None:
    asked = {"clause": "S40", "respondent": "unit", "conduct_from": "2024-04-01", "conduct_to": "2024-04-30"}
    assert "不在适用范围内" in words(reader, "/law/fine/", **asked, decided="2024-07-01")


def test_the_pages_speak_english(reader: Client) -> None:
    reader.post("/language/", {"language": "en"})
    assert "Within 30 days of the day" in words(reader, "/law/S16.2a/")
    assert "General provisions" in words(reader, "/law/")
    assert "days from" in words(reader, "/law/deadline/", kind="filing", start="2026-01-25")


def test_everything_that_carries_a_clause_out_has_a_place_where_it_is_seen() -> None:
    placed = {name for name in MODULES if not name.startswith("custodes.law.grounds.")}
    assert placed == set(_OF_MODULE)
    for room in (*(room for rooms, _command in _OF_MODULE.values() for room in rooms), *dict(_OF_TEMPLATE).values()):
        assert reverse(_ROOMS[room].url_name)
