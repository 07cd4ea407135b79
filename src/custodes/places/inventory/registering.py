"""From a file to a preview, and from the preview's right rows to sites of the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from custodes.people.models import Person
from custodes.places.inventory.checking import Known, check
from custodes.places.models import Inventory, InventoryRow
from custodes.places.models.recorded import SITE_FIELDS
from custodes.places.register import save_recorded
from custodes.places.tables.reading import Line


def take_places(lines: Sequence[Line], person: Person, at: datetime) -> Inventory:
    """Keep lines as a preview. Nothing of it is in the register yet."""
    known = Known.of(person, at, [line.texts for line in lines])
    with transaction.atomic():
        inventory = Inventory.objects.create(by=person, at=at)
        InventoryRow.objects.bulk_create(
            [
                InventoryRow(
                    inventory=inventory,
                    line=line.line,
                    texts=line.texts,
                    faults=line.faults,
                    ready=check(line.texts, line.faults, known, person, at).ready,
                )
                for line in lines
            ],
            batch_size=200,
        )
    return inventory


def enter_places(inventory: Inventory, person: Person, at: datetime) -> int:
    """Check all rows once more and make sites of those that are right; returns how many. The others stay."""
    with transaction.atomic():
        Inventory.objects.select_for_update().get(pk=inventory.pk)
        rows = list(inventory.rows.filter(site__isnull=True))
        known = Known.of(person, at, [row.texts for row in rows])
        entered = 0
        for row in rows:
            checked = check(row.texts, row.faults, known, person, at)
            row.ready = checked.ready
            if checked.ready:
                row.site = checked.form.save(commit=False)
                save_recorded(row.site, SITE_FIELDS, person, at)
                entered += 1
        InventoryRow.objects.bulk_update(rows, ["ready", "site"], batch_size=200)
    return entered
