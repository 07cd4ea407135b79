"""What the log says of partners' programs, in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from custodes.oversight.telling import Names


def called(record: Mapping[str, Any], names: Names) -> str:
    """Which key asked for what, with whose posts, and how much it was given."""
    words = _("程序（密钥 %(key)s）以%(person)s的岗位调用 %(call)s，给出 %(rows)s 条，状态 %(status)s")
    return words % {
        "key": record["key"],
        "person": names.person(record),
        "call": record["call"],
        "rows": record["rows"],
        "status": record["status"],
    }
