"""The pages of the directory: compiled, sent back, approved by another, read by everybody, kept from nobody but what must not be said."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.terms import Terms
from custodes.people.models import UnitKind
from custodes.places.models import System
from custodes.sharing.directory import compiling, publishing
from custodes.sharing.models import Directory
from custodes.upkeep.dates.worklist import worklist_of
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
    return reverse("sharing:directory_act", args=[row.pk, event])


def test_one_compiles_it_another_sends_it_back_and_publishes_it(cast, bureau, client_of, other):
    browser = client_of("inspector")
    page = browser.get(reverse("sharing:directories")).content.decode()
    assert "从未公布应当接入的系统目录" in page
    began = browser.post(reverse("sharing:directory_begin"), {"unit": str(cast.units["county"].uuid)})
    row = Directory.objects.get()
    assert began.headers["Location"] == row.get_absolute_url()
    entry = reverse("sharing:directory_entry", args=[row.pk, row.entries.get().pk])
    wrong = browser.post(entry, {"listed": "on", "name": "考务 0891-6320001", "reason": ""})
    assert wrong.status_code == 422
    assert "电话" in wrong.content.decode()
    assert browser.post(entry, {"name": "考务视频系统", "reason": ""}).status_code == 422
    assert browser.post(entry, {"listed": "on", "name": "考务视频系统", "reason": ""}).status_code == 302
    assert browser.post(act(row, "submit")).status_code == 302
    own = browser.post(act(row, "publish"))
    assert own.status_code == 422
    assert "参与了本版目录的编制" in own.content.decode()
    assert other.post(act(row, "send_back"), {"words": ""}).status_code == 422
    assert other.post(act(row, "send_back"), {"words": "请核对名称"}).status_code == 302
    browser.post(act(row, "submit"))
    assert other.post(act(row, "publish"), {"words": ""}).status_code == 302
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
    assert client_of("system_admin").post(act(row, "refresh")).status_code == 404, (
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
    row = compiling.begin(cast.units["county"], taken(by))
    entry = row.entries.get(system=hidden)
    if what != "came":
        told = {"listed": False, "name": entry.name, "reason": "已移交"}
        if what == "renamed":
            told = {"listed": True, "name": "更名视频系统", "reason": ""}
        compiling.decide(row, entry.pk, **told, taken=taken(by))
    publishing.submit(row, taken(by))
    publishing.publish(row, taken(other))
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
    row = compiling.begin(cast.units["county"], taken(by))
    compiling.add(row, stage.school, "", "校园周边治安需要", taken(by))
    compiling.add(row, system(cast.units["county"], "公安视频系统"), "", "公安机关自建", taken(by))
    publishing.submit(row, taken(by))
    publishing.publish(row, taken(second(cast).person))
    page = Client().get(reverse("sharing:public_version", args=[row.pk])).content.decode()
    for article in ("第二十一条", "第二十三条", "第二十四条"):
        assert f">{article}</td>" in page


@pytest.mark.clause("S25")
def test_what_was_submitted_waits_for_who_took_no_part_in_it(cast, bureau):
    by, other = cast.inspector.person, second(cast).person
    row = compiling.begin(cast.units["county"], taken(by))

    def waits(person):
        every = worklist_of(person, timezone.now(), Terms(), most=50).waiting
        return [one.href for one in every if one.what == "directory"]

    assert waits(other) == [], "a draft waits for nobody"
    publishing.submit(row, taken(by))
    assert (waits(by), waits(other)) == ([], [row.get_absolute_url()])
    assert waits(cast.members["caretaker"].person) == waits(cast.members["system_admin"].person) == []
    publishing.send_back(row, taken(other, "请核对"))
    assert waits(other) == []
    publishing.submit(row, taken(by))
    assert waits(other) == [row.get_absolute_url()], "sending it back is no part in compiling it"
    publishing.publish(row, taken(other))
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
    assert browser.post(reverse("sharing:directory_out", args=[row.pk, entry.pk])).status_code == 302
    assert not row.entries.filter(computed=False).exists()
