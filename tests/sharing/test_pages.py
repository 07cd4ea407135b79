"""The pages of the directory: compiled, sent back, approved by another, read by everybody, kept from nobody but what must not be said."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import UnitKind
from custodes.places.models import System
from custodes.sharing.models import Directory
from custodes.upkeep.dates.worklist import worklist_of
from tests.sharing import versions
from tests.sharing.stage import department, published, second, system, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def bureau(cast):
    unit = department(UnitKind.EDUCATION, "城关区教育局")
    system(unit, "教育局考务视频系统")
    return unit


@pytest.fixture
def other(cast):
    browser = Client()
    browser.force_login(second(cast))
    return browser


def act(row, event):
    return reverse(f"sharing:directory_{event}", args=[row.pk])


def on(row, **told):
    """What a form says that was drawn with the row as it stands."""
    row.refresh_from_db()
    return {"revision": row.revision, "seen": row.revision} | told


def test_one_compiles_it_another_sends_it_back_and_publishes_it(cast, bureau, client_of, other):
    browser = client_of("inspector")
    page = browser.get(reverse("sharing:directories")).content.decode()
    assert "从未公布应当接入的系统目录" in page
    began = browser.post(reverse("sharing:directory_begin"), {"unit": str(cast.units["county"].uuid)})
    row = Directory.objects.get()
    assert began.headers["Location"] == row.get_absolute_url()
    entry = reverse("sharing:directory_entry", args=[row.pk, row.entries.get().pk])
    wrong = browser.post(entry, on(row) | {"listed": "on", "name": "考务 0891-6320001", "reason": ""})
    assert wrong.status_code == 422
    assert "电话" in wrong.content.decode()
    assert browser.post(entry, on(row) | {"name": "考务视频系统", "reason": ""}).status_code == 422
    assert browser.post(entry, on(row) | {"listed": "on", "name": "考务视频系统", "reason": ""}).status_code == 302
    assert browser.post(act(row, "submit"), on(row)).status_code == 302
    own = browser.post(act(row, "publish"), on(row))
    assert own.status_code == 422
    assert "参与了本版目录的编制" in own.content.decode()
    assert other.post(act(row, "send_back"), on(row) | {"words": ""}).status_code == 422
    assert other.post(act(row, "send_back"), on(row) | {"words": "请核对名称"}).status_code == 302
    browser.post(act(row, "submit"), on(row))
    assert other.post(act(row, "publish"), on(row) | {"words": ""}).status_code == 302
    row.refresh_from_db()
    assert row.public
    assert "考务视频系统" in Client().get(reverse("sharing:public_version", args=[row.pk])).content.decode()


def test_a_draft_is_nobody_elses(cast, bureau, client_of, notary):
    client_of("inspector").post(reverse("sharing:directory_begin"), {"unit": str(cast.units["county"].uuid)})
    row = Directory.objects.get()
    for name, args in (("public_version", [row.pk]), ("public_file", [row.pk, "csv"])):
        assert Client().get(reverse(f"sharing:{name}", args=args)).status_code == 404
    for member in ("caretaker", "outsider", "officer"):
        assert client_of(member).get(row.get_absolute_url()).status_code in {403, 404}
    assert client_of("system_admin").post(act(row, "refresh"), on(row)).status_code == 404, (
        "the city reads it and does not compile it"
    )
    assert row.get_absolute_url() in client_of("inspector").get(reverse("sharing:directories")).content.decode()


@pytest.mark.clause("S25")
def test_everybody_reads_it_and_checks_its_files_against_their_hashes(cast, bureau):
    row = published(cast, second(cast).person)
    browser = Client()
    assert str(row) in browser.get(reverse("sharing:public")).content.decode()
    page = browser.get(reverse("sharing:public_version", args=[row.pk])).content.decode()
    for told in ("教育局考务视频系统", "城关区教育局", row.table_sha256, row.document_sha256, "正在存证"):
        assert told in page
    assert "北京中路 7 号" not in page
    table = browser.get(reverse("sharing:public_file", args=[row.pk, "csv"]))
    assert hashlib.sha256(table.content).hexdigest() == row.table_sha256
    answer = json.loads(browser.get(reverse("sharing:public_file", args=[row.pk, "json"])).content)
    canonical = json.dumps(answer["directory"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(canonical.encode()).hexdigest() == answer["proof"]["sha256"] == row.document_sha256
    assert answer["proof"]["csv_sha256"] == row.table_sha256
    assert browser.get(reverse("sharing:public_file", args=[row.pk, "exe"])).status_code == 404


@pytest.mark.clause("S20")
def test_what_was_classified_since_is_shown_no_more_and_the_files_are_gone(cast, bureau):
    system(bureau, "另一视频系统")
    row = published(cast, second(cast).person)
    System.objects.filter(name="另一视频系统").update(classified=True)
    browser = Client()
    page = browser.get(reverse("sharing:public_version", args=[row.pk])).content.decode()
    assert "教育局考务视频系统" in page
    assert "另一视频系统" not in page
    for form in ("csv", "json"):
        answer = browser.get(reverse("sharing:public_file", args=[row.pk, form]))
        assert answer.status_code == 410
        assert "另一视频系统" not in answer.content.decode()


@pytest.mark.clause("S20")
def test_how_many_it_lists_leaves_out_what_was_classified_since(cast, bureau):
    system(bureau, "另一视频系统")
    published(cast, second(cast).person)
    browser = Client()
    assert "共 2 个系统" in browser.get(reverse("sharing:public")).content.decode()
    System.objects.filter(name="另一视频系统").update(classified=True)
    assert "共 1 个系统" in browser.get(reverse("sharing:public")).content.decode()


@pytest.mark.clause("S20")
@pytest.mark.parametrize("what", ["went", "renamed", "came"])
def test_what_a_version_changed_names_nothing_that_was_classified_since(what, cast, bureau, client_of):
    by, other = cast.inspector.person, second(cast).person
    hidden = system(bureau, "移出视频系统") if what != "came" else None
    published(cast, other)
    hidden = hidden or system(bureau, "移出视频系统")
    row = versions.begin(cast.units["county"], taken(by))
    entry = row.entries.get(system=hidden)
    if what != "came":
        told = {"listed": False, "name": entry.name, "reason": "已移交"}
        if what == "renamed":
            told = {"listed": True, "name": "更名视频系统", "reason": ""}
        versions.decide(row, entry.pk, **told, taken=taken(by))
    versions.submit(row, taken(by))
    versions.publish(row, taken(other))
    browser, page = Client(), reverse("sharing:public_version", args=[row.pk])
    assert "移出视频系统" in browser.get(page).content.decode(), "else the test shows nothing"
    System.objects.filter(pk=hidden.pk).update(classified=True)
    answer = browser.get(page).content.decode()
    assert "教育局考务视频系统" in answer
    for name in ("移出视频系统", "更名视频系统"):
        assert name not in answer


@pytest.mark.clause("S23", "S24")
def test_the_public_page_names_the_article_of_each(cast, stage, bureau):
    by = cast.inspector.person
    row = versions.begin(cast.units["county"], taken(by))
    versions.add(row, stage.school, "", "校园周边治安需要", taken(by))
    versions.add(row, system(cast.units["county"], "公安视频系统"), "", "公安机关自建", taken(by))
    versions.submit(row, taken(by))
    versions.publish(row, taken(second(cast).person))
    page = Client().get(reverse("sharing:public_version", args=[row.pk])).content.decode()
    for article in ("第二十一条", "第二十三条", "第二十四条"):
        assert f">{article}</td>" in page


@pytest.mark.clause("S25")
def test_what_was_submitted_waits_for_who_took_no_part_in_it(cast, bureau):
    by, other = cast.inspector.person, second(cast).person
    row = versions.begin(cast.units["county"], taken(by))

    def waits(person):
        every = worklist_of(person, timezone.now(), LegalTerms(), most=50).waiting
        return [one.href for one in every if one.what == "directory"]

    assert waits(other) == [], "a draft waits for nobody"
    versions.submit(row, taken(by))
    assert (waits(by), waits(other)) == ([], [row.get_absolute_url()])
    assert waits(cast.members["caretaker"].person) == waits(cast.members["system_admin"].person) == []
    versions.send_back(row, taken(other, "请核对"))
    assert waits(other) == []
    versions.submit(row, taken(by))
    assert waits(other) == [row.get_absolute_url()], "sending it back is no part in compiling it"
    versions.publish(row, taken(other))
    assert waits(other) == []


def test_a_system_is_added_from_the_form_and_taken_out(cast, stage, bureau, client_of):
    browser = client_of("inspector")
    browser.post(reverse("sharing:directory_begin"), {"unit": str(cast.units["county"].uuid)})
    row = Directory.objects.get()
    add = reverse("sharing:directory_add", args=[row.pk])
    assert browser.post(add, {"system": str(stage.school.pk), "name": "", "reason": " "}).status_code == 422
    assert browser.post(add, {"system": str(stage.hotel.pk), "name": "", "reason": "需要"}).status_code == 422, (
        "another county's"
    )
    assert (
        browser.post(add, {"system": str(stage.school.pk), "name": "", "reason": "校园周边治安需要"}).status_code == 302
    )
    entry = row.entries.get(computed=False)
    page = browser.get(reverse("sharing:directory_entry", args=[row.pk, entry.pk])).content.decode()
    assert "撤销增列" in page
    assert browser.post(act(row, "take_out"), on(row, entry=entry.pk)).status_code == 302
    assert not row.entries.filter(computed=False).exists()


@pytest.mark.clause("S25")
def test_an_approval_counts_for_what_was_seen_alone(cast, bureau, client_of, other):
    by = cast.inspector.person
    row = versions.begin(cast.units["county"], taken(by))
    versions.submit(row, taken(by))
    old = on(row)
    page = other.get(row.get_absolute_url()).content.decode()
    assert page.count(f'name="seen" value="{row.revision}"') == 2
    versions.send_back(row, taken(by, "再改"))
    entry = row.entries.get()
    versions.decide(row, entry.pk, listed=True, name="没有看过的名称", reason="", taken=taken(by))
    versions.submit(row, taken(by))
    for told, why in ((old, "您打开页面以后，"), ({}, "核对后再办理"), ({"seen": "x"}, "核对后再办理")):
        answer = other.post(act(row, "publish"), told)
        assert answer.status_code == 422
        assert why in answer.content.decode()
    assert other.post(act(row, "send_back"), old | {"words": "退回"}).status_code == 422
    row.refresh_from_db()
    assert (row.state, row.document) == ("submitted", "")
    assert other.post(act(row, "publish"), on(row)).status_code == 302


@pytest.mark.clause("S25")
@pytest.mark.parametrize("event", ["refresh", "submit"])
def test_no_step_is_taken_from_a_page_that_is_true_no_more(event, cast, bureau, client_of):
    by = cast.inspector.person
    row = versions.begin(cast.units["county"], taken(by))
    old = on(row)
    versions.decide(row, row.entries.get().pk, listed=True, name="考务视频系统", reason="", taken=taken(by))
    assert client_of("inspector").post(act(row, event), old).status_code == 422
    row.refresh_from_db()
    assert [one.event for one in row.steps.all()] == ["begin", "decide"]


@pytest.mark.clause("S25")
def test_a_stale_form_of_an_entry_lists_nothing_again(cast, bureau, client_of):
    by = cast.inspector.person
    row = versions.begin(cast.units["county"], taken(by))
    entry = row.entries.get()
    page = reverse("sharing:directory_entry", args=[row.pk, entry.pk])
    browser = client_of("inspector")
    old = on(row, listed="on", name="另一名称", reason="")
    versions.decide(row, entry.pk, listed=False, name=entry.name, reason="正在报废", taken=taken(by))
    answer = browser.post(page, old)
    assert answer.status_code == 422
    told = answer.content.decode()
    assert "没有保存" in told
    assert "正在报废" in told, "as it stands now"
    assert browser.post(act(row, "take_out"), old | {"entry": entry.pk}).status_code == 422
    entry.refresh_from_db()
    assert (entry.listed, entry.name, entry.reason) == (False, "教育局考务视频系统", "正在报废")
    assert browser.post(page, on(row, listed="on", name="另一名称", reason="")).status_code == 302


def test_a_form_that_was_filled_in_wrongly_draws_no_more_systems_than_before(cast, bureau, client_of, monkeypatch):
    shop = department(UnitKind.ENTERPRISE, "北郊商场")
    names = [f"商场第{number}视频系统" for number in range(6)]
    rows = [system(shop, name) for name in names]
    row = versions.begin(cast.units["county"], taken(cast.inspector.person))
    monkeypatch.setattr("custodes.sharing.views.directory.MOST", 2)
    browser, add = client_of("inspector"), reverse("sharing:directory_add", args=[row.pk])
    assert browser.get(add).content.decode().count("商场第") == 2
    answer = browser.post(add, {"system": str(rows[5].pk), "name": "", "reason": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert page.count("商场第") == 3
    assert f'value="{rows[5].pk}" selected' in page
    told = {"system": str(rows[4].pk), "name": "", "reason": "人员密集，治安防控需要"}
    assert browser.post(add, told).status_code == 302, "any of them is taken"


def test_who_keeps_a_copy_of_what_is_public_asks_again(cast, bureau):
    row = published(cast, second(cast).person)
    for name, args in (("public", []), ("public_version", [row.pk]), ("public_file", [row.pk, "csv"])):
        answer = Client().get(reverse(f"sharing:{name}", args=args))
        assert answer.headers["Cache-Control"] == "no-cache"
