"""委托办理备案授权书 of a unit that lets itself in: blank, of what is typed so far, and of what it said in its application."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from custodes.documents.forms.authorization import AuthorizationLetter
from custodes.documents.forms.document import Party
from custodes.documents.provenance import Provenance
from custodes.documents.rendering import render
from custodes.people.models import Division, UnitApplication

_MOST = {"name": 120, "uscc": 18, "address": 200, "contact": 60, "phone": 30, "applicant": 60}


@lru_cache(maxsize=1)
def blank_letter(templates: Path | None, installation: str) -> bytes:
    """The empty letter as PDF, made once: anybody may ask for it, as often as they like.

    Raises:
        FontsMissing, TemplateError: as `render`.
    """
    return render(AuthorizationLetter(), templates=templates, provenance=Provenance(installation, "", None, None))


def letter_typed(typed: Mapping[str, str]) -> AuthorizationLetter:
    """Of what stands in the application's form now, right or wrong; nothing of it is kept."""
    said = {key: str(typed.get(key, ""))[:most].strip() for key, most in _MOST.items()}
    unit = Party(
        name=said["name"], code=said["uscc"], address=said["address"], contact=said["contact"], phone=said["phone"]
    )
    chosen = str(typed.get("division", ""))
    number = chosen.isascii() and chosen.isdecimal() and len(chosen) < 19
    division = Division.objects.filter(pk=chosen).first() if number else None
    return AuthorizationLetter(
        unit=unit, police=police_of(division), agent=said["applicant"], agent_phone=said["phone"]
    )


def letter_of(row: UnitApplication) -> AuthorizationLetter:
    """Of a unit that has applied, as it said of itself."""
    unit = Party(name=row.name, code=row.uscc, address=row.address, contact=row.contact, phone=row.phone)
    return AuthorizationLetter(unit=unit, police=police_of(row.division), agent=row.applicant, agent_phone=row.phone)


def police_of(division: Division | None) -> str:
    """The police of a division, as letters address them; empty for none."""
    return f"{division.name_zh}公安机关" if division is not None else ""
