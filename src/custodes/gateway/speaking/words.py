"""Why a device is not spoken through, as steps and as sentences for people; none repeats what a device sent."""

from __future__ import annotations

from custodes.gateway.calls.words import refusal
from custodes.gb28181.manscdp.announcing import Failure
from custodes.video.wire.speaking import SpeakAnswer, SpeakStep

_FAILURES = {
    Failure.UNANSWERED: (SpeakStep.NO_ANSWER, "the device did not answer the announcement"),
    Failure.REFUSED: (SpeakStep.REFUSED, "the device says that it can't be spoken through"),
    Failure.NO_CALL: (
        SpeakStep.NO_CALL,
        "the device promised to call and did not; look at its voice output and its transport, or enter another code for it",
    ),
}
_ORDER = (SpeakStep.NO_ANSWER, SpeakStep.REFUSED, SpeakStep.NO_CALL)
"""How far a device went."""


def failed(failure: Failure, status: int) -> SpeakAnswer:
    """What became of one target; `status` is SIP's, where that refused the announcement."""
    if status:
        return SpeakAnswer(step=SpeakStep.REFUSED, status=status, detail=refusal(status))
    step, detail = _FAILURES.get(failure, _FAILURES[Failure.UNANSWERED])
    return SpeakAnswer(step=step, detail=detail)


def further(one: SpeakAnswer | None, other: SpeakAnswer) -> SpeakAnswer:
    """Of two targets the one with which the device went further: that is what a person can do something about."""
    if one is None or one.step is None or other.step is None:
        return other
    return one if _ORDER.index(one.step) > _ORDER.index(other.step) else other
