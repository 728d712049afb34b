"""Tickets by the hundred thousand, made by the database out of pieces of our own: texts, words, scopes, phones."""

import random

import psycopg

from hotline.domain import finding
from hotline.office import Office
from hotline.reader import WordFinder


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


THINGS = _words(
    "路灯 井盖 垃圾桶 消防通道 充电桩 电梯 物业费 停车位 公交站 工地 油烟 广场舞 夜市 摊贩 "
    "渣土车 树枝 违建 下水道 自来水 燃气管 变压器 快递柜 共享单车 斑马线 红绿灯 护栏 公厕 "
    "健身器材 幼儿园 学区 医保卡 社保 公积金 工资 押金 退款 预付卡 驾校 网购 装修垃圾 楼顶 "
    "外墙 维修资金 业委会 噪声 扬尘 河道 养犬 流浪猫 宽带 信号塔 有线电视 老年卡 低保 "
    "残疾证 不动产证 居住证 发票 招聘 培训班 "
)
TROUBLES = _words(
    "不亮 破损 堵塞 漏水 噪音扰民 无人清理 长期占用 收费不合理 拖欠 拒绝退款 经常故障 "
    "没有安装 无人维修 私自加盖 异味 积水 松动 缺失 办理太慢 态度不好 重复收费 停用 被堵 "
    "倒塌 晃动 超时 错误 过期 不发放 找不到人 "
)
PLACES = _words(
    "示范新村 示例花园 样例小区 晨光里 听雨苑 望江台 书香苑 长堤路 石桥巷 北门街 榕荫路 "
    "镜湖公园 梧桐里 松风居 白马新苑 金湖花园 南台路口 东岭村 西洋里 柳浪苑 观澜府 蓝湾公寓 "
    "福安里 盛景城 明珠广场 四季花园 学府路 青云山庄 海峡新城 茶亭街 "
)
WISHES = (
    "希望尽快处理",
    "请派人到现场看看",
    "已经反映过多次没有结果",
    "晚上走路很危险",
    "请告诉我什么时候能办好",
    "周围邻居都有意见",
)
INITIALS = ("ldbl", "jgps", "gjjtq", "dtj", "zxlj", "ydzm", "xftd", "sbtq", "yyrm", "gz")
PHONES = 100_000


def phone(number: int) -> str:
    """One of the phones that call."""
    return f"139{number:08d}"


def sentence(chance: random.Random) -> str:
    """What somebody says."""
    return f"{chance.choice(PLACES)}门口的{chance.choice(THINGS)}{chance.choice(TROUBLES)}，{chance.choice(WISHES)}"


def fill(office: Office, count: int, units: list[str], *, days: int = 365) -> None:
    """So many more tickets, evenly over the past days; common things are a hundred times as frequent as rare ones."""
    url = office.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        _pieces(connection, units, office)
        first = connection.execute("SELECT coalesce(max(id), 0) + 1 FROM ticket").fetchone()[0]  # type: ignore[index]
        indexes = _without_indexes(connection)
        connection.execute("ALTER TABLE ticket DISABLE TRIGGER USER")
        connection.execute("SELECT setseed(0.5)")
        connection.execute(_drawn(first, count))
        connection.execute(_tickets(connection, days))
        connection.execute(SEARCH)
        connection.execute("SELECT setval(pg_get_serial_sequence('ticket', 'id'), (SELECT max(id) FROM ticket))")
        connection.execute("ALTER TABLE ticket ENABLE TRIGGER USER")
        connection.execute(
            "INSERT INTO contact (ticket_id, kind, name, phone, identity, phone_hash, reply_by)"
            " SELECT d.id, 'person', '', '', '', c.hash, 'sms' FROM drawn d JOIN caller c ON c.i = d.caller"
        )
        connection.execute("SET maintenance_work_mem = '400MB'")
        for definition in indexes:
            connection.execute(definition)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE ticket")
        connection.execute("VACUUM ANALYZE ticket_search")
        connection.execute("VACUUM ANALYZE contact")


def _pieces(connection: psycopg.Connection, units: list[str], office: Office) -> None:
    finder = WordFinder()
    connection.execute("CREATE TEMP TABLE piece (kind text, i int, said text, filed tsvector)")
    with connection.cursor().copy("COPY piece FROM STDIN") as copy:
        for at, (thing, trouble) in enumerate((a, b) for a in THINGS for b in TROUBLES):
            title = thing + trouble
            initials = finding.initials(finder.sounds(title))
            copy.write_row(("title", at, title, finding.filed(("A", finder.spread(title)), ("D", initials))))
            copy.write_row(("text", at, f"门口的{title}", finding.filed(("B", finder.spread(f"门口的{title}")))))
        for at, place in enumerate(PLACES):
            exact = [finding.PLACE + word for word in finder.spread(place)]
            copy.write_row(("place", at, place, finding.filed(("B", finder.spread(place)), ("D", exact))))
        for at, wish in enumerate(WISHES):
            copy.write_row(("wish", at, wish, finding.filed(("B", finder.spread(wish)))))
    connection.execute("CREATE TEMP TABLE office_unit (i int, code text)")
    with connection.cursor().copy("COPY office_unit FROM STDIN") as copy:
        for at, code in enumerate(units):
            copy.write_row((at, code))
    connection.execute("CREATE TEMP TABLE caller (i int, hash bytea)")
    with connection.cursor().copy("COPY caller FROM STDIN") as copy:
        for at in range(PHONES):
            copy.write_row((at, office.sealer.look_up(phone(at))))
    connection.execute("ANALYZE piece, office_unit, caller")


def _drawn(first: int, count: int) -> str:
    """Which pieces each ticket has; the square makes the first ones frequent."""
    return f"""
        CREATE TEMP TABLE drawn AS SELECT {first} + n AS id, n,
            floor({len(THINGS)} * power(random(), 2))::int * {len(TROUBLES)}
                + floor({len(TROUBLES)} * random())::int AS thing,
            floor({len(PLACES)} * power(random(), 2))::int AS place,
            floor({len(WISHES)} * random())::int AS wish,
            floor((SELECT count(*) FROM office_unit) * power(random(), 2))::int AS unit,
            floor({PHONES} * random())::int AS caller,
            random() AS state, n::float / {count} AS age
        FROM generate_series(0, {count - 1}) AS n
    """


GIVEN = {
    "id": "d.id",
    "no": "'FZ' || to_char(timestamp '2025-11-20' + d.age * interval '%(days)s days', 'YYMMDD')"
    " || lpad((d.id %% 1000000)::text, 7, '0')",
    "state": "CASE WHEN d.state < 0.9 THEN 'CLOSED' WHEN d.state < 0.97 THEN 'PROCESSING' ELSE 'PENDING_SIGN' END",
    "title": "t.said",
    "content": "p.said || x.said || '，' || w.said",
    "address": "p.said",
    "region": "'350102'",
    "category": "'010304'",
    "type": "'COMPLAINT'",
    "lead_unit": "u.code",
    "created_at": "timestamptz '2025-11-20' + d.age * interval '%(days)s days'",
    "changed_at": "timestamptz '2025-11-20' + d.age * interval '%(days)s days'",
    "routed_at": "now()",
    "urgency": "'NORMAL'",
    "round": "1",
    "channel": "'phone'",
    "query_code": "'000000'",
}
EMPTY = {"boolean": "false", "jsonb": "'[]'", "ARRAY": "'{}'", "text": "''", "character varying": "''"}
FROM = """
    FROM drawn d
    JOIN piece t ON t.kind = 'title' AND t.i = d.thing
    JOIN piece x ON x.kind = 'text' AND x.i = d.thing
    JOIN piece p ON p.kind = 'place' AND p.i = d.place
    JOIN piece w ON w.kind = 'wish' AND w.i = d.wish
    JOIN office_unit u ON u.i = d.unit
"""
SEARCH = f"""
    INSERT INTO ticket_search (ticket_id, scope, words)
    SELECT d.id, ARRAY[u.code, 'r350102']::varchar[],
        t.filed || p.filed || x.filed || w.filed
            || ('''#' || lpad((d.id % 1000000)::text, 7, '0') || ''':1D')::tsvector
    {FROM} ORDER BY d.id
"""


def _tickets(connection: psycopg.Connection, days: int) -> str:
    """The insert of all tickets: what is not given and may not be null gets the emptiest value of its type."""
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = 'ticket' AND is_nullable = 'NO' AND column_default IS NULL"
    ).fetchall()
    given = {name: value % {"days": days} if "%" in value else value for name, value in GIVEN.items()}
    given |= {name: EMPTY.get(kind, "0") for name, kind in columns if name not in given}
    if "suggested" in given:
        given["suggested"] = "'{}'"
    return f"INSERT INTO ticket ({', '.join(given)}) SELECT {', '.join(given.values())} {FROM} ORDER BY d.id"


def _without_indexes(connection: psycopg.Connection) -> list[str]:
    """Take the indexes away; returns what makes them again."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('ticket', 'ticket_search', 'contact')"
        " AND indexname LIKE 'ix_%'"
    ).fetchall()
    for name, _ in found:
        connection.execute(f'DROP INDEX "{name}"')
    return [definition for _, definition in found]
