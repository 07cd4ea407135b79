"""The register's tables, one subject a file."""

from custodes.places.models.address import TrialAddress
from custodes.places.models.batch import PREVIEW, Batch, BatchRow, RowState
from custodes.places.models.camera import Camera, CameraState, Grade, Transport
from custodes.places.models.decided import Decided, Decision
from custodes.places.models.doubt import Doubt, DoubtState
from custodes.places.models.edit import RowEdit
from custodes.places.models.inventory import Inventory, InventoryRow
from custodes.places.models.node import Node
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
from custodes.places.models.site import SecretNear, Site, SiteCategory
from custodes.places.models.sound import SoundOrder
from custodes.places.models.system import MlpsLevel, Network, System
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
    "Doubt",
    "DoubtState",
    "Grade",
    "HoursBasis",
    "HoursCalendar",
    "Inventory",
    "InventoryRow",
    "MlpsLevel",
    "Network",
    "Node",
    "OnvifLook",
    "PlaceArticle",
    "PlaceRole",
    "PlaceRoleKind",
    "Plan",
    "PlanCause",
    "PlanKind",
    "Probe",
    "RecordingHours",
    "Repeat",
    "RowEdit",
    "RowState",
    "SecretNear",
    "Site",
    "SiteCategory",
    "SoundOrder",
    "System",
    "SystemPost",
    "SystemRole",
    "SystemRoleKind",
    "ThinningOrder",
    "Transport",
    "TrialAddress",
    "VolumeActionKind",
    "VolumeOrder",
]
