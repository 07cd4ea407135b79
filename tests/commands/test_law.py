"""`custodes law`: stable JSON, exit codes that mean something, bad input that names its field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from custodes.cli import app
from custodes.law.grounds.registry import GROUNDS
from custodes.settings import get_settings
from tests.law.grounds.table import plain_facts

RUNNER = CliRunner()


def ask(*arguments: str) -> dict[str, Any]:
    result = RUNNER.invoke(app, ["law", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(*arguments: str) -> str:
    result = RUNNER.invoke(app, ["law", *arguments, "--json"])
    assert result.exit_code == 2, result.output
    error = json.loads(result.stdout)["error"]
    assert error["rule"]
    assert error["remedy"]
    assert error["field"] in result.stderr
    return str(error["field"])


def test_a_clause_is_shown_with_what_it_meets() -> None:
    answer = ask("show", "S40")
    assert answer["zh"].startswith("违反本办法第十八条规定")
    assert (answer["rank"], answer["in_force"], answer["until"]) == ("rule", "2024-05-01", None)
    assert [one["clauses"] for one in answer["conflicts"]] == [["S40", "N30"]]


def test_search_answers_in_both_languages() -> None:
    assert "S29" in [one["id"] for one in ask("search", "走失")["clauses"]]
    assert ask("search", "nothing-of-this")["count"] == 0


def test_a_deadline_has_its_stable_keys() -> None:
    answer = ask("deadline", "filing", "--from", "2026-01-25")
    assert (answer["due"], answer["unrolled"], answer["provisional"]) == ("2026-02-27", "2026-02-24", False)
    assert answer["latest_report"] is None
    assert answer["clauses"][0] == "S16.2a"
    assert answer["explain"]["zh"]


def test_a_legacy_deadline_needs_no_day() -> None:
    assert ask("deadline", "legacy-filing")["due"] == "2024-07-01"
    assert ask("deadline", "legacy-filing-national", "--from", "2025-04-01")["due"] == "2025-06-30"


def test_a_removal_says_latest_and_advised() -> None:
    answer = ask("deadline", "removal", "--removal", "2026-12-20", "--today", "2026-11-24")
    assert (answer["latest_report"], answer["advised_report"], answer["due"]) == (
        "2026-12-05",
        "2026-12-04",
        "2026-12-05",
    )
    late = ask("deadline", "removal", "--removal", "2026-12-20", "--today", "2026-11-24", "--done", "2026-12-06")
    assert late["in_time"] is False


def test_an_officers_term_is_given_in_days() -> None:
    assert ask("deadline", "order", "--from", "2026-03-02", "--days", "30")["due"] == "2026-04-01"


@pytest.mark.parametrize(
    ("kind", "last", "clauses"),
    [
        ("hearing-acceptance", "2026-03-04", ["PP135", "PP35"]),
        ("hearing-day", "2026-03-12", ["PP137", "PP35"]),
        ("spot-report", "2026-03-03", ["PP39", "PP35"]),
        ("public-notice", "2026-05-01", ["PP36", "PL61", "PP35"]),
        ("review-decision", "2026-05-06", ["ARL62", "ARL24", "CC201", "CC203"]),
        ("suit-after-review", "2026-03-17", ["ALL45", "CC201", "CC203"]),
        ("publication-withdrawal", "2026-03-05", ["PL48", "PL85", "PP35"]),
        ("demand", "2026-03-16", ["AEL54", "AEL69", "PP35"]),
        ("court-enforcement", "2026-06-02", ["AEL53", "CC201", "CC203"]),
    ],
)
def test_each_step_of_the_procedure_is_counted_with_its_clauses(kind: str, last: str, clauses: list[str]) -> None:
    answer = ask("deadline", kind, "--from", "2026-03-02", "--today", "2026-03-02")
    assert (answer["kind"], answer["from"], answer["due"]) == (kind, "2026-03-02", last)
    assert answer["clauses"] == clauses
    assert (answer["latest_report"], answer["advised_report"], answer["days_late"]) == (None, None, 0)


def test_a_hearing_is_told_seven_working_days_before() -> None:
    base = ("deadline", "hearing-notice", "--from", "2026-03-12", "--today", "2026-02-20")
    answer = ask(*base)
    assert (answer["from"], answer["due"], answer["latest_report"]) == ("2026-03-12", "2026-03-03", "2026-03-03")
    assert (answer["advised_report"], answer["warn_from"], answer["in_time"]) == ("2026-03-02", "2026-02-28", None)
    assert (answer["clauses"], answer["days_late"], answer["closes"]) == (["PL64", "PL85"], 0, None)
    assert [one["name"] for one in answer["unconfirmed"]] == ["hearing_clear_days"]
    late = ask(*base, "--done", "2026-03-04")
    assert (late["in_time"], late["days_late"]) == (False, 1)


def test_hours_run_from_the_moment_in_lhasa_and_a_public_notice_may_be_used_too_early() -> None:
    answer = ask("deadline", "spot-report", "--from", "2026-03-06T01:30:00Z")
    assert (answer["from"], answer["due"], answer["due_moment"]) == (
        "2026-03-06",
        "2026-03-07",
        "2026-03-07T09:30:00+08:00",
    )
    notice = ask("deadline", "public-notice", "--from", "2026-03-02", "--done", "2026-05-01", "--today", "2027-01-01")
    assert (notice["least"], notice["days_early"], notice["days_late"]) == (True, 1, 0)


def test_a_term_of_hours_is_held_against_the_hour_at_which_it_was_kept() -> None:
    base = ("deadline", "spot-report", "--from", "2026-03-06T09:30")
    late = ask(*base, "--done", "2026-03-07T11:30")
    assert (late["in_time"], late["minutes_late"], late["days_late"]) == (False, 120, 0)
    kept = ask(*base, "--done", "2026-03-07T01:30:00Z")
    assert (kept["in_time"], kept["minutes_late"]) == (True, 0)
    by_day = ask(*base, "--done", "2026-03-07")
    assert (by_day["in_time"], by_day["minutes_late"], by_day["days_late"]) == (None, None, 0)
    assert ask(*base, "--done", "2026-03-08")["in_time"] is False
    assert ask(*base)["in_time"] is None
    assert refused(*base, "--done", "2026-03-06T09:29") == "done"
    assert refused("deadline", "payment", "--from", "2026-03-06", "--done", "2026-03-07T11:30") == "done"
    said = RUNNER.invoke(app, ["law", *base, "--done", "2026-03-07T11:30"]).stdout
    assert "已逾期120分钟" in said


FEE = ("late-fee", "--fine", "10000", "--delivered", "2026-03-02")


def test_a_late_fee_is_told_day_by_day() -> None:
    answer = ask(*FEE, "--today", "2026-04-05", "--suspended", "2026-03-20..2026-03-25")
    assert (answer["due"], answer["until"], answer["daily"]) == ("2026-03-17", "2026-04-05", "300.00")
    assert (answer["days"], answer["late_fee"], answer["owed"]) == (13, "3900.00", "13900.00")
    assert (answer["capped"], answer["capped_on"], answer["percent_a_day"]) == (False, None, 3)
    assert answer["clauses"] == ["PL72", "PL73", "PL67", "CC201", "CC203"]
    assert [step["kind"] for step in answer["steps"][:4]] == ["in_time", "counted", "counted", "suspended"]
    assert answer["steps"][3] | {"zh": "", "en": ""} == {
        "from": "2026-03-20",
        "to": "2026-03-25",
        "kind": "suspended",
        "days": 6,
        "fee": "0.00",
        "total": "600.00",
        "unpaid": "10000.00",
        "zh": "",
        "en": "",
    }
    assert sum(step["days"] for step in answer["steps"]) == 34


def test_a_late_fee_stops_at_the_fine_at_payment_and_while_a_review_runs() -> None:
    capped = ask(*FEE, "--today", "2027-01-01")
    assert (capped["late_fee"], capped["capped_on"], capped["days"]) == ("10000.00", "2026-04-20", 34)
    assert ask(*FEE, "--today", "2027-01-01", "--paid", "2026-03-19")["late_fee"] == "600.00"
    assert ask(*FEE, "--today", "2027-01-01", "--suspended", "2026-03-20..")["late_fee"] == "600.00"
    spans = ("--suspended", "2026-03-20..2026-03-21", "--suspended", "2026-03-24..2026-12-31")
    assert ask(*FEE, "--today", "2027-01-01", *spans)["late_fee"] == "1500.00"
    assert ask(*FEE, "--today", "2026-07-01", "--deferred", "2026-06-30")["late_fee"] == "300.00"
    assert ask("late-fee", "--fine", "10,000", "--delivered", "2026-03-02", "--today", "2026-03-10")["days"] == 0


def test_parts_that_were_paid_lower_what_the_fee_is_taken_of() -> None:
    answer = ask(*FEE, "--today", "2026-03-27", "--payment", "2026-03-22=3,000", "--payment", "2026-03-19=2000.50")
    assert (answer["paid"], answer["unpaid"], answer["daily"]) == ("5000.50", "4999.50", "149.99")
    assert answer["payments"][0] == {
        "day": "2026-03-19",
        "yuan": "2000.50",
        "to_fine": "2000.50",
        "to_fee": "0.00",
        "unpaid": "7999.50",
        "owed": "8599.50",
    }
    assert [step["unpaid"] for step in answer["steps"]][:4] == ["10000.00", "10000.00", "10000.00", "7999.50"]
    assert [one["name"] for one in answer["unconfirmed"]] == ["late_fee_on_unpaid"]
    assert "自2026-03-23起每日加处尚未缴纳的4,999.50元的3%" in "".join(answer["explain"]["zh"])
    settled = ask(*FEE, "--today", "2026-05-01", "--payment", "2026-03-19=10600")
    assert (settled["owed"], settled["late_fee"], settled["steps"][-1]["kind"]) == ("0.00", "600.00", "paid")
    assert settled["payments"][0]["to_fee"] == "600.00"
    rest = ask(*FEE, "--today", "2026-05-01", "--paid", "2026-03-20", "--payment", "2026-03-18=5000")
    assert rest["owed"] == "5600.00"
    assert ask(*FEE, "--today", "2026-05-01")["unconfirmed"] == []


@pytest.mark.parametrize(
    "payment",
    [
        *("2026-03-19", "2026-03-19=", "=300", "2026-03-19=0", "2026-03-19=-5", "2026-03-19=1.234", "2026-02-30=5"),
        *("2026-03-01=5", "2026-05-02=5", "2026-03-19=10600.01", "2026-03-19=三千", "2026-03-19=1e3", "x=5"),
        "2026-03-19=9999999999999",
    ],
)
def test_a_payment_that_cannot_be_right_names_its_option(payment: str) -> None:
    assert refused(*FEE, "--today", "2026-05-01", "--payment", payment) == "payment"


def test_retention_reads_the_day_in_lhasa() -> None:
    answer = ask("retention", "--captured", "2026-03-01T16:00:00Z", "--key-target")
    assert (answer["captured"], answer["days"], answer["keep_through"]) == ("2026-03-02", 90, "2026-05-31")
    assert answer["delete_not_before"] == "2026-06-01"
    assert [rule["clause"] for rule in answer["rules"]] == ["CTL32", "N17", "S32"]
    assert ask("retention", "--captured", "2026-03-01", "--days", "60")["conflict"]


def test_a_longer_term_of_a_norm_needs_no_purpose_and_one_of_a_standard_does() -> None:
    base = ("retention", "--captured", "2026-01-01", "--days", "180", "--source", "某条例")
    assert ask(*base, "--rank", "local_regulation")["conflict"] is None
    assert ask(*base)["conflict"] is not None
    assert ask(*base, "--purpose", "侦查未结")["conflict"] is None


def test_a_fine_has_its_range_and_a_conflict_has_none() -> None:
    base = ("fine", "S40", "--respondent", "unit", "--decided", "2025-06-01")
    fine = ask("fine", "S40", "--respondent", "unit", "--conduct", "2024-06-01", "--decided", "2024-07-01")
    assert (fine["outcome"], fine["min"], fine["max"], fine["hearing"]) == ("fine", 10_000, 30_000, True)
    conflict = ask(*base, "--conduct", "2025-05-01")
    assert (conflict["outcome"], conflict["min"], conflict["review"]) == ("conflict", None, ["PL14", "LL99"])
    assert {one["clause"] for one in conflict["computations"]} == {"S40", "N30"}
    assert ask(*base, "--conduct", "2025-05-01", "--n7-system")["outcome"] == "warning"


def test_access_names_what_is_missing_what_never_comes_and_what_is_open(tmp_path: Path) -> None:
    facts = {
        "missing": "child",
        "relation": "parent",
        "proof": "provisional",
        "opened_at": "2026-06-01T12:40:00+08:00",
        "on_platform": True,
        "scope": {"cameras": 3, "begin": "2026-06-01T08:00:00+08:00", "end": "2026-06-01T12:00:00+08:00"},
        "police_report": "JJ-1",
        "protected": False,
        "supervisor": True,
        "previewed": True,
        "undertaking": True,
        "age": 7,
    }
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    at = ("--at", "2026-06-01T13:00:00+08:00")
    allowed = ask("access", "missing-person", "--facts", str(path), *at)
    assert (allowed["allowed"], allowed["unmet"], allowed["ways"]) == (True, [], [])
    assert {"copy", "export", "live"} <= {one["what"] for one in allowed["never"]}
    path.write_text(json.dumps(facts | {"copy": True, "police_report": ""}), encoding="utf-8")
    denied = ask("access", "missing_person", "--facts", str(path), *at)
    assert denied["allowed"] is False
    assert [one["clause"] for one in denied["unmet"]] == ["S29", "N16.2(3)"]
    assert all(one["condition"] and one["remedy"] for one in denied["unmet"])
    assert [one["clause"] for one in denied["ways"]] == ["N21", "S27"]


def test_the_builder_is_named_or_what_is_missing() -> None:
    assert ask("builder", "--category", "1", "--county", "城关区")["builder"] == "城关区人民政府"
    assert ask("builder", "--category", "6")["missing"] == ["owner"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("show", "S99"), "clause"),
        (("deadline", "moon", "--from", "2026-01-01"), "kind"),
        (("deadline", "filing"), "from"),
        (("deadline", "filing", "--from", "2026-02-30"), "from"),
        (("deadline", "hearing-notice"), "from"),
        (("deadline", "hearing-notice", "--from", "2021-07-14"), "from"),
        (("deadline", "hearing-notice", "--from", "2026-03-12", "--done", "2026-03-12"), "done"),
        (("deadline", "spot-report", "--from", "yesterday"), "from"),
        (("deadline", "payment", "--from", "2026-03-02T15:30"), "from"),
        (("deadline", "filing", "--from", "2024-04-30"), "from"),
        (("deadline", "filing", "--from", "2026-01-01", "--days", "5"), "days"),
        (("deadline", "order", "--from", "2026-01-01"), "days"),
        (("deadline", "filing", "--from", "2024-06-01", "--done", "9999-12-31"), "done"),
        (("deadline", "filing", "--from", "2024-06-01", "--today", "0001-01-01"), "today"),
        (("late-fee", "--fine", "-5", "--delivered", "2026-03-02"), "fine"),
        (("late-fee", "--fine", "0", "--delivered", "2026-03-02"), "fine"),
        (("late-fee", "--fine", "much", "--delivered", "2026-03-02"), "fine"),
        (("late-fee", "--fine", "9" * 5000, "--delivered", "2026-03-02"), "fine"),
        (("late-fee", "--fine", "100", "--delivered", "2020-03-02"), "delivered"),
        (("late-fee", "--fine", "100", "--delivered", "today"), "delivered"),
        ((*FEE, "--today", "2026-03-01"), "today"),
        ((*FEE, "--paid", "2026-03-01"), "paid"),
        ((*FEE, "--today", "2026-04-01", "--paid", "2026-04-02"), "paid"),
        ((*FEE, "--suspended", "2026-04-01"), "suspended"),
        ((*FEE, "--suspended", "..2026-04-01"), "suspended"),
        ((*FEE, "--suspended", "2026-04-02..2026-04-01"), "suspended"),
        ((*FEE, "--suspended", "2026-03-01..2026-04-01"), "suspended"),
        ((*FEE, "--deferred", "2026-03-10"), "deferred"),
        (("retention", "--captured", "9999-12-31"), "captured"),
        (("deadline", "removal"), "removal"),
        (("deadline", "removal", "--removal", "2026-11-01", "--today", "2026-11-24"), "removal"),
        (("retention", "--captured", "yesterday"), "captured"),
        (("retention", "--captured", "2026-03-01", "--days", "0"), "days"),
        (("retention", "--captured", "2026-03-01", "--purpose", "侦查"), "purpose"),
        (("retention", "--captured", "2026-03-01", "--days", "60", "--source", " "), "source"),
        (("deadline", "filing", "--from", "2026-01-25", "--done", "2026-01-24"), "done"),
        (("fine", "S40", "--respondent", "unit", "--decided", "2025-01-01"), "conduct"),
        (("fine", "S40", "--respondent", "unit", "--decided", "2024-05-02", "--conduct", "2024-04-30"), "conduct"),
        (("fine", "S16.2a", "--respondent", "unit", "--decided", "2025-01-01", "--conduct", "2024-06-01"), "clause"),
        (("fine", "S18", "--respondent", "unit", "--decided", "2025-01-01", "--conduct", "2024-06-01"), "clause"),
        (("builder", "--category", "15"), "category"),
        (("access", "curiosity", "--facts", "x.json"), "ground"),
        (("access", "agency", "--facts", "missing.json"), "facts"),
    ],
)
def test_what_cannot_be_right_names_its_field_and_ends_with_two(arguments: tuple[str, ...], field: str) -> None:
    assert refused(*arguments) == field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", "facts"),
        ("[]", "facts"),
        ("{}", "facts.basis"),
        ('{"bassis": "x"}', "facts.bassis"),
    ],
)
def test_facts_that_cannot_be_read_name_their_field(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text, encoding="utf-8")
    assert refused("access", "release", "--facts", str(path)) == field


def test_people_read_lines_and_no_json() -> None:
    result = RUNNER.invoke(
        app, ["law", "fine", "S37", "--respondent", "unit", "--conduct", "2024-06-01", "--decided", "2024-07-01"]
    )
    assert result.exit_code == 0
    assert "责令限期建设" in result.stdout
    assert "order to build" in result.stdout


PAGE = Path(__file__).parents[2] / "docs/law-cli.md"


@pytest.mark.parametrize("ground", GROUNDS)
def test_whole_facts_may_proceed_and_the_schema_knows_each_of_them(tmp_path: Path, ground: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(plain_facts(ground)), encoding="utf-8")
    answer = ask("access", ground, "--facts", str(path), "--at", "2026-06-03T08:00:00Z")
    assert answer["allowed"], answer
    schema = json.loads(RUNNER.invoke(app, ["law", "access", ground, "--schema"]).stdout)
    (top,) = (one for one in schema["$defs"].values() if one["title"] == GROUNDS[ground].facts.__name__)
    assert set(plain_facts(ground)) <= set(top["properties"])
    assert set(top["required"]) <= set(plain_facts(ground))
    assert "Attributes:" in top["description"], "what each field means"


def test_the_example_in_the_documentation_may_proceed(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.+?)\n```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "facts.json"
    path.write_text(example, encoding="utf-8")
    assert ask("access", "agency", "--facts", str(path), "--at", "2026-06-03T08:00:00Z")["allowed"]


def test_without_facts_it_says_how_they_are_given() -> None:
    result = RUNNER.invoke(app, ["law", "access", "agency"])
    assert result.exit_code == 2
    assert "--facts" in result.output


ONE_ACT = (
    *("fine", "N29", "--respondent", "unit", "--decided", "2025-10-20"),
    *("--conduct-from", "2025-07-01", "--conduct-to", "2025-10-15"),
    *("--ordered", "2025-09-01", "--term-ends", "2025-09-30", "--not-complied"),
)


def test_one_act_under_several_clauses_is_fined_once_under_the_highest() -> None:
    answer = ask(*ONE_ACT, "--also", "N30:ordered=2025-09-01,term-ends=2025-09-30,complied=no", "--also", "N26")
    assert (answer["outcome"], answer["min"], answer["max"]) == ("fine", 5_000, 10_000)
    assert [(part["clause"], part["outcome"]) for part in answer["parts"]] == [
        ("N29", "fine"),
        ("N30", "fine"),
        ("N26", "order"),
    ]
    assert (answer["pending"], answer["review"]) == (["N26"], ["PL29"])
    assert {one["clause"] for one in answer["computations"]} == {"N29", "N30", "N26"}
    assert "PL29" in answer["explain"]["zh"][0]


def test_who_names_the_breached_clause_is_sent_to_the_one_that_fines() -> None:
    base = ("--respondent", "unit", "--decided", "2025-01-01", "--conduct", "2024-06-01", "--json")
    for written, meant in (("S16.2a", "N29"), ("s18", "S40 or N30"), ("S10（1）", "S38 or N27"), ("S9", "S37")):
        result = RUNNER.invoke(app, ["law", "fine", written, *base])
        assert meant in json.loads(result.stdout)["error"]["remedy"]
    assert ask("fine", "s39（1）", *base[:-1])["outcome"] == "warning"


def test_an_order_under_one_clause_is_none_under_another() -> None:
    answer = ask(*ONE_ACT, "--also", "N30")
    assert [part["outcome"] for part in answer["parts"]] == ["fine", "warning"]


def test_an_act_that_was_fined_is_not_fined_again_and_the_decision_is_named() -> None:
    answer = ask(*ONE_ACT, "--act", "XW-17", "--fined", "XW-17=城公行罚决字〔2025〕8号")
    assert (answer["outcome"], answer["clauses"]) == ("refused", ["PL29", "PL28"])
    assert "城公行罚决字〔2025〕8号" in answer["explain"]["zh"][0]
    assert ask(*ONE_ACT, "--act", "XW-17", "--fined", "XW-16=x")["outcome"] == "fine"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("--also", "N30:moon=1"), "also.moon"),
        (("--also", "N30:ordered=soon"), "also.ordered"),
        (("--also", "N30:complied=maybe"), "also.complied"),
        (("--also", "S39:item=x"), "also.item"),
        (("--also", "S39"), "also.item"),
        (("--also", "S16.2a"), "also.clause"),
        (("--also", "N30:term-ends=2025-09-30"), "also.term-ends"),
        (("--also", "N29"), "also"),
        (("--fined", "8"), "fined"),
        (("--fined", "XW-17=8"), "act"),
    ],
)
def test_another_clause_that_cannot_be_right_names_its_field(arguments: tuple[str, ...], field: str) -> None:
    assert refused(*ONE_ACT, *arguments) == field


def test_an_unconfirmed_value_is_said_wherever_an_answer_rests_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    base = ("fine", "S40", "--respondent", "unit", "--conduct", "2024-06-01", "--decided", "2024-07-01")
    answer = ask(*base)
    assert [one["name"] for one in answer["unconfirmed"]] == ["local_rule_cap", "local_hearing_unit"]
    assert sum("未核实" in line for line in answer["explain"]["zh"]) == 2
    assert sum("unconfirmed" in line for line in answer["explain"]["en"]) == 2
    due = ask("deadline", "filing", "--from", "2026-01-25")
    assert ([one["name"] for one in due["unconfirmed"]], due["closes"]) == (["office_close"], "18:00")
    assert ask("deadline", "payment", "--from", "2026-01-25")["unconfirmed"] == []
    assert ask("retention", "--captured", "2026-03-01")["unconfirmed"] == []
    assert [one["name"] for one in ask("show", "S29")["unconfirmed_values"]] == ["child_below"]
    monkeypatch.setenv("CUSTODES_LAW_LOCAL_RULE_CAP", "20000")
    monkeypatch.setenv("CUSTODES_LAW_CONFIRMED", "local_rule_cap,local_hearing_unit")
    monkeypatch.setenv("CUSTODES_LAW_OFFICE_CLOSE", "17:30")
    get_settings.cache_clear()
    assert (ask(*base)["outcome"], ask(*base)["unconfirmed"]) == ("conflict", [])
    assert ask("deadline", "filing", "--from", "2026-01-25")["closes"] == "17:30"


def test_ages_and_lengths_of_a_look_come_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = plain_facts("missing_person") | {"missing": "child", "age": 16}
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    question = ("access", "missing_person", "--facts", str(path), "--at", "2026-06-03T08:00:00Z")
    answer = ask(*question)
    assert (answer["allowed"], [one["name"] for one in answer["unconfirmed"]]) == (True, ["child_below"])
    monkeypatch.setenv("CUSTODES_LAW_CHILD_BELOW", "14")
    monkeypatch.setenv("CUSTODES_LAW_REQUEST_HOURS", "1")
    get_settings.cache_clear()
    answer = ask(*question)
    assert [one["clause"] for one in answer["unmet"]] == ["S29", "S29"]
    assert "14周岁" in answer["unmet"][0]["condition"]
    assert "未核实" in answer["unmet"][0]["condition"]


def changed(ground: str, path: str, value: Any, delete: bool = False) -> str:
    """The example of a ground with one value changed, as JSON; `path` is written with dots."""
    facts = plain_facts(ground)
    inner: Any = facts
    *way, last = path.split(".")
    for part in way:
        inner = inner[int(part) if part.isdigit() else part]
    if delete:
        del inner[last]
    else:
        inner[last] = value
    return json.dumps(facts)


@pytest.mark.parametrize(
    ("ground", "text", "field"),
    [
        ("agency", changed("agency", "officers.1.presnt", False), "facts.officers[1].presnt"),
        ("agency", changed("agency", "officers.0.crad", "1"), "facts.officers[0].crad"),
        ("agency", changed("agency", "scope.longst", "PT1H"), "facts.scope.longst"),
        ("agency", changed("agency", "officers.1.present", None, delete=True), "facts.officers[1].present"),
        ("duty", changed("duty", "session.post.untl", None), "facts.session.post.untl"),
        ("duty", changed("duty", "cameras.0.inuse", True), "facts.cameras[0].inuse"),
        ("maintenance", changed("maintenance", "contract.tems", []), "facts.contract.tems"),
        ("inspection", changed("inspection", "samples.0.lenght", "PT1S"), "facts.samples[0].lenght"),
        ("agency", changed("agency", "scope.end", "2026-06-03T05:00:00"), "facts.scope.end"),
        ("agency", changed("agency", "scope.begin", "0001-01-01T00:00:00+14:00"), "facts.scope.begin"),
        ("agency", changed("agency", "requester", "king"), "facts.requester"),
        ("agency", changed("agency", "officers.0.present", "maybe"), "facts.officers[0].present"),
        ("duty", changed("duty", "window", "P999999999D"), "facts.window"),
        ("duty", changed("duty", "span", ["2026-06-03T05:00:00", "2026-06-03T06:00:00Z"]), "facts.span[0]"),
        ("agency", changed("agency", "scope.longest", "P400D"), "facts.scope.longest"),
        ("agency", changed("agency", "approvals_needed", 1), "facts.approvals_needed"),
        ("missing_person", changed("missing_person", "elderly_from", 20), "facts.elderly_from"),
        ("missing_person", changed("missing_person", "child_below", 99), "facts.child_below"),
        ("maintenance", changed("maintenance", "furthest", "PT24H"), "facts.furthest"),
        ("inspection", changed("inspection", "longest_test", "PT3H"), "facts.longest_test"),
        ("duty", changed("duty", "window", "P400D"), "facts.window"),
        ("duty", changed("duty", "longest_span", "P40D"), "facts.longest_span"),
        ("commissioning", changed("commissioning", "fresh_seconds", 3600), "facts.fresh_seconds"),
        ("agency", "[" * 100_000, "facts"),
        ("agency", '{"unit": "\\ud800"}', "facts"),
        ("agency", '{"unit": "a", "unit": "b"}', "facts.unit"),
    ],
)
def test_a_fact_that_cannot_be_right_names_its_whole_path(tmp_path: Path, ground: str, text: str, field: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text, encoding="utf-8")
    assert refused("access", ground, "--facts", str(path), "--at", "2026-06-03T08:00:00Z") == field


@pytest.mark.parametrize(
    "at", ["2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-03-01T08:00"]
)
def test_a_moment_of_the_look_that_cannot_be_is_refused(tmp_path: Path, at: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(plain_facts("agency")), encoding="utf-8")
    assert refused("access", "agency", "--facts", str(path), "--at", at) == "at"


def test_before_order_799_access_names_none_of_its_clauses(tmp_path: Path) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(plain_facts("agency") | {"purpose": ""}), encoding="utf-8")
    answer = ask("access", "agency", "--facts", str(path), "--at", "2025-03-31T12:00:00+08:00")
    named = [*answer["clauses"], *(one["clause"] for key in ("unmet", "never", "ways") for one in answer[key])]
    assert not [clause for clause in named if clause.startswith("N")]


@pytest.fixture(autouse=True)
def _settings_of_each_test() -> Iterator[None]:
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


CONDUCT = ("fine", "S40", "--respondent", "unit", "--decided", "2024-09-01")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        # An option that would not be looked at is a slip.
        (("deadline", "filing", "--from", "2026-03-02", "--removal", "2026-05-01"), "removal"),
        (("deadline", "removal", "--removal", "2199-01-01", "--from", "2026-11-01"), "from"),
        (("deadline", "removal", "--from", "2026-12-31"), "from"),
        (("deadline", "hearing-notice", "--from", "2026-12-31", "--days", "3"), "days"),
        # Days are written one way.
        (("deadline", "filing", "--from", "20260301"), "from"),
        (("deadline", "filing", "--from", "2026-W10"), "from"),
        (("deadline", "spot-report", "--from", "20260301"), "from"),
        (("deadline", "spot-report", "--from", "2026-02-30"), "from"),
        (("retention", "--captured", "2026-060"), "captured"),
        # A conduct outside of the regulation is said of the option that gave its end.
        ((*CONDUCT, "--conduct", "2024-04-30"), "conduct"),
        ((*CONDUCT, "--conduct-from", "2024-01-01", "--conduct-to", "2024-04-30"), "conduct-to"),
        # What the command line itself can't read is said the same way.
        (("fine", "S40", "--respondent", "dog", "--conduct", "2024-06-01", "--decided", "2024-09-01"), "respondent"),
        (("fine", "S40", "--respondent", "unit", "--conduct", "2024-06-01"), "decided"),
        (("fine", "S39", "--item", "x", "--respondent", "unit", "--decided", "2024-09-01"), "item"),
        (("retention",), "captured"),
        (("retention", "--captured", "2026-03-01", "--rank", "国家标准"), "rank"),
        (("builder",), "category"),
        (("builder", "--category", "eight"), "category"),
        (("late-fee", "--fine", "100"), "delivered"),
        (("access", "agency"), "facts"),
        (("show",), "clause"),
        (("search", "  "), "words"),
        (("search",), "words"),
    ],
)
def test_every_slip_names_its_field_as_json(arguments: tuple[str, ...], field: str) -> None:
    assert refused(*arguments) == field


def test_without_json_the_command_line_says_it_in_its_own_way() -> None:
    result = RUNNER.invoke(app, ["law", "retention"])
    assert result.exit_code == 2
    assert "--captured" in result.stderr
    assert result.stdout == ""


def test_a_legacy_kind_is_refused_in_english_and_names_the_other() -> None:
    result = RUNNER.invoke(app, ["law", "deadline", "legacy-filing", "--from", "2024-05-02", "--json"])
    error = json.loads(result.stdout)["error"]
    assert error["rule"].isascii()
    assert "'filing'" in error["remedy"]
