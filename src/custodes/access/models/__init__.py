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
from custodes.access.models.own_image import (
    OwnClaimant,
    OwnException,
    OwnFound,
    OwnImageRequest,
    OwnImageState,
    OwnOutcome,
    OwnWish,
)
from custodes.access.models.package import EvidencePackage, PackageState
from custodes.access.models.release import Release, ReleaseAim, ReleaseBasis, ReleaseState
from custodes.access.models.release_parts import ReleaseAnswer, ReleaseFinding, ReleaseLook, ReleaseStep, ReleaseTrack
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
    "OwnClaimant",
    "OwnException",
    "OwnFound",
    "OwnImageRequest",
    "OwnImageState",
    "OwnOutcome",
    "OwnWish",
    "PackageState",
    "ProofKind",
    "Protected",
    "Protects",
    "Release",
    "ReleaseAim",
    "ReleaseAnswer",
    "ReleaseBasis",
    "ReleaseFinding",
    "ReleaseLook",
    "ReleaseState",
    "ReleaseStep",
    "ReleaseTrack",
    "SessionKind",
    "SupervisedSession",
    "Way",
]
