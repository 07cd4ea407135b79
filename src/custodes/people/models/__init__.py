"""The tables of this app, one file a subject."""

from custodes.people.models.account import Account, Person, SignInLock
from custodes.people.models.credential import Credential, CredentialKind, Paper
from custodes.people.models.entrustment import DoneAlone, Entrustment, EntrustmentKind, EntrustmentState
from custodes.people.models.outbox import RecordOutbox
from custodes.people.models.post import DutyEnd, DutySession, Post
from custodes.people.models.program import Program, ProgramKey, ProgramPaper, ProgramScope, ProgramState, ProgramWrite
from custodes.people.models.unit import (
    NAMED_DEPARTMENTS,
    ApplicationState,
    Division,
    DivisionKind,
    Unit,
    UnitApplication,
    UnitKind,
)
from custodes.people.permissions import ADMINISTRATORS, DUTY_POSTS, PostKind

__all__ = [
    "ADMINISTRATORS",
    "DUTY_POSTS",
    "NAMED_DEPARTMENTS",
    "Account",
    "ApplicationState",
    "Credential",
    "CredentialKind",
    "Division",
    "DivisionKind",
    "DoneAlone",
    "DutyEnd",
    "DutySession",
    "Entrustment",
    "EntrustmentKind",
    "EntrustmentState",
    "Paper",
    "Person",
    "Post",
    "PostKind",
    "Program",
    "ProgramKey",
    "ProgramPaper",
    "ProgramScope",
    "ProgramState",
    "ProgramWrite",
    "RecordOutbox",
    "SignInLock",
    "Unit",
    "UnitApplication",
    "UnitKind",
]
