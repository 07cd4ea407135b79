"""The register's tables, one subject a file."""

from custodes.places.models.address import TrialAddress
from custodes.places.models.batch import PREVIEW, Batch, BatchRow, RowState
from custodes.places.models.camera import Camera, CameraState, Grade, Transport
from custodes.places.models.change import ChangeCase, ChangedCamera, ChangeKind, ChangePicture, ChangeState, Moment
from custodes.places.models.cityplan import (
    PlanningAnswer,
    PlanningKind,
    PlanningPartner,
    PlanningState,
    PlanningStep,
    PlanningText,
)
from custodes.places.models.decided import Decided, Decision
from custodes.places.models.dossier import (
    Acceptance,
    DossierItem,
    FirmStep,
    InterfaceTest,
    MainWorks,
    PaperKind,
    PaperSort,
    SystemFirm,
)
from custodes.places.models.doubt import Doubt, DoubtState
from custodes.places.models.draft import Draft, DraftKind
from custodes.places.models.edit import RowEdit
from custodes.places.models.filing import Filing, FilingKind, FilingState
from custodes.places.models.gateway import Gateway, UnknownDevice, UnknownWhy
from custodes.places.models.gbconfiguration import DeviceConfiguration
from custodes.places.models.gbdevice import (
    CatalogueTaking,
    DeviceFinding,
    FindingSort,
    GbAlarm,
    GbChannel,
    GbDevice,
    MediaWay,
    SpeechForm,
    Standing,
    TakenPart,
    TakingState,
)
from custodes.places.models.gbmobile import GbMobile, MobileKind, Watch
from custodes.places.models.lifecycle import (
    CONNECTABLE,
    RECORDED,
    USED,
    WATCHED,
    Cleared,
    NotCleared,
    Step,
    SystemState,
)
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
from custodes.places.models.product import Product
from custodes.places.models.removal import Removal, RemovalGround, RemovalState
from custodes.places.models.roles import PlaceRole, PlaceRoleKind, SystemPost, SystemRole, SystemRoleKind
from custodes.places.models.site import SecretNear, Site, SiteCategory
from custodes.places.models.sound import SoundOrder
from custodes.places.models.system import MlpsLevel, Network, System
from custodes.places.models.tableimport import RUNNING, ImportChunk, ImportFault, ImportState, TableImport
from custodes.places.models.thinning import ThinningOrder
from custodes.places.models.upgrade import Shortfall, UpgradeOrder, UpgradePaper, UpgradePaperKind, UpgradeState
from custodes.places.models.volume import VolumeActionKind, VolumeOrder

__all__ = [
    "CONNECTABLE",
    "PREVIEW",
    "RECORDED",
    "RUNNING",
    "USED",
    "WATCHED",
    "Acceptance",
    "Batch",
    "BatchRow",
    "Camera",
    "CameraState",
    "CatalogueTaking",
    "ChangeCase",
    "ChangeKind",
    "ChangePicture",
    "ChangeState",
    "ChangedCamera",
    "Cleared",
    "Decided",
    "Decision",
    "DeviceConfiguration",
    "DeviceFinding",
    "DossierItem",
    "Doubt",
    "DoubtState",
    "Draft",
    "DraftKind",
    "Filing",
    "FilingKind",
    "FilingState",
    "FindingSort",
    "FirmStep",
    "Gateway",
    "GbAlarm",
    "GbChannel",
    "GbDevice",
    "GbMobile",
    "Grade",
    "HoursBasis",
    "HoursCalendar",
    "ImportChunk",
    "ImportFault",
    "ImportState",
    "InterfaceTest",
    "MainWorks",
    "MediaWay",
    "MlpsLevel",
    "MobileKind",
    "Moment",
    "Network",
    "Node",
    "NotCleared",
    "OnvifLook",
    "PaperKind",
    "PaperSort",
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
    "Product",
    "RecordingHours",
    "Removal",
    "RemovalGround",
    "RemovalState",
    "Repeat",
    "RowEdit",
    "RowState",
    "SecretNear",
    "Shortfall",
    "Site",
    "SiteCategory",
    "SoundOrder",
    "SpeechForm",
    "Standing",
    "Step",
    "System",
    "SystemFirm",
    "SystemPost",
    "SystemRole",
    "SystemRoleKind",
    "SystemState",
    "TableImport",
    "TakenPart",
    "TakingState",
    "TechnicalNorm",
    "ThinningOrder",
    "Transport",
    "TrialAddress",
    "UnknownDevice",
    "UnknownWhy",
    "UpgradeOrder",
    "UpgradePaper",
    "UpgradePaperKind",
    "UpgradeState",
    "VolumeActionKind",
    "VolumeOrder",
    "Watch",
    "norm_in_force",
]
