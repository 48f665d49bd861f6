"""What the demonstration city holds: its competition, its events, its people in office.

Days count from the day it is loaded, so that the open registration is really open.
"""

from dataclasses import dataclass

COMPETITION = "2026年绍兴市职工职业技能大赛(演示)"
ORGANISER = "绍兴市总工会、绍兴市人力资源和社会保障局(演示)"
UNDERTAKER = "古越职业教育中心(演示)"
CITY = "330600"
UNITS = 40

PASSWORD = "jiangcai-demo-2026"  # noqa: S105 - printed for everybody to try


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedEvent:
    """One event: where in its life it is to stand, and when its day is."""

    key: str
    name: str
    code: str  # occupation 2022
    scheme: str  # example scheme
    reach: str  # the state it is brought to
    day: int  # its first day, counted from today
    entries: int
    groups: tuple[str, ...]
    venue: str
    marked_share: float = 1.0  # how much of the marking is done in state marking
    age_max: int | None = None
    notice: str = ""


EVENTS = (
    PlannedEvent(
        key="welding",
        name="焊工",
        code="6-18-02-04",
        scheme="welding",
        reach="published",
        day=-40,
        entries=40,
        groups=("职工组", "学生组"),
        venue="稽山重型机械焊接实训中心",
        notice="平板对接立焊。外观由五名裁判按四级评定,去掉一个最高分和一个最低分后取平均。",
    ),
    PlannedEvent(
        key="web",
        name="网站技术",
        code="4-04-05-01",
        scheme="web_technologies",
        reach="published",
        day=-30,
        entries=18,
        groups=("职工组",),
        venue="会稽信息技术实训楼三层",
        notice="采用国际技能竞赛信息系统导出的评分方案,共 220 个评分点。",
    ),
    PlannedEvent(
        key="spot",
        name="薄板电阻点焊",
        code="6-18-02-04",
        scheme="spot_welding",
        reach="decoded",
        day=-12,
        entries=24,
        groups=("职工组",),
        venue="浣江汽车零部件焊装车间",
        notice="低碳钢薄板搭接单面点焊。外观低于 42 分记零分,超时每满 5 分钟扣 1 分。",
    ),
    PlannedEvent(
        key="turning",
        name="车工",
        code="6-18-01-01",
        scheme="turning",
        reach="locked",
        day=-6,
        entries=30,
        groups=("职工组",),
        venue="鉴湖数控装备实训车间",
        notice="普通车床加工阶梯轴,超差 0.01 毫米扣 1 分。",
    ),
    PlannedEvent(
        key="restaurant",
        name="餐厅服务",
        code="4-03-02-05",
        scheme="restaurant_service",
        reach="marking",
        day=0,
        entries=24,
        groups=("职工组", "学生组"),
        venue="兰亭大酒店宴会厅",
        marked_share=0.55,
        notice="五个模块,测量分与评价分并用;评价分由三名裁判独立打分,相差超过 1 重评。",
    ),
    PlannedEvent(
        key="electrician",
        name="电工",
        code="6-31-01-03",
        scheme="electrician",
        reach="checkin",
        day=0,
        entries=36,
        groups=("职工组",),
        venue="稽山电力建设实训基地",
        notice="理论占 30%,实操占 70%。",
    ),
    PlannedEvent(
        key="youth",
        name="车工(青年组)",
        code="6-18-01-01",
        scheme="turning",
        reach="closed",
        day=5,
        entries=28,
        groups=("青年组",),
        venue="鉴湖数控装备实训车间",
        age_max=35,
        notice="35 周岁以下青年职工参加。",
    ),
    PlannedEvent(
        key="autumn",
        name="焊工(秋季赛)",
        code="6-18-02-04",
        scheme="welding",
        reach="registration",
        day=35,
        entries=40,
        groups=("职工组", "学生组"),
        venue="稽山重型机械焊接实训中心",
        notice="秋季赛面向全市职工与在校学生,每个单位限报四人。",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A demonstration user who holds an office."""

    username: str
    display_name: str
    roles: tuple[str, ...]
    scope: str = "competition"  # all | competition | district | county | unit
    hint: str = ""  # what to look at first


OFFICES = (
    Office(
        username="unit",
        display_name="单位经办人 周晓雯",
        roles=("unit_officer",),
        scope="unit",
        hint="本单位的报名",
    ),
    Office(
        username="committee",
        display_name="组委会 沈国平",
        roles=("committee",),
        hint="审核报名、管理赛项、公布成绩",
    ),
    Office(
        username="checkin",
        display_name="检录员 何莉",
        roles=("checkin_officer",),
        hint="电工赛项正在检录",
    ),
    Office(
        username="coding1",
        display_name="一次加密员 钱江",
        roles=("coding_officer_1",),
        hint="抽取参赛编号",
    ),
    Office(
        username="coding2",
        display_name="二次加密员 俞敏",
        roles=("coding_officer_2",),
        hint="抽取工位号",
    ),
    Office(
        username="coding3",
        display_name="三次加密员 章海",
        roles=("coding_officer_3",),
        hint="生成作品号、解密",
    ),
    Office(
        username="supervisor",
        display_name="监督仲裁 陶正",
        roles=("supervisor",),
        hint="解密、核验账本",
    ),
    Office(
        username="official",
        display_name="人社干部 倪佳",
        roles=("hr_official",),
        scope="district",
        hint="检索工匠人才库",
    ),
    Office(
        username="pool",
        display_name="人才库管理员 施敏",
        roles=("pool_officer",),
        scope="district",
        hint="审核入库建议",
    ),
    Office(
        username="county",
        display_name="县区审核员 章敏",
        roles=("pool_reviewer",),
        scope="county",
        hint="入库申报初审",
    ),
    Office(
        username="leader",
        display_name="领导小组办公室 施国强",
        roles=("pool_officer",),
        scope="district",
        hint="审定入库申报",
    ),
    Office(
        username="association",
        display_name="焊接行业协会 钟莉",
        roles=("association_officer",),
        scope="district",
        hint="协会推荐",
    ),
    *(
        Office(
            username=username,
            display_name=display_name,
            roles=("pool_expert",),
            scope="district",
            hint="专家评审",
        )
        for username, display_name in (
            ("expert1", "评审专家 冯建华"),
            ("expert2", "评审专家 朱秀芳"),
            ("expert3", "评审专家 孟志刚"),
            ("expert4", "评审专家 屠文斌"),
            ("expert5", "评审专家 茅晓东"),
        )
    ),
    Office(
        username="sysadmin",
        display_name="系统管理员",
        roles=("sys_admin",),
        scope="all",
        hint="管理账号",
    ),
    Office(
        username="secadmin",
        display_name="安全管理员",
        roles=("security_admin",),
        scope="all",
        hint="授予角色",
    ),
    Office(
        username="auditor",
        display_name="审计管理员",
        roles=("audit_admin",),
        scope="all",
        hint="查看账本",
    ),
)

EXPERTS = ("expert1", "expert2", "expert3", "expert4", "expert5")

JUDGES = (
    ("chief", "裁判长 骆师傅"),
    ("judge1", "裁判 祝明"),
    ("judge2", "裁判 田野"),
    ("judge3", "裁判 葛青"),
    ("judge4", "裁判 虞林"),
)
