"""What was registered becomes smaller, never larger, when every officer agrees (S28.1(3), N20)."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.access.agency import narrowing
from custodes.access.agency.narrowing import Smaller
from custodes.access.models import AgencyRequest, Narrowing, NarrowingState
from custodes.people.models import RecordOutbox
from custodes.places.lifecycle.stepping import StepRefused
from tests.access.agency import deciding
from tests.access.agency import rows as lying
from tests.access.agency.asking import given

MINUTE = datetime.timedelta(minutes=1)


def both(asked, make, intake, **more):
    return make(intake, cameras=[asked.stage.gate, asked.stage.yard], **more)


def smaller(row, *cameras, begin=0, end=0):
    return Smaller(frozenset(one.pk for one in cameras), row.span_from + begin * MINUTE, row.span_to + end * MINUTE)


def propose(asked, row, wanted, present=()):
    return narrowing.propose(row, wanted, given(asked.taken(asked.staff, "只需校门一处")), present)


def test_at_the_counter_it_counts_at_once_when_everybody_is_there(asked, notary):
    row = both(asked, asked.granted, "counter")
    made = propose(asked, row, smaller(row, asked.stage.gate, begin=10, end=-20), row.officers.all())
    after = AgencyRequest.objects.get(pk=row.pk)
    assert made.state == NarrowingState.DONE
    assert list(after.cameras.all()) == [asked.stage.gate]
    assert after.span == (row.span_from + 10 * MINUTE, row.span_to - 20 * MINUTE)
    assert after.state == "granted"
    step = after.steps.last()
    assert (step.event, step.clauses) == ("narrow", ["S28.1(3)", "N20"])
    assert step.words.startswith("点位 ")
    assert "只需校门一处" in step.words
    assert [one.name for one in made.consents.all()] == ["王芳", "次旺"]
    told = RecordOutbox.objects.get(pk=step.record_id)
    assert '"event":"narrow"' in str(told.record).replace("'", '"').replace(": ", ":")


def test_at_the_counter_one_officer_alone_does_not_do(asked, notary):
    row = both(asked, asked.registered, "counter")
    with pytest.raises(StepRefused, match="全部工作人员到场同意"):
        propose(asked, row, smaller(row, asked.stage.gate), row.officers.all()[:1])
    assert not Narrowing.objects.exists()
    assert row.cameras.count() == 2


def test_online_it_waits_until_the_last_officer_agrees(asked, notary):
    row = both(asked, asked.registered, "online")
    made = propose(asked, row, smaller(row, asked.stage.gate), row.officers.all())
    assert made.state == NarrowingState.ASKED, "nobody agrees for an officer who has an account"
    narrowing.agree(made, asked.first, asked.at)
    narrowing.agree(made, asked.first, asked.at)
    assert row.cameras.count() == 2
    narrowing.agree(made, asked.second.person, asked.at)
    assert list(row.cameras.all()) == [asked.stage.gate]
    with pytest.raises(StepRefused, match="已缩小"):
        narrowing.decline(made, asked.first, asked.at)


def test_one_who_does_not_agree_ends_it(asked, notary):
    row = both(asked, asked.registered, "online")
    made = propose(asked, row, smaller(row, asked.stage.gate))
    narrowing.decline(made, asked.second.person, asked.at)
    with pytest.raises(StepRefused):
        narrowing.agree(made, asked.first, asked.at)
    assert row.cameras.count() == 2
    assert row.steps.last().event == "narrow_decline"


@pytest.mark.parametrize(
    ("begin", "end", "which", "words"),
    [
        (-1, 0, ("gate",), "只能缩小范围"),
        (0, 1, ("gate",), "只能缩小范围"),
        (0, 0, ("gate", "lobby"), "只能缩小范围"),
        (0, 0, ("gate", "yard"), "范围没有变化"),
        (0, 0, (), "至少保留一个点位"),
        (60, 0, ("gate",), "只能缩小范围"),
    ],
)
def test_it_is_smaller_or_nothing(asked, notary, begin, end, which, words):
    row = both(asked, asked.registered, "counter")
    cameras = [getattr(asked.stage, name) for name in which]
    with pytest.raises(StepRefused, match=words):
        propose(asked, row, smaller(row, *cameras, begin=begin, end=end), row.officers.all())


def test_a_later_proposal_takes_the_earlier_back(asked, notary):
    row = both(asked, asked.registered, "online")
    first = propose(asked, row, smaller(row, asked.stage.gate))
    second = propose(asked, row, smaller(row, asked.stage.yard))
    first.refresh_from_db()
    assert first.state == NarrowingState.WITHDRAWN
    assert narrowing.open_of(AgencyRequest.objects.get(pk=row.pk)) == second


def test_one_that_waited_while_the_request_was_checked_anew_makes_nothing_larger(asked, notary):
    row = both(asked, asked.registered, "online")
    made = propose(asked, row, smaller(row, asked.stage.gate, asked.stage.yard, end=-5))
    deciding.send_back(row, asked.taken(asked.approver, "请核对"))
    with pytest.raises(StepRefused, match="不能缩小范围"):
        narrowing.agree(made, asked.first, asked.at)
    row = AgencyRequest.objects.get(pk=row.pk)
    row.cameras.set([asked.stage.gate])
    deciding.register(row, asked.taken(asked.staff))
    narrowing.agree(made, asked.first, asked.at)
    with pytest.raises(StepRefused, match="只能缩小范围"):
        narrowing.agree(made, asked.second.person, asked.at)


def test_what_is_in_a_package_is_not_made_smaller(asked, notary):
    row = both(asked, asked.granted, "counter", way="copy", security_organ=False)
    from custodes.people.papers.keeping import keep_paper
    from tests.people.papers.samples import pdf, upload

    paper = keep_paper(
        upload(pdf(), "单.pdf", "application/pdf"), by=asked.staff, at=asked.at, about=f"access.agencyrequest:{row.pk}"
    )
    lying.pack(asked, row, paper)
    with pytest.raises(StepRefused, match="已按现有范围制作证据包"):
        propose(asked, row, smaller(row, asked.stage.gate), row.officers.all())


def test_by_the_page_at_the_counter(asked, notary, client_of):
    row = both(asked, asked.granted, "counter")
    staff = client_of("caretaker")
    page = staff.get(f"/requests/{row.pk}/narrow/").content.decode()
    assert "到场同意的工作人员" in page
    begin, end = (timezone.localtime(one).strftime("%Y-%m-%dT%H:%M:%S") for one in row.span)
    sent = {
        "cameras": [str(asked.stage.gate.pk)],
        "span_from": begin,
        "span_to": end,
        "words": "只需校门一处",
        "officers": [str(one.pk) for one in row.officers.all()],
    }
    answer = staff.post(f"/requests/{row.pk}/narrow/", sent | {"cameras": [str(asked.stage.lobby.pk)]})
    assert answer.status_code == 422
    assert "所选点位不在该申请之内" in answer.content.decode()
    assert staff.post(f"/requests/{row.pk}/narrow/", sent)["Location"] == f"/requests/{row.pk}/"
    assert list(row.cameras.all()) == [asked.stage.gate]
    after = AgencyRequest.objects.get(pk=row.pk)
    assert after.span == row.span, "ends that were not touched keep their microseconds"
    assert "缩小范围" in staff.get(f"/requests/{row.pk}/").content.decode()


def test_by_the_page_online_and_nobody_else_answers(asked, notary, client_of):
    row = both(asked, asked.registered, "online")
    made = propose(asked, row, smaller(row, asked.stage.gate, end=-20))
    address = f"/requests/{row.pk}/narrow/{made.pk}/agree/"
    assert client_of("caretaker").post(address).status_code == 404
    assert client_of("outside_caretaker").post(address).status_code == 404
    assert client_of("officer").post(address.replace("agree", "withdraw")).status_code == 404
    assert client_of("officer").post(address.replace("agree", "other")).status_code == 404
    page = client_of("officer").get(f"/requests/{row.pk}/").content.decode()
    assert "提议缩小范围，待工作人员同意" in page
    for member in ("officer", "second"):
        assert client_of(member).post(address).status_code == 302
    assert list(row.cameras.all()) == [asked.stage.gate]
    assert AgencyRequest.objects.get(pk=row.pk).span_to == row.span_to - 20 * MINUTE


def test_the_staff_take_it_back(asked, notary, client_of):
    row = both(asked, asked.registered, "online")
    made = propose(asked, row, smaller(row, asked.stage.gate, end=-20))
    assert client_of("caretaker").post(f"/requests/{row.pk}/narrow/{made.pk}/withdraw/").status_code == 302
    made.refresh_from_db()
    assert made.state == NarrowingState.WITHDRAWN
    assert row.cameras.count() == 2


@pytest.mark.parametrize("intake", ["counter", "online"])
def test_before_it_is_registered_there_is_nothing_to_agree_to(asked, notary, client_of, intake):
    row = asked.checking(intake)
    assert client_of("caretaker").get(f"/requests/{row.pk}/narrow/").status_code == 404


def test_two_officers_of_one_name_and_no_card_agree_each(asked, notary):
    row = both(asked, asked.registered, "online")
    row.officers.update(name="王芳", card="")
    made = propose(asked, row, smaller(row, asked.stage.gate))
    narrowing.agree(made, asked.first, asked.at)
    made.refresh_from_db()
    assert (made.state, row.cameras.count()) == (NarrowingState.ASKED, 2)
    narrowing.agree(made, asked.second.person, asked.at)
    made.refresh_from_db()
    assert made.state == NarrowingState.DONE
    assert made.consents.count() == 2


def test_one_officer_named_twice_is_not_two_at_the_counter(asked, notary):
    row = both(asked, asked.registered, "counter")
    with pytest.raises(StepRefused, match="全部工作人员到场同意。"):
        propose(asked, row, smaller(row, asked.stage.gate), [row.officers.first()] * 2)
