"""`docs/settings.md` says what the settings model says."""

from __future__ import annotations

from pathlib import Path

from custodes.settings import Settings
from custodes.settings.page import settings_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_the_page_is_not_stale() -> None:
    assert PAGE.read_text(encoding="utf-8") == settings_page()


def test_every_setting_has_a_unit_and_a_sentence() -> None:
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        assert isinstance(extra, dict), name
        assert extra.get("unit"), name
        assert (field.description or "").rstrip().endswith("."), name
