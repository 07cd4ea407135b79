"""A classified system (S20) is entered on an isolated installation alone; a networked one keeps nothing of it (R2)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from structlog.testing import capture_logs

from custodes.places.models import Site, System
from custodes.places.network import ClassifiedRefused
from custodes.places.register import save_recorded
from custodes.settings import get_settings
from tests.places.importing import CAMERA, hand_in, xlsx_of
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
    assert (
        browser.post(reverse("places:system_add", args=[stage.school.site.pk]), system_form(stage)).status_code == 302
    )
    system = System.objects.get(name=SECRET)
    assert system.classified
    assert "涉及国家安全、国家秘密" in browser.get(system.get_absolute_url()).content.decode()
    assert Site.objects.filter(name=SECRET).count() == 0
