"""Decisions can be found: each number that the house names is a record, and the index lists each record once."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path

from tests.docs.test_pages import ROOT, committed

FOLDER = ROOT / "docs" / "decisions"
INDEX = FOLDER / "README.md"
RECORDS = {path.name[:4]: path for path in sorted(FOLDER.glob("[0-9]*.md"))}

NUMBER = r"0\d{3}"
SEVERAL = rf"{NUMBER}(?:(?:, and |, | and |–| to |\s+){NUMBER})*"
#: So many decisions there were when they were gathered by subject; none of their numbers may get lost.
BEFORE = 368
#: A number after the word, in the address of a record, as the words of a link to one; on pages alone, in brackets.
NAMED = re.compile(rf"\b[Dd]ecisions?\s+({SEVERAL})")
ADDRESS = re.compile(rf"decisions/({NUMBER})\b")
LINK = re.compile(rf"\[(?:decision )?({NUMBER})\]\(([^)\s]+)\)")
IN_BRACKETS = re.compile(rf"\(({NUMBER}(?:, {NUMBER})*)\)")
PARTS = ("**Status.**", "**Context", "**Decision", "**Consequences.**", "**What would change it.**")

#: What git can tell quickly of a file that may name one.
HINT = r"ecision|\[0[0-9]{3}\]|\(0[0-9]{3}"


def files_that_may_name_one() -> list[Path]:
    command = ["git", "grep", "-lIE", HINT, "--", ".", ":!*.json", ":!*.jsonl", ":!*/static/built/*"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in listed if ROOT / name not in (INDEX, Path(__file__))]


def numbers_in(text: str, page: bool) -> set[str]:
    """Decisions that a text names."""
    found = ADDRESS.findall(text) + [number for number, _ in LINK.findall(text)]
    for several in NAMED.findall(text) + (IN_BRACKETS.findall(text) if page else []):
        found += re.findall(NUMBER, several)
    return set(found)


def named_without_record(path: Path) -> set[str]:
    page = path.suffix == ".md"
    return numbers_in(path.read_text(encoding="utf-8"), page) - set(RECORDS)


def test_the_forms_in_which_a_decision_is_named_are_seen() -> None:
    text = "decision 0001, decisions 0002, 0003 and 0004; Decision\n0005; docs/decisions/0006; [0007](x/0007-a.md); (0008, 0009) 0700 0.0010"
    assert numbers_in(text, page=True) == {f"000{digit}" for digit in range(1, 10)}
    assert numbers_in("mode (0600)", page=False) == set()


def test_every_decision_that_is_named_is_a_record() -> None:
    lost = {}
    for path in files_that_may_name_one():
        numbers = named_without_record(path)
        if numbers:
            lost[str(path.relative_to(ROOT))] = sorted(numbers)
    assert lost == {}, "docs/decisions/README.md says where a former number stands"


def test_a_link_with_a_number_leads_to_that_record() -> None:
    wrong = []
    for path in committed("*.md"):
        for number, target in LINK.findall(path.read_text(encoding="utf-8")):
            led = (path.parent / target.split("#")[0]).resolve()
            if led != RECORDS.get(number):
                wrong.append(f"{path.relative_to(ROOT)}: [{number}]({target})")
    assert wrong == []


def test_each_record_has_its_number_and_its_parts() -> None:
    for number, path in RECORDS.items():
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {number} · "), path.name
        missing = [part for part in PARTS if f"\n{part}" not in text]
        assert missing == [], path.name


def test_the_index_lists_each_record_once_and_each_former_number_once() -> None:
    subjects, table = INDEX.read_text(encoding="utf-8").split("## Where each former number stands")
    listed = Counter(number for number, _ in LINK.findall(subjects))
    assert listed == Counter(list(RECORDS))

    stands: dict[str, str] = {}
    for numbers, where in re.findall(rf"^\| ({NUMBER}(?:, {NUMBER})*) \| (.+) \|$", table, re.MULTILINE):
        for number in numbers.split(", "):
            assert number not in stands, number
            assert number not in RECORDS, number
            stands[number] = where
    for number, path in RECORDS.items():
        status = path.read_text(encoding="utf-8").split("**Status.**")[1].split("\n")[0]
        taken = re.search(rf"Takes in ({SEVERAL})", status)
        for former in re.findall(NUMBER, taken.group(1)) if taken else ():
            assert f"({path.name})" in stands[former], f"{former} is taken in by {number}"
    assert len(stands | RECORDS) >= BEFORE
