"""Sharing. The county's draft, compiled by its inspector, lists unit A's school (`rows.py`); the city's published version lists it too. Unit A has asked for a link
and is asked to cooperate; the county has a link in force with the city's platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from custodes.cases.models import CaseStep
from custodes.people.models import Unit, UnitKind
from custodes.sharing.models import Cooperation, Directory, Link, LinkGrant, Platform
from tests.cast import Cast
from tests.web.registry import Opens, Public, members

SEES = members("inspector", "system_admin", "auditor", "caretaker", "outside_caretaker")
READS_DRAFT = members("inspector", "system_admin", "auditor")
COMPILES = members("inspector")
ANSWERS = members("caretaker", "outside_caretaker")
READS_ASKED = members("inspector", "system_admin", "auditor", "caretaker")


def _directory(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Directory.objects.get(unit=cast.units["county"]).pk}


def _entry(cast: Cast, unit: str = "county") -> Mapping[str, Any]:
    row = Directory.objects.get(unit=cast.units[unit])
    return {"pk": row.pk, "entry": row.entries.get(computed=False).pk}


def _link(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Link.objects.get(office=cast.units["county"], platform__isnull=False).pk}


def _asked(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Link.objects.get(office=cast.units["county"], system__isnull=False).pk}


def _platform(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Platform.objects.get(office=cast.units["county"], role="upper").pk}


def _grant(cast: Cast) -> Mapping[str, Any]:
    return {"pk": LinkGrant.objects.get(link__office=cast.units["county"]).pk}


def _cooperation(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Cooperation.objects.get(unit=cast.units["a"], reminders=0).pk}


def _issued(cast: Cast) -> Mapping[str, Any]:
    return {"pk": CaseStep.objects.get(event="notice").pk}


def _paper(row: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    return {**row, "paper": CaseStep.objects.get(papers__isnull=False, kind=f"sharing.{kind}").papers.get().pk}


def _urged(cast: Cast) -> Mapping[str, Any]:
    return {"pk": Cooperation.objects.get(unit=cast.units["a"], reminders=1).pk}


def _letter(cast: Cast) -> Mapping[str, Any]:
    return {"unit": Unit.objects.get(kind=UnitKind.EDUCATION, division__code="540100").uuid, "event": "notice"}


SIGNED = "signed with the gateway's key: tests/sharing/test_serving_uppers.py"


VIEWS: dict[str, Opens | Public] = {
    "sharing:gateway_uppers": Public(SIGNED, 401),
    "sharing:gateway_shown": Public(SIGNED, 401),
    "sharing:gateway_shown_off": Public(SIGNED, 401),
    "sharing:gateway_shown_alarms": Public(SIGNED, 401),
    "sharing:gateway_shown_positions": Public(SIGNED, 401),
    "sharing:gateway_wanted": Public(SIGNED, 401, "post"),
    "sharing:gateway_wanted_standing": Public(SIGNED, 401, "post"),
    "sharing:gateway_linktests": Public(SIGNED, 401),
    "sharing:gateway_linktests_tried": Public(SIGNED, 401, "post"),
    "sharing:gateway_links": Public(SIGNED, 401, "post"),
    "sharing:gateway_statements": Public(SIGNED, 401, "post"),
    "sharing:gateway_stating": Public("signed with the gateway's key: tests/sharing/test_stating.py", 401, "post"),
    "sharing:public": Public("S25: the directory is published", 200),
    "sharing:public_version": Public("one version of it; drafts answer 404: tests/sharing/test_pages.py", 200),
    "sharing:public_file": Public("the same as a file", 200),
    "sharing:directories": Opens(SEES),
    "sharing:who": Opens(SEES),
    "sharing:letter_issue": Opens(members("system_admin"), _letter),
    "print:link_letter": Opens(members("system_admin", "auditor"), _issued),
    "sharing:cooperation_print_request": Opens(READS_ASKED, _cooperation),
    "sharing:cooperation_print_urging": Opens(READS_ASKED, _urged),
    "sharing:directory_print_draft": Opens(READS_DRAFT, _directory),
    "sharing:directory_begin": Opens(
        COMPILES, method="post", data=lambda cast: {"unit": str(cast.units["county"].uuid)}
    ),
    "sharing:directory": Opens(READS_DRAFT, _directory),
    **{
        f"sharing:directory_{event}": Opens(COMPILES, _directory, "post")
        for event in ("refresh", "submit", "publish", "send_back", "take_out")
    },
    "sharing:directory_add": Opens(COMPILES, _directory),
    "sharing:directory_entry": Opens(COMPILES, _entry),
    "sharing:directory_withdraw": Opens(members("system_admin"), lambda cast: _entry(cast, "city")),
    "sharing:links": Opens(SEES),
    "sharing:link_ask": Opens(ANSWERS),
    "sharing:link": Opens(READS_ASKED, _asked),
    **{
        f"sharing:link_{event}": Opens(COMPILES, _asked, "post")
        for event in (
            "examine",
            "test_day",
            "trial",
            "put_in_force",
            "resume",
            "suspend",
            "end",
            "refuse",
            *(f"{what}_{step}" for what in ("alarms", "positions") for step in ("ask", "on", "off", "back")),
        )
    },
    "sharing:link_test": Opens(COMPILES, _asked),
    "sharing:link_password": Opens(COMPILES, _link, "post"),
    "sharing:grant_propose": Opens(COMPILES, _link),
    "sharing:link_step_paper": Opens(READS_ASKED, lambda cast: _paper(_asked(cast), "link")),
    "sharing:served": Opens(READS_DRAFT, _link),
    "sharing:tree": Opens(READS_DRAFT, _link),
    "sharing:tree_act": Opens(COMPILES, lambda cast: {**_link(cast), "event": "put"}, "post"),
    "sharing:grant": Opens(READS_DRAFT, _grant),
    "sharing:grant_approve": Opens(COMPILES, _grant, "post"),
    "sharing:grant_refuse": Opens(COMPILES, _grant, "post"),
    "sharing:grant_end": Opens(COMPILES, _grant, "post"),
    "sharing:platform_new": Opens(members("inspector", "system_admin")),
    "sharing:platform": Opens(READS_DRAFT, _platform),
    "sharing:link_ask_platform": Opens(COMPILES, _platform),
    "sharing:platform_handed": Opens(COMPILES, _platform, "post"),
    "sharing:cooperations": Opens(SEES),
    "sharing:cooperation_new": Opens(members("inspector", "system_admin")),
    "sharing:cooperation": Opens(READS_ASKED, _cooperation),
    "sharing:cooperation_step_paper": Opens(READS_ASKED, lambda cast: _paper(_cooperation(cast), "cooperation")),
    "sharing:cooperation_agree": Opens(members("caretaker"), _cooperation, "post"),
    "sharing:cooperation_decline": Opens(members("caretaker"), _cooperation, "post"),
    "sharing:cooperation_remind": Opens(COMPILES, _cooperation, "post"),
    "sharing:cooperation_withdraw": Opens(COMPILES, _cooperation, "post"),
    "sharing:cooperation_close": Opens(COMPILES, _cooperation, "post"),
    "sharing:cooperation_ask_again": Opens(COMPILES, _cooperation, "post"),
}
