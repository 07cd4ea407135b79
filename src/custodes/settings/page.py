"""docs/settings.md: every setting, printed from the model (``uv run python -m custodes.settings.page``)."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr

from custodes.settings.model import Settings


def _shown_default(default: object) -> str:
    if isinstance(default, SecretStr):
        return ""
    if isinstance(default, tuple):
        return ",".join(map(str, default))
    return "" if default is None else str(default)


def _part_of(name: str) -> int:
    """Those of one part each come last on the page: a base class's fields would stand first."""
    return next(
        (place for place, part in enumerate(Settings.__bases__, 1) if name in getattr(part, "model_fields", {})), 0
    )


def settings_page() -> str:
    """The Markdown page that documents every setting, generated from the model."""
    rows = [
        "# Settings",
        "",
        "Generated from the model in `src/custodes/settings/` by `uv run python -m custodes.settings.page`; edit that.",
        "",
        "| variable | unit | default | what it does |",
        "| --- | --- | --- | --- |",
    ]
    for name, field in sorted(Settings.model_fields.items(), key=lambda pair: _part_of(pair[0])):
        extra = field.json_schema_extra
        unit = extra.get("unit", "") if isinstance(extra, dict) else ""
        default = _shown_default(field.default)
        secret = f" May stand in a file: `CUSTODES_{name.upper()}_FILE`." if field.annotation is SecretStr else ""
        rows.append(
            f"| `CUSTODES_{name.upper()}` | {unit} | {f'`{default}`' if default else ''} | {field.description or ''}{secret} |"
        )
    return "\n".join([*rows, ""])


if __name__ == "__main__":
    Path("docs/settings.md").write_text(settings_page(), encoding="utf-8")
