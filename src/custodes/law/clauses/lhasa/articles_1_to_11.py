"""Chapter 1, general provisions, and who plans, and where a system must and must not be: articles 1 to 11."""

from __future__ import annotations

from custodes.law.clauses.clause import Clause, ClauseKind, LegalActor, Object

_DEPARTMENTS = (LegalActor.DEPARTMENT,)
_GOVERNMENTS = (LegalActor.CITY_GOVERNMENT, LegalActor.COUNTY_GOVERNMENT)
_POLICE = (LegalActor.CITY_POLICE, LegalActor.COUNTY_POLICE)

GENERAL = (
    Clause(
        "S1",
        "为了规范公共安全视频图像信息系统的管理，提高预防和处置突发事件能力，维护公共安全，保障公民、法人和其他组织的合法权益，根据有关法律法规的规定，结合本市实际，制定本办法。",
        "Purpose: orderly management of these systems, better prevention of and response to emergencies, public safety,"
        " and the lawful rights of people and organisations. The list of purposes is closed.",
        ClauseKind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "S2.1",
        "本市行政区域内公共安全视频图像信息系统的规划、建设、联网、整合、应用、维护及其监督管理，适用本办法。",
        "Scope: planning, building, linking, integrating, using, maintaining and supervising such systems within the city.",
        ClauseKind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "S2.2",
        "本办法所称公共安全视频图像信息系统，是指利用视频图像采集设备和其他相关设备，对涉及公共安全的区域、场所和重点部位进行视频图像信息采集、传输、控制、显示、处理和存储的系统。",
        "Definition: a system that captures, transmits, controls, displays, processes and stores video of areas, places and"
        " key spots which concern public safety.",
        ClauseKind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "S3",
        "公共安全视频图像信息系统管理应当遵循科学规划、全域覆盖、统一标准、联网共享、安全可控、依法应用的原则。",
        "Six principles: sound planning, full coverage, one standard, linking and sharing, security under control, lawful use.",
        ClauseKind.PRINCIPLE,
        objects=(Object.SYSTEM,),
    ),
    Clause(
        "S4.1",
        "市、县（区）人民政府应当加强组织领导，将公共安全视频图像信息系统作为公共基础设施纳入社会经济发展规划和社会治安综合治理、突发事件应急管理以及数字城市建设体系。",
        "City and county governments lead the work and put these systems, as public infrastructure, into development plans,"
        " public-order, emergency and digital-city schemes.",
        ClauseKind.DUTY,
        _GOVERNMENTS,
        (Object.RULES,),
        ("S41",),
    ),
    Clause(
        "S4.2",
        "公共安全视频图像信息系统工作所需经费列入同级政府财政预算。",
        "The money that the work needs is in the budget of the government of the same level.",
        ClauseKind.DUTY,
        _GOVERNMENTS,
        (Object.RULES,),
        ("S41",),
    ),
    Clause(
        "S5.1",
        "市、县（区）人民政府建立公共安全视频图像信息系统联席会议制度，协调解决工作中的重大问题。",
        "City and county governments hold a joint meeting that settles the major questions.",
        ClauseKind.DUTY,
        _GOVERNMENTS,
        (Object.RULES,),
        ("S41",),
    ),
    Clause(
        "S5.2",
        "功能园区管理机构做好辖区内公共安全视频图像信息系统相关工作。",
        "Managing bodies of functional parks do this work within their park.",
        ClauseKind.DUTY,
        (LegalActor.PARK,),
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S6.1",
        "市、县（区）公安机关负责公共安全视频图像信息系统的指导、监督和管理工作。",
        "City and county police guide, supervise and manage these systems.",
        ClauseKind.POWER,
        _POLICE,
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S6.2",
        "发展改革、科技、经济和信息化、财政、大数据管理、住房城乡建设、人力资源和社会保障、交通运输、教育、自然资源、商务、城市管理和综合执法、文化、市场监督管理、旅游、卫生健康、国家安全等部门在各自职能范围内，负责公共安全视频图像信息系统相关工作。",
        "Seventeen named departments, and others, do the related work within their remit.",
        ClauseKind.DUTY,
        _DEPARTMENTS,
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S6.3",
        "邮政、金融、电信、电力以及具有公共服务管理职能的企业事业单位、社会组织应当在公安机关的指导和监督下，负责本系统、本部门、本行业公共安全视频图像信息系统相关工作。",
        "Post, finance, telecom, power and other bodies with public functions answer for the systems of their own sector, under"
        " the guidance and supervision of the police.",
        ClauseKind.DUTY,
        (LegalActor.SECTOR_UNIT,),
        (Object.SYSTEM,),
        ("S41",),
    ),
    Clause(
        "S7",
        "任何单位和个人不得利用公共安全视频图像信息系统非法获取国家秘密、工作秘密、商业秘密或者侵犯公民个人隐私以及其他合法权益。",
        "Nobody may use such a system to obtain state, work or business secrets unlawfully, or to violate privacy or other"
        " lawful rights.",
        ClauseKind.PROHIBITION,
        (LegalActor.ANYONE,),
        (Object.FOOTAGE, Object.BASE_DATA),
        ("S41", "N31"),
    ),
)


_MUST = (LegalActor.OWNER, LegalActor.USER_OF_PLACE, LegalActor.MANAGER_OF_PLACE)
_PLACE = (Object.PLACE, Object.SYSTEM)


PLACES = (
    Clause(
        "S8.1",
        "市公安机关应当会同市大数据管理、国家安全、发展改革、科技、经济和信息化、财政、人力资源和社会保障、住房城乡建设、交通运输等部门，编制全市公共安全视频图像信息系统建设规划，报市人民政府批准后组织实施。",
        "The city police draw up the city's building plan together with nine named departments and others; it is carried out"
        " once the city government has approved it.",
        ClauseKind.DUTY,
        (LegalActor.CITY_POLICE,),
        (Object.PLAN,),
        ("S41",),
    ),
    Clause(
        "S8.2",
        "县（区）公安机关应当会同相关部门根据全市公共安全视频图像信息系统建设规划，编制本行政区域公共安全视频图像信息系统建设规划，报本级人民政府批准后组织实施。",
        "County police draw up the county's plan on the ground of the city's; it is carried out once the county government has"
        " approved it.",
        ClauseKind.DUTY,
        (LegalActor.COUNTY_POLICE,),
        (Object.PLAN,),
        ("S41",),
    ),
    Clause(
        "S8.3",
        "编制和实施公共安全视频图像信息系统建设规划应当充分利用和整合现有视频图像信息系统资源，避免重复建设。",
        "Plans make use of what is there already and avoid building twice.",
        ClauseKind.DUTY,
        (LegalActor.CITY_POLICE, LegalActor.COUNTY_POLICE),
        (Object.PLAN, Object.SYSTEM),
        ("S41",),
    ),
    Clause(
        "S9",
        "下列涉及公共安全的区域、场所和重点部位，应当建设公共安全视频图像信息系统：",
        "A system must be built in the following areas, places and key spots that concern public safety.",
        ClauseKind.DUTY,
        (LegalActor.CITY_GOVERNMENT, LegalActor.COUNTY_GOVERNMENT, *_MUST),
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(1)",
        "城市主要出入口、干道、道路交叉口、重要道路节点、要害部位、案件高发区域、城市广场和治安复杂场所、水域；",
        "City gateways, trunk roads, crossings, important road points, vital spots, areas with much crime, squares, places"
        " where order is hard to keep, and waters.",
        ClauseKind.DUTY,
        (LegalActor.CITY_GOVERNMENT, LegalActor.COUNTY_GOVERNMENT),
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(2)",
        "火车站、汽车站、公交车站等重要交通枢纽，公共停车场出入口、主要人行通道；",
        "Railway, coach and bus stations and other transport hubs; entrances and main walkways of public car parks.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(3)",
        "广播电台、电视台、通讯社、报社等重要新闻单位主要出入口以及其他重要部位；",
        "Main entrances and other important parts of radio and television stations, news agencies, newspapers.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(4)",
        "党政机关主要出入口以及其他重要部位;",
        "Main entrances and other important parts of Party and government offices.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(5)",
        "电信、邮政等营业网点出入口、营业场所公共区域以及其他重要部位；",
        "Entrances, public areas and other important parts of telecom and post branches.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(6)",
        "金融机构营业网点出入口、营业场所公共区域;",
        "Entrances and public areas of bank branches (not the counters' working area: S10(2)).",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(7)",
        "大型能源动力、供水、供电、供气等单位和加油（气）站、油库主要出入口以及其他重要部位；",
        "Main entrances and other important parts of large energy, water, power and gas works, filling stations, oil depots.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(8)",
        "大型物资储备单位、大中型商贸中心、商业街和大型市场等单位主要出入口、营业场所人员聚集部位以及其他重要部位;",
        "Main entrances, crowded parts and other important parts of large stores of goods, shopping centres, shopping streets"
        " and markets.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(9)",
        "学校、幼儿园、医院主要出入口，医院挂号大厅、候诊大厅等开放区域的人员聚集部位以及其他重要部位;",
        "Main entrances of schools, kindergartens and hospitals; crowded open areas of hospitals such as registration and"
        " waiting halls; other important parts.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(10)",
        "博物馆、纪念馆、展览馆、档案馆、重点文物保护单位出入口以及其他重要部位;",
        "Entrances and other important parts of museums, memorials, exhibition halls, archives and major protected sites.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(11)",
        "研制、生产、销售、储存危险物品或者实验、保藏传染性菌种、毒种场所出入口以及其他重要部位；",
        "Entrances and other important parts of places that develop, make, sell or store dangerous goods, or test or keep"
        " infectious strains.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(12)",
        "文化体育场所、公园、景区等出入口、安检区、室外人员聚集区域；",
        "Entrances, security-check areas and crowded outdoor areas of culture and sports venues, parks and scenic areas.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(13)",
        "城中村、住宅小区、旅馆、公共娱乐场所、互联网上网服务营业场所、宗教活动场所等出入口、主要通道以及其他重要公共区域;",
        "Entrances, main passages and other important public areas of urban villages, housing estates, hotels, entertainment"
        " venues, internet cafés and religious sites.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S9(14)",
        "其他应当建设公共安全视频图像信息系统的区域、场所和重点部位。",
        "Other areas, places and spots where a system must be built: somebody competent has to have said so in writing.",
        ClauseKind.DUTY,
        _MUST,
        _PLACE,
        ("S37",),
    ),
    Clause(
        "S10",
        "禁止在下列场所和区域安装视频图像采集设备和相关设备：",
        "In the following places no image-capturing device and no device that belongs to one may be installed.",
        ClauseKind.PROHIBITION,
        (LegalActor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("S38", "N27"),
    ),
    Clause(
        "S10(1)",
        "旅馆客房、集体宿舍、公共浴室、更衣室、卫生间等可能泄露他人隐私的场所和区域；",
        "Guest rooms, dormitories, public baths, changing rooms, toilets and the like, where privacy may be exposed.",
        ClauseKind.PROHIBITION,
        (LegalActor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("S38", "N27"),
    ),
    Clause(
        "S10(2)",
        "金融、保险、证券场所中可能泄露客户个人信息的操作区域；",
        "Working areas of banks, insurers and brokers where customers' personal data may be exposed.",
        ClauseKind.PROHIBITION,
        (LegalActor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("S38",),
    ),
    Clause(
        "S10(3)",
        "选举箱、投票点等可以观察到个人意愿表达情况的区域；",
        "Ballot boxes, polling stations and other areas where one could see how somebody votes; also those that exist for a"
        " day.",
        ClauseKind.PROHIBITION,
        (LegalActor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("S38",),
    ),
    Clause(
        "S10(4)",
        "其他可能泄露个人隐私和个人信息的场所和区域。",
        "Other places where privacy or personal data may be exposed: a person has to judge.",
        ClauseKind.PROHIBITION,
        (LegalActor.ANYONE,),
        (Object.PLACE, Object.EQUIPMENT),
        ("S38", "N27"),
    ),
    Clause(
        "S11.1",
        "本办法第九条第一项规定的公共安全视频图像信息系统由市、县（区）人民政府负责建设，同级公安机关具体负责建设、维护和管理工作。",
        "The systems of S9(1) are built by the city or county government; the police of that level do the building,"
        " maintaining and managing.",
        ClauseKind.DUTY,
        (LegalActor.CITY_GOVERNMENT, LegalActor.COUNTY_GOVERNMENT, LegalActor.CITY_POLICE, LegalActor.COUNTY_POLICE),
        (Object.SYSTEM,),
        ("S37",),
    ),
    Clause(
        "S11.2",
        "本办法第九条第二项至第十四项规定的公共安全视频图像信息系统由所有者与使用者约定建设主体，没有约定的，由所有者负责建设；公共场所和部位所有权属于国家的，由其管理者负责建设。",
        "For S9(2) to (14) owner and user agree on who builds; without agreement the owner does; where the state owns the"
        " place, its manager does.",
        ClauseKind.DUTY,
        _MUST,
        (Object.SYSTEM,),
        ("S37",),
    ),
    Clause(
        "S11.3",
        "鼓励和支持有条件的企业事业单位履行社会职责，承担本单位周边公共区域的公共安全视频图像信息系统建设。",
        "Enterprises and institutions that can are encouraged to cover the public area around them. Since April 2025 they"
        " need a basis in N7 or N9 as well.",
        ClauseKind.RIGHT,
        (LegalActor.SECTOR_UNIT,),
        (Object.SYSTEM,),
    ),
)
