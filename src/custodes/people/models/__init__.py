"""The tables of this app, one file a subject."""

from custodes.people.models.account import Account
from custodes.people.models.application import ApplicationState, UnitApplication
from custodes.people.models.credential import Credential, CredentialKind
from custodes.people.models.division import Division, DivisionKind
from custodes.people.models.duty import DutyEnd, DutySession
from custodes.people.models.lockout import SignInLock
from custodes.people.models.outbox import RecordOutbox
from custodes.people.models.paper import Paper
from custodes.people.models.person import Person
from custodes.people.models.post import ADMINISTRATORS, DUTY_POSTS, Post, PostKind
from custodes.people.models.program import Program, ProgramKey, ProgramPaper, ProgramScope, ProgramState, ProgramWrite
from custodes.people.models.unit import NAMED_DEPARTMENTS, Unit, UnitKind

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
    "DutyEnd",
    "DutySession",
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
