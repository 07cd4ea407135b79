"""Each document as an empty form: to print and fill in by hand, and to try templates with."""

from __future__ import annotations

from custodes.documents.forms.acceptance import AcceptanceReport
from custodes.documents.forms.agency import CopyNote, ExtractionNote, RequestForm, RequestRefusal, Undertaking
from custodes.documents.forms.authorization import AuthorizationLetter
from custodes.documents.forms.document import Document, Party
from custodes.documents.forms.dossier import DossierIndex
from custodes.documents.forms.filing import ChangeForm, FilingForm, FilingReceipt
from custodes.documents.forms.individual import IndividualNotice
from custodes.documents.forms.missing import MissingPledge, MissingSheet
from custodes.documents.forms.own_image import OwnImageReply
from custodes.documents.forms.release import ReleaseForm
from custodes.documents.forms.removal import RemovalReport
from custodes.documents.forms.retention import RetentionReport
from custodes.documents.forms.sharing import (
    CooperationRequest,
    CooperationUrging,
    DirectoryList,
    LinkNotice,
    LinkUrging,
)
from custodes.documents.forms.upgrade import UpgradeNotice

BLANK: tuple[Document, ...] = (
    FilingForm(kind=None, system=""),
    FilingReceipt(unit=Party(), system=""),
    ChangeForm(unit=Party(), system=""),
    AcceptanceReport(system=""),
    RemovalReport(unit=Party(), system="", ground=None),
    DossierIndex(system=""),
    UpgradeNotice(unit=Party(), system=""),
    RetentionReport(month=""),
    AuthorizationLetter(),
    RequestForm(),
    RequestRefusal(),
    Undertaking(),
    ExtractionNote(),
    CopyNote(),
    MissingSheet(),
    MissingPledge(),
    IndividualNotice(),
    ReleaseForm(),
    OwnImageReply(),
    LinkNotice(unit=Party()),
    LinkUrging(unit=Party()),
    CooperationRequest(unit=Party()),
    CooperationUrging(unit=Party()),
    DirectoryList(),
)
