"""加处罚款计算: what is owed, day by day, and complaints at their fields."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from custodes.web.lawbook import late_fee
from tests.cast import Cast

TODAY = date(2026, 4, 5)
LATE = {"fine": "10000", "delivered": "2026-03-02"}


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(late_fee, "today", lambda: TODAY)


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    client.force_login(cast.outsider.account)
    return client


def words(client: Client, **asked: str) -> str:
    answer = client.get("/law/late-fee/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(page: str) -> list[list[str]]:
    """The table day by day, as text."""
    body = page.partition("law__owed")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("<tr>")[1:]]
    return [[" ".join(re.sub(r"<[^>]+>", "", cell).split()) for cell in row] for row in cells]


def test_it_is_reached_from_the_fine_calculator_and_asks_first(reader: Client) -> None:
    assert 'href="/law/late-fee/"' in reader.get("/law/fine/").content.decode()
    page = words(reader)
    assert 'name="fine"' in page
    assert "law__owed" not in page
    assert "field--error" not in page


def test_each_late_day_has_its_line_and_days_of_review_have_one_together(reader: Client) -> None:
    page = words(reader, **LATE, review_from="2026-03-20", review_to="2026-03-25")
    assert "3,900.00 元" in page
    assert "13,900.00 元" in page
    shown = rows(page)
    assert len(shown) == 1 + 2 + 1 + 11
    assert shown[0][0] == "2026-03-03（周二） – 2026-03-17（周二） 期限内 15 天"
    assert shown[1][0].startswith("2026-03-18")
    assert shown[1][1:] == ["300.00", "300.00"]
    assert shown[3] == ["2026-03-20（周五） – 2026-03-25（周三） 复议、诉讼，不计 6 天", "0.00", "600.00"]
    assert shown[-1][1:] == ["300.00", "3,900.00"]
    for clause in ("PL72", "PL73", "PL67"):
        assert clause in page


def test_it_stops_at_the_fine_and_says_so(reader: Client) -> None:
    page = words(reader, fine="5000", delivered="2026-01-05")
    assert "已达罚款数额，不再增加" in page
    assert rows(page)[-1][1:] == ["0.00", "5,000.00"]
    assert rows(page)[-2][1:] == ["50.00", "5,000.00"]


def test_within_the_term_nothing_is_added(reader: Client) -> None:
    page = words(reader, fine="10000", delivered="2026-03-30")
    assert "在缴纳期限内" in page
    assert "0.00 元" in page


def test_it_is_counted_through_the_day_of_payment(reader: Client) -> None:
    assert "600.00 元" in words(reader, **LATE, paid="2026-03-19")


def test_a_suit_that_still_runs_stops_the_count_until_today(reader: Client) -> None:
    assert "600.00 元" in words(reader, **LATE, suit_from="2026-03-20")


PARTS = {"pay1_day": "2026-03-19", "pay1_yuan": "2000", "pay2_day": "2026-03-25", "pay2_yuan": "3000.50"}


def test_parts_that_were_paid_lower_what_is_owed(reader: Client) -> None:
    page = words(reader, **LATE, **PARTS)
    # Two days at 300, six at 240, eleven of 4,999.50.
    assert "3,689.84 元" in page
    assert "8,689.34 元" in page
    assert "尚欠合计" in page
    paid = page.partition("law__paid")[2].partition("</table>")[0]
    amounts = re.findall(r'<td class="number">([\d,.]+)', paid)
    assert amounts == ["2,000.00", "0.00", "8,600.00", "3,000.50", "0.00", "7,039.50"]
    assert "按尚未缴纳的数额计算" in page
    assert 'name="pay2_yuan"' in page
    assert 'name="pay3_day"' not in page


def test_another_row_is_asked_for_and_nothing_is_said_to_be_missing(reader: Client) -> None:
    page = words(reader, fine="", delivered="", pay1_day="2026-03-19", pay1_yuan="2000", another="1")
    assert 'name="pay2_day"' in page
    assert 'value="2000"' in page
    assert "field--error" not in page
    assert "law__owed" not in page
    full = {f"pay{n}_day": "2026-03-19" for n in range(1, 25)}
    assert 'name="pay25_day"' not in words(reader, **LATE, **full, another="1")


def test_all_that_was_owed_is_paid(reader: Client) -> None:
    page = words(reader, **LATE, pay1_day="2026-03-19", pay1_yuan="10600")
    assert "已全部缴清" in page
    assert "罚款已缴清" in rows(page)[-1][0]
    assert "尚欠加处罚款" in words(reader, **LATE, pay1_day="2026-03-19", pay1_yuan="10000")


@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({"fine": "", "delivered": "2026-03-02"}, "fine", "请填写罚款数额"),
        ({"fine": "0", "delivered": "2026-03-02"}, "fine", "至少一元"),
        ({"fine": "一万", "delivered": "2026-03-02"}, "fine", "请填写整数元"),
        ({"fine": "99999999999999999999", "delivered": "2026-03-02"}, "fine", "数额过大"),
        ({"fine": "10000", "delivered": ""}, "delivered", "请填写日期"),
        ({"fine": "10000", "delivered": "2021-07-14"}, "delivered", "施行之后"),
        ({"fine": "10000", "delivered": "2026-04-06"}, "delivered", "不晚于今天"),
        ({**LATE, "paid": "2026-03-01"}, "paid", "不能早于收到"),
        ({**LATE, "paid": "2026-04-06"}, "paid", "不能晚于今天"),
        ({**LATE, "deferred": "2026-03-17"}, "deferred", "晚于原来"),
        ({**LATE, "review_to": "2026-03-25"}, "review_from", "请同时填写开始之日"),
        ({**LATE, "review_from": "2026-03-01"}, "review_from", "收到决定书之后"),
        ({**LATE, "suit_from": "2026-03-25", "suit_to": "2026-03-20"}, "suit_from", "结束不早于开始"),
        ({**LATE, "suit_from": "2026-04-06"}, "suit_from", "不晚于计算之日"),
        ({**LATE, "pay1_day": "2026-03-19"}, "pay1_yuan", "请同时填写数额"),
        ({**LATE, "pay1_yuan": "300"}, "pay1_day", "请同时填写缴纳之日"),
        ({**LATE, "pay1_day": "2026-03-19", "pay1_yuan": "三千"}, "pay1_yuan", "请填写金额"),
        ({**LATE, "pay1_day": "2026-03-19", "pay1_yuan": "0"}, "pay1_yuan", "须大于零"),
        ({**LATE, "pay1_day": "2026-03-19", "pay1_yuan": "0.001"}, "pay1_yuan", "最多两位小数"),
        ({**LATE, "pay1_day": "2026-03-01", "pay1_yuan": "1"}, "pay1_yuan", "收到决定书之后"),
        ({**LATE, "pay1_day": "2026-04-06", "pay1_yuan": "1"}, "pay1_yuan", "不晚于计算之日"),
        ({**LATE, **PARTS, "pay3_day": "2026-03-26", "pay3_yuan": "9999"}, "pay3_yuan", "不得超过当日应缴"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(
    reader: Client, given: dict[str, str], field: str, said: str
) -> None:
    page = words(reader, **given)
    assert "law__owed" not in page
    assert page.count("field--error") == 1
    wrong = page.partition("field--error")[2].split('<label class="field__label"')[1]
    assert f'name="{field}"' in wrong
    assert said in wrong


def test_it_speaks_english(reader: Client) -> None:
    reader.post("/language/", {"language": "en"})
    page = words(reader, **LATE, review_from="2026-03-20", review_to="2026-03-25")
    for said in ("Late fee", "3,900.00 yuan", "13 days count", "Review or suit: left out", "3 % of 10,000 yuan a day"):
        assert said in page
