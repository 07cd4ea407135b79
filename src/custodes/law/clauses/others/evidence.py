"""What courts ask of electronic evidence: our own summary, and what follows for the program."""

from __future__ import annotations

from custodes.law.clauses.clause import Actor, Kind, Object
from custodes.law.clauses.others.saying import says

EVIDENCE = (
    says(
        "CPI110",
        "电子数据审查：原始介质、来源、签名、可重现、完整性；二人以上收集提取，笔录和清单由持有人、见证人签名（至第一百一十二条）。",
        "Electronic data: medium, source, signatures, repeatable, whole; taken by two or more, with signed minutes and list.",
        ("证据包含校验值清单、两人提取笔录、工具版本", "a package holds hashes, minutes by two, tool versions"),
        Kind.DUTY,
        (Actor.REQUESTER,),
        (Object.FOOTAGE,),
    ),
    says(
        "CPI111",
        "电子数据完整性审查：原始介质扣押封存、提取过程录像、完整性校验值、备份比对、冻结后访问日志等。",
        "Whether electronic data are whole: sealed medium, filmed extraction, check values, compared copies, access logs after freezing.",
        ("证据包含校验值和访问日志", "a package holds check values and access logs"),
        Kind.DUTY,
        (Actor.REQUESTER,),
        (Object.FOOTAGE, Object.LOG),
    ),
    says(
        "CPI112",
        "电子数据收集提取合法性审查：二人以上进行，笔录、清单由收集人、持有人、见证人签名。",
        "Whether they were taken lawfully: by two or more, minutes and list signed by takers, holder and witness.",
        ("提取笔录两人签名、清单齐全", "minutes signed by two, with the list"),
        Kind.DUTY,
        (Actor.REQUESTER,),
        (Object.FOOTAGE,),
    ),
    says(
        "ICR11",
        "电子签名、可信时间戳、哈希值校验、区块链等能证明真实性的，应当确认。",
        "Signatures, trusted time stamps, hashes and the like are accepted when they prove that the data are true.",
        ("采集时即生成校验值，独立见证", "hashed at capture, witnessed independently"),
        Kind.PRINCIPLE,
        objects=(Object.FOOTAGE, Object.LOG),
    ),
    says(
        "OLR16",
        "区块链存证推定上链后未经篡改，上链前的真实性仍须审查（至第十八条）。",
        "What was put on a chain is presumed unaltered afterwards; its truth before is still examined.",
        ("证明范围如实说明", "what is proven is said plainly"),
        Kind.PRINCIPLE,
        objects=(Object.FOOTAGE, Object.LOG),
    ),
    says(
        "OLR17",
        "对上链前数据真实性有异议的，审查存证平台资质、利益关系、技术标准和过程。",
        "Where the truth before entry is disputed: the platform, its interests, techniques and process are examined.",
        ("见证方与运行方相互独立", "the witness is independent of who runs the system"),
        Kind.PRINCIPLE,
        objects=(Object.FOOTAGE, Object.LOG),
    ),
    says(
        "OLR18",
        "上链前即不真实的，区块链存证不能补正；综合上链前后的证据判断。",
        "What was untrue before entry is not mended by it; evidence from before and after is weighed together.",
        ("采集时即生成校验值", "hashed at capture"),
        Kind.PRINCIPLE,
        objects=(Object.FOOTAGE, Object.LOG),
    ),
)
