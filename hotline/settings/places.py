"""Reads the place names of the city (``config/places/*.csv``) and adds its counties, streets and townships."""

import csv
from collections.abc import Iterator
from pathlib import Path

from classifier.places import Gazetteer, Kind, Place, Strength, read_places
from hotline.domain.city import City, Unit
from hotline.settings.city import Fault

SUFFIXES = ("综合实验区", "畲族乡", "街道", "区", "县", "市", "镇", "乡")


def read_gazetteer(folder: Path, city: City) -> tuple[Gazetteer, tuple[Fault, ...]]:
    """The names of ``landmarks.csv``, ``outside.csv``, ``short_names.csv`` and of the city's own regions."""
    faults: list[Fault] = []
    strengths = _strengths(folder / "short_names.csv", faults)
    places = list(own_regions(city, strengths))
    for name in ("landmarks.csv", "outside.csv"):
        try:
            places.extend(read_places(folder / name))
        except (OSError, ValueError) as error:
            faults.append(Fault(name, 0, str(error)))
    known = {*city.counties, *city.townships, *(r for u in city.units.values() for r in u.service_regions)}
    for place in places:
        if unknown := [r for r in place.regions if r not in known]:
            faults.append(Fault("landmarks.csv", 0, f"“{place.name}”的编码 {'、'.join(unknown)} 不存在；请改正"))
    return Gazetteer(places), tuple(faults)


def own_regions(city: City, strengths: dict[str, Strength]) -> Iterator[Place]:
    """Full and short names of the city, its counties and townships; a town's short name is weak unless told."""
    full = city.unit(city.root).region_name
    yield Place(full, kind=Kind.CITY)
    yield Place(short(full), kind=Kind.CITY)
    counties = [unit for code in city.counties if (unit := city.government(code))]
    peers = [u for u in city.units.values() if u.is_handover and u.service_regions]
    taken: set[str] = set()
    for unit in counties + peers:
        names = {unit.region_name, short(unit.region_name)}
        taken |= names
        yield from (Place(name, (unit.region_code,), Kind.COUNTY) for name in sorted(names))
    for unit in _townships(city):
        yield Place(unit.region_name, (unit.region_code,), Kind.TOWN)
        if unit.region_name.endswith("畲族乡"):
            yield Place(short(unit.region_name) + "乡", (unit.region_code,), Kind.TOWN)
        name = short(unit.region_name)
        if name not in taken:
            yield Place(name, (unit.region_code,), Kind.TOWN, strengths.get(name, Strength.WEAK))


def short(name: str) -> str:
    """``五凤街道`` → ``五凤``; a name that would shrink to one character stays."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def _townships(city: City) -> Iterator[Unit]:
    return (unit for code in city.townships if (unit := city.township(code)))


def _strengths(path: Path, faults: list[Fault]) -> dict[str, Strength]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return {row["name"]: Strength(row["strength"]) for row in csv.DictReader(lines)}
    except (OSError, KeyError, ValueError) as error:
        faults.append(Fault(path.name, 0, f"读不出简称表（{error}）;应有 name、strength 两列"))
        return {}
