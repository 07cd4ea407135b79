"""Settings of the law: what it leaves open, or what could not be checked in its source (`custodes.law.assumptions`).

Defaults and units are those of the library's model; a test fails when one of them differs or a setting is missing.
"""

from __future__ import annotations

from datetime import time
from typing import Annotated, Any

from pydantic import field_validator
from pydantic_settings import BaseSettings, NoDecode

from custodes.settings.setting import setting


class LawSettings(BaseSettings):
    """The ``CUSTODES_LAW_*`` part of `custodes.settings.Settings`."""

    law_local_rule_cap: int | None = setting(
        None,
        "yuan",
        "Cap of fines under a local government's rules, set by the region's congress (PL14); unconfirmed: the cap of the Tibet Autonomous Region was not seen.",
        ge=1,
    )
    law_local_hearing_person: int | None = setting(
        None,
        "yuan",
        "Hearing line for a person under local rules (PP123); unconfirmed: set locally for local rules; Tibet's was not seen.",
        ge=1,
    )
    law_local_hearing_unit: int | None = setting(
        None,
        "yuan",
        "Hearing line for a unit under local rules (PP123); unconfirmed: set locally for local rules; Tibet's was not seen.",
        ge=1,
    )
    law_order_build_days: int = setting(
        90,
        "days",
        "Term suggested for an order to build (S37); the clause names no number: the installation's own.",
        ge=1,
    )
    law_order_remove_days: int = setting(
        15,
        "days",
        "Term suggested for an order to remove (S38); the clause names no number: the installation's own.",
        ge=1,
    )
    law_order_correct_days: int = setting(
        30,
        "days",
        "Term suggested for an order to correct (S39); the clause names no number: the installation's own.",
        ge=1,
    )
    law_office_close: time = setting(
        time(18, 0),
        "HH:MM",
        "Hour at which the counter for papers closes (CC203); unconfirmed: office hours of the counties' police were not checked.",
    )
    law_removal_clear_days: bool = setting(
        False,
        "yes/no",
        "The fifteen days before a removal are clear days (S18b); unconfirmed: whether article 18 wants fifteen clear days has no authority that was seen.",
    )
    law_late_fee_on_unpaid: bool = setting(
        True,
        "yes/no",
        "After a part was paid the late fee is taken of what is unpaid (PL72); unconfirmed: article 72 says 'of the fine'; how it is taken once a part was paid has no authority that was seen.",
    )
    law_hearing_clear_days: bool = setting(
        False,
        "yes/no",
        "The seven working days before a hearing are clear days (PL64); unconfirmed: whether article 64 wants seven clear working days has no authority that was seen.",
    )
    law_removal_warn_days: int = setting(
        20,
        "days",
        "Days before a removal from which to warn (S18b); the clause names no number: the installation's own.",
        ge=1,
    )
    law_reminder_days: Annotated[tuple[int, ...], NoDecode] = setting(
        (15, 7, 3, 0),
        "days",
        "Days before the end of a term on which to remind (S16.2a); the clause names no number: the installation's own.",
    )
    law_short_reminder_days: Annotated[tuple[int, ...], NoDecode] = setting(
        (3, 1, 0),
        "days",
        "The same for terms of working days (PL85); the clause names no number: the installation's own.",
    )
    law_change_working_days: int = setting(
        10,
        "working days",
        "Own limit for filing a change promptly (N14); the clause names no number: the installation's own.",
        ge=1,
    )
    law_own_image_working_days: int = setting(
        10,
        "working days",
        "Own limit for answering a request for one's own image promptly (PIPL45); the clause names no number: the installation's own.",
        ge=1,
        le=30,
    )
    law_suspicion_minutes: int = setting(
        60,
        "minutes",
        "Own limit for reporting suspicions promptly (S34(9)); the clause names no number: the installation's own.",
        ge=1,
    )
    law_expiry_warn_days: int = setting(
        30,
        "days",
        "Days before an expiry from which to warn (S13.1); the clause names no number: the installation's own.",
        ge=1,
    )
    law_inspection_days: int = setting(
        365,
        "days",
        "Interval of inspections by the police (S36); unconfirmed: the Ministry's rules on supervision (2025, no. 11) were not seen beyond article 1.",
        ge=1,
    )
    law_self_check_days: int = setting(
        30,
        "days",
        "Interval of the look for forbidden devices (N8.2); the clause names no number: the installation's own.",
        ge=1,
    )
    law_rules_review_days: int = setting(
        365,
        "days",
        "Interval of reviewing rules and plan (S34(1)); the clause names no number: the installation's own.",
        ge=1,
    )
    law_assessment_days: int = setting(
        365, "days", "Interval of assessments (S34(2)); the clause names no number: the installation's own.", ge=1
    )
    law_upkeep_days: int = setting(
        90,
        "days",
        "Interval of inspection and service (S34(3)); the clause names no number: the installation's own.",
        ge=1,
    )
    law_training_days: int = setting(
        365, "days", "How long a training is valid (S34(5)); the clause names no number: the installation's own.", ge=1
    )
    law_supervision_days: int = setting(
        90,
        "days",
        "Interval of supervising maintenance (S31.2b); the clause names no number: the installation's own.",
        ge=1,
    )
    law_directory_days: int = setting(
        365,
        "days",
        "Interval of reviewing the directory (S25); the clause names no number: the installation's own.",
        ge=1,
    )
    law_audit_days: int = setting(
        365, "days", "Interval of compliance audits (PIPL54); the clause names no number: the installation's own.", ge=1
    )
    law_mlps_test_days: int = setting(
        365,
        "days",
        "Interval of tests of the protection level (GB22239); unconfirmed: the standard itself was not seen.",
        ge=1,
    )
    law_trial_days: int = setting(
        30,
        "days",
        "Days of trial run before acceptance (GB55029); unconfirmed: GB 55029 clause 4.0.7 is known at second hand.",
        ge=1,
    )
    law_elderly_from: int = setting(
        60,
        "years",
        "Age from which a person counts as old, by the Law on the Rights of the Elderly (S29); the clause names no number: the installation's own.",
        ge=60,
        le=130,
    )
    law_child_below: int = setting(
        18,
        "years",
        "Age below which a person counts as a child (S29); unconfirmed: article 29 does not define a child: the wider reading is taken.",
        ge=1,
        le=18,
    )
    law_missing_person_minutes: int = setting(
        30,
        "minutes",
        "Target from an application to the first look (S29); the clause names no number: the installation's own.",
        ge=1,
    )
    law_provisional_minutes: int = setting(
        60,
        "minutes",
        "How long a provisional proof of a relation is enough (S29); the clause names no number: the installation's own.",
        ge=1,
        le=60,
    )
    law_holder_approvals: int = setting(
        2,
        "persons",
        "Approvals of the holder's own staff (S33.1); the clause names no number: the installation's own.",
        ge=1,
    )
    law_request_hours: int = setting(
        24,
        "hours",
        "Longest span that one request opens (S33.1); the clause names no number: the installation's own.",
        ge=1,
        le=720,
    )
    law_repair_back_minutes: int = setting(
        2,
        "minutes",
        "How far back a repair may look (S33.1); the clause names no number: the installation's own.",
        ge=1,
        le=30,
    )
    law_playback_test_minutes: int = setting(
        2,
        "minutes",
        "Longest playback test of a camera (S36); the clause names no number: the installation's own.",
        ge=1,
        le=2,
    )
    law_overlap_share: float = setting(
        0.5,
        "share",
        "Share of a field from which an overlap needs a reason (S8.3); the clause names no number: the installation's own.",
        gt=0,
        le=1,
    )
    law_gb22239_clauses: str = setting(
        "", "text", "Clauses of GB/T 22239 that apply (GB22239); unconfirmed: the standard itself was not seen."
    )
    law_gb25724_clauses: str = setting(
        "", "text", "Clauses of GB/T 25724 that apply (GB25724); unconfirmed: the standard itself was not seen."
    )
    law_gb35114_clauses: str = setting(
        "6.8, 6.9, 6.12",
        "text",
        "Clauses of GB 35114 that apply (GB35114); unconfirmed: the standard itself was not seen.",
    )
    law_gb37300_clauses: str = setting(
        "", "text", "Clauses of GB 37300 that apply (GB37300); unconfirmed: the standard itself was not seen."
    )
    law_gb50348_clauses: str = setting(
        "11.1.5, 11.1.6, 11.2.7",
        "text",
        "Clauses of GB 50348 that apply (GB50348); unconfirmed: the standard itself was not seen.",
    )
    law_gb50395_clauses: str = setting(
        "",
        "text",
        "Clauses of GB 50395 that apply (GB50395); unconfirmed: the standard itself was not seen.",
    )
    law_gb55029_clauses: str = setting(
        "3.5.2(5), 4.0.7, 5.0.1–5.0.5",
        "text",
        "Clauses of GB 55029 that apply (GB55029); unconfirmed: the standard itself was not seen.",
    )
    law_supervision_articles: str = setting(
        "",
        "text",
        "Articles of the Ministry's rules on supervision (SVR1); unconfirmed: the Ministry's rules on supervision (2025, no. 11) were not seen beyond article 1.",
    )
    law_filing_fields: str = setting(
        "单位基本情况、建设位置、设备数量及类型、存储期限",
        "text",
        "Fields of the filing form (N14); unconfirmed: fields beyond those that article 14 lists were not seen.",
    )
    law_police_forms: str = setting(
        "",
        "text",
        "The official forms that prints of a police case follow (PP264); unconfirmed: the Ministry's forms were not seen: prints are drafts.",
    )
    law_confirmed: Annotated[tuple[str, ...], NoDecode] = setting(
        (),
        "names",
        "Which of the unconfirmed values above were looked up in their source (comma-separated, without `law_`); answers no longer call them unconfirmed.",
    )

    @field_validator("law_reminder_days", "law_short_reminder_days", mode="before")
    @classmethod
    def _split_days(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(int(part) for part in value.split(",") if part.strip())
        return value

    @field_validator("law_confirmed", mode="before")
    @classmethod
    def _split_names(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @property
    def law_values(self) -> dict[str, Any]:
        """Arguments of `custodes.law.assumptions.Assumptions`, by name."""
        names = (name for name in LawSettings.model_fields if name != "law_confirmed")
        values = {name.removeprefix("law_"): getattr(self, name) for name in names}
        return {**values, "confirmed": frozenset(self.law_confirmed)}
