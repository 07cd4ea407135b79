"""Two people who edit one row: the second is told what the first changed and chooses; nothing is lost (R8)."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from custodes.places.models import Camera, RowEdit, Site, System
from custodes.places.register import save_recorded
from tests.places.test_fields_of_view import VIEW, form_of
from tests.places.test_inventory import site_form

pytestmark = pytest.mark.postgresql


def edit(browser, camera, form):
    return browser.post(reverse("places:camera_edit", args=[camera.pk]), form)


def opened(camera, **more):
    """The form as it was drawn for somebody who now types `more`."""
    camera.refresh_from_db()
    return form_of(camera, **more)


def test_the_form_carries_the_rows_revision(stage, client_of):
    browser = client_of("caretaker")
    for url in (
        reverse("places:camera_edit", args=[stage.gate.pk]),
        reverse("places:system_edit", args=[stage.school.pk]),
        reverse("places:site_edit", args=[stage.school.site.pk]),
    ):
        assert '<input type="hidden" name="revision" value="0"' in browser.get(url).content.decode()
    assert '"revision"' not in browser.get(reverse("places:site_add")).content.decode()


def test_the_second_is_told_who_changed_what_and_their_words_are_still_there(stage, client_of):
    first, second = client_of("caretaker"), client_of("system_admin")
    stale = opened(stage.gate, name="南校门")
    assert edit(first, stage.gate, opened(stage.gate, name="正门")).status_code == 302
    answer = edit(second, stage.gate, stale)
    assert answer.status_code == 400
    (foreign,) = answer.context["form"].foreign
    assert (foreign.name, foreign.before, foreign.now, foreign.clash) == ("name", "校门", "正门", True)
    assert "次仁" in foreign.by
    page = answer.content.decode()
    assert "他人已作修改" in page
    assert 'value="南校门"' in page
    assert Camera.objects.get(pk=stage.gate.pk).name == "正门"


def test_the_second_may_keep_their_own(stage, client_of):
    stale = opened(stage.gate, name="南校门")
    edit(client_of("caretaker"), stage.gate, opened(stage.gate, name="正门"))
    browser = client_of("system_admin")
    answer = edit(browser, stage.gate, stale)
    revision = answer.context["form"]["revision"].value()
    assert edit(browser, stage.gate, stale | {"revision": revision}).status_code == 302
    assert Camera.objects.get(pk=stage.gate.pk).name == "南校门"


def test_or_take_the_others(stage, client_of):
    stale = opened(stage.gate, name="南校门", place="门柱")
    edit(client_of("caretaker"), stage.gate, opened(stage.gate, name="正门"))
    browser = client_of("system_admin")
    revision = edit(browser, stage.gate, stale).context["form"]["revision"].value()
    assert edit(browser, stage.gate, stale | {"revision": revision, "theirs": ["name"]}).status_code == 302
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert (gate.name, gate.place) == ("正门", "门柱")


def test_what_the_second_did_not_touch_is_the_firsts_by_itself(stage, client_of):
    stale = opened(stage.gate, place="门柱")
    purpose = "校园纠纷调解期限为六十日，期间须核对"
    first = opened(
        stage.gate, name="正门", retention_days=60, keeping_purpose=purpose, grade=3, presets_only="on", **VIEW
    )
    edit(client_of("caretaker"), stage.gate, first)
    browser = client_of("system_admin")
    answer = edit(browser, stage.gate, stale)
    form = answer.context["form"]
    assert answer.status_code == 400
    assert not form.clashes
    assert {one.name: one.now for one in form.foreign}["retention_days"] == "60"
    assert {one.name: one.now for one in form.foreign}["presets_only"] == "是"
    drawn = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False, "")}
    assert edit(browser, stage.gate, drawn).status_code == 302
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert (gate.name, gate.place, gate.retention_days, gate.grade, gate.presets_only) == ("正门", "门柱", 60, 3, True)
    assert str(gate.longitude) == VIEW["longitude"]


def test_both_who_write_the_same_are_not_bothered(stage, client_of):
    stale = opened(stage.gate, name="正门", place="门柱")
    edit(client_of("caretaker"), stage.gate, opened(stage.gate, name="正门"))
    assert edit(client_of("system_admin"), stage.gate, stale).status_code == 302


def test_several_edits_are_told_from_the_first_to_the_last(stage, client_of):
    stale = opened(stage.gate, name="南校门")
    for name in ("正门", "大门"):
        edit(client_of("caretaker"), stage.gate, opened(stage.gate, name=name))
    (foreign,) = edit(client_of("system_admin"), stage.gate, stale).context["form"].foreign
    assert (foreign.before, foreign.now) == ("校门", "大门")


def test_a_form_that_names_no_revision_overwrites_nothing(stage, client_of):
    edit(client_of("caretaker"), stage.gate, opened(stage.gate, name="正门"))
    form = opened(stage.gate, name="南校门")
    for wrong in ("", "x", "-1", "９"):
        assert edit(client_of("system_admin"), stage.gate, form | {"revision": wrong}).status_code == 400
    assert Camera.objects.get(pk=stage.gate.pk).name == "正门"


def test_sites_and_systems_are_guarded_alike(stage, client_of):
    site, system = stage.school.site, stage.school
    url = reverse("places:site_edit", args=[site.pk])
    stale = site_form(site, address="旧城路 1 号")
    client_of("caretaker").post(url, site_form(site, address="新城路 1 号", category=4))
    answer = client_of("system_admin").post(url, stale)
    told = {one.name: (one.now, one.clash) for one in answer.context["form"].foreign}
    assert told["address"] == ("新城路 1 号", True)
    assert told["category"][1] is False
    assert Site.objects.get(pk=site.pk).address == "新城路 1 号"

    url = reverse("places:system_edit", args=[system.pk])
    form = {"name": system.name, "unit": system.unit.pk, "network": system.network, "revision": 0}
    client_of("caretaker").post(url, form | {"mlps_level": 2})
    answer = client_of("system_admin").post(url, form | {"mlps_level": 3})
    (foreign,) = answer.context["form"].foreign
    assert foreign.now == "第二级"
    assert System.objects.get(pk=system.pk).mlps_level == 2


def test_code_that_holds_an_old_row_loses_nothing_of_a_newer_one(stage, client_of):
    old = Camera.objects.get(pk=stage.gate.pk)
    edit(client_of("caretaker"), stage.gate, opened(stage.gate, place="门柱"))
    old.grade = 3
    assert save_recorded(old, ("grade",), stage.cast.system_admin.person, timezone.now())
    gate = Camera.objects.get(pk=stage.gate.pk)
    assert (gate.place, gate.grade, gate.revision) == ("门柱", 3, 2)


def test_an_edit_row_holds_no_address_of_a_device_and_each_revision_is_one(stage, client_of):
    camera = Camera.objects.get(pk=stage.gate.pk)
    camera.main_url = "rtsp://10.8.8.8/secret"
    save_recorded(camera, ("main_url",), stage.cast.caretaker.person, timezone.now())
    row = RowEdit.objects.get(object_id=camera.pk)
    assert row.changes == {}
    assert row.revision == camera.revision == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        RowEdit.objects.create(object=row.object, object_id=row.object_id, revision=1, by=row.by, at=row.at, changes={})
