"""The tree of a catalog: every entry has a place, whatever peers say of parents (GB/T 28181 Annex O); notices applied to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.gb28181.manscdp.events import apply
from custodes.gb28181.manscdp.item import CatalogItem, EntryEvent, EntryStatus, Info
from custodes.gb28181.manscdp.tree import NodeKind, Tree, build_tree, kind_of

SYSTEM = "34020000002000000001"
LOWER = "34020100002000000001"
GROUP = "34020000002150000001"
ORG, INNER = "34020000002160000001", "34020000002160000002"
NVR = "34020000001180000001"
CAMERA, SPEAKER = "34020000001320000001", "34020000001370000001"


def item(device_id: str, *parents: str, group: str = "", civil: str = "", inside: str = "") -> CatalogItem:
    info = Info(business_group_id=inside) if inside else None
    return CatalogItem(
        device_id=device_id, name=device_id[-3:], parents=parents, business_group_id=group, civil_code=civil, info=info
    )


def test_a_catalog_as_annex_o_has_it() -> None:
    tree = build_tree(
        [
            item("34"),
            item("3402"),
            item(LOWER, SYSTEM),
            item(GROUP, SYSTEM),
            item(ORG, group=GROUP),
            item(INNER, ORG, group=GROUP),
            item(NVR, SYSTEM, civil="3402"),
            item(CAMERA, NVR, INNER),
            item(SPEAKER, NVR),
        ],
        SYSTEM,
    )
    assert tree.parents[CAMERA] == (NVR, INNER)
    assert tree.parents[ORG] == (GROUP,)
    assert tree.parents["3402"] == ("34",)
    assert tree.parents["34"] == (SYSTEM,)
    assert tree.children[NVR] == (CAMERA, SPEAKER)
    assert tree.oddities.orphans == tree.oddities.circles == tree.oddities.repeated == 0
    assert tree.above([CAMERA]) == [NVR, GROUP, ORG, INNER, CAMERA]
    assert tree.ancestors(CAMERA) == [NVR, GROUP, ORG, INNER]
    assert list(tree.under(GROUP)) == [ORG, INNER, CAMERA]
    assert set(tree.under(SYSTEM)) == set(tree.items)


def test_an_organisation_that_names_the_system_as_parent_stands_under_its_group() -> None:
    tree = build_tree([item(GROUP, SYSTEM), item(ORG, SYSTEM, inside=GROUP)], SYSTEM)
    assert tree.parents[ORG] == (GROUP,)


def test_without_parents_the_group_then_the_region_then_the_sender() -> None:
    tree = build_tree(
        [
            item("34"),
            item(GROUP),
            item(CAMERA, group=GROUP, civil="34"),
            item(NVR, civil="34020399"),
            item(SPEAKER, civil="51"),
        ],
        SYSTEM,
    )
    assert (tree.parents[CAMERA], tree.parents[NVR], tree.parents[SPEAKER]) == ((GROUP,), ("34",), (SYSTEM,))


def test_a_parent_that_comes_later_is_found_and_one_that_never_comes_is_counted() -> None:
    tree = build_tree([item(CAMERA, NVR), item(SPEAKER, "34020000001180000009"), item(NVR, SYSTEM)], SYSTEM)
    assert tree.parents[CAMERA] == (NVR,)
    assert tree.parents[SPEAKER] == (SYSTEM,)
    assert tree.oddities.orphans == 1


def test_a_node_that_is_its_own_parent_and_circles_come_under_the_sender() -> None:
    tree = build_tree([item(CAMERA, CAMERA), item(ORG, INNER), item(INNER, ORG), item(SPEAKER, ORG)], SYSTEM)
    assert tree.parents[CAMERA] == (SYSTEM,)
    assert tree.oddities.circles == 2
    assert set(tree.under(SYSTEM)) == {CAMERA, ORG, INNER, SPEAKER}


def test_a_circle_through_a_second_parent_is_broken_and_nothing_is_lost() -> None:
    tree = build_tree([item(ORG, SYSTEM, INNER), item(INNER, ORG)], SYSTEM)
    assert tree.parents == {ORG: (SYSTEM, INNER), INNER: (SYSTEM,)}
    assert tree.oddities.circles == 1


def test_codes_that_are_not_the_standards_have_a_place_too() -> None:
    tree = build_tree([item("camera-1"), item("1"), item(CAMERA, "camera-1"), item(CAMERA)], SYSTEM)
    assert tree.parents["camera-1"] == (SYSTEM,)
    assert tree.parents[CAMERA] == ("camera-1",)
    assert tree.oddities.repeated == 1


@pytest.mark.parametrize(
    ("device_id", "kind"),
    [
        (SYSTEM, NodeKind.SYSTEM),
        ("340200", NodeKind.REGION),
        (GROUP, NodeKind.GROUP),
        (ORG, NodeKind.ORGANISATION),
        (NVR, NodeKind.DEVICE),
        (CAMERA, NodeKind.CHANNEL),
        ("34020000000000000001", NodeKind.OTHER),
        ("340", NodeKind.OTHER),
    ],
)
def test_an_entry_is_what_its_code_says(device_id: str, kind: NodeKind) -> None:
    assert kind_of(device_id) is kind


def test_a_chain_of_twenty_thousand_is_no_recursion() -> None:
    chain = [item(f"{number:020d}", f"{number - 1:020d}") for number in range(1, 20_000)]
    tree = build_tree(reversed(chain), SYSTEM)
    assert len(tree.above([chain[-1].device_id])) == len(chain)
    assert sum(1 for _ in tree.under(SYSTEM)) == len(chain)


CODES = st.sampled_from([SYSTEM, LOWER, GROUP, ORG, INNER, NVR, CAMERA, SPEAKER, "34", "3402", "x"])


@given(
    st.lists(
        st.builds(
            lambda here, over, group, civil: item(here, *over, group=group, civil=civil),
            CODES,
            st.lists(CODES, max_size=4),
            CODES,
            st.sampled_from(["", "34", "340202", "zz"]),
        ),
        max_size=14,
    )
)
def test_whatever_a_peer_sends_each_entry_hangs_under_the_sender_once_walked(items: list[CatalogItem]) -> None:
    tree: Tree = build_tree(items, SYSTEM)
    assert set(tree.under(SYSTEM)) == set(tree.items) - {SYSTEM}
    for device_id in tree.items:
        chain = tree.above([device_id])
        assert chain[-1] == device_id
        places = {code: number for number, code in enumerate(chain)}
        assert all(
            places[over] < places[here]
            for here in chain
            for over in tree.parents.get(here, ())
            if over in places and over != here
        )


# -- notices ------------------------------------------------------------------------------------------------------


def test_events_do_what_they_say_also_to_what_nobody_has_heard_of() -> None:
    known = {CAMERA: CatalogItem(device_id=CAMERA, name="东门", status=EntryStatus.ON), NVR: CatalogItem(device_id=NVR)}
    changes = apply(
        [
            CatalogItem(device_id=CAMERA, event=EntryEvent.VLOST),
            CatalogItem(device_id=NVR, event=EntryEvent.DEL),
            CatalogItem(device_id=SPEAKER, event=EntryEvent.UPDATE, name="喇叭"),
            CatalogItem(device_id=ORG, event=EntryEvent.OFF),
            CatalogItem(device_id=INNER, event=EntryEvent.DEL),
            CatalogItem(device_id=LOWER),
        ],
        known,
    )
    assert known[CAMERA] == CatalogItem(device_id=CAMERA, name="东门", status=EntryStatus.OFF)
    assert NVR not in known
    assert known[SPEAKER].event is None
    assert (changes.added, changes.changed, changes.removed) == ((SPEAKER, LOWER), (CAMERA,), (NVR,))
    assert (changes.unheard, changes.without_event) == ((ORG,), 1)


def test_an_event_that_changes_nothing_changes_nothing_and_entries_are_bounded() -> None:
    known = {CAMERA: CatalogItem(device_id=CAMERA, status=EntryStatus.ON)}
    assert apply([CatalogItem(device_id=CAMERA, event=EntryEvent.ON)], known).changed == ()
    changes = apply(
        [CatalogItem(device_id=NVR, event=EntryEvent.ADD), CatalogItem(device_id=CAMERA, event=EntryEvent.ADD)],
        known,
        most=1,
    )
    assert (changes.left_out, changes.changed, len(known)) == (1, (CAMERA,), 1)
