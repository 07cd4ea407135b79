"""What is right and wrong with each row: the rules of one camera, and that nothing is there twice; and a row mended in the preview.

What was typed is kept, right or wrong, so that nothing has to be typed twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from custodes.places.bulk.columns import MAX_PASSWORD
from custodes.places.bulk.reading import WrittenCamera, part_login
from custodes.places.devices.assignment import devices_of
from custodes.places.devices.channel import PREFIX, channel_of
from custodes.places.doubts import PlaceVerdict
from custodes.places.fields import names
from custodes.places.forms.address import sealed_for_another
from custodes.places.forms.batch import RowForm
from custodes.places.makers import bracketed
from custodes.places.models import PREVIEW, Batch, BatchRow, Camera, RowState
from custodes.places.tables.columns import MAX_CELL
from custodes.video.source.address import PORTS
from custodes.video.wire.seal import seal, seal_key_from_base64

FIELDS = (*names(lambda field: field.batched), "zone", "main_url", "sub_url", "username")

_ASKED_AT_ONCE = 400


@dataclass
class TakenNumbers:
    """What is taken already: in the register, and by the other rows of the batch.

    Attributes:
        addresses: of the register, to the camera's name.
        numbers: of the system.
        devices: GB/T 28181 devices of the system.
        row_addresses, row_numbers: how many rows of the batch have them.
    """

    addresses: dict[str, str] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    devices: frozenset[str] = frozenset()
    row_addresses: Counter[str] = field(default_factory=Counter)
    row_numbers: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, batch: Batch, cameras: QuerySet[Camera]) -> TakenNumbers:
        """Look it up.

        Args:
            cameras: those whose address the person may read (S33.1): of others nothing is said, not even that they are.
        """
        known = cls(numbers=set(batch.system.cameras.values_list("number", flat=True)))
        for number, url in batch.rows.filter(state__in=PREVIEW).values_list("number", "main_url"):
            known.row_numbers[number] += 1
            known.row_addresses[address_key(url)] += 1
        if any(key.startswith(PREFIX) for key in known.row_addresses):
            known.devices = devices_of(batch.system)
        known._look_up(cameras, sorted(spelling for key in known.row_addresses for spelling in _spellings(key)))
        return known

    def _look_up(self, cameras: QuerySet[Camera], spellings: Sequence[str]) -> None:
        """Only what the batch asks for: a city's register has a hundred thousand addresses."""
        for start in range(0, len(spellings), _ASKED_AT_ONCE):
            part = spellings[start : start + _ASKED_AT_ONCE]
            for name in ("main_url", "trial__main_url"):
                for url, camera in cameras.filter(**{f"{name}__in": part}).values_list(name, "name"):
                    self.addresses[address_key(url)] = camera


def _spellings(key: str) -> tuple[str, ...]:
    """How the register may have an address: with its port, and without the default one."""
    return key, key.replace(f":{PORTS.get(urlsplit(key).scheme, 0)}/", "/", 1)


def address_key(url: str) -> str:
    """The same text for addresses that lead to the same stream: host in small letters, the port always there."""
    if channel_of(url) is not None:
        return url
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme.lower(), 0)
    except ValueError:
        return url
    query = f"?{parts.query}" if parts.query else ""
    host = bracketed((parts.hostname or "").lower())
    return f"{parts.scheme.lower()}://{host}:{port}{parts.path}{query}"


def form_of(
    row: BatchRow, known: TakenNumbers, data: dict[str, str] | None = None, prefix: str | None = None
) -> RowForm:
    """The checked form of a row as it stands, or with what was typed.

    Args:
        data: what was typed, with `prefix` before each name; None for the row as it is.
    """
    faults: dict[str, str] = {}
    if data is None:
        data = {f"{prefix}-{name}" if prefix else name: getattr(row, name) for name in FIELDS}
        faults = row.faults
    form = RowForm(data, row=row, faults=faults, devices=known.devices, prefix=prefix)
    _same_twice(form, known, row)
    return form


def _same_twice(form: RowForm, known: TakenNumbers, row: BatchRow) -> None:
    if not form.is_valid() and not form.cleaned_data:
        return
    number, url = form.cleaned_data.get("number", ""), form.cleaned_data.get("main_url", "")
    if number in known.numbers:
        form.add_error("number", _("本系统已有该编号。请换一个编号。"))
    elif number and known.row_numbers[number] - (row.number == number) > 0:
        form.add_error("number", _("表格中有另一行使用该编号。请换一个编号。"))
    if not url:
        return
    key = address_key(url)
    if key in known.addresses:
        form.add_error(
            "main_url", _("该地址已登记为“%(name)s”。请删除该行或者改正地址。") % {"name": known.addresses[key]}
        )
    elif known.row_addresses[key] - (address_key(row.main_url) == key) > 0:
        form.add_error("main_url", _("表格中有另一行使用该地址。请删除其中一行或者改正地址。"))


def state_of(form: RowForm) -> RowState:
    """Where a checked row stands. A doubt that nobody has answered yet is not a mistake of whoever filled the row in."""
    judgement = form.judgement
    doubtful = judgement is not None and judgement.verdict == PlaceVerdict.DOUBTFUL
    if set(form.errors) == {"screening_note"} and doubtful:
        return RowState.DOUBTFUL
    return RowState.FAULTY if form.errors else RowState.READY


def check_rows(rows: Iterable[BatchRow], known: TakenNumbers) -> None:
    """Set each row's state and keep it."""
    changed = []
    for row in rows:
        state = state_of(form_of(row, known))
        if state != row.state:
            row.state = state
            changed.append(row)
    BatchRow.objects.bulk_update(changed, ["state"], batch_size=200)


def number_rows(batch: Batch, rows: Sequence[BatchRow]) -> None:
    """Give rows without a number the next free ones of their system, and anew where such a number was taken meanwhile."""
    used = set(batch.system.cameras.values_list("number", flat=True))
    waiting = [
        row for row in rows if (not row.number and "number" not in row.faults) or (row.numbered and row.number in used)
    ]
    taken = used | {row.number for row in rows}
    for row in waiting:
        row.number, row.numbered = next_number(taken), True
        taken.add(row.number)


def next_number(taken: set[str]) -> str:
    """The next number after the highest plain one; with the same prefix and width as those that are there."""
    best: tuple[int, str, int] | None = None
    for number in taken:
        digits = len(number) - len(number.rstrip("0123456789"))
        if 0 < digits <= 9:
            value = int(number[-digits:])
            if best is None or value > best[0]:
                best = (value, number[:-digits], digits)
    value, prefix, digits = best or (0, "", 4)
    while (number := f"{prefix}{value + 1:0{digits}d}") in taken:
        value += 1
    return number


AGAIN = "again"


def prefix_of(row: BatchRow) -> str:
    """What stands before the names of a row's fields in a form of many rows."""
    return f"r{row.pk}"


def keep_typed(rows: Iterable[BatchRow], typed: Mapping[str, str], seal_key: str) -> None:
    """Take over what was typed for these rows; their states are not checked here.

    A sealed password stays with the host, port and login that it was sealed for: where one of them changed and no password
    was typed, it is thrown away and asked for again.
    """
    for row in rows:
        before = BatchRow(
            main_url=row.main_url, sub_url=row.sub_url, username=row.username, sealed_password=row.sealed_password
        )
        prefix = prefix_of(row)
        line = WrittenCamera(row.line)
        for name in FIELDS:
            line.texts[name] = typed.get(f"{prefix}-{name}", "").strip()[:MAX_CELL]
        line.password = typed.get(f"{prefix}-password", "")
        for key in ("main_url", "sub_url"):
            part_login(line, key)
        row.numbered = row.numbered and line.texts["number"] == row.number
        asked_before = row.faults.get("password") == AGAIN
        row.faults = line.faults
        for name in FIELDS:
            setattr(row, name, line.texts[name])
        if len(line.password) > MAX_PASSWORD:
            row.faults["password"] = "password_long"  # noqa: S105 - the code of a fault
        elif line.password:
            row.sealed_password = seal(seal_key_from_base64(seal_key), line.password)
        elif not row.username:
            row.sealed_password = ""  # no login any more, so no password either
        elif sealed_for_another(before, row.main_url, row.sub_url, row.username):
            row.sealed_password, row.faults["password"] = "", AGAIN
        elif asked_before:
            row.faults["password"] = AGAIN
    BatchRow.objects.bulk_update(rows, [*FIELDS, "numbered", "sealed_password", "faults"], batch_size=100)
