"""Handbook §6, step by step, on the real organisation."""

from dataclasses import replace
from datetime import UTC, datetime, time
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.domain.city import City
from hotline.domain.routing import Case, Rule, Rules, Stage, may_lead, route, why_not_lead
from hotline.settings.city import read_city
from hotline.settings.routing import read_rules

CONFIG = Path(__file__).parents[3] / "config"
CITY: City = read_city(CONFIG)[0]
RULES: Rules = read_rules(CONFIG / "routing.toml", CITY)[0]
NOON = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
STALLS, MOVE_CAR = "010201", "040303"
GULOU, TAIJIANG, MINHOU, PINGTAN = "350102", "350103", "350121", "350128"
WUFENG = "350102009"


def lead(category: str | None, region: str | None = WUFENG, rules: Rules = RULES, now: datetime = NOON, **more) -> str:
    """``unit by rule`` of the first proposal."""
    proposals = route(Case(category, region=region, **more), CITY, rules, now).proposals
    return f"{proposals[0].unit} by {proposals[0].rule}" if proposals else "nobody"


def a_rule(**more) -> Rule:
    return Rule(**{"id": "R", "unit": "350100-CGW", "auto": True} | more)


def with_rules(*rules: Rule) -> Rules:
    return replace(RULES, explicit=rules)


# -- (a) danger


def test_a_danger_in_the_text_is_handed_over_whatever_the_category() -> None:
    routing = route(Case(STALLS, region=WUFENG, text="楼下摊位着火了，火势很大"), CITY, RULES, NOON)
    assert (routing.handover, routing.automatic, routing.why_not) == (
        "350100-T119",
        False,
        "涉及火灾或爆炸，应立即移交119",
    )
    assert routing.lead == "350102-CGW", "a person who sees no danger still finds the usual unit"


@pytest.mark.parametrize(
    ("category", "text", "target"),
    [
        ("100405", "", "350100-T119"),
        ("080401", "", "350100-T120"),
        ("100201", "", "350100-T110"),
        ("150601", "打了120没人接", "350100-T120"),
        ("150601", "报警", "350100-T110"),
        ("150602", "", "350100-T12368"),
        ("150603", "", "350100-T12388"),
        ("150604", "", "350000-HOT"),
    ],
)
def test_a_categories_of_others_go_to_their_hand_over_target(category: str, text: str, target: str) -> None:
    routing = route(Case(category, region=WUFENG, text=text), CITY, RULES, NOON)
    assert (routing.handover, routing.automatic) == (target, False)
    assert target[-4:] == "-HOT" or not CITY.unit(target).dispatchable


def test_a_nuisance_only_labels_a_record() -> None:
    routing = route(Case("150605", region=WUFENG), CITY, RULES, NOON)
    assert (routing.proposals, routing.handover, routing.automatic) == ((), None, False)
    assert "只作登记" in routing.why_not


def test_a_the_emergency_rule_set_comes_before_everything_else() -> None:
    assert lead("030301") == "350100-RQGS by a:GAS-LEAK"
    rules = with_rules(a_rule(id="C", priority=99), a_rule(id="A", stage=Stage.EMERGENCY, unit="350100-YJJ"))
    assert lead(STALLS, rules=rules) == "350100-YJJ by a:A"


# -- (b) event or surge


def test_b_a_surge_rule_wins_over_an_explicit_rule_while_it_runs() -> None:
    surge = a_rule(
        id="B", stage=Stage.SURGE, unit="350100-YJJ", valid_from=datetime(2026, 3, 3, tzinfo=UTC), valid_to=NOON
    )
    rules = with_rules(a_rule(id="C", priority=99), surge)
    assert lead(STALLS, rules=rules, now=datetime(2026, 3, 3, 3, 59, tzinfo=UTC)) == "350100-YJJ by b:B"
    assert lead(STALLS, rules=rules, now=NOON) == "350100-CGW by c:C"


# -- (c) explicit


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        (a_rule(priority=1, category=STALLS, region=WUFENG), a_rule(priority=2)),
        (a_rule(category="01"), a_rule(category="0102")),
        (a_rule(category="0102"), a_rule(category="0102", region=GULOU)),
        (a_rule(region=GULOU), a_rule(region=WUFENG)),
        (a_rule(), a_rule(keywords=("摊",))),
        (
            a_rule(valid_from=datetime(2025, 1, 1, tzinfo=UTC)),
            a_rule(valid_from=datetime(2026, 1, 1, tzinfo=UTC)),
        ),
    ],
)
def test_c_priority_then_specificity_then_age_decides(weaker: Rule, stronger: Rule) -> None:
    weak, strong = replace(weaker, id="weak"), replace(stronger, id="strong")
    for order in ((weak, strong), (strong, weak)):
        assert lead(STALLS, rules=with_rules(*order), text="摊贩") == "350100-CGW by c:strong"


def test_c_keywords_hours_grade_and_validity_must_all_hold() -> None:
    rule = a_rule(keywords=("烧烤",), hours=(time(22), time(6)), urgencies=("URGENT",))
    fits = {"rules": with_rules(rule), "text": "烧烤摊", "now": MIDNIGHT, "urgency": "URGENT"}
    assert lead(STALLS, **fits) == "350100-CGW by c:R"
    for change in ({"text": "水果摊"}, {"now": NOON}, {"urgency": "NORMAL"}, {"region": None, "text": ""}):
        assert lead(STALLS, **fits | change).endswith((" by d", " by e"))


def test_c_a_rule_may_name_the_county_of_the_place_and_co_units() -> None:
    rules = with_rules(a_rule(unit="{county}-SCJ", co_units=("350102-CGW",)))
    proposal = route(Case(STALLS, region=WUFENG), CITY, rules, NOON).proposals[0]
    assert (proposal.unit, proposal.co_units) == ("350102-SCJ", ("350102-CGW",))
    assert lead(STALLS, None, rules) == "350100-CGW by e"


def test_c_a_rule_not_marked_auto_waits_for_a_person() -> None:
    routing = route(Case(STALLS, region=WUFENG), CITY, with_rules(a_rule(auto=False)), NOON)
    assert (routing.automatic, routing.why_not) == (False, "该派单规则须由派单员确认")
    assert route(Case(STALLS, region=WUFENG), CITY, with_rules(a_rule()), NOON).automatic


def test_c_a_rule_for_a_township_that_may_not_lead_is_passed_over() -> None:
    assert lead(STALLS, rules=with_rules(a_rule(unit="{township}"))) == "350102-CGW by d"


# -- (d) handling level


@pytest.mark.parametrize(
    ("category", "region", "unit"),
    [
        ("030101", WUFENG, "350100-GSGS"),
        ("030101", MINHOU, "350121-GSGS"),
        ("030201", MINHOU, "350121-GDGS"),
        ("030201", GULOU, "350100-GDGS"),
        ("010301", GULOU, "350100-CGW"),
        ("010401", GULOU, "350100-YLZ"),
        ("030401", GULOU, "350100-LPZ"),
        (STALLS, TAIJIANG, "350103-CGW"),
        ("020201", WUFENG, WUFENG),
        ("030701", GULOU, "350100-YZJ"),
        ("150301", None, "350100-HOT"),
        ("020901", None, "350100-GJJ"),
    ],
)
def test_d_the_unit_of_the_handling_level(category: str, region: str | None, unit: str) -> None:
    routing = route(Case(category, region=region), CITY, RULES, NOON)
    assert (routing.proposals[0].unit, routing.proposals[0].rule, routing.automatic) == (unit, "d", True)


def test_d_the_company_that_the_text_names() -> None:
    assert lead("030501", text="联通的宽带断了三天") == "350100-LT by d"


def test_d_several_companies_and_none_named_is_a_person_s_choice() -> None:
    routing = route(Case("030501", region=WUFENG, text="宽带断了三天"), CITY, RULES, NOON)
    assert (routing.lead, routing.automatic) == ("350100-TXB", False)
    assert "未能确定是哪一家" in routing.why_not


def test_d_matters_of_the_province_go_by_its_platform_and_a_person() -> None:
    routing = route(Case("140501", region=WUFENG), CITY, RULES, NOON)
    assert [p.unit for p in routing.proposals][:2] == ["350000-HOT", "350000-JRJ"]
    assert not routing.automatic


# -- (e) neighbours of the line


@pytest.mark.parametrize("region", [GULOU, TAIJIANG])
def test_e_gulou_and_taijiang_have_no_agriculture_so_the_city_leads(region: str) -> None:
    assert lead("130201", region) == "350100-NYJ by e"


@pytest.mark.parametrize(
    ("category", "unit"),
    [
        ("010401", "350121-CGW by e:园林→城管"),
        ("030302", "350121-CGW by e:燃气→城管"),
        ("030401", "350121-ZJJ by e:排水→住建"),
        ("040402", "350121-JTJ by e:公交→交通"),
        ("080402", "350121-WJW by e:急救→卫健"),
        ("120301", "350121-ZGJ by e:不动产→自然资源"),
    ],
)
def test_e_a_county_without_the_line_uses_the_substitute(category: str, unit: str) -> None:
    assert lead(category, MINHOU) == unit


def test_e_an_unknown_place_leaves_it_to_the_city_but_never_by_itself() -> None:
    routing = route(Case(STALLS), CITY, RULES, NOON)
    assert (routing.lead, routing.automatic, routing.why_not) == ("350100-CGW", False, "地点不明")


# -- (f) and (g)


def test_f_the_county_centre_takes_what_no_unit_of_the_county_can() -> None:
    routing = route(Case("020201", region=GULOU), CITY, RULES, NOON)
    assert (routing.lead, routing.proposals[0].rule, routing.automatic) == ("350102-HOT", "f", False)
    assert "未定位到街道" in routing.why_not


def test_f_unclear_duty_at_a_clear_place_goes_to_the_county() -> None:
    for case in (Case(None, region=WUFENG), Case(STALLS, 0.1, WUFENG)):
        routing = route(case, CITY, RULES, NOON)
        assert (routing.lead, routing.automatic, routing.coordinate) == ("350102-HOT", False, False)


def test_g_unclear_duty_and_place_is_for_co_ordination_by_hand() -> None:
    routing = route(Case(None), CITY, RULES, NOON)
    assert (routing.proposals, routing.coordinate, routing.automatic) == ((), True, False)
    assert "建议提交协调" in routing.why_not


# -- who decides


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"confidence": 0.63}, "类别不确定（把握 0.63）"),
        ({"place_certain": False}, "地点不确定"),
        ({"confidential": True}, "敏感或保密事项"),
        ({"category": "060903"}, "敏感或保密事项"),
        ({"complained_unit": "350102-CGW"}, "反映承办单位自身作风，须回避"),
    ],
)
def test_a_doubt_leaves_the_decision_to_a_person_and_says_why(change: dict[str, object], why: str) -> None:
    certain = Case(STALLS, region=WUFENG)
    assert route(certain, CITY, RULES, NOON).automatic
    routing = route(replace(certain, **change), CITY, RULES, NOON)
    assert (routing.automatic, routing.why_not) == (False, why)
    assert routing.proposals


def test_the_threshold_is_the_caller_s() -> None:
    case = Case(STALLS, 0.7, WUFENG)
    assert [route(case, CITY, RULES, NOON, threshold).automatic for threshold in (0.7, 0.71)] == [True, False]


def test_an_uncertain_place_does_not_matter_where_the_unit_is_the_same_everywhere() -> None:
    assert route(Case("150301", region=None), CITY, RULES, NOON).automatic
    assert route(Case("010301", region=GULOU, place_certain=False), CITY, RULES, NOON).automatic


def test_further_likely_categories_give_further_proposals() -> None:
    case = Case(STALLS, 0.5, WUFENG, alternatives=((MOVE_CAR, 0.9), ("010201", 0.3)))
    units = [p.unit for p in route(case, CITY, RULES, NOON).proposals]
    assert units[:2] == ["350102-CGW", "350102-JJ"], "the case's own category keeps the first place"
    assert len(units) == len(set(units)) == 3


def test_the_unit_complained_about_never_leads_nor_any_below_it() -> None:
    assert lead(STALLS, complained_unit="350102-CGW") == "350102-GOV by d"
    assert lead("020201", complained_unit="350102-GOV") == "350102-HOT by f"


@pytest.mark.parametrize(
    ("change", "target"),
    [({"region": PINGTAN}, "350128-HOT"), ({"outside": "厦门"}, "350000-HOT"), ({"region": "350200"}, "350000-HOT")],
)
def test_places_outside_the_city_are_handed_over(change: dict[str, str], target: str) -> None:
    routing = route(Case(STALLS, **change), CITY, RULES, NOON)
    assert (routing.handover, routing.automatic) == (target, False)
    assert routing.proposals == () or "outside" in change, (
        "a name read from a text may be wrong: a person still chooses"
    )
    assert "涉及移交" in routing.why_not


# -- guards and properties


def test_departmental_duties_never_go_to_a_township() -> None:
    township = CITY.unit(WUFENG)
    refusal = why_not_lead(township, CITY.category(STALLS))
    assert refusal is not None
    assert "不得由街道（乡镇）主办" in refusal
    assert may_lead(township, CITY.category("020201"))
    assert may_lead(township, CITY.category(STALLS), granted={STALLS}), "the duty list of this township says otherwise"


def test_hand_over_targets_never_lead() -> None:
    refusals = [why_not_lead(u, None) for u in CITY.units.values() if not u.dispatchable]
    assert len(refusals) == 11
    assert all(refusals)


def test_every_category_at_every_place_meets_only_units_that_may_have_it() -> None:
    places = [*CITY.townships, *CITY.counties, PINGTAN, None]
    wrong = []
    for category, place in product(CITY.categories.values(), places):
        routing = route(Case(category.code, region=place), CITY, RULES, NOON)
        for proposal in routing.proposals:
            unit = CITY.unit(proposal.unit)
            fits = may_lead(unit, category) and (not unit.is_company or unit.serves(place))
            if not fits or not proposal.reason or not 0 < proposal.score <= 1:
                wrong.append((category.code, place, proposal))
        if routing.automatic == bool(routing.why_not) or (routing.automatic and not routing.proposals):
            wrong.append((category.code, place, routing))
        if place and place != PINGTAN and category.is_dispatched and not routing.proposals:
            wrong.append((category.code, place, "no proposal"))
    assert wrong == []


@given(
    st.builds(
        Case,
        category=st.none() | st.sampled_from(sorted(CITY.categories)) | st.text(max_size=6),
        confidence=st.floats(0, 1),
        region=st.none() | st.sampled_from([*CITY.townships, *CITY.counties, PINGTAN]) | st.text(max_size=12),
        place_certain=st.booleans(),
        outside=st.sampled_from(["", "厦门"]),
        text=st.text(max_size=20),
        complained_unit=st.none() | st.sampled_from(sorted(CITY.units)),
        confidential=st.booleans(),
        alternatives=st.lists(st.tuples(st.sampled_from(sorted(CITY.categories)), st.floats(0, 1)), max_size=3).map(
            tuple
        ),
    )
)
def test_whatever_is_known_the_answer_is_a_unit_or_a_reason(case: Case) -> None:
    routing = route(case, CITY, RULES, NOON)
    assert len(routing.proposals) <= 3
    assert bool(routing.why_not) is not routing.automatic
    if case.complained_unit:
        assert not any(CITY.within(p.unit, case.complained_unit) for p in routing.proposals)
