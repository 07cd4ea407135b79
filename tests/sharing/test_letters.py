"""Letters to departments that have to join (S23), requests to cooperate as letters (S24), the directory as PDF (S25)."""

from __future__ import annotations

import datetime
from unittest.mock import Mock
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.documents.fonts import FontsMissing
from custodes.people.lawful import StepRefused
from custodes.people.models import RecordOutbox, Unit, UnitKind
from custodes.places.models import System
from custodes.sharing.letters import issuing
from custodes.sharing.letters.issued import NOTICE, URGE, of_office, urging_step
from custodes.sharing.models import Directory
from custodes.sharing.views import public
from tests.documents.reading import text
from tests.sharing import joining, versions
from tests.sharing import requests as cooperating
from tests.sharing.stage import FIVE, NEED, OWN_ID, department, own, platform, published, second, system, taken

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
BACK = 40 * DAY


@pytest.fixture
def bureau(cast, stage):
    unit = department(UnitKind.EDUCATION, "城关区教育局")
    Unit.objects.filter(pk=cast.units["a"].pk).update(parent=unit, path=f"{unit.path}{cast.units['a'].pk}/")
    system(unit, "教育局考务视频系统")
    return unit


@pytest.fixture
def listed(cast, bureau):
    return published(cast, second(cast).person, at=timezone.now() - BACK)


@pytest.fixture
def office(cast):
    return cast.units["county"]


def letter(office, unit, by, event=NOTICE, days=30, ago=0 * DAY):
    at = timezone.now() - ago
    return versions.issue(office, unit, event, timezone.localdate(at) + days * DAY, taken(by, at=at))


def page(client, view, *args):
    answer = client.get(reverse(view, args=args))
    assert answer.status_code == 200, answer
    return text(answer.content)


@pytest.mark.clause("S23")
def test_a_notice_names_what_is_listed_and_not_joined_and_is_kept_as_a_step(
    office, by, bureau, stage, listed, client_of
):
    own_platform = own_of_county(office, by)
    one = letter(office, bureau, by)
    step = CaseStep.objects.get(event="notice")
    assert (one.step, one.directory, step.by, step.clauses) == (step, listed, by, ["S23"])
    assert one.number == f"联通〔{step.on.year}〕0001号"
    RecordOutbox.objects.filter(pk=step.record.pk).update(index=4711)
    told = page(client_of("inspector"), "print:link_letter", step.pk)
    for words in (
        "联网通知书",
        one.number,
        "城关区教育局：",
        "教育局考务视频系统",
        stage.school.name,
        own_platform.gb_id,
        "4711",
    ):
        assert words in told
    assert f"{one.due.year}年{one.due.month}月{one.due.day}日" in told


def own_of_county(office, by):
    return platform(office, "own", OWN_ID, "county", by, contact="王伟", phone="0891-0000001")


@pytest.mark.clause("S23")
def test_it_says_the_same_after_the_register_has_moved_on(cast, office, by, bureau, listed, client_of):
    one = letter(office, bureau, by, ago=5 * DAY)
    before = page(client_of("inspector"), "print:link_letter", one.step.pk)
    System.objects.filter(pk__in=one.systems).update(name="别的名称")
    system(bureau, "后来的系统")
    row = versions.begin(office, taken(by))
    versions.submit(row, taken(by))
    versions.publish(row, taken(second(cast, "third").person))
    assert page(client_of("inspector"), "print:link_letter", one.step.pk) == before


@pytest.mark.clause("S23")
def test_while_its_days_run_nothing_is_sent_then_one_urges_with_the_days(office, by, bureau, listed, client_of):
    with pytest.raises(StepRefused, match="没有逾期"):
        letter(office, bureau, by, URGE)
    first = letter(office, bureau, by, days=10, ago=30 * DAY)
    with pytest.raises(StepRefused, match="已经通知"):
        letter(office, bureau, by, ago=25 * DAY)
    with pytest.raises(StepRefused, match="没有逾期"):
        letter(office, bureau, by, URGE, ago=20 * DAY)
    urged = letter(office, bureau, by, URGE, ago=13 * DAY)
    assert set(urged.systems) == set(first.systems)
    told = page(client_of("inspector"), "print:link_letter", urged.step.pk)
    assert "联网催告书" in told
    assert first.number in told
    assert "7日" in told
    with pytest.raises(StepRefused, match="没有逾期"):
        letter(office, bureau, by, URGE, ago=12 * DAY)
    assert [one.urges for one in of_office(office)] == [False, True]


@pytest.mark.clause("S23")
def test_who_has_asked_is_not_asked_unless_late_and_who_is_joined_never(cast, office, by, bureau, listed):
    exam = System.objects.get(name="教育局考务视频系统")
    with joining.whoever():
        link = joining.ask_system(exam, NEED, taken(cast.caretaker.person))
    today = timezone.localdate()
    assert exam not in issuing.owed_by(office, bureau, today).unasked
    assert exam in issuing.owed_by(office, bureau, today + 90 * DAY).unasked, "to have asked is not to be joined"
    own(cast)
    joining.examine(link, None, taken(by))
    joining.enter_test(link, FIVE, today, None, taken(by))
    joining.put_in_force(link, taken(second(cast, "third").person))
    assert exam not in issuing.owed_by(office, bureau, today + 90 * DAY).unasked
    assert exam.pk not in letter(office, bureau, by).systems


def test_without_a_published_directory_no_letter_is_sent(office, by, bureau):
    with pytest.raises(StepRefused, match="还没有公布目录"):
        letter(office, bureau, by)
    with pytest.raises(StepRefused, match="晚于今天"):
        letter(office, bureau, by, days=0)
    assert not CaseStep.objects.filter(event="notice").exists()


@pytest.mark.clause("S20")
@pytest.mark.clause("S30.1")
@pytest.mark.parametrize("how", ["classified", "withdrawn"])
def test_what_may_not_be_named_any_more_is_counted_alone(office, by, bureau, listed, client_of, how):
    one = letter(office, bureau, by)
    exam = System.objects.get(name="教育局考务视频系统")
    if how == "classified":
        System.objects.filter(pk=exam.pk).update(classified=True)
    else:
        versions.withdraw(listed, listed.entries.get(system=exam).pk, taken(by, "名称不宜公布"))
    told = page(client_of("inspector"), "print:link_letter", one.step.pk)
    assert exam.name not in told
    assert "另有1个系统依法不再列出" in told
    assert exam not in issuing.owed_by(office, bureau, one.due + DAY).named(URGE)


def test_only_the_office_issues_and_only_who_reads_it_prints_it(cast, office, by, bureau, listed, client_of):
    url = reverse("sharing:letter_issue", args=[bureau.uuid, "notice"])
    told = {"due": (timezone.localdate() + 30 * DAY).isoformat(), "revision": listed.revision}
    told["version"] = str(listed.pk)
    for name in ("system_admin", "auditor", "caretaker", "outside_caretaker", "officer"):
        assert client_of(name).get(url).status_code in (403, 404)
        assert client_of(name).post(url, told).status_code in (403, 404)
    assert client_of("inspector").get(url.replace("notice", "publish")).status_code == 404
    assert not CaseStep.objects.filter(event="notice").exists()
    browser = client_of("inspector")
    assert "教育局考务视频系统" in browser.get(url).content.decode()
    assert browser.post(url, told | {"revision": listed.revision - 1}).status_code == 422
    assert browser.post(url, told | {"version": str(uuid4())}).status_code == 422, "of a version that is no more"
    assert browser.post(url, told).status_code == 302
    step = CaseStep.objects.get(event="notice")
    who = browser.get(reverse("sharing:who")).content.decode()
    pdf = reverse("print:link_letter", args=[step.pk])
    assert pdf in who
    assert url not in who, "nothing is owed while its days run"
    assert browser.post(url, told | {"revision": listed.revision - 1}).status_code == 422
    for name in ("caretaker", "outside_caretaker", "officer"):
        assert client_of(name).get(pdf).status_code in (403, 404)
    begun = next(one for one in Directory.objects.get(pk=listed.pk).steps.all() if one.event == "begin")
    assert browser.get(reverse("print:link_letter", args=[begun.pk])).status_code == 404


def test_a_department_reads_its_own_letter(cast, office, by, bureau, listed, client_of):
    Unit.objects.filter(pk=cast.units["a"].pk).update(parent=None, path=f"{cast.units['a'].pk}/")
    step = letter(office, bureau, by).step
    caretaker = client_of("caretaker")
    pdf = reverse("print:link_letter", args=[step.pk])
    assert caretaker.get(pdf).status_code == 404
    record = step.record
    record.record["letter"]["to"] = str(cast.units["a"].uuid)
    record.save()
    assert caretaker.get(pdf).status_code == 200
    assert pdf in caretaker.get(reverse("sharing:who")).content.decode()
    assert client_of("outside_caretaker").get(pdf).status_code == 404


@pytest.mark.clause("S24")
def test_a_request_to_cooperate_and_what_urges_it(cast, office, by, stage, client_of):
    today = timezone.localdate()
    past = timezone.now() - 20 * DAY
    row = cooperating.ask(
        office, cast.units["a"], NEED, "接入校门口点位", today - 10 * DAY, taken(by, NEED, at=past), stage.school
    )
    inspector = client_of("inspector")
    told = page(inspector, "sharing:cooperation_print_request", row.pk)
    for words in ("配合联网请求书", row.number, NEED, "接入校门口点位", stage.school.name):
        assert words in told
    urging = reverse("sharing:cooperation_print_urging", args=[row.pk])
    cooperating.remind(row, taken(by, at=timezone.now() - 15 * DAY))
    assert inspector.get(urging).status_code == 404, "reminded in time"
    row = cooperating.remind(row, taken(by))
    told = page(inspector, "sharing:cooperation_print_urging", row.pk)
    assert "逾期10日" in told
    assert "第2次催办" in told
    assert urging in inspector.get(row.get_absolute_url()).content.decode()
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert stage.school.name not in page(inspector, "sharing:cooperation_print_urging", row.pk)
    cooperating.agree(row, "同意", None, taken(cast.caretaker.person))
    again = cooperating.ask_again(row, today + 9 * DAY, taken(by, "没有接入"))
    assert urging_step(again) is None, "what was urged then is answered"
    assert "没有接入" in page(client_of("caretaker"), "sharing:cooperation_print_request", row.pk)
    assert (
        client_of("outside_caretaker").get(reverse("sharing:cooperation_print_request", args=[row.pk])).status_code
        == 404
    )


@pytest.mark.clause("S25")
def test_the_published_directory_as_pdf_is_set_from_what_was_published(cast, office, by, bureau, listed):
    System.objects.update(name="别的名称")
    listed.entries.update(name="改过的条目")
    anybody = Client()
    url = reverse("sharing:public_file", args=[listed.pk, "pdf"])
    told = text(anybody.get(url).content)
    assert "教育局考务视频系统" in told
    assert "改过的条目" not in told
    assert listed.document_sha256 in told
    assert "草稿" not in told
    site = System.objects.get(pk__in=listed.entries.values("system"), unit=bureau).site
    assert site.address not in told
    assert url in anybody.get(reverse("sharing:public_version", args=[listed.pk])).content.decode()
    versions.withdraw(listed, listed.entries.first().pk, taken(by, "名称不宜公布"))
    assert anybody.get(url).status_code == 410


@pytest.fixture
def compiled(monkeypatch) -> list[str]:
    """Titles of what is set, without setting it."""
    seen: list[str] = []

    def instead(document, **_):
        seen.append(document.TITLE)
        return b"%PDF-" + str(len(seen)).encode()

    monkeypatch.setattr("custodes.people.printed.render", instead)
    return seen


def test_the_published_directory_is_set_once_however_often_it_is_asked_for(cast, by, listed, compiled, monkeypatch):
    url = reverse("sharing:public_file", args=[listed.pk, "pdf"])
    first = Client().get(url)

    def never(_step):
        raise AssertionError("the notary is not asked again")

    monkeypatch.setattr(public, "provenance_of", never)
    again = Client().get(url)
    assert (first.content, again.content, len(compiled)) == (b"%PDF-1", b"%PDF-1", 1)
    assert again["Content-Disposition"] == first["Content-Disposition"]
    versions.withdraw(listed, listed.entries.first().pk, taken(by, "名称不宜公布"))
    assert Client().get(url).status_code == 410, "what is kept is not given any more"


def test_one_directory_is_set_at_a_time(cast, listed, compiled, monkeypatch):
    url = reverse("sharing:public_file", args=[listed.pk, "pdf"])
    busy: list[object] = []
    real = public.provenance_of

    def meanwhile(step):
        busy.append(Client().get(url))
        return real(step)

    monkeypatch.setattr(public, "provenance_of", meanwhile)
    assert Client().get(url).status_code == 200
    [other] = busy
    assert (other.status_code, int(other["Retry-After"]) > 0, len(compiled)) == (503, True, 1)
    assert Client().get(url).status_code == 200, "nothing holds it any more"


def test_who_fails_to_set_it_holds_up_nobody(cast, listed, compiled, monkeypatch):
    url = reverse("sharing:public_file", args=[listed.pk, "pdf"])
    with monkeypatch.context() as patched:
        patched.setattr("custodes.people.printed.render", Mock(side_effect=FontsMissing))
        assert Client().get(url).status_code == 302
    assert Client().get(url).content == b"%PDF-1"


@pytest.mark.clause("S25")
def test_a_draft_is_marked_and_is_for_those_who_read_drafts(cast, office, by, stage, bureau, client_of):
    row = versions.begin(office, taken(by))
    entry = row.entries.get(system__name="教育局考务视频系统")
    versions.decide(row, entry.pk, listed=False, name=entry.name, reason="正在改造", taken=taken(by))
    url = reverse("sharing:directory_print_draft", args=[row.pk])
    told = text(client_of("inspector").get(url).content)
    assert "草稿" in told
    assert stage.school.name in told
    assert "教育局考务视频系统" not in told
    assert "正在改造" not in told
    assert Client().get(reverse("sharing:public_file", args=[row.pk, "pdf"])).status_code == 404
    assert client_of("caretaker").get(url).status_code in (403, 404)
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert stage.school.name not in text(client_of("inspector").get(url).content)
    System.objects.filter(pk=stage.school.pk).update(classified=False)
    versions.submit(row, taken(by))
    versions.publish(row, taken(second(cast).person))
    assert client_of("inspector").get(url).status_code == 404, "it is no draft any more"
