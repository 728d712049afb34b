"""The organisation of one city: who may handle (units), what is appealed about (categories), and where (regions).

Values only: read once from ``config/`` or the database, asked often. Regions are digits: four for the city, six for a
county (GB/T 2260), nine for a street or township, twelve for a community; a longer code begins with the shorter ones.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import TypeVar

K = TypeVar("K")


class Level(StrEnum):
    """The levels of government; their values are the words used in the data files."""

    PROVINCE = "省"
    CITY = "市"
    COUNTY = "县"
    TOWNSHIP = "乡"
    COMPANY = "企"
    """Only as the handling level of a category: the public-service company of the line."""


HANDOVER_KIND = "移交对象"
COMPANY_KIND = "企业"
GOVERNMENT_KIND = "政府"
NEVER_DISPATCHED = "移交与不受理"
"""Level 2 of the taxonomy whose categories only label records (handbook §18)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A row of ``departments.csv``: an office, a company or a hand-over target."""

    code: str
    name: str
    short_name: str
    level: Level
    region_code: str
    region_name: str
    line: str
    kind: str
    parent_code: str | None = None
    dispatchable: bool = True
    """False for hand-over targets and for what is no handler: a ticket never goes there."""
    fallback: bool = False
    """The dispatch centre of its county or of the city (县级兜底)."""
    service_regions: tuple[str, ...] = ()
    """Where a company or institution serves; empty: the whole region of its level."""
    duties: tuple[str, ...] = ()
    active: bool = True
    """False once it has been dissolved: its past tickets still name it, new ones never go there."""

    @property
    def is_company(self) -> bool:
        return self.kind == COMPANY_KIND

    @property
    def is_township(self) -> bool:
        return self.level is Level.TOWNSHIP

    @property
    def is_handover(self) -> bool:
        return self.kind == HANDOVER_KIND

    def serves(self, region: str | None) -> bool:
        """Whether the place lies where this unit works; an unknown place only if it works in the whole city."""
        if self.service_regions:
            return region is not None and any(region.startswith(served) for served in self.service_regions)
        match self.level:
            case Level.PROVINCE:
                return True
            case Level.CITY:
                return region is None or region.startswith(self.region_code[:4])
            case _:
                return region is not None and region.startswith(self.region_code)


@dataclass(frozen=True, slots=True)
class Category:
    """A row of ``taxonomy.csv``: what one appeal may be about, at level 3."""

    code: str
    level1: str
    level2: str
    level3: str
    department: str
    """Full name of the usual unit at city level (of townships: a generic name that no unit bears)."""
    line: str
    handling_level: Level
    appeal_types: tuple[str, ...]
    """Codes (``COMPLAINT`` …), the default first."""
    urgency: str
    """``NORMAL``, ``URGENT`` (紧急) or ``CRITICAL`` (特急)."""
    quick_list: bool = False
    grassroots_ok: bool = False
    """Whether a street or township may lead (handbook §6.5)."""
    sensitive: bool = False
    keywords: tuple[str, ...] = ()
    active: bool = True
    """False once it has been retired: tickets that bear it keep it and are routed by it, new ones can't choose it."""

    @property
    def is_dispatched(self) -> bool:
        """False where the category only labels a record that is never sent to a unit."""
        return self.level2 != NEVER_DISPATCHED

    @property
    def name(self) -> str:
        return self.level3

    @property
    def path(self) -> str:
        return f"{self.level1} / {self.level2} / {self.level3}"


@dataclass(frozen=True)
class City:
    """All units and categories of one city, with the look-ups that rules and pages need."""

    units: Mapping[str, Unit]
    categories: Mapping[str, Category]
    root: str
    """Code of the city government: the top of the city's own tree."""
    centre: str
    """Code of the city's hotline centre."""
    _within: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[Unit], categories: Iterable[Category], *, root: str, centre: str) -> "City":
        return cls(
            MappingProxyType({u.code: u for u in units}),
            MappingProxyType({c.code: c for c in categories}),
            root,
            centre,
        )

    # -- units

    def unit(self, code: str) -> Unit:
        """The unit; ``KeyError`` if there is none."""
        return self.units[code]

    def unit_named(self, name: str) -> Unit | None:
        """The unit with this full or short name, if exactly one bears it."""
        found = self._by_name.get(name.strip(), ())
        return found[0] if len(found) == 1 else None

    def children(self, code: str) -> tuple[Unit, ...]:
        return self._children.get(code, ())

    def ancestors(self, code: str) -> tuple[str, ...]:
        """Codes from the unit itself up to the top of its tree."""
        known = self._within.get(code)
        if known is None:
            line: list[str] = []
            at: str | None = code
            while at is not None and at in self.units and at not in line:
                line.append(at)
                at = self.units[at].parent_code
            known = self._within[code] = tuple(line)
        return known

    def within(self, code: str, top: str) -> bool:
        """Whether the unit is ``top`` itself or stands below it."""
        return top in self.ancestors(code)

    def below(self, code: str) -> tuple[str, ...]:
        """Codes of the unit and of everything under it, itself first."""
        found = [code]
        for at in found:
            found.extend(child.code for child in self.children(at))
        return tuple(found)

    def on_line(self, line: str, level: Level, region: str | None = None) -> tuple[Unit, ...]:
        """Units of the line at the level; with a region only those of that county (six) or township (nine digits)."""
        if region is None:
            return self._on_line.get((line, level), ())
        return self._on_line_in.get((line, level, region), ())

    def companies(self, line: str, region: str | None) -> tuple[Unit, ...]:
        """Companies of the line that serve the place, the one with the smaller area first."""
        serving = (u for u in self._companies.get(line, ()) if u.serves(region))
        return tuple(sorted(serving, key=lambda u: (u.level is not Level.COUNTY, len(u.service_regions) or 99, u.code)))

    def fallback(self, county: str) -> Unit | None:
        """The dispatch centre of the county (县级兜底)."""
        return self._fallbacks.get(county)

    def government(self, county: str) -> Unit | None:
        """The government of the county."""
        return self._governments.get(county)

    def peer(self, region: str | None) -> Unit | None:
        """The hotline outside the city that owns the place, if it is one we hand over to (handbook §6.8)."""
        return self._peers.get(region[:6]) if region else None

    # -- regions

    @property
    def region_code(self) -> str:
        """Six digits of the city itself."""
        return self.units[self.root].region_code

    @cached_property
    def counties(self) -> tuple[str, ...]:
        return tuple(sorted(self._governments))

    @cached_property
    def townships(self) -> tuple[str, ...]:
        return tuple(sorted(u.region_code for u in self.units.values() if u.is_township))

    def county_of(self, region: str | None) -> str | None:
        """Six digits of the county that holds the region; None for the city itself, elsewhere or nowhere."""
        return region[:6] if region and region[:6] in self._governments else None

    def township_of(self, region: str | None) -> str | None:
        """Nine digits of the street or township that holds the region, if it is that fine and known."""
        return region[:9] if region and region[:9] in self._townships else None

    def township(self, region: str | None) -> Unit | None:
        """The street office or township government of the region."""
        return self._townships.get(region[:9]) if region else None

    def region_name(self, region: str | None) -> str:
        """``鼓楼区五凤街道``, ``鼓楼区``, ``福州市``; empty for an unknown place."""
        county, town = self.county_of(region), self.township(region)
        if county is None:
            peer = self.peer(region)
            return peer.region_name if peer else self.units[self.root].region_name if self._is_city(region) else ""
        return self._governments[county].region_name + (town.region_name if town else "")

    def _is_city(self, region: str | None) -> bool:
        return region is not None and region == self.region_code

    # -- categories

    def category(self, code: str) -> Category:
        """The category; ``KeyError`` if there is none."""
        return self.categories[code]

    def category_path(self, code: str) -> str:
        """``城市管理 / 市容环卫 / 道路清扫保洁不到位``; also for two- and four-digit codes, empty if unknown."""
        return " / ".join(self._paths.get(code, ()))

    def categories_under(self, prefix: str) -> tuple[Category, ...]:
        """Categories in use whose code begins so, in order; all for an empty prefix."""
        return tuple(c for code, c in sorted(self.categories.items()) if c.active and code.startswith(prefix))

    @cached_property
    def category_tree(self) -> tuple[tuple[str, str, tuple[tuple[str, str, tuple[Category, ...]], ...]], ...]:
        """``((code2, name1, ((code4, name2, (categories…)), …)), …)`` for lists on pages."""
        tree: dict[str, dict[str, list[Category]]] = defaultdict(lambda: defaultdict(list))
        for code, category in sorted(self.categories.items()):
            tree[code[:2]][code[:4]].append(category)
        return tuple(
            (
                one,
                next(iter(twos.values()))[0].level1,
                tuple((two, cs[0].level2, tuple(cs)) for two, cs in twos.items()),
            )
            for one, twos in tree.items()
        )

    def department_of(self, category: Category) -> Unit | None:
        """The usual city-level unit of the category; None where it belongs to the township."""
        found = self._by_name.get(category.department, ())
        return found[0] if found else None

    # -- indexes, built once

    @cached_property
    def _children(self) -> dict[str, tuple[Unit, ...]]:
        return _grouped((u.parent_code, u) for u in self.units.values() if u.parent_code)

    @cached_property
    def _by_name(self) -> dict[str, tuple[Unit, ...]]:
        return _grouped((name, u) for u in self.units.values() if u.active for name in {u.name, u.short_name})

    @cached_property
    def _on_line(self) -> dict[tuple[str, Level], tuple[Unit, ...]]:
        return _grouped(((u.line, u.level), u) for u in self.units.values() if u.active)

    @cached_property
    def _on_line_in(self) -> dict[tuple[str, Level, str], tuple[Unit, ...]]:
        return _grouped(((u.line, u.level, u.region_code), u) for u in self.units.values() if u.active)

    @cached_property
    def _companies(self) -> dict[str, tuple[Unit, ...]]:
        return _grouped((u.line, u) for u in self.units.values() if u.is_company and u.active)

    @cached_property
    def _fallbacks(self) -> dict[str, Unit]:
        return {u.region_code: u for u in self.units.values() if u.fallback and u.active and u.level is Level.COUNTY}

    @cached_property
    def _governments(self) -> dict[str, Unit]:
        own = (u for u in self.units.values() if u.kind == GOVERNMENT_KIND and u.level is Level.COUNTY)
        return {u.region_code: u for u in own}

    @cached_property
    def _townships(self) -> dict[str, Unit]:
        return {u.region_code: u for u in self.units.values() if u.is_township}

    @cached_property
    def _peers(self) -> dict[str, Unit]:
        return {r: u for u in self.units.values() if u.is_handover for r in u.service_regions}

    @cached_property
    def _paths(self) -> dict[str, tuple[str, ...]]:
        paths: dict[str, tuple[str, ...]] = {}
        for c in self.categories.values():
            paths[c.code] = (c.level1, c.level2, c.level3)
            paths[c.code[:4]] = (c.level1, c.level2)
            paths[c.code[:2]] = (c.level1,)
        return paths


def _grouped(pairs: Iterable[tuple[K, Unit]]) -> dict[K, tuple[Unit, ...]]:
    groups: dict[K, list[Unit]] = defaultdict(list)
    for key, unit in pairs:
        groups[key].append(unit)
    return {key: tuple(members) for key, members in groups.items()}
