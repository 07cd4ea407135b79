"""The tables of this app."""

from custodes.access.models.agency import AgencyRequest, AgencyState, AsksAs, AsksFor, Intake, Way
from custodes.access.models.agency_parts import (
    AgencyApproval,
    AgencyOfficer,
    AgencyPaper,
    AgencyPaperKind,
    AgencySitting,
    AgencyStep,
    HolderApprovals,
)
from custodes.access.models.grant import Grant, Ground
from custodes.access.models.hold import OPEN, Hold, HoldBasis, HoldDelivery, HoldState, HoldStep
from custodes.access.models.individual import AsksAsPerson, IndividualRequest, IndividualState, Protects
from custodes.access.models.missing import Kin, LostAs, MissingCase, MissingPaper, MissingState, ProofKind, Protected
from custodes.access.models.narrowing import Narrowing, NarrowingConsent, NarrowingState
from custodes.access.models.package import EvidencePackage, PackageState
from custodes.access.models.supervised import Accepted, CaseStep, DocumentKind, SessionKind, SupervisedSession

__all__ = [
    "OPEN",
    "Accepted",
    "AgencyApproval",
    "AgencyOfficer",
    "AgencyPaper",
    "AgencyPaperKind",
    "AgencyRequest",
    "AgencySitting",
    "AgencyState",
    "AgencyStep",
    "AsksAs",
    "AsksAsPerson",
    "AsksFor",
    "CaseStep",
    "DocumentKind",
    "EvidencePackage",
    "Grant",
    "Ground",
    "Hold",
    "HoldBasis",
    "HoldDelivery",
    "HoldState",
    "HoldStep",
    "HolderApprovals",
    "IndividualRequest",
    "IndividualState",
    "Intake",
    "Kin",
    "LostAs",
    "MissingCase",
    "MissingPaper",
    "MissingState",
    "Narrowing",
    "NarrowingConsent",
    "NarrowingState",
    "PackageState",
    "ProofKind",
    "Protected",
    "Protects",
    "SessionKind",
    "SupervisedSession",
    "Way",
]
