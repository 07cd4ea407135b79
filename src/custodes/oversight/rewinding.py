"""A witness that was put back to an older state, as a source of alarms: the one that is run here, and those that cosign the own log.

Above, the witness met its own signature (`witness.service`); below, it remembered less than its key had signed (`cosigning`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from custodes.keyfile import KeyFileError
from custodes.ledger.witnessed import Rewound, StateError, read_rewound
from custodes.oversight.cosigning import Why, outcomes
from custodes.places.keys import public_text
from custodes.settings import Settings, get_settings
from custodes.upkeep.alarms.condition import CannotTell, Condition, Source
from custodes.upkeep.alarms.kinds.trust import WITNESS_REWOUND

VKEY = "witness.vkey"


def own_rewound(settings: Settings) -> Rewound | None:
    """Whether the witness that is run here was put back since it has its key.

    Raises:
        StateError: what it says of it can't be read.
    """
    if not settings.witness_name:
        return None
    try:
        key = public_text(VKEY)
    except KeyFileError:
        return None
    return read_rewound(settings.witness_folder / "evidence", key)


def look(now: datetime) -> Iterator[Condition]:
    """What is so."""
    settings = get_settings()
    try:
        own = own_rewound(settings)
    except StateError as error:
        raise CannotTell from error
    if own is not None:
        facts = {"seen_size": own.signed, "shown_size": own.kept}
        at = min(now, datetime.fromtimestamp(own.at, UTC))
        yield Condition(WITNESS_REWOUND, "witness:own", settings.witness_name, at, facts)
    for name, outcome in outcomes().items():
        if outcome.why is Why.FORGOT:
            yield Condition(WITNESS_REWOUND, f"witness:above:{name}"[:200], name[:200], min(now, outcome.at), {})


SOURCE = Source("rewound witnesses", (WITNESS_REWOUND,), look)
