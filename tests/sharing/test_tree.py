"""What an upper is shown: its tree, ids of its own, ancestors first; nothing that S20 closes, whichever way it comes."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.gb28181 import ids
from custodes.people.lawful import StepRefused
from custodes.people.models import Division
from custodes.places.models import Camera, CameraState, System, SystemState
from custodes.sharing.links import case
from custodes.sharing.models import NodeKind, SharedCamera, SharedNode, TreeChange
from custodes.sharing.tree import changing, showing
from custodes.sharing.tree.showing import Filter, channel_of, not_shared, shareable, shown
from tests.sharing import joining
from tests.sharing.stage import OWN_ID, in_force, organisation, own, passed_test, second, taken

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def link(cast, stage):
    Camera.objects.update(state=CameraState.CONNECTED)
    return in_force(cast, second(cast).person)


def test_entries_come_behind_what_they_hang_under_in_ids_of_this_link(link, stage, by):
    node = organisation(link, by)
    inner = changing.add_node(link, node, "小学", taken(by))
    changing.put(link, [stage.gate.pk], node, taken(by))
    changing.put(link, [stage.yard.pk], inner, taken(by))
    told = list(shown(link))
    assert [one.kind for one in told] == ["platform", "group", "organisation", "organisation", "camera", "camera"]
    system, group, outer, under, *cameras = told
    assert system.id == OWN_ID
    assert (group.parent, group.group, ids.type_code(group.id)) == (OWN_ID, "", 215)
    assert (outer.parent, outer.group, ids.type_code(outer.id)) == ("", group.id, 216)
    assert (under.parent, under.group) == (outer.id, group.id)
    assert {(one.camera, one.parent, one.group) for one in cameras} == {
        (stage.gate.pk, outer.id, group.id),
        (stage.yard.pk, under.id, group.id),
    }
    assert {one.civil_code for one in cameras} == {"540102"}
    seen = set()
    for one in told:
        assert not one.parent or one.parent in seen
        assert one.id not in seen
        seen.add(one.id)
    assert channel_of(link, cameras[0].id) == cameras[0].camera
    assert channel_of(link, OWN_ID) is None


@pytest.mark.parametrize("state", ["tested", "suspended", "ended"])
def test_nothing_is_shown_while_the_link_is_not_in_force(cast, stage, by, state):
    Camera.objects.update(state=CameraState.CONNECTED)
    link = passed_test(cast)
    changing.put(link, [stage.gate.pk], organisation(link, by), taken(by))
    if state != "tested":
        joining.put_in_force(link, taken(second(cast).person))
        {"suspended": joining.suspend, "ended": joining.end}[state](link, taken(by, "原因"))
    assert list(shown(link)) == []


@pytest.mark.clause("S20")
def test_what_is_classified_comes_in_by_no_way_and_is_shown_no_more(link, stage, by):
    node = organisation(link, by)
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    with pytest.raises(StepRefused, match="不能共享"):
        changing.put(link, [stage.gate.pk], node, taken(by))
    with pytest.raises(StepRefused, match="没有符合条件"):
        changing.put_all(link, Filter(system=stage.school.pk), node, taken(by))
    assert stage.gate not in shareable(link)
    System.objects.filter(pk=stage.school.pk).update(classified=False)
    changing.put(link, [stage.gate.pk], node, taken(by))
    channel = link.shared.get().channel
    assert channel_of(link, channel) == stage.gate.pk
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    assert channel_of(link, channel) is None
    assert [one for one in shown(link) if one.kind == "camera"] == []


@pytest.mark.parametrize("what", ["retired", "trial"])
def test_what_is_not_in_use_is_not_shown(link, stage, by, what):
    changing.put(link, [stage.gate.pk], organisation(link, by), taken(by))
    if what == "retired":
        Camera.objects.filter(pk=stage.gate.pk).update(state=CameraState.RETIRED)
    else:
        System.objects.filter(pk=stage.school.pk).update(state=SystemState.TRIAL)
    assert [one for one in shown(link) if one.kind == "camera"] == []


def test_another_districts_camera_is_not_this_offices_to_share(link, stage, by):
    with pytest.raises(StepRefused, match="没有放入任何点位"):
        changing.put(link, [stage.gate.pk, stage.lobby.pk], organisation(link, by), taken(by))
    assert not SharedCamera.objects.exists()


def test_a_camera_that_comes_back_has_its_id_and_no_other_ever_gets_it(link, stage, by):
    node = organisation(link, by)
    changing.put(link, [stage.gate.pk], node, taken(by))
    first = link.shared.get().channel
    assert changing.take_out(link, [stage.gate.pk], taken(by)) == 1
    assert [one for one in shown(link) if one.kind == "camera"] == []
    changing.put(link, [stage.yard.pk], node, taken(by))
    changing.put(link, [stage.gate.pk], node, taken(by))
    told = dict(link.shared.values_list("camera", "channel"))
    assert told[stage.gate.pk] == first
    assert len(set(told.values())) == 2
    with pytest.raises(StepRefused, match="刷新"):
        changing.take_out(link, [stage.lobby.pk], taken(by))


def test_all_that_a_filter_leaves_comes_in_at_once(link, stage, by):
    node = organisation(link, by)
    with pytest.raises(StepRefused, match="先按"):
        changing.put_all(link, Filter(), node, taken(by))
    assert changing.put_all(link, Filter(category=stage.school.site.category), node, taken(by)) == 2
    assert not not_shared(link, shareable(link)).exists()
    step = link.steps.get(event="tree_put")
    assert "2 个点位" in step.words


def test_a_filter_by_division_or_words(link, stage, by):
    node = organisation(link, by)
    other = Division.objects.get(code="540103")
    with pytest.raises(StepRefused, match="没有符合条件"):
        changing.put_all(link, Filter(division=other), node, taken(by))
    assert changing.put_all(link, Filter(words=stage.gate.name), node, taken(by)) == 1


def test_nodes_have_bounds_and_names(link, by, monkeypatch):
    group = changing.add_node(link, None, "城关区", taken(by))
    assert group.kind == NodeKind.GROUP
    with pytest.raises(StepRefused, match="请填写"):
        changing.add_node(link, group, "  ", taken(by))
    with pytest.raises(StepRefused, match="同一层"):
        changing.add_node(link, None, "城关区", taken(by))
    below = group
    for depth in range(changing.MOST_DEPTH - 1):
        below = changing.add_node(link, below, f"第{depth}层", taken(by))
    with pytest.raises(StepRefused, match="最多 8 层"):
        changing.add_node(link, below, "更深", taken(by))
    with pytest.raises(StepRefused, match="还有组织"):
        changing.remove_node(group, taken(by))
    changing.rename_node(below, "最里", taken(by))
    changing.remove_node(below, taken(by))
    monkeypatch.setattr(changing, "MOST_NODES", SharedNode.objects.count())
    with pytest.raises(StepRefused, match="合并"):
        changing.add_node(link, group, "再一个", taken(by))


def test_cameras_hang_in_organisations_of_this_link_alone(cast, link, stage, by):
    group = changing.add_node(link, None, "城关区", taken(by))
    with pytest.raises(StepRefused, match="虚拟组织中"):
        changing.put(link, [stage.gate.pk], group, taken(by))
    node = organisation(link, by, "另一组")
    node.pk += 1000
    with pytest.raises(StepRefused, match="刷新"):
        changing.put(link, [stage.gate.pk], node, taken(by))
    with pytest.raises(StepRefused, match="先选择"):
        changing.put(link, [], node, taken(by))


def test_a_tree_has_a_bound(link, stage, by, monkeypatch):
    node = organisation(link, by)
    monkeypatch.setattr(changing, "MOST_CAMERAS", 1)
    for act in (
        lambda: changing.put(link, [stage.gate.pk, stage.yard.pk], node, taken(by)),
        lambda: changing.put_all(link, Filter(system=stage.school.pk), node, taken(by)),
    ):
        with pytest.raises(StepRefused, match="最多 1 个点位"):
            act()
    assert changing.put(link, [stage.gate.pk], node, taken(by)) == 1
    aside = changing.add_node(link, node.parent, "另处", taken(by))
    assert changing.put(link, [stage.gate.pk], aside, taken(by)) == 1, "moving adds none"


def hung_at(link, at):
    """Camera → its id for the upper and that of its organisation, from the lines of its steps alone."""
    found = {}
    rows = TreeChange.objects.filter(step__case_id=link.pk, step__event__in=("tree_put", "tree_out"), step__at__lte=at)
    for lines in rows.order_by("step__seq", "part").values_list("lines", flat=True):
        for camera, channel, node in lines:
            if node:
                found[UUID(camera)] = (channel, node)
            else:
                found.pop(UUID(camera), None)
    return found


def test_what_was_shown_when_is_found_again(link, stage, by, monkeypatch):
    monkeypatch.setattr(changing, "AT_ONCE", 1)
    monkeypatch.setattr(case, "AT_ONCE", 1)
    node = organisation(link, by)
    changing.put(link, [stage.gate.pk, stage.yard.pk], node, taken(by))
    first = timezone.now()
    ids_then = dict(link.shared.values_list("camera", "channel"))
    aside = changing.add_node(link, node.parent, "另处", taken(by))
    changing.put(link, [stage.yard.pk], aside, taken(by))
    changing.take_out(link, [stage.gate.pk], taken(by))
    assert hung_at(link, first) == {pk: (channel, node.gb_id) for pk, channel in ids_then.items()}
    assert hung_at(link, timezone.now()) == {stage.yard.pk: (ids_then[stage.yard.pk], aside.gb_id)}
    put = link.steps.filter(event="tree_put").order_by("seq").first()
    assert [one.part for one in put.changes.all()] == [0, 1], "in parts"
    named = link.steps.filter(event="tree_node").order_by("seq").last()
    assert named.changes.get().lines == [[aside.gb_id, node.parent.gb_id, "另处"]]
    changing.put(link, [stage.yard.pk], node, taken(by))
    changing.remove_node(aside, taken(by))
    assert link.steps.last().changes.get().lines == [[aside.gb_id, node.parent.gb_id, ""]]


def test_a_camera_hung_into_a_node_that_came_meanwhile_waits_for_the_next_catalogue(link, stage, by, monkeypatch):
    node = organisation(link, by)
    changing.put(link, [stage.gate.pk, stage.yard.pk], node, taken(by))
    real = showing.cameras_shown

    def meanwhile(row):
        if not link.nodes.filter(name="后来").exists():
            later = changing.add_node(link, node.parent, "后来", taken(by))
            changing.put(link, [stage.yard.pk], later, taken(by))
        return real(row)

    monkeypatch.setattr(showing, "cameras_shown", meanwhile)
    assert [one.camera for one in shown(link) if one.kind == "camera"] == [stage.gate.pk]
    assert len([one for one in shown(link) if one.kind == "camera"]) == 2


@pytest.mark.clause("S20")
def test_what_became_classified_is_named_on_the_page_no_more(link, stage, by, client_of):
    changing.put(link, [stage.gate.pk], organisation(link, by), taken(by))
    here, browser = reverse("sharing:tree", args=[link.pk]), client_of("inspector")
    page = browser.get(here).content.decode()
    assert stage.gate.name in page
    assert "因 S20 不再显示" not in page
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    page = browser.get(here).content.decode()
    assert stage.gate.name not in page
    assert "1 路因 S20 不再显示" in page


def test_serials_run_out_by_word(link, stage, by, monkeypatch):
    node = organisation(link, by)
    monkeypatch.setattr(changing, "LAST", 1)
    with pytest.raises(StepRefused, match="用完"):
        changing.put(link, [stage.gate.pk, stage.yard.pk], node, taken(by))
    assert not SharedCamera.objects.exists()


def test_only_a_link_upwards_has_a_tree(cast, by):
    from custodes.sharing.models import Platform
    from tests.sharing.stage import platform

    own(cast)
    lower = platform(cast.units["city"], "lower", "54010300002000000001", "county", cast.system_admin.person)
    link = joining.ask_platform(lower, "级联", taken(cast.system_admin.person))
    with pytest.raises(StepRefused, match="只有上级"):
        changing.add_node(link, None, "x 组", taken(cast.system_admin.person))
    assert list(shown(link)) == []
    assert Platform.objects.count() == 2


def test_thousands_of_cameras_take_few_questions(link, stage, by, django_assert_max_num_queries):
    rows = [
        Camera(
            system=stage.school, number=f"N{at:05}", name=f"点位 {at}", place="校内", node=stage.node, state="connected"
        )
        for at in range(2500)
    ]
    Camera.objects.bulk_create(rows)
    node = organisation(link, by)
    with django_assert_max_num_queries(45):
        assert changing.put_all(link, Filter(system=stage.school.pk), node, taken(by)) == 2502
    with django_assert_max_num_queries(6):
        told = list(shown(link))
    assert len(told) == 2505


@pytest.mark.clause("S20")
def test_what_is_closed_is_taken_out_without_a_name(link, stage, by, client_of):
    node, other = organisation(link, by), organisation(link, by, "另一组", "另一处")
    changing.put(link, [stage.gate.pk], node, taken(by))
    changing.put(link, [stage.yard.pk], other, taken(by))
    System.objects.filter(pk=stage.school.pk).update(classified=True)
    inspector, url = client_of("inspector"), reverse("sharing:tree", args=[link.pk])
    act = reverse("sharing:tree_act", args=[link.pk, "closed"])
    page = inspector.get(f"{url}?node={node.pk}").content.decode()
    assert act in page
    assert stage.gate.name not in page
    link.refresh_from_db()
    for name in ("system_admin", "auditor", "caretaker", "outside_caretaker"):
        assert client_of(name).post(act, {"revision": link.revision}).status_code in (403, 404)
    assert inspector.post(act, {"node": node.pk, "revision": link.revision - 1}).status_code == 422
    assert inspector.post(act, {"node": node.pk, "revision": link.revision}).status_code == 302
    assert list(link.shared.filter(node__isnull=False).values_list("camera", flat=True)) == [stage.yard.pk]
    step = link.steps.order_by("seq").last()
    assert (step.event, stage.gate.name in step.words, "S20" in step.clauses) == ("tree_out", False, False)
    assert hung_at(link, timezone.now()).keys() == {stage.yard.pk}
    changing.remove_node(node, taken(by))
    assert changing.take_out_closed(link, None, taken(by)) == 1
    with pytest.raises(StepRefused, match="刷新"):
        changing.take_out_closed(link, None, taken(by))


@pytest.mark.clause("S20")
def test_taking_out_what_is_closed_leaves_all_others(link, stage, by):
    node = organisation(link, by)
    changing.put(link, [stage.gate.pk], node, taken(by))
    with pytest.raises(StepRefused, match="刷新"):
        changing.take_out_closed(link, node, taken(by))
    assert link.shared.get().node == node
