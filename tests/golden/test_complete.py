"""No step of any kind is without a golden record: declared steps are read from the registry, noted ones from the source."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps

from custodes.cases.registry import registry
from custodes.people.statefield import Stateful
from tests.golden.tour import FOLDER

SOURCE = Path(__file__).resolve().parents[2] / "src" / "custodes"
ROOMS = ("places", "access", "sharing")
WRITERS = {"enter": 2, "note": 2, "move": 1, "keep": 1}
"""Functions that keep a step → place of the event's name among their arguments."""

FILES = {
    "places.System": ("system",), "places.Filing": ("filing",), "places.Removal": ("removal",), "places.ChangeCase": ("change",),
    "places.UpgradeOrder": ("upgrade",), "access.AgencyRequest": ("agency", "agency_sittings"), "access.Embargo": ("embargo",),
    "access.LookFinding": ("finding",), "access.MissingCase": ("missing",), "access.IndividualRequest": ("individual",),
    "access.OwnImageRequest": ("ownimage",), "access.Release": ("release", "ownimage"), "sharing.Cooperation": ("cooperation",),
    "sharing.Link": ("link",), "sharing.LinkGrant": ("link_grant",), "sharing.Directory": ("directory",),
    "sharing.Platform": ("platform",),
}  # fmt: skip
"""Model with transitions → files in which the records of its steps name them."""

TYPES = {
    "access.Hold": (
        "hold",
        {
            "ask_release": "hold.release.asked",
            "decline_release": "hold.release.declined",
            "confirm_release": "hold.released",
            "review": "hold.reviewed",
            "shorten": "hold.release.asked",
            "took_effect": "hold.effective",
        },
    )
}
"""Model → file, and the type of record that stands for each of its transitions."""

STATES = {"places.PlanningText": "planning"}
"""Model → file, in which a record says which states a transition leads between."""

ASKED = {
    "places.System": "system", "places.Filing": "filing", "places.Removal": "removal", "places.ChangeCase": "change",
    "places.UpgradeOrder": "upgrade", "places.PlanningText": "planning", "sharing.Cooperation": "cooperation",
    "sharing.Link": "link", "sharing.LinkGrant": "link_grant", "sharing.Directory": "directory",
    "access.AgencyRequest": "agency", "access.Embargo": "embargo", "access.LookFinding": "finding", "access.Hold": "hold",
    "access.MissingCase": "missing", "access.IndividualRequest": "individual", "access.OwnImageRequest": "ownimage",
    "access.Release": "release",
}  # fmt: skip
"""Model → file of what its pages offer and refuse."""

_SITTING = {"session_end": "who looks ends it, or what ends it for them"}
BESIDE_PAGES = {
    "access.IndividualRequest": _SITTING,
    "access.MissingCase": _SITTING | {
        "preview": "the officer ends a first look: asked as previewed, on the session's page",
        "provisional_over": "the time of a proof is over",
    },
    "access.OwnImageRequest": _SITTING | dict.fromkeys(
        ("correct", "lessen"), "other cameras or another span are entered once the picture was checked"
    ),
    "access.AgencyRequest": {
        "lapse": "nobody goes on with a draft that lacks something", "correct": "asked as `state`",
        "approved": "asked as `approve`, of several", "reviewed": "asked as `review`, of several",
        "narrow_ask": "asked as `narrow`", "need_fewer": "two have lowered how many approve",
        "escalate": "it was not checked or approved in time", "overdue": "its review did not come",
    },
    "access.Embargo": {"lapse": "another is asked for behind the last day of one that nobody answered"},
    "access.Hold": {"took_effect": "each worker has answered"},
    "access.Release": {
        "give": "a request for one's own image is answered with the copy", "take_back": "that request is reopened",
        "hand_over": "that request is closed", "see": "who approves it plays the copy",
        "fetch": "the copy is downloaded", "fetched": "that download has come to its end",
    },
    "places.System": {"remove": "a removal of the whole system"},
    "places.ChangeCase": {
        "hand_in": "a filing that says it is handed in", "take_back": "that filing is taken back", "close": "it is received",
    },
    "places.PlanningText": {"supersede": "the next version comes into force"},
    "sharing.Link": {
        "test": "its own page enters what passed and what did not", "secret": "its own form, which the page has",
        "tree_node": "the tree has a page of its own", "tree_remove": "there", "tree_put": "there", "tree_out": "there",
        "void_test": "a password or an address is another after the test",
        "repoint": "the platform leads elsewhere while the link is in force",
    },
    "sharing.Directory": {"supersede": "the next version is published"},
}  # fmt: skip
"""Model → transitions that nobody takes on a page of its own, and what they follow from."""


def test_each_transition_is_in_a_golden_file() -> None:
    missing = []
    for label, transitions in machines().items():
        for name, method in transitions.items():
            if not any(stands(record, label, name, method) for record in records_of(label)):
                missing.append(f"{label}.{name}")
    assert missing == []


def test_each_noted_step_is_in_a_golden_file() -> None:
    told = {record.get("event") for path in FOLDER.glob("*.jsonl") for record in records(path.stem)}
    assert {name for name in noted() if name not in told} == set()


def test_each_transition_of_a_person_is_asked_on_a_page() -> None:
    found = machines()
    missing = []
    for label, file in ASKED.items():
        answers = json.loads((FOLDER / f"{file}.asked.json").read_text(encoding="utf-8"))["answers"]
        asked = {event for state in answers.values() for event in state} | BESIDE_PAGES.get(label, {}).keys()
        missing += [f"{label}.{name}" for name in found[label] if name not in asked]
    assert missing == []


def machines() -> dict[str, dict[str, Any]]:
    """Models with declared steps, each by its name; whatever has a state that moves by steps has a kind."""
    ours = (one for one in apps.get_models() if one.__module__.startswith("custodes.") and not one._meta.proxy)
    stateful = {one for one in ours if issubclass(one, Stateful)}
    assert {one._meta.label for one in stateful - {kind.model for kind in registry}} == set()
    found: dict[str, dict[str, Any]] = {}
    for kind in registry:
        steps = [event for event in kind.events if not event.begins and not event.noted]
        found[kind.model._meta.label] = {name: event for event in steps for name in event.names}
    return found


def records(file: str) -> Iterator[dict[str, Any]]:
    for line in (FOLDER / f"{file}.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def records_of(label: str) -> Iterator[dict[str, Any]]:
    """Records of the files of a model; a model that is named nowhere has none."""
    files = FILES.get(label, ())
    if label in TYPES:
        files = (TYPES[label][0],)
    elif label in STATES:
        files = (STATES[label],)
    for file in files:
        yield from records(file)


def stands(record: dict[str, Any], label: str, name: str, method: Any) -> bool:
    """Whether the record is of this transition."""
    if label in TYPES:
        return bool(record["type"] == TYPES[label][1][name])
    if label in STATES:
        before, after = record.get("changes", {}).get("state", (None, None))
        return after == method.target and before in method.sources
    return record.get("object", label.lower()) == label.lower() and bool(record.get("event") == name)


def noted() -> Iterator[str]:
    """Names with which the rooms call what keeps a step, where they are written out."""
    for room in ROOMS:
        for path in (SOURCE / room).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(call, ast.Call):
                    continue
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                place = WRITERS.get(name)
                if place is None or len(call.args) <= place:
                    continue
                event = call.args[place]
                if isinstance(event, ast.Constant) and isinstance(event.value, str):
                    yield event.value
