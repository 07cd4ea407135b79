"""What must not be public any more is taken down at once by one person, everywhere, and comes back by the approval of another alone (S20, S30.1)."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.people.lawful import StepRefused
from custodes.people.models import RecordOutbox, UnitKind
from custodes.settings import get_settings
from custodes.sharing.directory.standing import standing
from custodes.sharing.models import DirectoryState
from tests.sharing import versions
from tests.sharing.stage import department, published, second, system, taken

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NAME, UNIT, WHY = "教育局考务视频系统", "城关区教育局", "经核实不宜公布"


@pytest.fixture
def found(cast):
    """The system that turns out to be one that must not be named; another stands beside it."""
    unit = department(UnitKind.EDUCATION, UNIT)
    system(department(UnitKind.HOUSING, "城关区住建局"), "工地视频系统")
    return system(unit, NAME)


def form(row, found):
    return reverse("sharing:directory_withdraw", args=[row.pk, row.entries.get(system=found).pk])


def public(row):
    """What everybody gets of a version: page, CSV, JSON."""
    browser = Client()
    addresses = [reverse("sharing:public_version", args=[row.pk])]
    addresses += [reverse("sharing:public_file", args=[row.pk, kind]) for kind in ("csv", "json")]
    answers = [browser.get(address) for address in addresses]
    return [one.status_code for one in answers], "".join(one.content.decode() for one in answers)


@pytest.mark.clause("S20", "S30.1")
def test_one_person_takes_it_out_of_every_version_of_a_networked_installation(cast, by, other, found, client_of):
    assert get_settings().network == "public"
    first = published(cast, other)
    second_version = published(cast, other)
    assert public(first)[0] == public(second_version)[0] == [200, 200, 200]
    browser = client_of("inspector")
    assert form(second_version, found) in browser.get(second_version.get_absolute_url()).content.decode()
    drawn = browser.get(form(second_version, found)).content.decode()
    revision = f'name="revision" value="{second_version.revision}"'
    assert revision in drawn
    empty = browser.post(form(second_version, found), {"revision": second_version.revision, "words": " "})
    assert empty.status_code == 422
    told = {"revision": second_version.revision, "words": WHY}
    assert browser.post(form(second_version, found), told).status_code == 302
    for row in (first, second_version):
        codes, text = public(row)
        assert codes == [200, 410, 410]
        assert "工地视频系统" in text
        for secret in (NAME, UNIT, WHY):
            assert secret not in text
    listed = Client().get(reverse("sharing:public")).content.decode()
    assert "共 1 个系统" in listed
    office = browser.get(second_version.get_absolute_url()).content.decode()
    assert "已撤下" in office
    assert WHY in office
    assert form(second_version, found) not in office
    assert browser.post(form(second_version, found), told).status_code == 422, "it is withdrawn once"


@pytest.mark.clause("S20", "S30.1")
def test_the_log_says_that_something_was_withdrawn_and_neither_what_nor_why(cast, by, other, found):
    row = published(cast, other)
    assert versions.withdraw(row, row.entries.get(system=found).pk, taken(by, WHY)) == 1
    step = row.steps.get(event="withdraw")
    assert (step.by, step.words, step.after) == (by, "", "published")
    told = RecordOutbox.objects.get(type="sharing.step", record__event="withdraw").record
    text = json.dumps(told, ensure_ascii=False)
    for secret in (NAME, UNIT, WHY, "S20", str(found.pk)):
        assert secret not in text
    assert told["content"] != RecordOutbox.objects.get(record__event="publish").record["content"]


@pytest.mark.clause("S20", "S30.1")
def test_it_goes_out_of_the_versions_of_other_offices_too(cast, by, other, found):
    row = published(cast, other)
    city = versions.begin(cast.units["city"], taken(cast.system_admin.person))
    firm = department(UnitKind.ENTERPRISE, "北郊商场")
    mall = system(firm, "商场视频系统")
    for office, person in ((city, cast.system_admin.person),):
        versions.add(office, mall, "", "人员密集，治安防控需要", taken(person))
    versions.submit(city, taken(cast.system_admin.person))
    versions.publish(city, taken(second(cast, "third", "city").person))
    again = versions.begin(cast.units["county"], taken(by))
    versions.add(again, mall, "", "人员密集，治安防控需要", taken(by))
    versions.submit(again, taken(by))
    versions.publish(again, taken(other))
    assert versions.withdraw(again, again.entries.get(system=mall).pk, taken(by, WHY)) == 2
    assert public(city)[0] == [200, 410, 410]
    assert public(row)[0] == [200, 200, 200], "it never named it"


@pytest.mark.clause("S25", "S30.1")
def test_it_is_not_listed_again_unless_somebody_says_why_and_another_approves(cast, by, other, found):
    first = published(cast, other)
    waiting = versions.begin(cast.units["county"], taken(by))
    versions.submit(waiting, taken(by))
    versions.withdraw(first, first.entries.get(system=found).pk, taken(other, WHY))
    with pytest.raises(StepRefused) as refused:
        versions.publish(waiting, taken(other))
    assert "已从公布中撤下" in refused.value.unmet[0].reason_zh
    versions.send_back(waiting, taken(other, "请重新决定"))
    versions.refresh(waiting, taken(by))
    with pytest.raises(StepRefused):
        versions.submit(waiting, taken(by))
    entry = waiting.entries.get(system=found)
    with pytest.raises(StepRefused, match="曾从公布中撤下"):
        versions.decide(waiting, entry.pk, listed=True, name="考务视频系统", reason="", taken=taken(by))
    versions.decide(waiting, entry.pk, listed=True, name="考务视频系统", reason="名称已改写", taken=taken(by))
    versions.submit(waiting, taken(by))
    with pytest.raises(StepRefused):
        versions.publish(waiting, taken(by))
    row = versions.publish(waiting, taken(other))
    assert (row.state, row.entries.get(system=found).reason) == (DirectoryState.PUBLISHED, "名称已改写")
    codes, text = public(row)
    assert codes == [200, 200, 200]
    assert "考务视频系统" in text
    assert NAME not in text, "nor in what the version changed"
    assert public(first)[0] == [200, 410, 410]
    later = versions.begin(cast.units["county"], taken(by))
    assert versions.submit(later, taken(by)).state == DirectoryState.SUBMITTED, "it was decided"


@pytest.mark.clause("S25")
def test_what_was_withdrawn_counts_as_left_out(cast, by, other, found):
    row = published(cast, other)
    versions.withdraw(row, row.entries.get(system=found).pk, taken(by, WHY))
    rows = {one.department.key: one for one in standing(cast.units["county"], timezone.localdate())}
    assert rows["education"].listed == ()
    assert [why for _system, why in rows["education"].left_out] == [f"已撤下：{WHY}"]


def test_only_who_compiles_it_withdraws_and_only_what_is_published(cast, by, other, found, client_of):
    draft = versions.begin(cast.units["county"], taken(by))
    entry = draft.entries.get(system=found)
    assert client_of("inspector").get(form(draft, found)).status_code == 404
    with pytest.raises(StepRefused, match="已公布"):
        versions.withdraw(draft, entry.pk, taken(by, WHY))
    versions.submit(draft, taken(by))
    versions.publish(draft, taken(other))
    for member in ("system_admin", "auditor", "caretaker", "outsider"):
        answer = client_of(member).post(form(draft, found), {"revision": 3, "words": WHY})
        assert answer.status_code in {403, 404}
    stale = client_of("inspector").post(form(draft, found), {"revision": 0, "words": WHY})
    assert stale.status_code == 422
    assert public(draft)[0] == [200, 200, 200]


def test_the_database_takes_no_withdrawal_without_who_and_why(cast, other, found):
    row = published(cast, other)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.entries.update(withdrawn_at=timezone.now())
