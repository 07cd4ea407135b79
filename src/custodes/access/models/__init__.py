"""The tables of this app."""

from custodes.access.models.grant import Grant, Ground
from custodes.access.models.individual import AsksAsPerson, IndividualRequest, IndividualState, Protects
from custodes.access.models.missing import (
    Kin,
    LostAs,
    MissingCase,
    MissingPaper,
    MissingState,
    ProofKind,
    Protected,
)
from custodes.access.models.supervised import (
    Accepted,
    CaseStep,
    DocumentKind,
    SessionKind,
    SupervisedSession,
)

__all__ = [
    "Accepted",
    "AsksAsPerson",
    "CaseStep",
    "DocumentKind",
    "Grant",
    "Ground",
    "IndividualRequest",
    "IndividualState",
    "Kin",
    "LostAs",
    "MissingCase",
    "MissingPaper",
    "MissingState",
    "ProofKind",
    "Protected",
    "Protects",
    "SessionKind",
    "SupervisedSession",
]
