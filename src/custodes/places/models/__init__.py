"""The register's tables, one subject a file."""

from custodes.places.models.address import TrialAddress
from custodes.places.models.batch import PREVIEW, Batch, BatchRow, RowState
from custodes.places.models.camera import Camera, CameraState, Grade, Transport
from custodes.places.models.cityplan import (
    PlanningAnswer,
    PlanningKind,
    PlanningPartner,
    PlanningState,
    PlanningStep,
    PlanningText,
)
from custodes.places.models.decided import Decided, Decision
from custodes.places.models.node import Node
from custodes.places.models.norm import TechnicalNorm, norm_in_force
from custodes.places.models.onvif import OnvifLook
from custodes.places.models.plan import (
    HoursBasis,
    HoursCalendar,
    PlaceArticle,
    Plan,
    PlanCause,
    PlanKind,
    RecordingHours,
    Repeat,
)
from custodes.places.models.probe import Probe
from custodes.places.models.roles import PlaceRole, PlaceRoleKind, SystemPost, SystemRole, SystemRoleKind
from custodes.places.models.site import Site, SiteCategory
from custodes.places.models.sound import SoundOrder
from custodes.places.models.system import Network, System
from custodes.places.models.thinning import ThinningOrder
from custodes.places.models.volume import VolumeActionKind, VolumeOrder

__all__ = [
    "PREVIEW",
    "Batch",
    "BatchRow",
    "Camera",
    "CameraState",
    "Decided",
    "Decision",
    "Grade",
    "HoursBasis",
    "HoursCalendar",
    "Network",
    "Node",
    "OnvifLook",
    "PlaceArticle",
    "PlaceRole",
    "PlaceRoleKind",
    "Plan",
    "PlanCause",
    "PlanKind",
    "PlanningAnswer",
    "PlanningKind",
    "PlanningPartner",
    "PlanningState",
    "PlanningStep",
    "PlanningText",
    "Probe",
    "RecordingHours",
    "Repeat",
    "RowState",
    "Site",
    "SiteCategory",
    "SoundOrder",
    "System",
    "SystemPost",
    "SystemRole",
    "SystemRoleKind",
    "TechnicalNorm",
    "ThinningOrder",
    "Transport",
    "TrialAddress",
    "VolumeActionKind",
    "VolumeOrder",
    "norm_in_force",
]
