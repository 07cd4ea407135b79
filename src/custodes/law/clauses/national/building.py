"""Order 799, articles 1 to 14: general provisions and building; our own summary, the published text wins."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Clause, Kind, Object

_POLICE = (Actor.CITY_POLICE, Actor.COUNTY_POLICE)
_MANAGER = (Actor.MANAGING_UNIT,)
_BOTH = (Object.FOOTAGE, Object.BASE_DATA)
_PENALTY = (Object.PENALTY,)

GENERAL = (
    Clause(
        "N1",
        "目的：规范系统管理，维护公共安全，保护个人隐私和个人信息权益。",
        "Purpose: orderly management, public safety, privacy and personal information.",
        Kind.PRINCIPLE,
    ),
    Clause(
        "N2",
        "适用于在公共场所安装、用于采集、传输、显示、存储图像的系统；条文未提及录音，但第八条提到窃听。",
        "Applies to systems in public places that capture, transmit, show and store images. Audio is not named, eavesdropping"
        " is (N8).",
        Kind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "N3",
        "坚持党的领导；合法、统筹、适度、安全可控。",
        "Party leadership; lawful, planned as a whole, moderate, secure and under control.",
        Kind.PRINCIPLE,
    ),
    Clause(
        "N4",
        "鼓励技术创新、标准制定和行业自律。",
        "Innovation, standards, self-regulation are encouraged.",
        Kind.PRINCIPLE,
    ),
    Clause(
        "N5",
        "公安部门负责监督管理，其他部门在职责范围内负责。",
        "Police at county level and above supervise; other departments within their remit.",
        Kind.POWER,
        (*_POLICE, Actor.DEPARTMENT),
        (Object.SYSTEM,),
    ),
    Clause(
        "N6",
        "统筹规划建设，避免重复建设。",
        "Planning as a whole, no building twice.",
        Kind.DUTY,
        (Actor.CITY_GOVERNMENT, Actor.COUNTY_GOVERNMENT),
        (Object.PLAN,),
    ),
)

BUILDING = (
    Clause(
        "N7.1",
        "公共道路等公共区域由政府有关部门按规划建设。",
        "Public roads and the like are for government departments, according to plan.",
        Kind.DUTY,
        (Actor.CITY_GOVERNMENT, Actor.COUNTY_GOVERNMENT),
        (Object.SYSTEM, Object.PLACE),
    ),
    Clause(
        "N7.2",
        "四类场所由负有经营管理责任的单位建设，重点部位依规定确定。",
        "In four kinds of places the unit that runs them builds; key spots are fixed by decision.",
        Kind.DUTY,
        (Actor.MANAGER_OF_PLACE,),
        (Object.SYSTEM, Object.PLACE),
    ),
    Clause(
        "N7.3",
        "前两款区域，除政府部门和负有经营管理责任的单位外，其他单位和个人不得安装；安装应为维护公共安全所必需。",
        "There nobody but government departments and the unit that runs the place may install, and only what public safety"
        " needs.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.SYSTEM, Object.PLACE),
        ("N26",),
    ),
    Clause(
        "N8.1",
        "下列部位禁止安装图像采集设备。",
        "No image-capturing device may be installed in the following parts of a place.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("N27",),
    ),
    Clause(
        "N8.1(1)",
        "旅馆、饭店、宾馆、招待所、民宿等的客房、包间。",
        "Guest rooms and private rooms of hotels, restaurants, guest houses, homestays.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("N27",),
    ),
    Clause(
        "N8.1(2)",
        "集体宿舍，以及单位供本单位人员住宿、休息的房间。",
        "Dormitories, and rooms where a unit lodges or rests its own people.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("N27",),
    ),
    Clause(
        "N8.1(3)",
        "公共浴室、卫生间、更衣室、哺乳室、试衣间等。",
        "Public baths, toilets, changing rooms, nursing rooms, fitting rooms.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("N27",),
    ),
    Clause(
        "N8.1(4)",
        "其他能够拍摄、窥视、窃听他人隐私的部位。",
        "Other parts where privacy could be filmed, peeped at or overheard.",
        Kind.PROHIBITION,
        (Actor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("N27",),
    ),
    Clause(
        "N8.2",
        "场所管理者应当日常检查，发现违规设备立即报告公安机关。",
        "Who runs the place inspects it routinely and reports a forbidden device to the police at once.",
        Kind.DUTY,
        (Actor.MANAGER_OF_PLACE,),
        (Object.PLACE,),
        ("N27.2",),
    ),
    Clause(
        "N9",
        "第七条以外的公共场所，仅负有安全防范义务的单位、确为公共安全必需方可安装；"
        "第十一条、第十四条、第十五条、第十六条第二款、第十七条的强制要求不适用。",
        "In other public places only a unit with a security duty may install, and only what is needed; articles 11, 14, 15,"
        " 16.2 and 17 do not bind it.",
        Kind.RIGHT,
        (Actor.MANAGER_OF_PLACE,),
        (Object.SYSTEM, Object.PLACE),
        ("N26",),
    ),
    Clause(
        "N10",
        "军事禁区、军事管理区和涉密单位周边安装，须事先征得该单位同意。",
        "Near military zones and secret units: prior consent of that unit.",
        Kind.DUTY,
        (Actor.BUILDING_UNIT,),
        (Object.PLACE, Object.DOSSIER),
        ("N28",),
    ),
    Clause(
        "N11",
        "按标准设计、施工、检验、验收，并建立档案。",
        "Design, building, inspection and acceptance follow the standards; a file is kept.",
        Kind.DUTY,
        (Actor.BUILDING_UNIT,),
        (Object.SYSTEM, Object.DOSSIER),
    ),
    Clause(
        "N12",
        "产品和服务符合强制性标准，不得设置恶意程序；发现缺陷、漏洞应当补救并报告。",
        "Products meet mandatory standards and hold nothing malicious; flaws are mended and reported.",
        Kind.DUTY,
        (Actor.THIRD_PARTY,),
        (Object.EQUIPMENT, Object.SYSTEM),
        ("N31",),
    ),
    Clause(
        "N13",
        "位置、角度、采集范围合理，设置显著提示标识；未设置的责令改正。",
        "Place, angle and range are reasonable, a clear sign is set; where it is missing, correction is ordered (no fine).",
        Kind.DUTY,
        (Actor.BUILDING_UNIT, Actor.MANAGING_UNIT),
        (Object.EQUIPMENT,),
    ),
    Clause(
        "N14",
        "管理单位自系统投入使用之日起三十日内备案单位情况、建设位置、设备数量及类型、存储期限；"
        "已投入使用的，自施行之日起九十日内备案；变更及时办理；对真实性负责。",
        "The managing unit files within 30 days of the day of use (systems in use before: 90 days from 1 April 2025): the"
        " unit, places, number and kinds of devices, retention; changes promptly; it answers for the truth.",
        Kind.DUTY,
        _MANAGER,
        (Object.FILING,),
        ("N29",),
    ),
)
