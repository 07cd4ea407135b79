"""A classified system (S20) is entered on an isolated installation alone; a networked one keeps nothing of it (R2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from structlog.testing import capture_logs

from custodes.cases.models import CaseStep
from custodes.law.duties.finding import LegalTerms
from custodes.people.models import CredentialKind
from custodes.places.models import Camera, FirmStep, PlaceRole, PlaceRoleKind, Site, System, SystemState
from custodes.places.network import ClassifiedRefused
from custodes.places.register import save_recorded
from custodes.settings import get_settings
from tests.places.importing import CAMERA, hand_in, xlsx_of
from tests.places.life.papers import certified, design_papers, firm, paper, passed, qualified
from tests.places.life.steps import unmet_of
from tests.places.test_inventory import site_form

SECRET = "七号库房甲区"
PLACES = "场所名称,场所类别,地址,行政区划,涉密\n"


def whole_database() -> str:
    """Every cell of every table, as text."""
    with connection.cursor() as cursor:
        cells = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells += [str(value) for row in cursor.fetchall() for value in row]
    return "\n".join(cells)


@pytest.fixture
def isolated(monkeypatch):
    monkeypatch.setenv("CUSTODES_NETWORK", "isolated")
    get_settings.cache_clear()
    yield
    monkeypatch.delenv("CUSTODES_NETWORK")
    get_settings.cache_clear()


def system_form(stage, **more):
    return {
        "name": SECRET, "unit": stage.cast.units["a"].pk, "network": "local", "classified": "on", "revision": 0,
    } | more  # fmt: skip


def ways_in(stage, browser):
    """Each way by which something classified may be handed in."""
    site = stage.school.site
    table = f"编号,点位名称,安装位置,主码流地址,涉密\n1,{SECRET},{SECRET},rtsp://10.9.9.9/{SECRET},是\n"
    places = PLACES + f"{SECRET},9,{SECRET},城关区,是\n"
    node = stage.node.pk
    yield browser.post(reverse("places:system_add", args=[site.pk]), system_form(stage))
    yield browser.post(reverse("places:system_edit", args=[stage.school.pk]), system_form(stage))
    yield browser.post(reverse("places:site_add"), site_form(site, name=SECRET, classified="on"))
    yield browser.post(reverse("places:site_edit", args=[site.pk]), site_form(site, name=SECRET, classified="on"))
    yield hand_in(browser, "sites", places.encode(), f"{SECRET}.csv")
    systems = f"场所名称,系统名称,涉密\n城关区第一小学,好的,否\n城关区第一小学,{SECRET},是\n"
    yield hand_in(browser, "systems", systems.encode(), f"{SECRET}.csv")
    cameras = [{**CAMERA, "涉密": "否"}, {**CAMERA, "点位名称": SECRET, "涉密": "是"}]
    yield hand_in(browser, "cameras", xlsx_of(cameras), f"{SECRET}.xlsx")
    yield browser.post(reverse("places:bulk_add", args=[stage.school.pk]), {"table": table, "node": node})
    yield browser.post(
        reverse("places:bulk_add", args=[stage.school.pk]),
        {"file": SimpleUploadedFile("t.csv", table.encode()), "node": node},
    )


def test_a_networked_installation_keeps_nothing_of_it(stage, client_of, caplog):
    browser = client_of("caretaker")
    with capture_logs() as lines:
        answers = list(ways_in(stage, browser))
    assert [answer.status_code for answer in answers] == [403] * 9
    for answer in answers:
        page = answer.content.decode()
        assert "第二十条" in page
        assert SECRET not in page
    assert SECRET not in whole_database()
    assert SECRET not in str(lines)
    assert SECRET not in caplog.text
    assert [line for line in lines if line.get("clause") == "S20"] == [
        {"event": "refused", "clause": "S20", "log_level": "warning"}
    ] * 9


def test_not_even_a_wrong_form_or_an_unclear_word_keeps_it(stage, client_of):
    browser = client_of("caretaker")
    add = reverse("places:system_add", args=[stage.school.site.pk])
    assert browser.post(add, system_form(stage, network="nonsense")).status_code == 403
    places = PLACES + f"{SECRET},9,{SECRET},城关区,机密\n"
    answer = hand_in(browser, "sites", places.encode())
    assert answer.status_code == 403
    assert SECRET not in whole_database()


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("sites", f"场所名称,场所类别,地址,行政区划\n{SECRET},9,{SECRET}（绝密）,城关区\n"),
        ("sites", f"场所名称,场所类别,地址,行政区划,项目密级\n{SECRET},9,路,城关区,内部\n"),
        ("sites", f"场所名称,场所类别,地址,行政区划,备注\n{SECRET},9,路,城关区,属于国家秘密\n"),
        ("systems", f"场所名称,系统名称,备案设备数量及类型\n城关区第一小学,{SECRET},机密系统 12 台\n"),
        ("cameras", f"系统名称,点位编号,点位名称,安装位置\n校门和操场,0301,{SECRET},涉密库房\n"),
        ("units", f"单位名称,单位类别,行政区划,是否为涉密单位\n{SECRET},企业,城关区,是\n"),
    ],
)
def test_a_table_that_says_so_in_words_is_refused_before_anything_is_kept(stage, client_of, kind, table):
    answer = hand_in(client_of("system_admin" if kind == "units" else "caretaker"), kind, table.encode())
    assert answer.status_code == 403
    assert SECRET not in answer.content.decode()
    assert SECRET not in whole_database()


def test_a_file_whose_name_says_so_is_refused_and_denials_are_not(stage, client_of):
    browser = client_of("caretaker")
    table = "场所名称,场所类别,地址,行政区划,密级情况,备注\n甲园,9,路,城关区,否,不涉及国家秘密\n".encode()
    assert hand_in(browser, "sites", table, f"机密{SECRET}.csv").status_code == 403
    assert SECRET not in whole_database()
    assert hand_in(browser, "sites", table, "非涉密场所.csv").status_code == 302


def test_no_code_saves_a_classified_system_on_a_network(stage):
    system = System(site=stage.school.site, name=SECRET, unit=stage.cast.units["a"], classified=True)
    with pytest.raises(ClassifiedRefused):
        save_recorded(system, ("name",), stage.cast.caretaker.person, stage.school.created_at)
    assert SECRET not in whole_database()


def test_an_isolated_installation_takes_it(stage, client_of, isolated):
    browser = client_of("caretaker")
    add = reverse("places:system_add", args=[stage.school.site.pk])
    on_the_internet = browser.post(add, system_form(stage, network="internet"))
    assert on_the_internet.status_code == 400
    assert "所在网络应当为物理隔离网络" in on_the_internet.content.decode()
    assert browser.post(add, system_form(stage, network="isolated")).status_code == 302
    system = System.objects.get(name=SECRET)
    assert system.classified
    assert "涉及国家安全、国家秘密" in browser.get(system.get_absolute_url()).content.decode()
    assert Site.objects.filter(name=SECRET).count() == 0


def test_a_classified_system_goes_the_whole_way_on_an_isolated_installation(stage, client_of, isolated):
    """What S20 wants is said on the system's page; before, its screening is held up by nothing else."""
    browser, by, now, today = client_of("caretaker"), stage.cast.caretaker.person, timezone.now(), timezone.localdate()
    Site.objects.filter(pk=stage.school.site.pk).update(
        basis="N7.2-2", necessity="上下学时段人流密集，须掌握校门秩序", key_parts="城公发〔2026〕8号", secret_near="no"
    )
    PlaceRole.objects.create(
        site=stage.school.site,
        unit=stage.cast.units["a"],
        role=PlaceRoleKind.MANAGER,
        since=today - timedelta(days=900),
    )
    browser.post(
        reverse("places:system_add", args=[stage.school.site.pk]),
        system_form(stage, network="isolated", mlps_level="3", norm_version="2026-1"),
    )
    system = System.objects.get(name=SECRET)
    design_papers(system, by, now)
    qualified(firm(system, by, now), CredentialKind.CONSTRUCTION)
    qualified(firm(system, by, now, FirmStep.DESIGN), CredentialKind.DESIGN)
    step = reverse("places:step", args=[system.pk, "screen"])
    refused = browser.post(step, {"on": today, "words": "立项"})
    assert refused.status_code == 422
    assert [one.clause for one in unmet_of(system, "screen", today, now, LegalTerms())] == ["S20"]
    held = {
        "secrecy_opinion": "市保密局意见，保密〔2026〕3号", "entry_control": "机房人员设备准入制度（2026）",
        "trusted_products": "均在安全可控产品目录内，清单见案卷", "fit_crew": "涉密集成甲级，证书 JM-001",
    }  # fmt: skip
    edit = reverse("places:system_edit", args=[system.pk])
    form = system_form(stage, network="isolated", mlps_level="3", norm_version="2026-1", revision=system.revision)
    for name in held:  # three of the four are not enough
        part = {key: value for key, value in held.items() if key != name}
        form["revision"] = System.objects.get(pk=system.pk).revision
        assert browser.post(edit, form | part).status_code == 302
        assert [one.clause for one in unmet_of(_now(system), "screen", today, now, LegalTerms())] == ["S20"]
    form["revision"] = System.objects.get(pk=system.pk).revision
    assert browser.post(edit, form | held).status_code == 302
    page = browser.get(system.get_absolute_url()).content.decode()
    assert all(value in page for value in held.values())
    Camera.objects.filter(pk=stage.yard.pk).update(
        system=system, name="库区入口", longitude="91.137201", latitude="29.657802", azimuth=45, angle=90, reach=60,
        sign_paper=paper("标志", by, now),
    )  # fmt: skip
    certified(system, by, now)
    for name in ("screen", "design_ok", "start", "complete", "begin_trial"):
        answer = browser.post(reverse("places:step", args=[system.pk, name]), {"on": today, "words": ""})
        assert answer.status_code == 302, (name, unmet_of(_now(system), name, today, now, LegalTerms()))
    CaseStep.objects.filter(about=system.pk).update(on=today - timedelta(days=31))  # a trial takes thirty days
    passed(system, by, now, today)
    for name in ("accept", "put_in_use"):
        assert browser.post(reverse("places:step", args=[system.pk, name]), {"on": today}).status_code == 302, name
    assert _now(system).state == SystemState.IN_USE
    assert client_of("outside_caretaker").get(system.get_absolute_url()).status_code == 404


def test_a_networked_installation_asks_for_nothing_of_it(stage, client_of):
    browser = client_of("caretaker")
    page = browser.get(reverse("places:system_edit", args=[stage.school.pk])).content.decode()
    assert "secrecy_opinion" not in page
    sent = system_form(stage, name="校门和操场", secrecy_opinion=SECRET)
    del sent["classified"]
    assert browser.post(reverse("places:system_edit", args=[stage.school.pk]), sent).status_code == 302
    assert SECRET not in whole_database()


def _now(system):
    return System.objects.get(pk=system.pk)
