"""The directory as a document: what was published from its own file, never from the register; a draft from its entries."""

from __future__ import annotations

import json

from custodes.documents.forms.sharing import DirectoryList, Listed
from custodes.places.models import System
from custodes.sharing.directory.files import said_of
from custodes.sharing.directory.secrecy import nameable
from custodes.sharing.models import Directory


def published(row: Directory) -> DirectoryList:
    """A version as it was published: its canonical JSON, read back. Whoever asks has asked `withheld` before."""
    told = json.loads(row.document)
    return DirectoryList(
        issued=row.published_on,
        unit=told["unit"],
        division=told["division"],
        version=told["version"],
        entries=tuple(Listed(**one) for one in told["entries"]),
        sha256=row.document_sha256,
    )


def draft(row: Directory) -> DirectoryList:
    """A version that is being worked on: what it lists, without what may not be named (S20), without reasons."""
    entries = row.entries.filter(listed=True, system__in=nameable(System.objects.all()).values("pk"))
    return DirectoryList(
        unit=row.unit.name,
        division=row.unit.division.name_zh,
        version=row.version,
        draft=True,
        entries=tuple(Listed(**said_of(one)) for one in entries),
    )
