"""The demonstration city's cast: names, numbers, units. All made up, all repeatable.

No ID number here can be a living person's: the county code 330699 was never assigned,
yet the numbers carry right check digits, so that the system takes them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from people.persons.rules import id_check_character
from people.units.rules import credit_code_check_character

SEED = 20260501
REGION = "330699"  # no such county: cannot be anybody's number
DISTRICTS = ("330602", "330603", "330604", "330624", "330681", "330683")

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈"
    "曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔"
    "康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文单解仇区查"
)
_COMPOUND = ("欧阳", "诸葛", "司徒", "上官")
_MEN = "伟强磊军洋勇杰涛明超刚平辉鹏斌飞波宁亮龙建国志坚文博海东晓峰云浩宇泽林"
_WOMEN = "芳娜敏静丽艳娟霞秀英玲丹萍红梅莉燕婷雪慧佳琳欣怡雨晴诗涵梦瑶思颖淑珍"
_BRANDS = [
    "越兴",
    "鉴湖",
    "稽山",
    "会稽",
    "浣江",
    "剡溪",
    "曹娥",
    "沃洲",
    "兰亭",
    "东湖",
    "镜岭",
    "天姥",
    "古越",
    "梅市",
    "皋埠",
    "杨汛",
    "枫桥",
    "店口",
    "大唐",
    "陶朱",
    "崧厦",
    "百官",
    "丰惠",
    "长乐",
    "甘霖",
    "三界",
    "澄潭",
    "儒岙",
    "柯岩",
    "安昌",
]
_TRADES = (
    ("重型机械制造有限公司", "C"),
    ("数控装备有限公司", "C"),
    ("汽车零部件有限公司", "C"),
    ("纺织印染有限公司", "C"),
    ("电力建设工程有限公司", "E"),
    ("大酒店有限公司", "H"),
    ("信息技术有限公司", "I"),
    ("压力容器制造有限公司", "C"),
)
_SCHOOLS = ("技师学院", "职业教育中心", "高级技工学校", "职业技术学院")


@dataclass(frozen=True, slots=True, kw_only=True)
class Human:
    """A made-up person."""

    name: str
    sex: str  # GB/T 2261.1: 1 man, 2 woman
    birth_date: date
    id_number: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A made-up employer or school."""

    name: str
    credit_code: str
    district_code: str
    industry: str
    is_school: bool


class Casting:
    """Hands out people and firms, the same ones in the same order each time."""

    def __init__(self, seed: int = SEED) -> None:
        self.chance = np.random.default_rng(seed)
        self._serial = 0
        self._names: set[str] = set()
        self._born: dict[date, int] = {}

    def human(self, *, youngest: int = 20, oldest: int = 55) -> Human:
        """Return a new person of an age in full years on 1 May 2026."""
        is_man = bool(self.chance.random() < 0.72)
        days = int(self.chance.integers(youngest * 366, (oldest + 1) * 365))
        birth = date(2026, 5, 1) - timedelta(days=days)
        self._serial += 1
        return Human(
            name=self._name(is_man=is_man),
            sex="1" if is_man else "2",
            birth_date=birth,
            id_number=self._id_number(birth, is_man=is_man),
            phone=f"1990000{self._serial % 10000:04d}",
        )

    def firms(self, number: int) -> Iterator[Firm]:
        """Yield `number` firms, every eighth a school, spread over the districts."""
        for index in range(number):
            brand = _BRANDS[index % len(_BRANDS)]
            is_school = index % 8 == 7
            kind, industry = (
                (_SCHOOLS[index // 8 % len(_SCHOOLS)], "P")
                if is_school
                else _TRADES[index % len(_TRADES)]
            )
            district = DISTRICTS[index % len(DISTRICTS)]
            prefix = "12" if is_school else "91"
            body = f"{prefix}{district}MADEM{index:04d}"
            yield Firm(
                name=f"{brand}{kind}",
                credit_code=body + credit_code_check_character(body),
                district_code=district,
                industry=industry,
                is_school=is_school,
            )

    def pick(self, items: str | tuple[str, ...]) -> str:
        """Return one of `items`."""
        return items[int(self.chance.integers(len(items)))]

    def _id_number(self, birth: date, *, is_man: bool) -> str:
        # The 17th digit is odd for men; those born on one day are counted through.
        order = self._born.get(birth, 0)
        self._born[birth] = order + 1
        body = f"{REGION}{birth:%Y%m%d}{order * 2 + is_man:03d}"
        return body + id_check_character(body)

    def _name(self, *, is_man: bool) -> str:
        given = _MEN if is_man else _WOMEN
        while True:
            rare = self.chance.random() < 0.02
            surname = self.pick(_COMPOUND) if rare else self.pick(_SURNAMES)
            length = 1 if self.chance.random() < 0.15 else 2
            name = surname + "".join(self.pick(given) for _ in range(length))
            # Namesakes exist, but not by the dozen.
            if name not in self._names or self.chance.random() < 0.05:
                self._names.add(name)
                return name
