"""What `bench_pool` asks the pool, by kind: parameters of the search page."""

Asked = dict[str, str]

KINDS: dict[str, list[Asked]] = {
    "name, 1 character": [{"q": q} for q in "王李张刘陈杨赵黄周吴解查"],
    "name, 2 characters": [
        {"q": q} for q in ("秉元", "王伟", "伟芳", "敏静", "丽强", "磊军", "李娜")
    ],
    "name, 3 characters": [
        {"q": q} for q in ("王秉元", "李伟芳", "单敏静", "曾丽强", "解磊军", "查秉元")
    ],
    "trade": [
        {"q": q} for q in ("焊工", "电焊工", "数控车工", "黄酒酿造工", "维修电工")
    ],
    "phrase": [
        {"q": q}
        for q in (
            "焊接机器人",
            '"薄壁管夹具"',
            "创新工作室",
            "全国五一劳动奖章",
            "职工技能大赛",
        )
    ],
    "pinyin": [
        {"q": q} for q in ("wangbingyuan", "wby", "bingyuan", "zeng", "shanwei", "zx")
    ],
    "AND": [
        {"q": q}
        for q in (
            "焊工 越城",
            "王 机器人",
            "黄酒 发酵 -节能",
            "wby 电工",
            "浙江工匠 车工",
        )
    ],
    "no hit": [{"q": q} for q in ("没有此人", "龘龘", "qqqqq", "焊工 龘", "zzzz")],
    "filters": [
        {"q": "焊工 等级>=技师 年龄<=40"},
        {"q": "证书:焊工>=技师@2026-05-01"},
        {"q": "地区:越城区,柯桥区 从业年限>=10"},
        {"level": "city", "competition": "nation,province", "sex": "2"},
        {"q": "机器人", "occupation": "6-18", "district": "330602"},
    ],
    "several of a facet": [
        {"level": "city,district", "skill": "L5,L6,L7", "sex": "1"},
        {"district": "330602,330604,330681", "occupation": "6-18,6-31"},
        {"year": "2019,2020,2021", "honour": "none,city"},
        {"q": "焊工", "age": "-35,36-40,41-45", "achievement": "patent,method"},
        {"q": "王", "district": "330602,330603", "studio": "leader,none"},
    ],
    "everybody": [{}, {"sort": "name"}, {"sort": "level"}, {"sort": "competition"}],
    "page 5,000": [
        {"page": "5000"},
        {"page": "5000", "sort": "name"},
        {"q": "焊工", "page": "5000"},
        {"q": "焊工", "page": "5000", "sort": "level"},
        {"page": "5000", "sort": "competition", "level": "district,enterprise"},
        {"page": "5000", "sort": "updated", "district": "330602,330603,330604"},
        {"page": "5000", "sort": "newest", "sex": "1"},
    ],
}
