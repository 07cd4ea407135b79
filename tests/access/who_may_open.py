"""Looking. Nobody in the cast stands duty here, so no picture opens to anybody; `tests/access` puts them on duty."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from tests.cast import EVERYBODY, Cast
from tests.places.who_may_open import EDITS_SCHOOL, SEES_SCHOOL, gate
from tests.web.registry import Opens, Public, members

#: A grant that nobody has.
_NO_GRANT = uuid.UUID(int=0)
NOBODY: frozenset[str] = frozenset()


def _camera(cast: Cast) -> Mapping[str, Any]:
    return {"pk": gate(cast).pk}


VIEWS: dict[str, Opens | Public] = {
    "access:wall": Opens(members("operator", "lead", "outsider")),
    "access:camera": Opens(members("operator", "lead"), _camera),
    "access:still": Opens(EDITS_SCHOOL, _camera, "post"),
    "access:viewings": Opens(EVERYBODY),
    "access:viewings_all": Opens(members("lead", "approver", "inspector", "auditor")),
    "access:stop": Opens(NOBODY, lambda cast: {"pk": _NO_GRANT}, "post"),
    "access:api:api-root": Opens(NOBODY),
    "access:api:views": Opens(
        NOBODY,
        method="post",
        data=lambda cast: {"cameras": [str(gate(cast).pk)], "live": True, "span": None, "reason": None},
        json=True,
    ),
    "access:api:renew": Opens(NOBODY, lambda cast: {"grant": _NO_GRANT}, "post"),
    "access:api:end": Opens(NOBODY, lambda cast: {"grant": _NO_GRANT}, "post"),
    "access:api:timeline": Opens(
        SEES_SCHOOL,
        lambda cast: {"camera": gate(cast).pk},
        data=lambda cast: {"from": "2026-03-02T00:00:00Z", "to": "2026-03-02T01:00:00Z"},
    ),
}
