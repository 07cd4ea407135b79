"""Who can sign in to the demo, and what waits for each: printed by `custodes demo` and held against `docs/guide/demo.md`."""

from __future__ import annotations

from dataclasses import dataclass

from custodes.demo.story import UNITS
from custodes.people.models import PostKind


@dataclass(frozen=True)
class StoryPerson:
    """A person with an account and one post.

    Attributes:
        unit: key of the unit in `story.UNITS`.
        waits: what there is to try when signed in so, in Chinese and English.
        watches: keys of the systems that the post watches.
        valid_days: length of the post, None for open; negative for a post that ran out that many days ago.
        brief: of those with whom to begin, one thing to try in both languages, short enough together for one line of a terminal.
    """

    username: str
    name: str
    unit: str
    kind: PostKind
    waits: tuple[tuple[str, str], ...] = ()
    watches: tuple[str, ...] = ()
    valid_days: int | None = None
    brief: tuple[str, str] | None = None

    @property
    def post(self) -> str:
        """The name of the post in the language of now."""
        return str(self.kind.label)

    @property
    def unit_name(self) -> str:
        return next(unit.name for unit in UNITS if unit.key == self.unit)


PEOPLE = (
    StoryPerson("zhiban", "王伟", "county", PostKind.DUTY_OFFICER, (
        ("开始值班，看实时与三十分钟回放", "begin duty; watch live, and thirty minutes back"),
        ("操控大昭寺广场东口的云台，听河滨公园求助柱的声音", "turn the camera 大昭寺广场东口; hear the park's help point"),
        ("通过河滨公园广播柱喊话，通过移动执法车以对讲短式喊话", "speak through the park's loudspeaker post (河滨公园广播柱), and through the car (移动执法车) by the short form of talk"),
        ("走失查看：为等候的家属选定点位和时段，先行查看，再陪同查看", "missing persons: choose places and times for a family that waits, look first, then look with them"),
    ), ("roads", "park"), 365, ("开始值班，看实时、回放", "begin duty, watch live")),
    StoryPerson("zhibanzhang", "达瓦", "county", PostKind.DUTY_LEAD, (
        ("接班；查看完整率和存储预测", "take over duty; see completeness and the storage forecast"),
        ("查阅调取：核对来访申请，登记或者签署拒绝", "requests: check those at the counter, register them or sign a refusal"),
        ("公共传播：提出公开大昭寺广场东口最近几分钟内的几秒录像，遮蔽、复核；评估和审批由 shenpi 办理", "public release: propose a few seconds of the last minutes of 大昭寺广场东口, mask and review them; shenpi assesses and approves"),
        ("复核一件已找到的走失查看", "review a missing person's case that ended with a find"),
    ), ("roads", "park")),
    StoryPerson("jieban", "央金", "county", PostKind.DUTY_LEAD, (
        ("与达瓦轮班；安全管理员终止她的岗位，她的画面随即停止", "works the other shift; as `anquan` end her post, and her picture stops"),
    ), ("roads", "park")),
    StoryPerson("guanli", "次仁拉姆", "school", PostKind.CARETAKER, (
        ("接入一台摄像机，核对所见", "connect a camera and check what it sees"),
        ("补正退回的备案，逐页核对后再次提交；看新教学楼系统还缺什么", "mend the filing that was sent back, page by page, and hand it in; see what the new building's system still lacks"),
        ("用三个问题答复一件个人查阅", "answer an individual's request in three questions"),
        ("本人影像：一件已逾期；另一件申请复制，启动约五分钟后核对画面，登记画面中有本人，制作复制件，与 xiaozhang 各办各的步骤，答复、下载、移交", "own image: one request is late; for another, about five minutes after the start, check the picture, enter that it shows the person, have the copy made, take turns with `xiaozhang`, then answer, download and hand it over"),
        ("查看记录：找到昨日届满的一次暂缓告知", "looks: find the one that was kept back until yesterday"),
        ("国标设备：读取综合楼录像机的配置，核对与登记不符之处，看两次更改（一次被设备拒绝）", "GB/T 28181 devices: read the settings of 综合楼国标录像机, see what differs from the register, and two changes, one of which it refused"),
    ), brief=("接入点位，补正备案", "add a camera, mend a filing")),
    StoryPerson("xiaozhang", "拉巴卓嘎", "school", PostKind.APPROVER, (
        ("本人影像复制件：评估次仁拉姆提出制作的一件，遮蔽、复核后审批", "the copy of somebody's own image that `guanli` has made: assess it; approve it once it is masked and reviewed"),
    )),
    StoryPerson("shenpi", "李建国", "county", PostKind.APPROVER, (
        ("审批、补审查阅调取申请", "approve requests for footage, and review those granted in a hurry"),
        ("评估一件等待公开的录像", "assess a public release"),
        ("批准一项停电计划和对每周维护窗口的修改，答复一项采集声音的申请", "approve a planned power cut and a change to a weekly maintenance window; answer a request for sound"),
        ("审批大昭寺广场东口的变更和北郊环岛的停用（送修）", "decide a change at 大昭寺广场东口, and whether 北郊环岛 goes out for repair"),
        ("确认解除“步道摔伤”的保全，确认旦增卓玛的岗位和账号（授权事项）", "confirm the release of the hold on the river walk, and the post and account of a new officer (授权事项)"),
        ("看得到点位和待审批的公开成品，看不到实时和回放", "sees the register and what waits to be made public, but nothing live and no recordings"),
    ), brief=("审批查阅调取申请", "approve requests for footage")),
    StoryPerson("shenpi2", "多布杰", "county", PostKind.APPROVER, (
        ("一件逾期申请已有李建国同意，再审批即准予", "a late request has 李建国's approval and is granted with a second one"),
        ("补审央金紧急准予的一件，两人都同意后补审完成", "review what 央金 granted in a hurry; it takes both approvers"),
    )),
    StoryPerson("banan", "赵敏", "market", PostKind.AGENCY_OFFICER, (
        ("直接查看被拒绝，“我的运行记录”里有条款", "was refused a look of their own; the clause stands under 我的运行记录"),
        ("启动约三分钟后，查阅调取 › 已准予的申请，与 banan2 一起查阅", "about three minutes after the start: 查阅调取, the granted request, and look at it together with `banan2`"),
        ("还有一份申请没填完", "a request is half filled in"),
    ), brief=("与 banan2 一起查阅", "look, together with banan2")),
    StoryPerson("banan2", "索南", "market", PostKind.AGENCY_OFFICER, (
        ("与赵敏共同申请查阅：两人都登录并打开查阅页面，画面才显示", "asked together with 赵敏: the picture shows only while both have the page open"),
    )),
    StoryPerson("shouli", "边巴", "county", PostKind.CLERK, (
        ("打开一份授权书，确认等待登记的幼儿园；另一份已经退回", "read a letter of authority and let the kindergarten in; another application was returned"),
    )),
    StoryPerson("jiancha", "扎西顿珠", "city", PostKind.INSPECTOR, (
        ("查找逾期事项：工作台、点位 › 总览、期限和待办 › 日历、点位地图", "find what is late: workbench, 点位 › 总览 (overview), 期限和待办 › 日历 (calendar), and the map"),
        ("全市点位、应建未建、疑似禁止部位、完整率、留存和删除、信息保全、存证日志", "the city's register, missing systems, doubtful spots, completeness, retention and deletion, holds, and the log"),
        ("法规示例", "worked examples of the law"),
        ("联网共享：由国标网关试联达孜区平台；为拒绝本级密码的自治区平台重新登记密码再试联；查看自治区平台请求了什么、给了什么；提出移动位置上报，由 xitong 批准", "sharing: have the gateway try the link with 达孜区; enter the right password of the platform above that refused ours; see what the region's platform asked for and was given; propose that positions are reported to it, which `xitong` approves"),
    ), brief=("查找全市逾期事项", "find what is late in the city")),
    StoryPerson("guihua", "索朗", "county", PostKind.INSPECTOR, (
        ("接收备案，出具河滨公园的备案回执", "take a filing, and give the river park its receipt"),
        ("点位 › 规划和技术规范：城关区规划还等两个部门答复", "点位 › 规划和技术规范: two departments have not answered about the county's plan"),
    )),
    StoryPerson("xitong", "陈静", "city", PostKind.SYSTEM_ADMIN, (
        ("点位 › 场所 › 导入场所：上传表格，逐行核对错误", "点位 › 场所 › 导入场所: upload a table; its mistakes are named row by row"),
        ("启动约一刻钟后，存储卷将写满的告警自己出现，点名写入增长的点位；添加新硬盘", "about a quarter of an hour after the start an alarm says that a volume fills and which cameras grew; add the new disk"),
        ("点位地图和巡逻车车载录像机：两个移动点位的最后位置，一个迟到", "the map, and the device 巡逻车车载录像机: the last places of two cameras that move, one of which told late"),
        ("联网共享：批准接入目录第 2 版和城区道路的授权，五分钟内自治区平台即可得到画面", "sharing: approve version 2 of the directory, and the grant for 城区道路, which the region's platform uses within five minutes"),
    )),
    StoryPerson("anquan", "周涛", "city", PostKind.SECURITY_ADMIN, (
        ("授权事项：为旦增卓玛提出的岗位和账号，等审计管理员或者李建国确认", "授权事项: the post and account asked for 旦增卓玛 wait for `shenji` or `shenpi` to confirm them"),
        ("终止王伟的岗位，他的画面随即停止", "end 王伟's post, and his picture stops"),
    )),
    StoryPerson("shenji", "格桑", "city", PostKind.AUDIT_ADMIN, (
        ("核验存证日志，核对查看与授权：昨日广播柱的一次喊话只有准予，没有喊话报告，因为那时还没有媒体节点；日志可按类型查到", "verify the log, and compare looks with grants: yesterday's leave to speak has no report, since there was no node yet; the log finds it by its type"),
        ("查看记录：仍对学校暂缓告知的一次查看", "looks: one that is still kept from the school"),
        ("查看复核：判定一次深夜的查看", "review of looks: judge one at an odd hour"),
    ), brief=("核验存证日志", "verify the log")),
    StoryPerson("keyun", "刘洋", "bus", PostKind.DUTY_OFFICER, (
        ("外单位：别人的点位对他不存在", "another unit: for him, others' cameras do not exist"),
    ), ("coach", "tickets")),
    StoryPerson("keguan", "白玛", "bus", PostKind.CARETAKER, (
        ("东城售票点投入使用后逾期没有备案：办理备案", "the ticket office is in use and late with its filing: file it"),
        ("客运站的升级改造也已逾期", "the coach station's upgrade is late too"),
    )),
    StoryPerson("luguan", "普布", "county", PostKind.CARETAKER, (
        ("启动约七分钟后，北京中路人行天桥的视角偏移告警自己出现：写明理由核对画面，声明新的标准视场", "about seven minutes after the start an alarm says that 北京中路人行天桥 was turned aside: compare its pictures, with the reason, and declare the new view"),
    )),
)  # fmt: skip
"""The first of a kind of post is who acts in the story where any would do."""

FORMER = StoryPerson("", "旺堆", "county", PostKind.DUTY_OFFICER, watches=("roads",), valid_days=-7)
"""Somebody whose post has run out: shown in the list, can do nothing."""
