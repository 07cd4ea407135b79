"""Whether documents can be printed here: fonts, and every template once as an empty form, which is also there to be filled in by hand."""

from __future__ import annotations

from pathlib import Path

from custodes.documents.fonts import HEI, SONG, TIBETAN, fonts
from custodes.documents.forms.agency import CopyNote, ExtractionNote, RequestForm, RequestRefusal, Undertaking
from custodes.documents.forms.document import Party, PrintedDocument
from custodes.documents.forms.individual import IndividualNotice, MissingPledge, MissingSheet, OwnImageReply
from custodes.documents.forms.password import PasswordSheet
from custodes.documents.forms.release import ReleaseForm
from custodes.documents.forms.sharing import (
    CooperationRequest,
    CooperationUrging,
    DirectoryList,
    LinkNotice,
    LinkUrging,
)
from custodes.documents.forms.systems import (
    AcceptanceReport,
    AuthorizationLetter,
    ChangeForm,
    DossierIndex,
    FilingForm,
    FilingReceipt,
    RemovalReport,
    RetentionReport,
    UpgradeNotice,
)
from custodes.documents.provenance import Provenance
from custodes.documents.rendering import render

BLANK: tuple[PrintedDocument, ...] = (
    FilingForm(kind=None, system=""),
    FilingReceipt(unit=Party(), system=""),
    ChangeForm(unit=Party(), system=""),
    AcceptanceReport(system=""),
    RemovalReport(unit=Party(), system="", ground=None),
    DossierIndex(system=""),
    UpgradeNotice(unit=Party(), system=""),
    RetentionReport(month=""),
    AuthorizationLetter(),
    PasswordSheet(),
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


def families(templates: Path | None) -> tuple[str, str, str | None]:
    """The families that texts, headings and Tibetan are set in here; None where there is none for Tibetan.

    Raises:
        FontsMissing: there is none for Chinese.
    """
    there = fonts(templates)
    return there.chain(SONG)[0], there.chain(HEI)[0], there.first(TIBETAN)


def try_all(templates: Path | None) -> int:
    """Print every document once as an empty form; one of them where only the built-in templates are there.

    Returns:
        How many kinds there are.

    Raises:
        TemplateError, FontsMissing: as `render`.
    """
    nowhere = Provenance("", "", None, None)
    for document in BLANK if templates else BLANK[:1]:
        render(document, templates=templates, provenance=nowhere)
    return len(BLANK)
