"""What is kept back is told by nothing else: lists, files, holds, timelines, reports, the work list, the log, alarms, the calendar."""

from __future__ import annotations

import datetime
import io
import json

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from custodes.access.choosing.ending import endings
from custodes.access.holds.placing import PlacingBasis, hold
from custodes.access.holds.reach import releasable_holds, visible_holds
from custodes.access.looks.reach import held_for, kept_from, without
from custodes.access.models import Embargo, Hold, HoldBasis
from custodes.access.models.hold import reference
from custodes.access.papers import microseconds
from custodes.ledger.records import new_id
from custodes.oversight import reconciling
from custodes.oversight.mirror import catch_up
from custodes.oversight.models import EntryRow
from custodes.oversight.readers import readable_entries
from custodes.oversight.retention import LocalMonth, lines_of, next_passes
from custodes.people.lawful import terms
from custodes.people.models import Person, RecordOutbox
from custodes.upkeep.alarms.visible import open_alarms
from custodes.upkeep.dates.worklist import worklist_of
from custodes.upkeep.lanes import lanes_of
from tests.access.agency.asked import Asked
from tests.access.looks import embargoes as embargo
from tests.access.looks.platform import DAY, PURPOSE
from tests.access.taken import Taken

MICRO = datetime.timedelta(microseconds=1)
SPAN = "span"


@pytest.fixture
def kept(platform):
    """A copy that was granted, held, looked at, and is kept back."""
    row, one = platform.kept_back(way="copy", security_organ=False)
    return row, one, platform.look(row)


def tells(answer, row):
    """Whether a page or file names anything of the request."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = content.decode(errors="replace")
    return any(word in text for word in (PURPOSE, row.number, "次旺", "城关区人民法院"))


PAGES = (
    *(
        "access:viewings_all",
        "access:findings",
        "access:hold_list",
        "access:requests",
        "home",
        "upkeep:dates",
        "upkeep:alarms",
    ),
    *("oversight:retention", "upkeep:completeness", "people:duty", "access:request_approvals"),
)


def test_the_words_are_looked_for_where_they_do_stand_once_it_is_over(platform, notary, client_of, kept):
    row, _one, _look = kept
    embargo.lift(row, Taken(platform.approver.person, platform.at, "已结案"))
    for name in ("access:viewings_all", "access:hold_list"):
        assert tells(client_of("lead").get(reverse(name)), row), name
    for name in ("access:viewings_export", "oversight:export_retention"):
        assert tells(client_of("lead").get(reverse(name, kwargs={"form": "csv"})), row), name


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("member", ["lead", "approver", "caretaker", "operator", "school_auditor"])
def test_no_page_of_the_unit_tells_of_it_and_no_file(platform, notary, client_of, kept, name, member):
    row, _one, _look = kept
    assert not tells(client_of(member).get(reverse(name)), row)


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("access:viewings_export", "csv"),
        ("oversight:export_retention", "csv"),
        ("access:requests_export", "csv"),
        ("upkeep:work_file", "csv"),
    ],
)
def test_no_file_of_the_unit_tells_of_it(platform, notary, client_of, kept, name, form):
    row, _one, _look = kept
    for member in ("lead", "approver", "school_auditor"):
        answer = client_of(member).get(reverse(name, kwargs={"form": form}))
        assert not tells(answer, row)


def test_a_table_of_the_looks_has_no_row_more_for_what_is_kept_back(platform, notary, client_of, kept):
    own = platform.look(who=platform.stage.cast.operator.person, index=501)
    answer = client_of("lead").get(reverse("access:viewings_export", kwargs={"form": "xlsx"}))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    rows = list(book.active.iter_rows(values_only=True))
    assert len(rows) == 2
    assert RecordOutbox.objects.get(type="list.exported").record["rows"] == 1
    assert own.person.name in str(rows[1])


def test_the_hold_that_rests_on_it_is_not_there_for_the_unit_until_it_is_over(platform, kept):
    row, one, _look = kept
    held = Hold.objects.get(request=reference(row.pk))
    lead, approver = platform.school_lead.person, platform.stage.cast.approver.person
    for person in (lead, approver, platform.school_auditor.person):
        assert held not in visible_holds(person, platform.at)
        assert held not in visible_holds(person, one.ends_at - MICRO)
        assert held in visible_holds(person, one.ends_at)
        assert held not in releasable_holds(person, platform.at)
    for person in (platform.desk.person, platform.approver.person, platform.stage.cast.auditor.person):
        assert held in visible_holds(person, platform.at)


def test_a_hold_is_not_told_either_while_a_first_embargo_waits(platform):
    row = platform.granted(way="copy", security_organ=False)
    lead = platform.school_lead.person
    held = Hold.objects.get(request=reference(row.pk))
    assert held in visible_holds(lead, platform.at)
    one = platform.ask(row)
    assert held not in visible_holds(lead, platform.at)
    assert held in visible_holds(lead, one.ends_at)


def test_a_hold_of_the_units_own_on_the_same_camera_stays(platform, kept):
    row, _one, _look = kept
    own = hold(
        [platform.stage.gate],
        row.span,
        PlacingBasis(HoldBasis.SPAN, "校门冲突", "家长来访"),
        platform.school_lead.person,
        platform.at,
    )
    assert set(visible_holds(platform.school_lead.person, platform.at)) == {own}


def test_the_holds_own_page_and_papers_are_not_there(platform, notary, client_of, kept):
    row, _one, _look = kept
    held = Hold.objects.get(request=reference(row.pk))
    for member in ("lead", "approver"):
        assert client_of(member).get(held.get_absolute_url()).status_code == 404


def test_lanes_and_what_goes_soon_say_nothing_of_its_hold(platform, notary, kept):
    row, _one, _look = kept
    cameras, at = [platform.stage.gate], platform.at

    def told(person):
        (lane,) = lanes_of(cameras, row.span, at, person)
        return lane.holds, endings(cameras, row.span, at + 400 * DAY, at, person)

    assert told(platform.stage.cast.auditor.person)[0] == (row.span,)
    holds, goes = told(platform.stage.cast.caretaker.person)
    assert holds == ()
    assert [one.camera for one in goes] == cameras, "it goes as it would without the hold"


def test_a_timeline_bears_no_lock_for_it_and_keeps_those_of_others(platform, client_of, notary, kept):
    row, _one, _look = kept
    begin, end = (microseconds(edge) for edge in row.span)
    half = (begin + end) // 2
    platform.stage.worker.timeline = {"runs": [[begin, end]], "gaps": [], "held": [[begin, end]], "now_us": end}
    between = {"from": row.span[0].isoformat(), "to": row.span[1].isoformat()}

    def held(member):
        platform.stage.on_duty("operator") if member == "operator" else None
        answer = client_of(member).get(f"/api/cameras/{platform.stage.gate.pk}/timeline", between)
        return answer.json()["held"]

    assert held("operator") == []
    assert held("lead") == []
    assert held("auditor") == [[begin, end]]
    middle = row.span[0] + (row.span[1] - row.span[0]) / 2
    hold(
        [platform.stage.gate],
        (row.span[0], middle),
        PlacingBasis(HoldBasis.SPAN, "校门冲突", "来访"),
        platform.school_lead.person,
        platform.at,
    )
    assert held("lead") == [[begin, half]]


@pytest.mark.parametrize(
    ("held", "hidden", "told", "left"),
    [
        ([(0, 10)], [(0, 10)], [], []),
        ([(0, 10)], [(2, 4)], [], [(0, 2), (4, 10)]),
        ([(0, 10)], [(2, 6)], [(4, 8)], [(0, 2), (4, 10)]),
        ([(0, 10), (20, 30)], [(5, 25)], [], [(0, 5), (25, 30)]),
        ([(0, 10)], [(10, 20)], [], [(0, 10)]),
        ([], [(0, 5)], [], []),
    ],
)
def test_spans_less_what_is_hidden(held, hidden, told, left):
    assert without(held, hidden, told) == left


def test_a_report_that_an_inspector_hands_to_the_unit_names_no_such_hold(platform, kept):
    row, one, _look = kept
    inspector, gate = platform.stage.cast.inspector.person, platform.stage.gate

    def named(at):
        month = LocalMonth.of(f"{platform.today:%Y-%m}", platform.today)
        return [each.request for line in lines_of([gate], month, inspector, at) for each in line.holds]

    assert named(platform.at) == []
    assert named(one.ends_at) == [reference(row.pk)]


def test_the_next_deletion_counts_nothing_for_it(platform, kept):
    row, _one, _look = kept
    stage, held = platform.stage, Hold.objects.get(request=reference(row.pk))
    own = hold(
        [stage.yard],
        row.span,
        PlacingBasis(HoldBasis.SPAN, "操场冲突", "来访"),
        platform.school_lead.person,
        platform.at,
    )
    day = {"day": platform.today.isoformat(), "rule": "S32", "bytes": 0, "held_segments": 3, "held_bytes": 9}
    stage.worker.retention |= {
        "days": [
            {**day, "camera": str(stage.gate.pk), "segments": 2, "holds": [str(held.pk)]},
            {**day, "camera": str(stage.yard.pk), "segments": 0, "holds": [str(own.pk), str(held.pk)]},
            {**day, "camera": str(stage.gate.pk), "segments": 0, "holds": [str(held.pk)]},
        ]
    }

    def told(person):
        passes = next_passes(person, platform.at)
        return [
            (one.camera.name, one.day.segments, one.day.held_segments, len(one.holds), one.others)
            for one in passes[0].days
        ]

    assert told(platform.school_lead.person) == [("校门", 2, 0, 0, 0), ("操场", 0, 3, 1, 0)]
    caretaker = told(stage.cast.caretaker.person)
    assert [line[2] for line in caretaker if line[0] == "校门"] == [0]
    assert len(told(platform.stage.cast.auditor.person)) == 3


def waiting(person, at):
    return [line.name for line in worklist_of(person, at, terms()).waiting]


def test_no_work_list_of_the_unit_has_a_line_for_it(platform, kept):
    row, _one, _look = kept
    later = platform.at + datetime.timedelta(minutes=5)  # the hold has no answer yet: it waits for somebody
    Hold.objects.update(review_on=platform.today)
    for member in ("lead", "approver", "caretaker", "operator", "school_auditor"):
        person = platform.stage.cast.members[member].person
        assert not any(row.number in line or "保全" in line for line in waiting(person, later)), member
    assert any("保全" in line for line in waiting(platform.desk.person, later))


def test_the_log_of_a_units_auditor_has_nothing_of_it(platform, notary, kept):
    _row, one, look = kept
    person = str(platform.officer.person.uuid)
    for record in RecordOutbox.objects.order_by("created_at", "pk"):
        notary.append([record.record])
    when = platform.at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    base = {
        "at": when,
        "grant": str(look.pk),
        "index": look.index,
        "person": person,
        "camera": str(platform.stage.gate.pk),
        "worker": "node-1/0",
    }
    notary.append(
        [
            {**base, "type": "view.begun", "id": str(new_id()), "stream": "main", "at_us": 1},
            {
                "type": "hold.effective", "id": str(new_id()), "at": when, "hold": str(Hold.objects.get().pk), "version": 1,
                "released": False, "workers": ["node-1/0"], "there_us": 1, "deleted_us": 0, "never_us": 0, "ahead_us": 0,
            },
        ]
    )  # fmt: skip
    assert catch_up()
    told = {"request.step", "embargo.step", "view.begun", "hold.placed", "hold.effective"}
    assert told <= set(EntryRow.objects.values_list("type", flat=True))
    own = {one.type for one in readable_entries(platform.school_auditor.person, platform.at)}
    assert not own & told
    police = {one.type for one in readable_entries(platform.stage.cast.auditor.person, platform.at)}
    assert told <= police
    assert one


def test_no_alarm_of_the_unit_tells_of_a_grant_that_was_not_used(platform, notary, kept):
    assert list(reconciling.look(platform.at)) == []
    for member in ("lead", "approver", "caretaker", "operator"):
        assert not open_alarms(platform.stage.cast.members[member].person, platform.at).exists()


def test_the_look_itself_and_its_request_are_not_there_for_the_unit(platform, notary, client_of, kept):
    row, _one, look = kept
    for member in ("lead", "approver", "school_auditor"):
        browser = client_of(member)
        assert browser.get(reverse("oversight:look", args=[look.pk])).status_code == 404
        assert browser.get(row.get_absolute_url()).status_code in (403, 404)
        assert browser.get(reverse("access:embargo", args=[row.pk])).status_code in (403, 404)
    for member in ("auditor", "city_desk", "officer"):
        assert client_of(member).get(reverse("oversight:look", args=[look.pk])).status_code == 200


def test_the_same_letter_at_the_platform_is_not_named_on_a_request_to_the_unit(platform, notary, client_of, kept):
    row, _one, _look = kept
    asked = Asked(platform.stage, platform.companion, platform.at)
    own = asked.registered(letter_number=row.letter_number)
    page = client_of("caretaker").get(own.get_absolute_url())
    assert page.status_code == 200
    assert page.context["elsewhere"] == []
    embargo.lift(row, Taken(platform.approver.person, platform.at, "已结案"))
    assert client_of("caretaker").get(own.get_absolute_url()).context["elsewhere"] == [row]


def test_a_search_for_its_words_finds_nothing_and_counts_nothing(platform, notary, client_of, kept):
    answer = client_of("lead").get(reverse("access:viewings_all"), {"q": PURPOSE})
    assert answer.context["page"].paginator.count == 0
    assert client_of("auditor").get(reverse("access:viewings_all"), {"q": PURPOSE}).context["page"].paginator.count == 1


def test_the_calendar_feed_of_the_unit_has_no_day_of_it(platform, kept):
    from custodes.upkeep.dates.reach import dates_of

    row, one, _look = kept
    for member in ("lead", "approver", "caretaker"):
        person = platform.stage.cast.members[member].person
        found = dates_of(person, platform.at, terms())
        assert not any(row.number in str(each) or each.day == one.until for each in found)


def test_of_whom_it_is_kept(platform, kept):
    row, one, _look = kept

    def hidden(person: Person, at=platform.at):
        return row in kept_from(person, at)

    assert hidden(platform.school_lead.person)
    assert not hidden(platform.desk.person)
    assert not hidden(platform.stage.cast.auditor.person)
    assert not hidden(platform.school_lead.person, one.ends_at)
    assert Embargo.objects.running(platform.at + DAY).count() == 1
    assert held_for(platform.school_lead.person, platform.at, platform.stage.lobby, [(1, 2)]) == [(1, 2)]
    assert json.dumps(row.pk, default=str)


def test_a_search_by_a_camera_that_is_not_named_to_the_reader_finds_nothing(platform, notary, client_of):
    """A look at the school's gate and the hotel's lobby: the school may search by its own camera alone."""
    stage = platform.stage
    row = platform.granted(cameras=[stage.gate, stage.lobby])
    platform.look(row)

    def found(member, query):
        return client_of(member).get(reverse("access:viewings_all"), {"q": query}).context["page"].paginator.count

    assert found("lead", stage.gate.name) == 1
    assert found("lead", stage.lobby.name) == 0
    assert found("auditor", stage.lobby.name) == 1


def test_that_the_house_stopped_a_look_is_not_told_to_a_units_auditor(platform, notary, kept):
    _row, _one, look = kept
    when = platform.at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    notary.append(
        [
            {
                "type": "revocation", "id": str(new_id()), "at": when, "grants": [str(look.pk)], "by": "system",
                "reason": "查看范围已经缩小", "clause": "N20",
            }
        ]
    )  # fmt: skip
    assert catch_up()
    assert EntryRow.objects.filter(type="revocation").exists()
    assert not readable_entries(platform.school_auditor.person, platform.at).filter(type="revocation").exists()
    assert readable_entries(platform.stage.cast.auditor.person, platform.at).filter(type="revocation").exists()
