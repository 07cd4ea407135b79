"""What tests of programs that write share: their papers, revisions, and what has to hold of every refusal."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.test import Client
from django.utils import timezone
from PIL import Image

from tests.people.papers.samples import pdf
from tests.web.programs.conftest import Caller

Make = Callable[..., Caller]
DAY = datetime.timedelta(days=1)
#: Who has no business with unit A's rows, and posts that keep no register.
STRANGERS = ("outside_caretaker", "operator", "approver", "inspector")


def day(number: int) -> str:
    """So many days from today, as JSON has it."""
    return (timezone.localdate() + number * DAY).isoformat()


def tag(answer: Any) -> dict[str, str]:
    """The revision that was read."""
    return {"If-Match": answer.headers["ETag"]}


def on(revision: int) -> dict[str, str]:
    """A revision."""
    return {"If-Match": f'"{revision}"'}


def picture() -> bytes:
    """A small picture."""
    data = BytesIO()
    Image.new("RGB", (40, 30), "white").save(data, "PNG")
    return data.getvalue()


def paper(caller: Caller, data: bytes | None = None, name: str = "照片.png") -> str:
    """Hand a paper in; its id."""
    client = Client(headers={"Authorization": f"Bearer {caller.secret}"})
    sent = picture() if data is None else data
    answer = client.post(
        "/api/register/v1/papers", sent, content_type="application/octet-stream", query_params={"name": name}
    )
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def document(caller: Caller, name: str = "方案.pdf") -> str:
    """The same of a document."""
    return paper(caller, pdf(), name)


def refused(answer: Any, status: int = 409) -> list[str]:
    """It is a problem document that says of each thing its rule, what it is and what to do; the rules."""
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert errors
    assert all(one["rule"] and one["what"] and one["remedy"] for one in errors), errors
    return [one["rule"] for one in errors]
