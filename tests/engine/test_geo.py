"""Datums, distances and outlines."""

import json
from math import cos, inf, nan, radians
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huying.declare.kinds import say
from huying.engine.geo import DEGREE, Coordinate, Outline, distance, point_refusal

MAPS = Path(__file__).parents[3] / "shared/maps"
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[113.3, 23.1], [113.4, 23.1], [113.4, 23.2], [113.3, 23.2], [113.3, 23.1]]],
}
HOLE = [[113.34, 23.14], [113.36, 23.14], [113.36, 23.16], [113.34, 23.16], [113.34, 23.14]]
RINGED = {"type": "Polygon", "coordinates": [*SQUARE["coordinates"], HOLE]}
DISTRICT = Outline.read(SQUARE, title="东区 | East")

datums = st.sampled_from(["wgs84", "gcj02", "bd09"])
in_china = st.tuples(st.floats(74, 134), st.floats(18, 53))


def near(one: Coordinate, other: Coordinate, degrees: float) -> bool:
    return abs(one.lng - other.lng) < degrees and abs(one.lat - other.lat) < degrees


# datums


@pytest.mark.parametrize(
    ("given_", "datum", "expected"),
    [
        (Coordinate(116.404, 39.915), "gcj02", (116.41024449916938, 39.91640428150164)),
        (Coordinate(116.404, 39.915, "gcj02"), "bd09", (116.41036949371029, 39.92133699351021)),
        (Coordinate(113.3612, 23.1247), "gcj02", (113.36669212981538, 23.122170945334087)),
        (Coordinate(-0.1276, 51.5072), "gcj02", (-0.1276, 51.5072)),  # the shift is China's only
    ],
)
def test_published_conversions(given_, datum, expected):
    assert near(given_.to(datum), Coordinate(*expected), 1e-9)


@given(in_china, datums, datums)
def test_there_and_back_is_the_same_place(place, start, over):
    point = Coordinate(*place, start)
    again = point.to(over).to(start)
    assert again.datum == start
    assert near(again, point, 1e-9)


@given(in_china, datums)
def test_a_conversion_by_way_of_the_middle_datum_is_the_direct_one(place, start):
    point = Coordinate(*place, start)
    assert near(point.to("gcj02").to("bd09"), point.to("bd09"), 1e-9)
    assert near(point.to("gcj02").to("wgs84"), point.to("wgs84"), 1e-9)
    assert point.to(start) == point


@given(in_china)
def test_the_shift_is_tens_to_hundreds_of_metres(place):
    shifted = Coordinate(*place).to("gcj02")
    assert 20 < distance(Coordinate(*place), Coordinate(shifted.lng, shifted.lat)) < 1200


@given(in_china, datums, datums)
def test_distance_does_not_depend_on_the_datum(place, one, other):
    point = Coordinate(*place)
    assert distance(point.to(one), point.to(other)) < 0.001


def test_distance_in_metres():
    assert distance(Coordinate(113, 23), Coordinate(113, 24)) == pytest.approx(DEGREE)
    assert distance(Coordinate(113, 23), Coordinate(114, 23)) == pytest.approx(DEGREE * cos(radians(23)), rel=1e-4)
    assert distance(Coordinate(0, 0), Coordinate(180, 0)) == pytest.approx(DEGREE * 180)
    # Beijing to Guangzhou, as the crow flies
    assert distance(Coordinate(116.4074, 39.9042), Coordinate(113.2644, 23.1291)) == pytest.approx(1_888_000, rel=0.005)


@given(in_china, in_china)
def test_distance_is_the_same_both_ways(one, other):
    assert distance(Coordinate(*one), Coordinate(*other)) == pytest.approx(
        distance(Coordinate(*other), Coordinate(*one))
    )


# outlines


@given(st.floats(113.2, 113.5), st.floats(23.0, 23.3))
def test_a_point_is_inside_when_its_coordinates_are(lng, lat):
    inside = 113.3 < lng < 113.4 and 23.1 < lat < 23.2
    on_edge = lng in (113.3, 113.4) or lat in (23.1, 23.2)
    if not on_edge:
        assert DISTRICT.contains(lng, lat) is inside
        assert (DISTRICT.refusal(lng, lat) is None) is inside


def test_a_hole_is_outside_and_a_second_part_inside():
    ringed = Outline.read(RINGED)
    assert ringed.contains(113.32, 23.15) and not ringed.contains(113.35, 23.15)
    assert ringed.metres_outside(113.35, 23.15) == pytest.approx(0.01 * DEGREE * cos(radians(23.15)), rel=1e-3)
    island = [[[115.0, 23.0], [115.1, 23.0], [115.1, 23.1], [115.0, 23.0]]]
    both = Outline.read({"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"], island]})
    assert both.contains(113.35, 23.15) and both.contains(115.09, 23.01) and not both.contains(114, 23.05)


def test_an_outline_of_a_feature_or_a_collection_is_its_geometry():
    feature = {"type": "Feature", "properties": {}, "geometry": SQUARE}
    collection = {"type": "FeatureCollection", "features": [feature]}
    assert Outline.read(feature).polygons == Outline.read(collection).polygons == DISTRICT.polygons


def test_an_outline_in_another_datum_is_converted_once():
    corners = [Coordinate(*corner).to("gcj02") for corner in SQUARE["coordinates"][0]]
    shifted = {"type": "Polygon", "coordinates": [[[corner.lng, corner.lat] for corner in corners]]}
    assert Outline.read(shifted, "gcj02").box == pytest.approx(DISTRICT.box, abs=1e-9)


def test_a_place_outside_is_refused_with_its_distance_and_a_way_out():
    refusal = DISTRICT.refusal(113.41, 23.15)
    assert say(refusal) == "这个位置在东区之外约 1.0 公里；请在地图上重新选点，或只选街道和社区"
    assert say(refusal, "en") == (
        "This place lies some 1.0 km outside East;"
        " please choose it again on the map, or choose the street and community only"
    )
    assert "约 102 米" in DISTRICT.refusal(113.401, 23.15)


def test_a_coarse_outline_forgives_its_margin():
    coarse = Outline.read(SQUARE, margin=150)
    assert coarse.refusal(113.401, 23.15) is None
    assert not coarse.contains(113.401, 23.15)
    assert coarse.refusal(113.402, 23.15)


@given(st.floats(113.31, 113.39), st.floats(23.11, 23.19))
def test_swapped_axes_are_noticed_and_said(lng, lat):
    refusal = DISTRICT.refusal(lat, lng)
    assert "写反了" in refusal and "look swapped" in refusal
    assert f"{round(lng, 6)},{round(lat, 6)}" in refusal


@pytest.mark.parametrize(
    ("lng", "lat", "sentence"),
    [(nan, 23, "are not numbers"), (113, inf, "are not numbers"), (200, 23, "not on the earth"), (23, 113, "swapped")],
)
def test_what_is_no_point_is_refused(lng, lat, sentence):
    assert sentence in point_refusal(lng, lat)
    assert sentence in DISTRICT.refusal(lng, lat)
    assert point_refusal(113, 23) is None


@pytest.mark.parametrize(
    ("geojson", "sentence"),
    [
        ({"type": "Point", "coordinates": [113, 23]}, "Point is not a GeoJSON polygon"),
        ({"type": "Polygon", "coordinates": []}, "at least four corners"),
        ({"type": "Polygon", "coordinates": [[[113, 23], [114, 23], [113, 23]]]}, "at least four corners"),
        ({"type": "Polygon", "coordinates": [[[113, 23], [114, 23], [114, 24], [113, 24]]]}, "A ring is open"),
        ({"type": "Polygon", "coordinates": [[[23, 113], [23, 114], [24, 114], [23, 113]]]}, "swapped"),
        ({"type": "Polygon", "coordinates": [["x"]]}, "not a GeoJSON polygon"),
        ({"type": "Polygon"}, "not a GeoJSON polygon"),
        ({}, "not a GeoJSON polygon"),
        ([], "not a GeoJSON polygon"),
    ],
)
def test_a_wrong_outline_is_refused(geojson, sentence):
    with pytest.raises(ValueError, match=sentence):
        Outline.read(geojson)


@pytest.mark.skipif(not MAPS.exists(), reason="reference maps are not beside the repository")
def test_two_surveys_of_a_real_district_agree_only_when_their_datums_are_heeded():
    def read(name: str, datum: str) -> Outline:
        return Outline.read(json.loads((MAPS / name).read_text("utf-8")), datum)

    surveyed = read("tianditu_cgcs2000/440106.geojson", "wgs84")
    corners = [corner for polygon in surveyed.polygons for corner in polygon[0]]
    heeded, ignored = read("amap_gcj02/440106.geojson", "gcj02"), read("amap_gcj02/440106.geojson", "wgs84")

    def off(outline: Outline) -> float:
        metres = [
            min(
                distance(Coordinate(*corner), Coordinate(*other))
                for polygon in outline.polygons
                for other in polygon[0]
            )
            for corner in corners
        ]
        return sorted(metres)[len(metres) // 2]

    assert off(heeded) < 150 < 300 < off(ignored) < 900
    assert heeded.contains(113.3612, 23.1247) and surveyed.contains(113.3612, 23.1247)
