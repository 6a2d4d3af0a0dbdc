"""Make the coastlines of the world map: `python -m publishing.coastlines land-110m.json`.

Done once, by hand; the outcome is committed. The input is Natural Earth's land at 1:110 million (public domain,
https://www.naturalearthdata.com/about/terms-of-use/) in the TopoJSON form of the npm package ``world-atlas``:
``npm pack world-atlas@2.0.2`` and unpack ``package/land-110m.json``.

The map is centred on the Pacific, as maps in Japan are. So longitudes are counted from `MERIDIAN`, land that
crosses the seam opposite to it is cut there, Antarctica and islets are left out, and what remains is thinned out
with Douglas and Peucker's algorithm.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TARGET = Path(__file__).parent.parent / "kumo" / "route53" / "view" / "coastlines.toml"
MERIDIAN = 150
SOUTHERNMOST = -60
# Degrees that a simplified coast may stray, and square degrees below which an island is left out.
TOLERANCE, SMALLEST = 0.55, 1.6

Point = tuple[float, float]
Ring = list[Point]

HEADER = """\
# Coastlines of the world, made by publishing/coastlines.py. Do not edit by hand.
#
# Made with Natural Earth, land at 1:110 million, version 4.1.0: public domain, no permission needed
# (https://www.naturalearthdata.com/about/terms-of-use/). Taken from the npm package world-atlas 2.0.2.
#
# meridian  longitude of the middle of the map, degrees east
# rings     outlines of land: longitude east of the meridian and latitude in tenths of a degree, the first point
#           absolute, the others relative to the one before

"""


def main() -> None:
    """Convert the file that the command line names."""
    topology = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    rings = [piece for ring in outlines(topology) for piece in pieces(ring)]
    kept = [thinned(ring, TOLERANCE) for ring in rings if size(ring) >= SMALLEST]
    lines = [f'  "{written(ring)}",\n' for ring in sorted(kept, key=size, reverse=True) if len(ring) > 3]  # noqa: PLR2004 -- a triangle has four corners, first and last the same
    text = f"{HEADER}meridian = {MERIDIAN}\nrings = [\n{''.join(lines)}]\n"
    TARGET.write_text(text, encoding="utf-8")
    print(f"{len(lines)} rings, {len(text):,} characters")


def outlines(topology: dict) -> list[Ring]:
    """Return the outer and inner outlines of the land, degrees east and north."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs: list[Ring] = []
    for steps in topology["arcs"]:
        x = y = 0
        arc = []
        for dx, dy in steps:
            x, y = x + dx, y + dy
            arc.append((x * sx + tx, y * sy + ty))
        arcs.append(arc)
    found = []
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for numbers in (ring for polygon in polygons for ring in polygon):
            ring: Ring = []
            for number in numbers:
                arc = arcs[number] if number >= 0 else arcs[~number][::-1]
                ring += arc[1:] if ring else arc
            if max(y for _, y in ring) > SOUTHERNMOST:
                found.append(ring)
    return found


def pieces(ring: Ring) -> list[Ring]:
    """Return a ring with longitudes from the meridian, cut where it crosses the seam."""
    # The source leaves off at 180 degrees and goes on at -180: make that one run of longitudes.
    run: Ring = []
    for x, y in ring:
        turns = round((run[-1][0] - x) / 360) if run else 0
        run.append((x + 360 * turns, y))
    found = []
    for turn in (-360, 0, 360):
        shifted = [(x + turn - MERIDIAN, y) for x, y in run]
        part = cut(cut(shifted, -180, 1), 180, -1)
        if part:
            found.append(part)
    return found


def cut(ring: Ring, seam: float, side: int) -> Ring:
    """Return the part of a ring east (1) or west (-1) of a meridian (Sutherland and Hodgman)."""
    kept: Ring = []
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        inside, next_inside = (x1 - seam) * side >= 0, (x2 - seam) * side >= 0
        if inside:
            kept.append((x1, y1))
        if inside != next_inside:
            kept.append((seam, y1 + (y2 - y1) * (seam - x1) / (x2 - x1)))
    return [*kept, kept[0]] if kept else []


def thinned(ring: Ring, tolerance: float) -> Ring:
    """Return a ring without the points that lie within `tolerance` of the line between the others."""
    if len(ring) < 3:  # noqa: PLR2004 -- two points are a line
        return ring
    # A ring begins where it ends; its line is a point, so it is split at the point farthest from there.
    (x0, y0), (x1, y1) = ring[0], ring[-1]
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5

    def away(point: Point) -> float:
        x, y = point
        if not length:
            return ((x - x0) ** 2 + (y - y0) ** 2) ** 0.5
        return abs((x1 - x0) * (y0 - y) - (x0 - x) * (y1 - y0)) / length

    farthest = max(range(1, len(ring) - 1), key=lambda index: away(ring[index]))
    if away(ring[farthest]) <= tolerance:
        return [ring[0], ring[-1]]
    return thinned(ring[: farthest + 1], tolerance)[:-1] + thinned(ring[farthest:], tolerance)


def size(ring: Ring) -> float:
    """Return the area of a ring in square degrees."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def written(ring: Ring) -> str:
    """Return a ring as text: tenths of a degree, each point relative to the one before."""
    whole = [(round(10 * x), round(10 * y)) for x, y in ring[:-1]]
    steps = [(x - before[0], y - before[1]) for before, (x, y) in zip([(0, 0), *whole], whole, strict=False)]
    return " ".join(f"{x} {y}" for x, y in steps)


if __name__ == "__main__":
    main()
