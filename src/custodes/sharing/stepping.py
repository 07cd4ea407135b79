"""The steps of this room: `access.stepping` with its record ``sharing.step``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from custodes.access import stepping
from custodes.access.stepping import WORDS, Book, as_seen
from custodes.law.grounds.ground import Unmet
from custodes.people.models import Person
from custodes.places.devices.telling import bump_gateways
from custodes.places.lifecycle.stepping import StepRefused
from custodes.sharing.models import Cooperation, Directory, Link, LinkGrant, Platform, PlatformRole, SharingStep

__all__ = ["WORDS", "StepRefused", "Taken", "as_seen", "cleared", "keep", "move", "on_link_step"]


@dataclass(frozen=True, slots=True)
class Taken(stepping.Taken):
    """Who takes a step: always a person, nothing here comes of time alone."""

    by: Person


def _named_directory(row: Directory) -> dict[str, Any]:
    """With the letter that is issued by this step (`letters.issuing`), if one is."""
    files = {"table": row.table_sha256, "document": row.document_sha256}
    return {
        "kind": "directory",
        "case": row.pk,
        "number": row.number,
        "unit": row.unit.uuid,
        **{name: value for name, value in files.items() if value},
        **({"letter": letter} if (letter := row.__dict__.pop("_letter", None)) else {}),
    }


def _said_directory(row: Directory) -> dict[str, Any]:
    entries = row.entries.order_by("system_id")
    return {
        "entries": [
            [
                str(one.system_id),
                one.name,
                one.unit_name,
                one.department,
                one.clause,
                one.computed,
                one.listed,
                one.reason,
                *([one.withdrawn_why] if one.withdrawn_at else []),
            ]
            for one in entries
        ]
    }


def _kind(kind: str) -> Callable[[Any], dict[str, Any]]:
    def named(row: Any) -> dict[str, Any]:
        office = row.link.office if kind == "grant" else row.office
        measured = row.__dict__.pop("_measured", None)  # of a link whose test is entered (`links.trying`)
        told = {"kind": kind, "case": row.pk, "number": row.number, "unit": office.uuid}
        return told | ({"measured": measured} if measured else {})

    return named


def _said_link(row: Link) -> dict[str, Any]:
    """With what its tree was changed by in this step (`tree.changing`), line by line: the lines themselves stay with the step (`TreeChange`)."""
    return {"changed": sorted(row.__dict__.pop("_changed", ()))}


def _said_nothing(row: Any) -> dict[str, Any]:
    return {}


_UNSAID = frozenset({"id", "state", "revision", "table", "document"})
_SECRET = frozenset({"id", "state", "revision", "sealed_password", "sealed_to", "last_channel", "last_node"})
"""No hash of a sealed password stands in the log either: it says nothing about the case."""
_BOOKS: dict[type, Book] = {
    Directory: Book(
        record="sharing.step",
        step=lambda row: SharingStep(directory=row),
        named=_named_directory,
        content=_said_directory,
        unsaid=_UNSAID,
    ),
    Platform: Book(
        record="sharing.step",
        step=lambda row: SharingStep(platform=row),
        named=_kind("platform"),
        content=_said_nothing,
    ),
    Link: Book(
        record="sharing.step",
        step=lambda row: SharingStep(link=row),
        named=_kind("link"),
        content=_said_link,
        unsaid=_SECRET,
    ),
    LinkGrant: Book(
        record="sharing.step",
        step=lambda row: SharingStep(grant=row),
        named=_kind("grant"),
        content=_said_nothing,
    ),
    Cooperation: Book(
        record="sharing.step",
        step=lambda row: SharingStep(cooperation=row),
        named=_kind("cooperation"),
        content=_said_nothing,
    ),
}


def cleared(unmet: tuple[Unmet, ...]) -> None:
    """Go on where nothing is unmet.

    Raises:
        StepRefused: with what is.
    """
    if unmet:
        raise StepRefused(_("还有 %(count)d 项条件没有满足。") % {"count": len(unmet)}, unmet)


def move(row: Any, event: str, taken: Taken, clauses: Iterable[str]) -> SharingStep:
    """`stepping.move` of a row of this room."""
    with transaction.atomic():
        step: SharingStep = stepping.move(_BOOKS[type(row)], row, event, taken, clauses)
        _tell_gateway(row)
    _look_again(row)
    return step


def keep(row: Any, event: str, taken: Taken, clauses: Iterable[str]) -> SharingStep:
    """`stepping.keep` of a step that leaves the state as it is."""
    with transaction.atomic():
        step: SharingStep = stepping.keep(_BOOKS[type(row)], row, event, str(row.state), taken, clauses)
        _tell_gateway(row)
    _look_again(row)
    return step


def on_link_step(look: Callable[[UUID], None]) -> None:
    """Who is told of each step of a link, of its tree and of its grants, once it is done: whoever serves the link stands above this module."""
    _told[:] = [look]


_told: list[Callable[[UUID], None]] = []


def _look_again(row: Any) -> None:
    link = row.pk if isinstance(row, Link) else row.link_id if isinstance(row, LinkGrant) else None
    if link is None:
        return
    for look in _told:
        # What fails here is made good within ten seconds: the step stands.
        transaction.on_commit(partial(look, link), robust=True)


def _tell_gateway(row: Any) -> None:
    """Where a platform below takes statements is told the gateway with its devices (`stating.places`)."""
    platform = row if isinstance(row, Platform) else row.platform if isinstance(row, Link) else None
    if platform is not None and platform.role == PlatformRole.LOWER:
        bump_gateways()
