"""What a check of the log found is said in the reader's language, whatever it is."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

from custodes.ledger import book, continuations, tiles, verify
from custodes.ledger.note import VerifierKey
from custodes.ledger.verify import verify_ledger
from custodes.oversight.verification import WORDS, sentence

pytestmark = pytest.mark.postgresql

_SAY = {"add", "_finding", "_add"}


def told() -> dict[str, set[str]]:
    """Each code that the check gives, with the names of its facts."""
    found: dict[str, set[str]] = {code: {"why"} for code in book._WRONG}
    for module in (book, continuations, tiles, verify):
        for node in ast.walk(ast.parse(Path(module.__file__ or "").read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _SAY):
                continue
            code = node.args[-1] if len(node.args) > 1 else None
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                found[code.value] = {one.arg for one in node.keywords if one.arg}
    return found


def test_each_finding_has_a_sentence_and_each_sentence_its_facts() -> None:
    codes = told()
    assert len(codes) > 25
    assert set(codes) == set(WORDS)
    for code, words in WORDS.items():
        assert set(re.findall(r"%\((\w+)\)s", str(words))) <= codes[code], code


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_sentence_is_whole_in_each_language(language: str) -> None:
    with translation.override(language):
        for code, facts in told().items():
            words = sentence({"code": code, "facts": dict.fromkeys(facts, 7)})
            assert words
            assert "%(" not in words


def test_what_a_check_finds_is_said(tmp_path: Path) -> None:
    key = VerifierKey("log.example/a", 1, b"\0" * 32)
    report = verify_ledger(tmp_path, key, datetime.now(UTC)).as_json()
    (one,) = report["findings"]
    assert (one["code"], sentence(one)) == ("checkpoint_unreadable", "检查点无法读取。")
    assert "checkpoint can't be read" in one["detail"], "the command says it as before"


def test_what_an_older_check_kept_has_no_sentence() -> None:
    assert sentence({"index": 17, "detail": "the entry is not the one"}) == ""
    assert sentence({"code": "entry_gone", "facts": {}}) == ""
    assert sentence({"code": "book_lacks", "facts": {"first": 3}}) == ""
