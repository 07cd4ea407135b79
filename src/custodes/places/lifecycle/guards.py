"""The guard of each event in a system's life: what is unmet on the day of the step, each with its clause and a remedy.

Rules are `custodes.law`'s obligations; a guard says which of them this event waits for. Empty means: may be taken.

Of one camera is asked that it may be there (S10), is no needless second (S8.3), is masked where it must be, and has sign and field (S15).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from custodes.law.deadlines.counting import removal_report
from custodes.law.duties.building import (
    CredentialFacts,
    DesignFacts,
    SignFacts,
    WorksFacts,
    s10_spot,
    s12_1_design,
    s13_1_credentials,
    s14_simultaneous,
    s15_sign_and_field,
    s20_classified,
)
from custodes.law.duties.finding import DutyFinding, DutyStatus, LegalTerms
from custodes.law.duties.planning import s8_3_overlap
from custodes.law.duties.standards import TrialFacts, gb55029_trial
from custodes.law.grounds.ground import Unmet
from custodes.places.lifecycle.facts import PARTS, DeclaredSpot, SystemFacts

FINE = (DutyStatus.MET, DutyStatus.NOT_APPLICABLE)


def declared(spot: DeclaredSpot, day: date, today: date, terms: LegalTerms, *, n9: bool) -> list[Unmet]:
    """What has to be shown of a camera in use: mask, reason of an overlap, sign and field (S8.3, S10(2), S15)."""
    found = [mask(spot.name)] if spot.mask_missing else []
    found += overlaps(spot, day, today, terms)
    shown = {"sign_photo": spot.signed, "field": spot.field, "place_reason": spot.reasoned}
    held = frozenset(key for key, there in shown.items() if there)
    finding = s15_sign_and_field(SignFacts(held, n9=n9), day, today, terms)
    return found + unless(
        finding,
        "请在点位页面补充标志照片、采集范围和位置合理性说明",
        "add the picture of the sign, the field and why it stands there on the camera's page",
        about=spot.name,
    )


def overlaps(spot: DeclaredSpot, day: date, today: date, terms: LegalTerms) -> list[Unmet]:
    """What others see already has its reason (S8.3)."""
    if spot.overlap is None:
        return []
    finding = s8_3_overlap(spot.overlap, day, today, terms)
    return unless(finding, "请在点位页面写明重复建设的理由", "give the reason on the camera's page", about=spot.name)


def place(spot: DeclaredSpot, day: date, today: date, terms: LegalTerms) -> list[Unmet]:
    """Whether it may be where it is (S10, R1)."""
    if spot.forbidden:
        return [_forbidden(spot.name)]
    if spot.doubted:
        return [_doubted(spot.name)]
    finding = s10_spot(spot.place, day, today, terms)
    return unless(
        finding,
        "请将点位改到允许的部位；有疑义的由公安机关核对",
        "move the camera to where one may be; a doubt is for the police to settle",
        about=spot.name,
    )


def unless(
    finding: DutyFinding, remedy_zh: str, remedy_en: str, fine: Iterable[DutyStatus] = FINE, *, about: str = ""
) -> list[Unmet]:
    """What the finding says is wrong, as an unmet condition; nothing when it is fine."""
    if finding.status in fine:
        return []
    zh, en = (f"{about}：{finding.zh}", f"{about}: {finding.en}") if about else (finding.zh, finding.en)
    return [Unmet(finding.clauses[0], zh, en, remedy_zh, remedy_en)]


def _forbidden(name: str) -> Unmet:
    return Unmet(
        "S10",
        f"{name}：已认定禁止安装",
        f"{name}: nothing may be installed there",
        "请拆除，或者改到允许的部位后重新核对",
        "take it away, or move it and have the spot judged anew",
    )


def _doubted(name: str) -> Unmet:
    return Unmet(
        "S10",
        f"{name}：位置有疑义，正在核对",
        f"{name}: whether one may be there is being looked at",
        "请等待公安机关或者审批人核对",
        "wait for the police or an approver to settle it",
    )


def mask(name: str) -> Unmet:
    """An operation area in view without proof of a mask."""
    return Unmet(
        "S10(2)",
        f"{name}：画面触及业务操作区域，没有遮挡画面的证明",
        f"{name}: an operation area is in view and no picture shows the mask",
        "请在摄像机内设置遮挡，并在点位页面上传遮挡后的画面",
        "set a mask in the camera and upload the picture on its page",
    )


Guard = Callable[[SystemFacts, date, date, LegalTerms], tuple[Unmet, ...]]

#: A certificate that runs out soon holds nothing up; its reminder is elsewhere.
_GOOD_ENOUGH = (*FINE, DutyStatus.DUE)


def screen(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """Nothing is planned where nothing may stand, or without a basis (S8.3, S10, S20, N7.3, N9, N10; PIPL 55)."""
    found: list[Unmet] = []
    for spot in facts.spots:
        found += [*place(spot, day, today, terms), *overlaps(spot, day, today, terms)]
    for finding in facts.site:
        found += unless(finding, "请在场所页面补充", "complete it on the site's page")
    found += unless(
        s20_classified(facts.classified, day, today, terms),
        "请在物理隔离的装置上登记，所在网络选物理隔离网络，并在系统页面填写保密审查意见、准入机制、产品设备和专业队伍",
        "on an isolated installation, say on the system's page that its network is isolated, and what is held",
    )
    if "assessment" not in facts.papers:
        found.append(_NO_ASSESSMENT)
    return tuple(found)


def design_ok(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """A qualified firm designed it, and it shows standards, the norm's version, the protection level and the interface (S12.1, S13.1, N11)."""
    held = facts.papers & {"standards", "interface"}
    held |= {"technical_norm"} if facts.norm or "technical_norm" in facts.papers else set()
    held |= {"mlps"} if facts.protection or "mlps" in facts.papers else set()
    finding = s12_1_design(DesignFacts(frozenset(held), facts.n9), day, today, terms)
    remedy = ("请将所缺资料加入案卷，或者在系统页面填写", "add them to the file, or enter them on the system's page")
    return (*unless(finding, *remedy), *_firms(facts, "design", _NO_DESIGNER, day, today, terms))


def start(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """Qualified firms design and build it, with qualified products (S13.1)."""
    found = [
        *_firms(facts, "design", _NO_DESIGNER, day, today, terms),
        *_firms(facts, "construction", _NO_FIRM, day, today, terms),
    ]
    # Which models it will be may not be known before it is built; acceptance asks it of every camera.
    found += _products(facts, day, today, terms)
    return tuple(dict.fromkeys(found))


def complete(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """It was built: there are cameras, and it does not lag behind the main works unseen (S14)."""
    found: list[Unmet] = []
    if not facts.spots:
        found.append(_NO_CAMERA)
    works = s14_simultaneous(WorksFacts(facts.works), day, today, terms)
    # A lag is late, not forbidden: it is shown with the step and does not stop the building.
    if works.status in (DutyStatus.MISSING, DutyStatus.BREACH):
        found += unless(works, "请填写主体工程的日期", "enter the days of the main works")
    return tuple(found)


def begin_trial(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """There is something to run on trial, and none of it where nothing may stand."""
    found = [one for spot in facts.spots for one in place(spot, day, today, terms)]
    found += [one for spot in facts.spots for one in overlaps(spot, day, today, terms)]
    if not any(spot.connected for spot in facts.spots):
        found.append(_NOTHING_CONNECTED)
    return tuple(found)


def accept(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """It ran long enough, passed in five parts, its report is there, and its interface answered (S12.1, S16.1, N11, GB 55029)."""
    found = [one for spot in facts.spots for one in place(spot, day, today, terms)]
    found += [one for spot in facts.spots for one in overlaps(spot, day, today, terms)]
    found += [mask(spot.name) for spot in facts.spots if spot.mask_missing]
    found += [_no_model(spot.name) for spot in facts.spots if not spot.product]
    found += _products(facts, day, today, terms)
    if facts.trial_began is not None and day < facts.trial_began:
        found.append(_BEFORE_TRIAL)
    else:
        trial = gb55029_trial(TrialFacts(facts.trial_began, day), day, today, terms)
        found += unless(trial, "请待试运行期满后再验收", "accept it when the trial run is over")
    judged = facts.acceptance
    if judged is None or not judged.passed or not _since_trial(judged.on, facts):
        found.append(_NOT_PASSED)
    else:
        if judged.on != day:
            found.append(_OTHER_DAY)
        missing = [part for part in PARTS if part.key not in judged.parts]
        if missing:
            found.append(_parts("、".join(part.zh for part in missing), ", ".join(part.en for part in missing)))
        if not judged.report:
            found.append(_NO_REPORT)
    if facts.interface_tested is None or not _since_trial(facts.interface_tested, facts):
        found.append(_INTERFACE)
    return tuple(found)


def fail(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """It did not pass: the conclusion is entered."""
    judged = facts.acceptance
    failed = judged is not None and not judged.passed and _since_trial(judged.on, facts)
    return () if failed else (_NO_CONCLUSION,)


def put_in_use(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """It passed, and every camera is where it may be, looks one way, and has its sign (S15, S16.1)."""
    found: list[Unmet] = []
    if facts.acceptance is None or not facts.acceptance.passed:
        found.append(_NOT_PASSED)
    for spot in facts.spots:
        found += [*place(spot, day, today, terms), *declared(spot, day, today, terms, n9=facts.n9)]
    return tuple(found)


def remove(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """County police were told fifteen days before or earlier (S18)."""
    if facts.leaving is None or facts.leaving.reported is None:
        return (_NOT_REPORTED,)
    latest = removal_report(day, terms.calendar, assumed=terms.assumed).latest
    return () if facts.leaving.reported <= latest else (_TOO_SOON,)


def abandon(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> tuple[Unmet, ...]:
    """Whoever wished for it may give it up."""
    return ()


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (screen, design_ok, start, complete, begin_trial, accept, fail, put_in_use, remove, abandon)
}


def _since_trial(day: date, facts: SystemFacts) -> bool:
    """An acceptance, a try of the interface belong to the trial run that is on, not to one before."""
    return facts.trial_began is None or day >= facts.trial_began


def _firms(facts: SystemFacts, step: str, none: Unmet, day: date, today: date, terms: LegalTerms) -> list[Unmet]:
    """There is a firm for this step, and each of them is qualified on the day (S13.1): one hides no other."""
    firms = [one for one in facts.firms if one.step == step]
    found = [] if firms else [none]
    for firm in firms:
        finding = s13_1_credentials(CredentialFacts(firm.until), day, today, terms)
        found += unless(finding, "请更新资质证书", "bring the credentials up to date", _GOOD_ENOUGH, about=firm.name)
    return found


def _products(facts: SystemFacts, day: date, today: date, terms: LegalTerms) -> list[Unmet]:
    """Each model of its cameras has a certificate that holds on the day, with its paper (S13.1)."""
    found: list[Unmet] = []
    for model, until in sorted({spot.product: spot.certified for spot in facts.spots if spot.product}.items()):
        finding = s13_1_credentials(CredentialFacts(until), day, today, terms)
        remedy = (
            "请在产品合格证明中登记有效的证书并上传文件",
            "enter a certificate that holds, with its paper, among the products'",
        )
        found += unless(finding, *remedy, _GOOD_ENOUGH, about=model)
    return found


def _no_model(name: str) -> Unmet:
    return Unmet(
        "S13.1",
        f"{name}：未登记设备厂家和型号，无法核对合格证明",
        f"{name}: maker and model are not entered, so that no certificate can be looked for",
        "请在点位页面填写设备厂家和型号",
        "enter them on the camera's page",
    )


def _parts(zh: str, en: str) -> Unmet:
    return Unmet(
        "N11",
        f"验收未涵盖：{zh}",
        f"the acceptance left out: {en}",
        "请补齐五个部分的验收意见",
        "complete all five parts",
        otherwise="S16.1",
    )


_NO_ASSESSMENT = Unmet(
    "PIPL55",
    "案卷中没有个人信息保护影响评估报告",
    "there is no impact assessment in the file",
    "请完成评估并将报告加入案卷",
    "do the assessment and add its report to the file",
)
_NO_DESIGNER = Unmet(
    "S13.1",
    "未登记设计单位",
    "no firm that designs is entered",
    "请登记符合相应要求的设计单位",
    "enter the firm with its credentials",
)
_NO_FIRM = Unmet(
    "S13.1",
    "未登记施工单位",
    "no firm that builds is entered",
    "请登记具有相应资质的施工单位",
    "enter the firm with its credentials",
)
_NO_CAMERA = Unmet(
    "S16.1",
    "系统没有任何点位",
    "the system has no camera",
    "请先登记点位",
    "register its cameras first",
)
_NOTHING_CONNECTED = Unmet(
    "GB55029",
    "还没有接入点位，无法试运行",
    "no camera is connected: there is nothing to run",
    "请先接入点位",
    "connect a camera first",
)
_NOT_PASSED = Unmet(
    "S16.1",
    "没有验收合格的结论",
    "it has not passed acceptance",
    "请组织验收并登记结论",
    "hold the acceptance and enter its conclusion",
)
_BEFORE_TRIAL = Unmet(
    "GB55029",
    "日期早于本次试运行",
    "the day lies before this trial run",
    "请填写试运行期满后的验收日期",
    "give a day after the trial run",
)
_OTHER_DAY = Unmet(
    "S16.2a",
    "日期应当是验收合格之日，备案期限自该日起算",
    "the day has to be that of the acceptance: the term for filing runs from it",
    "请将日期改为验收日期",
    "give the day of the acceptance",
)
_NO_CONCLUSION = Unmet(
    "S16.1",
    "没有验收不合格的结论",
    "no acceptance has failed",
    "请登记验收结论",
    "enter the conclusion",
)
_NO_REPORT = Unmet(
    "S16.1",
    "案卷中没有验收报告",
    "the report is not in the file",
    "请将验收报告加入案卷",
    "add the report to the file",
)
_INTERFACE = Unmet(
    "S12.1",
    "试运行以来没有通过联网接口现场测试",
    "its interface has not passed a live try since the trial began",
    "请在系统页面进行联网接口现场测试",
    "try the interface on the system's page",
)
_NOT_REPORTED = Unmet(
    "S18b",
    "尚未向所在县（区）公安机关报告拆除",
    "the removal is not reported to the county's police",
    "请先报告拆除",
    "report the removal first",
)
_TOO_SOON = Unmet(
    "S18b",
    "报告后不足十五日",
    "less than fifteen days after the report",
    "请推迟拆除",
    "put the removal off",
)
