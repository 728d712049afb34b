"""Which unit must answer: the order of handbook §6, as one pure function.

First hit wins: (a) danger and hand-over, the emergency rules; (b) event or surge rule; (c) explicit rule; (d) the unit
of the category's handling level; (e) the same line one level up or down, then the substitute line in the county; (f)
the dispatch centre of the county; (g) a dispatcher by hand. Later hits stay as further proposals.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from hotline.domain.city import Category, City, Level, Unit
from hotline.domain.routing_rules import Case, HandoverRule, Rule, Rules, Stage

__all__ = ["Case", "HandoverRule", "Proposal", "Routing", "Rule", "Rules", "Stage", "may_lead", "route", "why_not_lead"]

PROPOSALS = 3
"""How many units are proposed at most (handbook §6.7)."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One unit that may lead, and why."""

    unit: str
    score: float
    reason: str
    rule: str
    """The step or the written rule: ``d``, ``e``, ``c:R12`` …; dispatch accuracy is measured by it (§6.7)."""
    co_units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Routing:
    """The answer: where to, whether without a person, and if not, why."""

    proposals: tuple[Proposal, ...]
    automatic: bool
    why_not: str
    """Chinese words for why a person must decide; empty if ``automatic``."""
    handover: str | None = None
    """Code of the unit outside that should get it instead."""
    coordinate: bool = False
    """Neither the duty nor the place is clear: co-ordination (§6.3)."""

    @property
    def lead(self) -> str | None:
        return self.proposals[0].unit if self.proposals else None


def why_not_lead(unit: Unit, category: Category | None, granted: Collection[str] = ()) -> str | None:
    """Why this unit may not lead (or be the only one sub-dispatched to), in Chinese; None if it may (handbook §6.5).

    ``granted``: category codes that the duty list of this very township gives it.
    """
    if not unit.active:
        return f"{unit.short_name}已撤销，请改派承接它职责的单位"
    if not unit.dispatchable:
        return f"{unit.short_name}不是可派单的承办单位，请改用移交或另选单位"
    if unit.is_township and category and not category.grassroots_ok and category.code not in granted:
        return f"“{category.level3}”属部门职责，不得由街道（乡镇）主办，请改派主管部门；需要现场协助的，可列为协办"
    return None


def may_lead(unit: Unit, category: Category | None, granted: Collection[str] = ()) -> bool:
    """Whether the unit may lead a ticket of this category."""
    return why_not_lead(unit, category, granted) is None


def route(case: Case, city: City, rules: Rules, now: datetime, threshold: float = 0.9) -> Routing:
    """Proposes the lead unit; ``automatic`` only where nothing speaks for asking a person."""
    case = replace(case, region=_placed(case.region, city))
    category = city.categories.get(case.category or "")
    unclear = category is None or case.confidence < rules.unclear_below
    handover, handover_words = _handover(case, category, city, rules)
    hits = _ranked(case, category, city, rules, now, unclear)
    doubts = _doubts(case, category, hits[0] if hits else None, unclear, threshold, city)
    why = [handover_words] if handover_words else list(doubts)
    return Routing(
        proposals=tuple(Proposal(h.unit.code, h.score, h.words, h.rule, h.co_units) for h in hits),
        automatic=not why,
        why_not="、".join(why),
        handover=handover,
        coordinate=unclear and handover is None and city.county_of(case.region) is None,
    )


@dataclass(frozen=True, slots=True)
class _Hit:
    """A unit found by a step of the order."""

    score: float
    unit: Unit
    rule: str
    words: str
    auto: bool = True
    placed: bool = False
    """Would be another unit if the place were another."""
    doubt: str = ""
    co_units: tuple[str, ...] = ()


def _placed(region: str | None, city: City) -> str | None:
    """The region if it is as fine as a county or lies outside; the city as a whole is no place."""
    own = region is not None and region.startswith(city.region_code[:4])
    return None if own and not city.county_of(region) and not city.peer(region) else region or None


def _elsewhere(case: Case, city: City) -> bool:
    """Whether the place is known and not in the city's hands."""
    return bool(case.outside) or (case.region is not None and city.county_of(case.region) is None)


def _handover(case: Case, category: Category | None, city: City, rules: Rules) -> tuple[str | None, str]:
    """Who should get it instead of a unit of ours, and the words for that (handbook §6.2 a, §6.8)."""
    for rule in rules.handovers:
        if rule.holds(case):
            return rule.target, rule.reason or f"涉及移交（{city.unit(rule.target).short_name}）"
    peer = city.peer(case.region)
    if peer:
        return peer.code, f"地点在{peer.region_name}，不属本市，涉及移交"
    if _elsewhere(case, city):
        place = case.outside or "外地"
        return rules.province or None, f"地点在{place}，不属本市，涉及移交"
    if category and not category.is_dispatched:
        return None, f"“{category.level3}”只作登记，不派单"
    return None, ""


def _ranked(
    case: Case, category: Category | None, city: City, rules: Rules, now: datetime, unclear: bool
) -> list[_Hit]:
    """The best hits, each unit once: the first hit of the case's own category, then by score."""
    if case.region is not None and city.county_of(case.region) is None:
        return []
    own = list(_hits(case, category, city, rules, now)) if category and category.is_dispatched else []
    others: list[_Hit] = []
    for code, confidence in case.alternatives:
        other = city.categories.get(code)
        if other and other.is_dispatched and code != case.category:
            likely = replace(case, category=code, confidence=confidence)
            others += list(_hits(likely, other, city, rules, now))[:1]
    centre = city.fallback(city.county_of(case.region) or "")
    if unclear and centre and not _own_conduct(centre, case, city):
        words = f"承办单位不明、地点明确：交{city.region_name(centre.region_code)}（县级兜底）"
        first, rest = [_Hit(0.5, centre, "f", words, auto=False, placed=True, doubt="须县级兜底")], own + others
    else:
        first, rest = own[:1], own[1:] + others
    best: dict[str, _Hit] = {}
    for hit in first + sorted(rest, key=lambda h: -h.score):
        best.setdefault(hit.unit.code, hit)
    return list(best.values())[:PROPOSALS]


def _hits(case: Case, category: Category, city: City, rules: Rules, now: datetime) -> Iterator[_Hit]:
    """Units for the case as one of this category, in the order of handbook §6.2; never one that may not lead."""
    sure = min(1.0, max(0.0, case.confidence))
    for hit in _candidates(case, category, city, rules, now):
        unit, words = hit.unit, hit.words
        if _own_conduct(unit, case, city):
            above = _above(unit, case, city)
            if above is None:
                continue
            unit, words = above, f"反映{unit.short_name}工作人员作风，上提一级办理"
        if not may_lead(unit, category, rules.duty_lists.get(unit.code, ())):
            continue
        if unit.is_company and not unit.serves(case.region):
            continue
        placed = hit.placed or bool(unit.service_regions) or unit.level in (Level.COUNTY, Level.TOWNSHIP)
        score = round(hit.score * sure * (0.6 if placed and not case.region else 1), 3)
        yield replace(hit, unit=unit, words=words, placed=placed, score=score)


def _candidates(case: Case, category: Category, city: City, rules: Rules, now: datetime) -> Iterator[_Hit]:
    for stage in Stage:
        yield from _written(stage, case, city, rules, now)
    yield from _by_level(case, category, city, rules)
    yield from _by_line(case, category, city, rules)
    centre = city.fallback(city.county_of(case.region) or "")
    if centre:
        lacking = "未定位到街道（乡镇）" if category.handling_level is Level.TOWNSHIP else "无合适的承办单位"
        words = f"{lacking}时，交{centre.short_name}（县级兜底）"
        yield _Hit(0.5, centre, "f", words, auto=False, doubt=f"{lacking}，须县级兜底")


def _written(stage: Stage, case: Case, city: City, rules: Rules, now: datetime) -> Iterator[_Hit]:
    holding = (rule for rule in rules.explicit if rule.stage is stage and rule.holds(case, now))
    for rule in sorted(holding, key=lambda r: r.rank, reverse=True):
        unit = city.units.get(rule.unit_at(city.county_of(case.region), city.township_of(case.region)))
        if unit:
            words = rule.reason or f"适用派单规则 {rule.id}"
            placed = bool(rule.region) or "{" in rule.unit
            yield _Hit(0.98, unit, f"{stage}:{rule.id}", words, rule.auto, placed, co_units=rule.co_units)


def _by_level(case: Case, category: Category, city: City, rules: Rules) -> Iterator[_Hit]:
    """(d): the unit of the category's handling level."""
    line, county = category.line, city.county_of(case.region)
    what, where = f"“{category.level3}”归口{line}条线", f"地点在{city.region_name(case.region)}"
    match category.handling_level:
        case Level.COMPANY:
            yield from _company(case, category, city, rules, what)
        case Level.CITY:
            for unit in _offices(city, line, Level.CITY):
                if unit.serves(case.region) or case.region is None:
                    yield _Hit(0.95, unit, "d", f"{what}，由市级单位承办")
        case Level.COUNTY if county:
            for unit in _offices(city, line, Level.COUNTY, county):
                yield _Hit(0.95, unit, "d", f"{what}，{where}，由县级单位承办")
        case Level.TOWNSHIP:
            township = city.township(case.region)
            if township:
                yield _Hit(0.95, township, "d", f"{what}，{where}，由属地街道（乡镇）承办")
        case Level.PROVINCE:
            doubt = "省级或垂直管理事项，经省平台转办"
            for unit in _offices(city, line, Level.PROVINCE):
                platform = city.units.get(rules.province)
                if platform:
                    words = f"{what}，经{platform.short_name}转{unit.short_name}"
                    yield _Hit(0.95, platform, "d", words, auto=False, doubt=doubt)
                yield _Hit(0.6, unit, "d", f"{what}，由省级单位承办", auto=False, doubt=doubt)


def _company(case: Case, category: Category, city: City, rules: Rules, what: str) -> Iterator[_Hit]:
    """The company of the line that serves the place; among several in the same area the one that the text names."""
    serving = city.companies(category.line, case.region)
    shared = [u for u in serving if u.level is serving[0].level]
    named = [u for u in shared if any(word in case.text for word in rules.company_words.get(u.code, ()))]
    if len(shared) > 1 and len(named) != 1:
        doubt = f"{category.line}有多家公司，未能确定是哪一家"
        for office in _offices(city, category.line, Level.CITY, companies=False):
            words = f"{what}，未能确定是哪家公司，先由{office.short_name}协调"
            yield _Hit(0.7, office, "d", words, auto=False, doubt=doubt)
        for unit in named or shared:
            yield _Hit(0.6, unit, "d", f"{what}，可能是{unit.short_name}", auto=False, doubt=doubt)
        return
    local = any(u.level is Level.COUNTY for u in city.on_line(category.line, Level.COUNTY) if u.is_company)
    for unit in named or serving:
        yield _Hit(0.95, unit, "d", f"{what}，由服务当地的公司承办", placed=local)


def _by_line(case: Case, category: Category, city: City, rules: Rules) -> Iterator[_Hit]:
    """(e): the same line one level up or down, then the substitute line in the county; a company's never a township."""
    line, level, county = category.line, category.handling_level, city.county_of(case.region)
    if level in (Level.COUNTY, Level.COMPANY):
        lacking = county and not _offices(city, line, Level.COUNTY, county)
        why = "地点不明" if not county else f"{city.region_name(county)}没有{line}条线单位" if lacking else "需要时"
        for unit in _offices(city, line, Level.CITY, companies=False):
            yield _Hit(0.8, unit, "e", f"{why}，由上一级{unit.short_name}承办", placed=True)
    if level is Level.COMPANY and not county:
        parents = {u.parent_code for u in city.on_line(line, Level.CITY) if u.is_company}
        for code in sorted(p for p in parents if p and p != city.root):
            unit = city.unit(code)
            yield _Hit(
                0.6, unit, "e", f"地点不明、未能确定公司，先由主管的{unit.short_name}协调", auto=False, placed=True
            )
    if level in (Level.CITY, Level.TOWNSHIP, Level.COMPANY) and county:
        for unit in _offices(city, line, Level.COUNTY, county, companies=False):
            yield _Hit(0.8, unit, "e", f"同条线县级单位{unit.short_name}承办")
    substitute = rules.substitutes.get(line)
    if substitute and county:
        for unit in _offices(city, substitute, Level.COUNTY, county, companies=False):
            yield _Hit(0.75, unit, f"e:{line}→{substitute}", f"当地无{line}单位，由{substitute}条线代为承办")


def _offices(
    city: City, line: str, level: Level, region: str | None = None, *, companies: bool = True
) -> tuple[Unit, ...]:
    """Dispatchable units of the line, offices before companies; without companies if told so."""
    units = (u for u in city.on_line(line, level, region) if u.dispatchable and (companies or not u.is_company))
    return tuple(sorted(units, key=lambda u: (u.is_company, not u.fallback)))


def _own_conduct(unit: Unit, case: Case, city: City) -> bool:
    return case.complained_unit is not None and city.within(unit.code, case.complained_unit)


def _above(unit: Unit, case: Case, city: City) -> Unit | None:
    """The nearest dispatchable unit above the one complained about."""
    above = (city.unit(code) for code in city.ancestors(unit.code))
    return next((u for u in above if u.dispatchable and not _own_conduct(u, case, city)), None)


def _doubts(
    case: Case, category: Category | None, first: _Hit | None, unclear: bool, threshold: float, city: City
) -> Iterator[str]:
    """Why a person must decide, most telling first."""
    if category is None:
        yield "类别不明"
    elif case.confidence < threshold:
        yield f"类别不确定（把握 {case.confidence:.2f}）"
    county = city.county_of(case.region)
    if county is None and (first is None or first.placed):
        yield "地点不明"
    elif not case.place_certain and (first is None or first.placed):
        yield "地点不确定"
    if case.confidential or (category and category.sensitive):
        yield "敏感或保密事项"
    if case.complained_unit:
        yield "反映承办单位自身作风，须回避"
    if first is None:
        if unclear and county is None:
            yield "职责和地点都不明，建议提交协调"
        elif category and category.is_dispatched:
            yield "没有可对应的承办单位，请人工确定"
    elif first.doubt:
        yield first.doubt
    elif not first.auto:
        yield "该派单规则须由派单员确认"
