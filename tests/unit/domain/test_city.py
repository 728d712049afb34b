"""The organisation as data: units, categories, regions."""

from pathlib import Path

import pytest

from hotline.domain.city import Category, City, Level, Unit
from hotline.settings.city import CATEGORY_COLUMNS, UNIT_COLUMNS, Fault, categories_in, read_city, units_in

CONFIG = Path(__file__).parents[3] / "config"
UNIT_HEADER = ",".join(UNIT_COLUMNS)
CATEGORY_HEADER = ",".join(CATEGORY_COLUMNS)
GOOD_UNIT = "350102-ABC,甲局,甲,,县,350102,鼓楼区,甲线,工作部门,Y,N,,一|二"


@pytest.fixture(scope="module")
def city() -> City:
    read, faults = read_city(CONFIG)
    assert faults == (), "config/ must be free of faults: " + "; ".join(map(str, faults))
    return read


def test_the_data_files_hold_what_the_handbook_counts(city: City) -> None:
    levels = [len({code[:n] for code in city.categories}) for n in (2, 4, 6)]
    assert (len(city.units), levels, len(city.counties), len(city.townships)) == (607, [15, 121, 477], 12, 173)


def test_root_and_centre_are_found_in_the_data(city: City) -> None:
    assert (city.unit(city.root).name, city.unit(city.centre).short_name) == ("福州市人民政府", "市热线中心")


def test_ancestors_begin_with_the_unit_and_end_at_the_top(city: City) -> None:
    assert city.ancestors("350102-GAJ") == ("350102-GAJ", "350100-GAJ", "350100-GOV", "350000-GOV")
    assert city.ancestors("unknown") == ()


def test_a_unit_is_within_itself_and_its_ancestors_but_not_its_children(city: City) -> None:
    assert city.within("350102009", "350102009")
    assert city.within("350102009", "350102-GOV")
    assert not city.within("350102-GOV", "350102009")
    assert not city.within("350102009", "350103-GOV")


def test_below_is_the_inverse_of_within(city: City) -> None:
    for top in ("350100-GOV", "350102-GOV", "350100-GAJ", "350102009"):
        assert set(city.below(top)) == {code for code in city.units if city.within(code, top)}


def test_a_ring_of_parents_ends_the_walk_instead_of_the_program() -> None:
    ring = [
        Unit(code, code, code, Level.COUNTY, "350102", "鼓楼区", "线", "工作部门", parent_code=parent)
        for code, parent in (("a", "b"), ("b", "a"))
    ]
    assert City.of(ring, [], root="a", centre="a").ancestors("a") == ("a", "b")


@pytest.mark.parametrize(
    ("region", "county", "township", "name"),
    [
        ("350102", "350102", None, "鼓楼区"),
        ("350102009", "350102", "350102009", "鼓楼区五凤街道"),
        ("350102009001", "350102", "350102009", "鼓楼区五凤街道"),
        ("350102999", "350102", None, "鼓楼区"),
        ("350100", None, None, "福州市"),
        ("350128", None, None, "平潭综合实验区"),
        ("350200", None, None, ""),
        (None, None, None, ""),
    ],
)
def test_regions_know_their_county_township_and_name(
    city: City, region: str | None, county: str | None, township: str | None, name: str
) -> None:
    assert (city.county_of(region), city.township_of(region), city.region_name(region)) == (county, township, name)


def test_every_county_has_a_government_and_a_dispatch_centre(city: City) -> None:
    without = [c for c in city.counties if city.fallback(c) is None or city.government(c) is None]
    assert without == []


def test_units_are_found_by_line_level_and_region(city: City) -> None:
    assert [u.code for u in city.on_line("城管", Level.CITY)] == ["350100-CGW"]
    assert [u.code for u in city.on_line("城管", Level.COUNTY, "350103")] == ["350103-CGW"]
    assert city.on_line("农业农村", Level.COUNTY, "350103") == ()
    assert [u.code for u in city.on_line("乡镇街道", Level.TOWNSHIP, "350102009")] == ["350102009"]


def test_the_company_of_the_smaller_area_comes_first(city: City) -> None:
    assert [u.code for u in city.companies("供电", "350121107")] == ["350121-GDGS", "350100-GDGS"]
    assert [u.code for u in city.companies("供水", "350121")] == ["350121-GSGS"]


def test_a_company_with_regions_of_service_serves_no_unknown_place(city: City) -> None:
    assert city.companies("供水", None) == ()
    assert [u.code for u in city.companies("供电", None)] == ["350100-GDGS"]


def test_the_hotline_of_pingtan_is_a_peer_and_never_dispatchable(city: City) -> None:
    peer = city.peer("350128001")
    assert peer is not None
    assert (peer.is_handover, peer.dispatchable) == (True, False)
    assert city.peer("350102") is None


def test_units_are_found_by_full_and_short_name(city: City) -> None:
    for name in ("福州市城市管理委员会", "市城管委", " 市城管委 "):
        found = city.unit_named(name)
        assert found is not None
        assert found.code == "350100-CGW"
    assert city.unit_named("没有这个单位") is None


def test_category_paths_are_known_at_all_three_levels(city: City) -> None:
    assert city.category_path("0101") == "城市管理 / 市容环卫"
    assert city.category_path("010101") == city.category("010101").path == "城市管理 / 市容环卫 / 道路清扫保洁不到位"
    assert city.category_path("9999") == ""


def test_the_category_tree_holds_each_category_once(city: City) -> None:
    leaves = [c.code for _, _, twos in city.category_tree for _, _, cs in twos for c in cs]
    assert leaves == sorted(city.categories)
    assert [c.code for c in city.categories_under("1506")] == ["150601", "150602", "150603", "150604", "150605"]


def test_what_is_never_dispatched_is_known_by_its_level_2(city: City) -> None:
    assert {c.code[:4] for c in city.categories.values() if not c.is_dispatched} == {"1506"}


def test_the_columns_of_a_category_are_typed(city: City) -> None:
    category = city.category("040703")
    assert category == Category(
        "040703",
        "交通出行",
        "公路建设与养护",
        "公路塌方落石",
        "福州市交通运输局",
        "交通",
        Level.COUNTY,
        ("HELP", "COMPLAINT", "SUGGEST"),
        "CRITICAL",
        keywords=category.keywords,
    )
    department = city.department_of(category)
    assert department is not None
    assert department.code == "350100-JTJ"


def test_a_byte_order_mark_is_not_part_of_the_first_column() -> None:
    units, faults = units_in(f"\ufeff{UNIT_HEADER}\n{GOOD_UNIT}\n", "u.csv")
    assert ([u.duties for u in units], faults) == ([("一", "二")], ())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD_UNIT.replace(",县,", ",区,"), "level 只能是"),
        (GOOD_UNIT.replace(",Y,N,", ",是,N,"), "dispatchable 只能是"),
        (GOOD_UNIT.replace("350102,", "35O102,"), "region_code 应为"),
        (GOOD_UNIT.replace("甲局", ""), "name 为空"),
        (GOOD_UNIT, "重复"),
        (GOOD_UNIT + ",多,余", "列数多于表头"),
        ("350102-X,乙", "level 只能是"),
    ],
)
def test_a_bad_row_costs_only_itself_and_is_told_with_its_line(row: str, said: str) -> None:
    text = f"{UNIT_HEADER}\n{GOOD_UNIT}\n{row}\n{GOOD_UNIT.replace('-ABC', '-XYZ')}\n"
    units, faults = units_in(text, "u.csv")
    assert [u.code for u in units] == ["350102-ABC", "350102-XYZ"]
    assert [f.line for f in faults] == [3]
    assert said in str(faults[0])


def test_an_unknown_appeal_type_or_code_is_told() -> None:
    good = "010101,一,二,三,局,线,县,投诉|求助,一般,N,N,N,词"
    rows = [good, good.replace("010101", "010102").replace("求助", "请求"), good.replace("010101", "10103")]
    categories, faults = categories_in("\n".join([CATEGORY_HEADER, *rows]), "t.csv")
    assert [c.code for c in categories] == ["010101"]
    assert [(f.line, "appeal_types" in f.message, "6 位数字" in f.message) for f in faults] == [
        (3, True, False),
        (4, False, True),
    ]


def test_a_missing_column_or_file_is_one_fault(tmp_path: Path) -> None:
    assert units_in("code,name\nx,y\n", "u.csv")[1][0].message.startswith("缺少列")
    _, faults = read_city(tmp_path)
    assert {f.file for f in faults} == {"departments.csv", "taxonomy.csv"}


def test_an_unknown_parent_and_a_ring_are_told(tmp_path: Path) -> None:
    rows = [
        "a,甲,甲,nobody,县,350102,鼓楼区,线,工作部门,Y,N,,",
        "b,乙,乙,c,县,350102,鼓楼区,线,工作部门,Y,N,,",
        "c,丙,丙,b,县,350102,鼓楼区,线,工作部门,Y,N,,",
    ]
    (tmp_path / "departments.csv").write_text("\n".join([UNIT_HEADER, *rows]), encoding="utf-8")
    (tmp_path / "taxonomy.csv").write_text(CATEGORY_HEADER, encoding="utf-8")
    told = [str(f) for f in read_city(tmp_path)[1]]
    assert any("nobody 不存在" in t for t in told)
    assert sum("成环" in t for t in told) == 2


def test_a_fault_reads_as_one_sentence() -> None:
    assert str(Fault("u.csv", 3, "name 为空;请填写")) == "u.csv第 3 行:name 为空;请填写"
