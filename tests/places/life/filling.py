"""Filling in a filing or a removal report page by page, as a browser sends it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from custodes.places.drafts.matter import DraftMatter
from custodes.places.filing.fields import OPTIONAL
from custodes.places.models import Draft, System

BEGINS = {"filing": "places:filing_begin", "removal": "places:removal_add"}


def unclear() -> dict[str, str]:
    """Everything that may be is 暂不清楚."""
    return {f"unclear_{field.key}": "on" for field in OPTIONAL}


def begin(client: Client, matter: DraftMatter, system: System) -> Draft:
    """Press the button; the draft that lies there then."""
    client.post(reverse(BEGINS[matter.kind], args=[system.pk]))
    return Draft.objects.get(kind=matter.kind, system=system)


def send(client: Client, draft: Draft, page: str, answers: dict[str, Any], revision: int | None = None) -> Any:
    """Send one page, drawn with what stands now or with an older revision."""
    stands = Draft.objects.get(pk=draft.pk).revision if revision is None else revision
    return client.post(reverse("places:draft", args=[draft.pk, page]), {**answers, "revision": stands})


def fill(client: Client, matter: DraftMatter, system: System, answers: dict[str, Any]) -> HttpResponse:
    """From the first page to handing in."""
    draft = begin(client, matter, system)
    for page in matter.pages:
        send(client, draft, page.key, answers)
    return hand_in(client, draft)


def hand_in(client: Client, draft: Draft) -> Any:
    """Press the button on the last page."""
    revision = Draft.objects.get(pk=draft.pk).revision
    return client.post(reverse("places:draft_hand_in", args=[draft.pk]), {"revision": revision})
