"""Records of a filing's steps."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Person
from custodes.places.drafts import keeping, matter
from custodes.places.drafts.filing import FILING
from custodes.places.drafts.matter import CHECK, DraftAuthor
from custodes.places.filing.fields import FilingAnswers
from custodes.places.models import DossierItem, Draft, DraftKind, Filing, PaperKind, System
from tests.golden.asked import Act, Seen, apart, to, today, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.places import BEFORE, DAY, UNCLEAR, accepted, by_program, step
from tests.golden.tour import Clock
from tests.places.changes.cases import upload
from tests.places.life import filings as workflow
from tests.places.life.answers import ANSWERS
from tests.places.life.filings import Receipt, revoke, take_over
from tests.places.life.filling import unclear
from tests.places.life.papers import item, paper
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db


def told(draft: Draft) -> dict[str, Any]:
    return {"revision": draft.revision}


SYSTEMS = {
    "draft": Act("caretaker", to("places:filing_begin")),
    "take_over": Act(
        "caretaker",
        to("places:filing_take_over"),
        lambda _system: {
            "number": "城公备 2024-0017",
            "authority": "城关区分局",
            "on": "2024-06-20",
            "paper": upload(),
        },
    ),
}
DRAFTS = {
    "submit": Act("caretaker", to("places:draft_hand_in"), told),
    "discard": Act("caretaker", to("places:draft_discard"), told),
}
ACTS = {
    "send_back": Act("inspector", to("places:filing_send_back"), today(words="联系电话打不通")),
    "receive": Act("inspector", to("places:filing_receive"), today()),
    "withdraw": Act("caretaker", to("places:filing_withdraw"), today(words="系统选错了")),
    "national": Act("inspector", to("places:filing_national"), lambda _filing: {"number": "QG-540102-000017"}),
    "revoke": Act("inspector", to("places:filing_revoke"), today(words="原机关没有该回执")),
}


def test_each_step_of_a_filing(stage: Stage, golden: Golden) -> None:
    system, papers = ready(stage)
    with golden("filing") as clock:
        walk(stage, clock, system, papers)


def test_what_is_offered_and_refused(stage: Stage, asked: AskedOf) -> None:
    system, papers = ready(stage)
    with asked("filing", stage.cast, ACTS) as one:
        tomorrow = (timezone.localdate() + DAY).isoformat()

        def seen(row: Any, name: str = "") -> None:
            if isinstance(row, System):
                one.at(row, name, acts=SYSTEMS, page=to("places:life"))
            elif isinstance(row, Draft):
                one.at(row, name, acts=DRAFTS, page=to("places:draft", CHECK))
            else:
                one.at(row, name)
            if not name and row.state == "draft":
                with apart():
                    row.items.clear()
                    one.at(row, "draft, without papers")
            elif name == "submitted again":
                one.guard(row, "send_back", "no words", words="")
                one.guard(row, "receive", "a day to come", on=tomorrow)
                one.guard(row, "receive", "before it was handed in", on=(timezone.localdate() - DAY).isoformat())
            elif name == "draft ready":
                one.guard(row, "submit", "changed meanwhile", acts=DRAFTS, revision=0)
            elif name == "none, from before":
                one.guard(row, "take_over", "a day to come", acts=SYSTEMS, on=tomorrow)
                one.guard(row, "take_over", "no paper", acts=SYSTEMS, paper="")
            elif name == "taken over":
                one.guard(row, "revoke", "no words", words="")
            elif name == "filed":
                one.guard(row, "national", "no number", number="")

        walk(stage, one.clock, system, papers, seen)


def ready(stage: Stage) -> tuple[System, tuple[DossierItem, ...]]:
    """A new system with what a filing of it has to have."""
    system, unit = accepted(stage), stage.cast.caretaker.person
    kinds = ((PaperKind.DESIGN, "设计方案"), (PaperKind.ACCEPTANCE, "验收材料"))
    return system, tuple(item(system, kind, title, unit, BEFORE) for kind, title in kinds)


def walk(stage: Stage, clock: Clock, system: System, papers: tuple[DossierItem, ...], seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    unit, police = stage.cast.caretaker.person, stage.cast.inspector.person

    def begun(of: System, by: Person, *items: DossierItem, on_behalf: bool = False) -> Filing:
        row = workflow.begin(of, by, clock.later(), on_behalf=on_behalf)
        return workflow.save(row, FilingAnswers(ANSWERS, UNCLEAR, items))

    # of a new system
    seen(system, "none")
    row = begun(system, unit, *papers)
    seen(row)
    seen(workflow.submit(row, step(clock, unit)))
    seen(workflow.send_back(row, step(clock, police, "联系电话打不通")))
    seen(workflow.submit(row, step(clock, unit, "电话已更正")), "submitted again")
    seen(workflow.receive(row, step(clock, police)))
    workflow.keep_national_number(row, "QG-540102-000017", step(clock, police))
    # of a change
    seen(workflow.withdraw(begun(system, unit), step(clock, unit, "系统选错了")))
    row = begun(system, police, on_behalf=True)
    seen(row, "draft on behalf of the unit")
    workflow.submit(row, step(clock, police))
    workflow.withdraw(row, step(clock, unit))
    # of what was there before, by a program, from draft to receipt
    seen(stage.school, "none, from before")
    known = FILING.begin(stage.school)
    draft = keeping.begin(DraftKind.FILING, stage.school, FILING.pages[0].key, known, unit, clock.later())
    seen(draft, "draft begun")
    pages = {page.key: ANSWERS | unclear() for page in FILING.pages}
    draft, _changed = keeping.keep_all(draft, pages, seen=draft.revision, by=unit, at=clock.later())
    seen(draft, "draft ready")
    asking = DraftAuthor(unit, clock.later(), LegalTerms(), by_program())
    made, _unsaid = matter.hand_in(draft, FILING, asking, seen=draft.revision)
    assert isinstance(made, Filing)
    workflow.send_back(made, step(clock, police, "请补充单位地址"))
    workflow.withdraw(made, step(clock, unit, "改由使用单位备案"))
    # of what was filed elsewhere
    scan = paper("原回执", unit, clock.at)
    receipt = Receipt("城公备 2024-0017", "拉萨市公安局城关区分局", datetime.date(2024, 6, 20))
    row = take_over(stage.school, receipt, scan, step(clock, unit))
    seen(row, "taken over")
    revoke(row, step(clock, police, "原机关没有该回执"))
