"""Points on the ground: their datum, how far apart they are, and whether they lie in a district.

Longitude comes first everywhere, in degrees. What is stored is WGS-84 (CGCS2000 agrees with it within
a decimetre); other datums are converted once, where a coordinate comes in or goes out to a map service.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import atan2, cos, hypot, isfinite, pi, radians, sin, sqrt
from typing import Literal

Datum = Literal["wgs84", "gcj02", "bd09"]
Pair = tuple[float, float]

EARTH = 6_371_008.8  # mean radius, metres
DEGREE = EARTH * pi / 180  # metres in a degree of latitude

# The shift between WGS-84 and GCJ-02 is unpublished; these are the constants of the commonly used formula,
# on the Krasovsky ellipsoid.
AXIS, ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
SHIFTED = (72.004, 0.8293, 137.8347, 55.8271)  # west, south, east, north of where the formula applies
BAIDU = 3000 * pi / 180


@dataclass(frozen=True)
class Coordinate:
    """A point that carries its datum, so that no one has to guess it."""

    lng: float
    lat: float
    datum: Datum = "wgs84"

    def to(self, datum: Datum) -> "Coordinate":
        """The same place in another datum; there and back agree within a millimetre."""
        lng, lat = self.lng, self.lat
        for name, shift in (("bd09", _to_bd09), ("gcj02", _to_gcj02)):
            if _depth(self.datum) >= _depth(name) > _depth(datum):
                lng, lat = _undo(shift, lng, lat)
        for name, shift in (("gcj02", _to_gcj02), ("bd09", _to_bd09)):
            if _depth(self.datum) < _depth(name) <= _depth(datum):
                lng, lat = shift(lng, lat)
        return Coordinate(lng, lat, datum)


def _depth(datum: str) -> int:
    return ("wgs84", "gcj02", "bd09").index(datum)


def _to_gcj02(lng: float, lat: float) -> Pair:
    west, south, east, north = SHIFTED
    if not (west <= lng <= east and south <= lat <= north):
        return lng, lat
    x, y = lng - 105, lat - 35
    wave = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave
    up += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3 + (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    along = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave
    along += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3 + (
        150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)
    ) * 2 / 3
    flat = 1 - ECCENTRICITY * sin(radians(lat)) ** 2
    north_by = up * 180 / (AXIS * (1 - ECCENTRICITY) / (flat * sqrt(flat)) * pi)
    east_by = along * 180 / (AXIS / sqrt(flat) * cos(radians(lat)) * pi)
    return lng + east_by, lat + north_by


def _to_bd09(lng: float, lat: float) -> Pair:
    far = hypot(lng, lat) + 0.00002 * sin(lat * BAIDU)
    turn = atan2(lat, lng) + 0.000003 * cos(lng * BAIDU)
    return far * cos(turn) + 0.0065, far * sin(turn) + 0.006


def _undo(shift, lng: float, lat: float) -> Pair:
    """The point that `shift` moves to (lng, lat): both shifts change so slowly that guessing converges fast."""
    x, y = lng, lat
    for _ in range(12):
        shifted_x, shifted_y = shift(x, y)
        x, y = x + lng - shifted_x, y + lat - shifted_y
    return x, y


def distance(one: Coordinate, other: Coordinate) -> float:
    """Metres along the sphere, within half a per cent of the ellipsoid's."""
    one, other = one.to("wgs84"), other.to("wgs84")
    y1, y2 = radians(one.lat), radians(other.lat)
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin(radians(other.lng - one.lng) / 2) ** 2
    return 2 * EARTH * atan2(sqrt(half), sqrt(max(0.0, 1 - half)))


def point_refusal(lng: float, lat: float) -> str | None:
    """Why this is no point on the earth, as `中文 | English`; None when it is one."""
    if not (isfinite(lng) and isfinite(lat)):
        return "经度、纬度不是数字 | Longitude and latitude are not numbers"
    if abs(lng) <= 180 and abs(lat) <= 90:
        return None
    if abs(lng) <= 90 and abs(lat) <= 180:
        return _swapped(lng, lat)
    return (
        f"{_pair(lng, lat)} 不在地球上：经度至多 180，纬度至多 90"
        f" | {_pair(lng, lat)} is not on the earth: longitude is at most 180, latitude 90"
    )


def _swapped(lng: float, lat: float) -> str:
    return (
        f"经度、纬度写反了？经度在前，应为 {_pair(lat, lng)}"
        f" | Longitude and latitude look swapped; longitude comes first: {_pair(lat, lng)}"
    )


def _pair(lng: float, lat: float) -> str:
    return f"{round(lng, 6)},{round(lat, 6)}"


@dataclass(frozen=True)
class Outline:
    """The outline of a district, in WGS-84.

    polygons  each a list of rings, each ring a list of (lng, lat), the outer ring first and holes after it
    title     `中文 | English`
    margin    metres that a point may lie outside, since outlines are coarse and phones inexact
    """

    polygons: tuple[tuple[tuple[Pair, ...], ...], ...]
    title: str = "本区 | the district"
    margin: float = 0

    @classmethod
    def read(
        cls, geojson: Mapping, datum: Datum = "wgs84", title: str = "本区 | the district", margin: float = 0
    ) -> "Outline":
        """From a GeoJSON (multi)polygon, feature or collection whose coordinates are in `datum`.

        Raises ValueError, with a sentence, for another geometry, an open or empty ring, or swapped axes.
        """
        try:
            polygons = tuple(
                tuple(tuple(_corner(corner, datum) for corner in ring) for ring in polygon)
                for polygon in _polygons(geojson)
            )
        except (LookupError, TypeError, AttributeError) as error:
            raise ValueError("这不是 GeoJSON 的面 | This is not a GeoJSON polygon") from error
        if not polygons or not all(polygon and all(len(ring) >= 4 for ring in polygon) for polygon in polygons):
            raise ValueError("轮廓至少要有一个四点的环 | An outline needs a ring of at least four corners")
        if any(ring[0] != ring[-1] for polygon in polygons for ring in polygon):
            raise ValueError(
                "轮廓的环没有闭合：首尾两点应相同 | A ring is open: its first and last corner should be the same"
            )
        return cls(polygons, title, margin)

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        corners = [corner for polygon in self.polygons for corner in polygon[0]]
        lngs, lats = [lng for lng, _ in corners], [lat for _, lat in corners]
        return min(lngs), min(lats), max(lngs), max(lats)

    def contains(self, lng: float, lat: float) -> bool:
        """Whether the WGS-84 point lies inside, margin left aside."""
        west, south, east, north = self.box
        if not (west <= lng <= east and south <= lat <= north):
            return False
        return any(sum(_crossings(ring, lng, lat) for ring in polygon) % 2 for polygon in self.polygons)

    def metres_outside(self, lng: float, lat: float) -> float:
        """How far outside the WGS-84 point lies; 0 inside."""
        if self.contains(lng, lat):
            return 0
        east = cos(radians(lat)) * DEGREE  # metres in a degree of longitude here
        return min(
            _to_side(((x1 - lng) * east, (y1 - lat) * DEGREE), ((x2 - lng) * east, (y2 - lat) * DEGREE))
            for polygon in self.polygons
            for ring in polygon
            for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False)
        )

    def refusal(self, lng: float, lat: float) -> str | None:
        """Why the WGS-84 point is no place of this district, as `中文 | English`; None when it is one."""
        if (abs(lat) <= 180 and abs(lng) <= 90) and self.contains(lat, lng):
            return _swapped(lng, lat)
        if refusal := point_refusal(lng, lat):
            return refusal
        metres = self.metres_outside(lng, lat)
        if metres <= self.margin:
            return None
        zh, _, en = self.title.partition(" | ")
        far = (
            (f"{metres / 1000:.1f} 公里", f"{metres / 1000:.1f} km")
            if metres >= 1000
            else (f"{metres:.0f} 米", f"{metres:.0f} m")
        )
        return (
            f"这个位置在{zh}之外约 {far[0]}；请在地图上重新选点，或只选$street和$community"
            f" | This place lies some {far[1]} outside {en or zh};"
            " please choose it again on the map, or choose the $street and $community only"
        )


def _polygons(geojson: Mapping) -> Iterable:
    kind = geojson.get("type")
    if kind == "FeatureCollection":
        return [polygon for feature in geojson["features"] for polygon in _polygons(feature)]
    if kind == "Feature":
        return _polygons(geojson["geometry"])
    if kind == "Polygon":
        return [geojson["coordinates"]]
    if kind == "MultiPolygon":
        return geojson["coordinates"]
    raise ValueError(f"{kind} 不是面状的 GeoJSON | {kind} is not a GeoJSON polygon")


def _corner(corner: Sequence[float], datum: Datum) -> Pair:
    lng, lat = corner[0], corner[1]
    if refusal := point_refusal(lng, lat):
        raise ValueError(refusal)
    point = Coordinate(lng, lat, datum).to("wgs84")
    return point.lng, point.lat


def _crossings(ring: tuple[Pair, ...], lng: float, lat: float) -> int:
    """How many sides of the ring a ray due east from the point crosses."""
    count = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:], strict=False):
        if (y1 > lat) != (y2 > lat) and lng < x1 + (lat - y1) * (x2 - x1) / (y2 - y1):
            count += 1
    return count


def _to_side(one: Pair, other: Pair) -> float:
    """Distance from the origin to the side between two corners."""
    dx, dy = other[0] - one[0], other[1] - one[1]
    length = dx * dx + dy * dy
    along = 0.0 if length == 0 else min(1.0, max(0.0, -(one[0] * dx + one[1] * dy) / length))
    return hypot(one[0] + along * dx, one[1] + along * dy)
