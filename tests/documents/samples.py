"""One document of each kind, filled in; `blank` of each is what is printed to be filled in by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from custodes.documents.forms.agency import (
    CopyNote,
    ExtractionNote,
    Official,
    RequestForm,
    RequestRefusal,
    Undertaking,
    UnmetRow,
)
from custodes.documents.forms.document import DeviceCount, DeviceRow, PaperRow, Party, PrintedDocument
from custodes.documents.forms.individual import (
    IndividualNotice,
    Lacking,
    MissingPledge,
    MissingSheet,
    OwnImageReply,
    Sitting,
)
from custodes.documents.forms.password import PasswordSheet
from custodes.documents.forms.release import Protected, ReleaseForm
from custodes.documents.forms.sharing import (
    CooperationRequest,
    CooperationUrging,
    DirectoryList,
    LinkNotice,
    LinkUrging,
    Listed,
    ToJoin,
)
from custodes.documents.forms.systems import (
    AcceptancePart,
    AcceptanceReport,
    Acceptor,
    AuthorizationLetter,
    ChangeForm,
    DossierEntry,
    DossierFirm,
    DossierIndex,
    FiledChange,
    FilingForm,
    FilingKind,
    FilingReceipt,
    KeptLine,
    RemovalGround,
    RemovalReport,
    RetentionReport,
    Shortfall,
    Technician,
    UpgradeNotice,
)
from custodes.documents.provenance import PrintedCheckpoint, Provenance
from custodes.documents.trying import BLANK

ROOT = "mgFzL6m3YQ1vYhjWw0oSZ2kOQ0sQqg0m9Qx1sC1n0eA="
PROVENANCE = Provenance("拉萨市公共安全视频系统（训练）", "log.example/lhasa", 4711, PrintedCheckpoint(5120, ROOT))
SCHOOL = Party("城关区第一小学", "12540102MB0X00001K", "江苏路 1 号", "次仁拉姆", "旦增", "0891-0000000")
CITY = "拉萨市城关区江苏路 1 号校园"
DAY = date(2026, 11, 26)


def devices(count: int) -> tuple[DeviceRow, ...]:
    return tuple(
        DeviceRow(f"SCHOOL-{n:03d}", f"教学楼 {n % 9 + 1} 号门外", "枪型摄像机", f"方位角 {n * 7 % 360}°，朝向校门")
        for n in range(1, count + 1)
    )


def filing(count: int = 12, **changes: object) -> FilingForm:
    filled: dict[str, object] = {
        "number": "训备〔2026〕0012 号",
        "issued": DAY,
        "kind": FilingKind.NEW,
        "system": "校园视频系统",
        "builder": SCHOOL,
        "manager": SCHOOL,
        "category": "第九条第九项：学校、幼儿园、医院",
        "division": "城关区",
        "place": CITY,
        "network": "局域网，不联网",
        "mlps": "二级，编号 54010000000-26001",
        "device_counts": (DeviceCount("枪型摄像机", 10), DeviceCount("半球摄像机", 2)),
        "retention_days": 30,
        "completed": date(2026, 9, 1),
        "accepted": date(2026, 11, 2),
        "in_use": date(2026, 11, 9),
        "due": date(2026, 12, 2),
        "design": (PaperRow("设计方案", "SJ-01", date(2026, 3, 2), 42, "ab" * 32), PaperRow("现场勘察记录", pages=3)),
        "acceptance": (
            PaperRow("验收报告", "YS-01", date(2026, 11, 2), 12, "cd" * 32),
            PaperRow("检验报告", "JY-2026-118", date(2026, 10, 30), held=False),
        ),
        "devices": devices(count),
        "agent": "旦增",
        "agent_phone": "0891-0000000",
    }
    return FilingForm(**(filled | changes))  # type: ignore[arg-type]


def receipt() -> FilingReceipt:
    return FilingReceipt(
        number="训回〔2026〕0012 号",
        issued=DAY,
        unit=SCHOOL,
        system="校园视频系统",
        filing_number="540102-2026-0012",
        place=CITY,
        division="城关区",
        received=DAY,
        due=date(2026, 12, 2),
        materials=(
            PaperRow("设计方案", "SJ-01", date(2026, 3, 2), 42),
            PaperRow("验收报告", "YS-01", date(2026, 11, 2), 12),
        ),
        missing=("检验报告（JY-2026-118）",),
        police="城关区公安局（训练）",
        officer="王伟",
    )


def change() -> ChangeForm:
    return ChangeForm(
        number="训变〔2026〕0003 号",
        unit=SCHOOL,
        system="校园视频系统",
        filing_number="540102-2026-0012",
        place=CITY,
        reason="操场东侧看台改建，原立柱拆除，摄像机移至新看台北端立柱，朝向不变。",
        changes=(
            FiledChange("安装位置", "操场东侧原立柱", "新看台北端立柱", date(2026, 11, 20)),
            FiledChange("存储期限", "30 日", "90 日", date(2026, 11, 20)),
        ),
        materials=(PaperRow("变更前后照片", pages=4),),
        agent="旦增",
    )


def acceptance() -> AcceptanceReport:
    return AcceptanceReport(
        number="训验〔2026〕0007 号",
        issued=date(2026, 11, 2),
        system="校园视频系统",
        place=CITY,
        builder=SCHOOL,
        designer="高原示范设计院（训练）",
        contractor="高原示范工程公司（训练）",
        inspector="自治区示范检验站（训练）",
        completed=date(2026, 9, 1),
        trial_from=date(2026, 9, 20),
        trial_until=date(2026, 10, 20),
        accepted=date(2026, 11, 2),
        design=AcceptancePart((PaperRow("设计方案", "SJ-01", date(2026, 3, 2), 42),), "与合同和标准相符。"),
        construction=AcceptancePart((PaperRow("施工记录", "SG-01", date(2026, 8, 30), 60),), "隐蔽工程记录完整。"),
        inspection=AcceptancePart((PaperRow("检验报告", "JY-2026-118", date(2026, 10, 30), 18),), "检验结论合格。"),
        acceptance=AcceptancePart(
            (PaperRow("试运行报告", pages=6), PaperRow("竣工报告", pages=9)), "试运行三十一日，无重大故障。"
        ),
        archive=AcceptancePart((PaperRow("卷内目录", pages=2),), "立卷归档。"),
        interface="2026 年 11 月 1 日实测，目录、实时、回放应答正常",
        passed=True,
        opinion="同意通过验收。",
        acceptors=(
            Acceptor("次仁拉姆", "城关区第一小学", "校长"),
            Acceptor("李建国", "城关区公安局（训练）", "审批人"),
            Acceptor("扎西顿珠", "自治区示范检验站（训练）", "工程师"),
        ),
    )


def removal() -> RemovalReport:
    return RemovalReport(
        number="训拆〔2026〕0002 号",
        unit=SCHOOL,
        system="校园视频系统",
        ground=RemovalGround.CHANGE_OF_USE,
        ground_words="西侧教室改为仓库，不再对外开放。",
        filing_number="540102-2026-0012",
        place=CITY,
        police="城关区公安局（训练）",
        devices=devices(3),
        reported=DAY,
        removal=date(2026, 12, 14),
        days_ahead=18,
        kept_until=date(2027, 1, 13),
        disposal="摄像机移交仓库保管；硬盘留存至期满后销毁。",
        agent="旦增",
    )


def dossier(count: int = 6) -> DossierIndex:
    return DossierIndex(
        number="训卷〔2026〕0012 号",
        system="校园视频系统",
        builder=SCHOOL,
        dossier_number="AJ-2026-0012",
        keeping="系统拆除后五年",
        entries=tuple(
            DossierEntry(f"施工图纸 {n}", f"SG-{n:02d}", "示范工程公司", date(2026, 3, 2), f"{n}-{n + 2}")
            for n in range(1, count + 1)
        ),
        firms=(DossierFirm("设计", "高原示范设计院（训练）", "91540100MA0X00002A", "乙级 SJ-0001"),),
        technicians=(Technician("施工", "洛桑", "高原示范工程公司（训练）", "安防工程师 GC-0002"),),
        compiled_by="旦增",
    )


def retention() -> RetentionReport:
    return RetentionReport(
        issued=DAY,
        month="2026-11",
        scope="校园视频系统",
        cameras=2,
        short=1,
        held=1,
        lines=(
            KeptLine("0101 校门", "校园视频系统", 30, date(2026, 10, 27), date(2026, 10, 30), "11-26 不足 3 日：期内已删除", "校门口纠纷", "2 次 #17、#29"),
            KeptLine("0102 操场", "校园视频系统"),
        ),
        printed_by="扎西顿珠",
    )  # fmt: skip


def upgrade() -> UpgradeNotice:
    return UpgradeNotice(
        number="训改〔2026〕0001 号",
        issued=DAY,
        unit=SCHOOL,
        system="校园视频系统",
        place=CITY,
        checked=date(2026, 11, 20),
        shortfalls=(
            Shortfall("《视频图像存储规范》第 6.2 条", "录像实际保存 21 日", "保存不少于 30 日"),
            Shortfall("《显著提示标识规范》第 4 条", "东门标识缺失", "补设标识"),
        ),
        term=date(2027, 2, 26),
        guide="王伟",
        guide_phone="0891-0000001",
        police="城关区公安局（训练）",
    )


OF_REQUEST: dict[str, Any] = {
    "number": "查〔2026〕0007号",
    "issued": DAY,
    "unit": "城关区人民法院（训练）",
    "holder": "城关区第一小学（训练）",
    "officers": (Official("王芳", "法执0017"), Official("次旺", "法执0021")),
    "letter": "（2026）藏0102介字第18号",
    "way": "复制",
    "purpose": "民事案件取证",
    "content": "核实校门外的碰撞经过",
    "span": "2026年11月20日 08:00 至 2026年11月20日 09:00",
    "devices": (DeviceRow("0101", "东门"),),
}


def request_form() -> RequestForm:
    return RequestForm(
        **OF_REQUEST,
        basis="司法工作需要",
        matter="视频图像信息",
        approvers=(Official("央金", unit="城关区第一小学（训练）"),),
        undertaken=DAY,
        return_by=date(2026, 12, 25),
        agent="次仁",
        outcome="已准予",
    )


def request_refusal() -> RequestRefusal:
    return RequestRefusal(
        **OF_REQUEST,
        missing=(UnmetRow("第二十八条第一款第二项", "未出示单位介绍信函", "请出示介绍信函并登记文号"),),
        manager="次仁",
        manager_unit="城关区第一小学（训练）",
    )


def missing_sheet() -> MissingSheet:
    return MissingSheet(
        number="走失〔2026〕0007号",
        lost="旦珠",
        lost_as="儿童",
        age="6",
        last_seen="放学后，大昭寺广场东口",
        applicant="拉姆",
        relation="父母",
        proof="暂无证明，先作声明",
        report="训练接警 20260417",
        protected="已核实，没有",
        opened="2026-11-26 16:40:10",
        span="2026-11-26 15:00:00 至 2026-11-26 16:30:00",
        cameras=("0001 大昭寺广场东口", "0002 八廓街北口"),
        sittings=(Sitting("陪同查看", "拉姆", "王伟", "2026-11-26 16:44:02", "16:52:30", "按指印"),),
        found="2026-11-26 16:52:29，大昭寺广场东口",
        told="多吉，八廓派出所",
        police="城关区公安局（训练）",
    )


def missing_pledge() -> MissingPledge:
    words = ("您查看录像，只为寻找旦珠。", "只能看，不能拍照、录像。")
    return MissingPledge(
        number="走失〔2026〕0007号", lost="旦珠", applicant="拉姆", words=words, police="城关区公安局（训练）"
    )


OF_LETTER: dict[str, Any] = {
    "number": "联通〔2026〕0007号",
    "issued": DAY,
    "unit": Party("城关区教育局（训练）"),
    "directory": "城关区公安局（训练）应当接入目录第 3 版",
    "directory_on": date(2026, 8, 20),
    "term": date(2026, 12, 31),
    "platform": "城关区联网共享平台（训练）",
    "platform_id": "54010200002000000001",
    "contact": "王伟",
    "contact_phone": "0891-0000001",
    "police": "城关区公安局（训练）",
}
TO_JOIN = (
    ToJoin("教育考试视频系统", "城关区教育局（训练）", date(2026, 3, 12)),
    ToJoin("校园视频系统", "城关区第一小学（训练）", date(2026, 8, 20)),
)
OF_COOPERATION: dict[str, Any] = {
    "number": "配〔2026〕0004号",
    "issued": DAY,
    "unit": Party("八廓街某宾馆（训练）"),
    "system": "宾馆公共区域视频系统",
    "wanted": "接入临街入口的两个点位",
    "due": date(2026, 11, 18),
    "contact": "王伟",
    "contact_phone": "0891-0000001",
    "police": "城关区公安局（训练）",
}


def listed(count: int) -> tuple[Listed, ...]:
    return tuple(
        Listed(f"校园视频系统{n}", f"城关区第{n}小学", "教育部门", "城关区", "学校、幼儿园、医院", "第二十三条")
        for n in range(1, count + 1)
    )


def filled() -> dict[str, PrintedDocument]:
    return {
        "filing": filing(),
        "receipt": receipt(),
        "change": change(),
        "acceptance": acceptance(),
        "removal": removal(),
        "dossier": dossier(),
        "retention": retention(),
        "upgrade": upgrade(),
        "request": request_form(),
        "request_refusal": request_refusal(),
        "undertaking": Undertaking(**OF_REQUEST, return_by=date(2026, 12, 25)),
        "extraction": ExtractionNote(**OF_REQUEST, agent="次仁"),
        "copy_note": CopyNote(**OF_REQUEST, agent="次仁"),
        "missing_sheet": missing_sheet(),
        "missing_pledge": missing_pledge(),
        "release": ReleaseForm(
            number="公传〔2026〕0003号",
            issued=DAY,
            unit="城关区第一小学",
            title="校门前闯红灯警示片",
            camera="校门（0101）",
            span="2026-06-03 08:00:00 至 2026-06-03 08:00:40",
            aim="交通安全宣传",
            purpose="提醒学生和家长遵守信号灯",
            basis="法律、法规的规定：中华人民共和国道路交通安全法第六条",
            channel="学校公众号",
            necessity="不公开画面难以让家长看到危险",
            risks="熟人可能从衣着认出",
            measures="遮蔽人脸和号牌，公开一个月",
            kept="2029-06-04",
            found=(
                Protected("人脸和个体特征", "已遮蔽"),
                Protected("机动车号牌", "法律、法规规定可以不遮蔽", "道路交通安全法第八十七条（次仁已核对原文）"),
                Protected("未成年人", "已遮蔽"),
                Protected("法人、非法人组织名称和营业执照", "画面中没有"),
            ),
            left="轨迹 #3（人脸）：是塑像前的讲解员，本人同意",
            pictures="已答复 20 / 20 张",
            overlay="文件信息中没有时间、地点；画面上叠加的时间、地点和点位名称已全程遮蔽（次仁看过画面后答复）。",
            detectors="CenterFace",
            by_hand="机动车号牌、店招、单位名称、营业执照、证照",
            source="a" * 64,
            output="b" * 64,
            leaks="没有再检出",
            proposed="德吉（城关区第一小学） 2026-06-04 09:10",
            assessed="央金（城关区第一小学） 2026-06-04 10:00",
            reviewed="次仁（城关区第一小学） 2026-06-04 15:20",
            approved="央金（城关区第一小学） 2026-06-04 16:00",
            published="德吉（城关区第一小学） 2026-06-04 16:30",
            where="学校公众号 https://example.org/1",
            outcome="已公开",
        ),
        "individual_notice": IndividualNotice(
            number="个查〔2026〕0003号",
            consents=False,
            applicant="多布杰",
            purpose="自行车被盗",
            refusal="该时段录像涉及正在办理的案件",
            ways=("涉及案件的，可报警由公安机关办理",),
            unit="城关区第一小学",
        ),
        "own_image_reply": OwnImageReply(
            number="本影〔2026〕0002号",
            issued=DAY,
            outcome="不予提供",
            applicant="卓玛",
            wish="查阅",
            place="11 月 20 日上午十点前后，校门口",
            content="穿藏装，手提保温桶",
            asked=date(2026, 11, 23),
            reason="按所述时间逐段核对，没有找到申请人",
            lacking=(
                Lacking(
                    "个人信息保护法第四十五条",
                    "按所述地点、时间核对，画面中没有申请人本人",
                    "能够补充地点、时间的，可以再次申请",
                ),
            ),
            ways=("对不予提供不服的，可以依法向人民法院提起诉讼", "诉讼需要的，可以申请人民法院调取"),
            unit="城关区第一小学",
        ),
        "link_notice": LinkNotice(**OF_LETTER, systems=TO_JOIN),
        "link_urging": LinkUrging(
            **OF_LETTER,
            systems=tuple(
                replace(one, asked="联通〔2026〕0001号", asked_on=date(2026, 9, 1), due=date(2026, 10, 31), late=26)
                for one in TO_JOIN
            ),
        ),
        "cooperation_request": CooperationRequest(
            **OF_COOPERATION, need="元旦庆祝活动周边人流密集，需要掌握入口情况", again="前次同意后没有接入"
        ),
        "cooperation_urging": CooperationUrging(**OF_COOPERATION, asked_on=date(2026, 11, 3), late=8, times=2),
        "directory": DirectoryList(
            issued=DAY,
            unit="城关区公安局（训练）",
            division="城关区",
            version=3,
            entries=listed(4),
            sha256="c4" * 32,
        ),
        "authorization": AuthorizationLetter(unit=SCHOOL, system="校园视频系统", police="城关区公安局（训练）"),
        "password": PasswordSheet(
            issued=DAY,
            person="格桑",
            unit="城关区第一小学",
            username="gesang",
            password="abcde-FGHJK-mnpqr-23456",
            given_by="赵敏",
        ),
    }


def blank() -> dict[str, PrintedDocument]:
    return {one.TEMPLATE: one for one in BLANK}
