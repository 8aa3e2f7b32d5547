"""Photos: what is kept of an upload, and what is refused with which words."""

import hashlib
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms

from huying.engine.photos import LONGEST, MAX_BYTES, PhotoRefused, clean_photo, too_large

GPS = {1: "N", 2: (23.0, 7.0, 29.0), 3: "E", 4: (113.0, 21.0, 40.0)}


def picture(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    return image.convert(mode)


def encoded(image: Image.Image, format_: str = "JPEG", **options) -> bytes:
    out = BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def geotagged(format_: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SecretPhone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(GPS)
    return encoded(picture(), format_, exif=exif)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def is_red(image: Image.Image, x: int, y: int) -> bool:
    red, _, blue = image.getpixel((x, y))
    return red > 200 and blue < 60


def refusal(data: bytes) -> PhotoRefused:
    with pytest.raises(PhotoRefused) as refused:
        clean_photo(data)
    zh, en = refused.value.sentence.split(" | ")
    assert zh and en
    return refused.value


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF", "AVIF"])
def test_each_kind_of_photo_becomes_a_jpeg(format_):
    photo = clean_photo(encoded(picture(), format_))
    kept = opened(photo.jpeg)
    assert (
        (kept.format, kept.mode, kept.size) == ("JPEG", "RGB", (64, 48)) == ("JPEG", "RGB", (photo.width, photo.height))
    )
    assert is_red(kept, 8, 24) and not is_red(kept, 56, 24)
    assert photo.sha256 == hashlib.sha256(photo.jpeg).hexdigest()
    assert not photo.had_gps


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_place_and_the_phone_are_stripped_and_the_place_is_noticed(format_):
    data = geotagged(format_)
    assert opened(data).getexif().get_ifd(ExifTags.IFD.GPSInfo), "the test's own photo must tell a place"
    photo = clean_photo(data)
    assert photo.had_gps
    for kept in (photo.jpeg, photo.thumbnail):
        assert not opened(kept).getexif()
        assert b"SecretPhone" not in kept and b"Exif" not in kept and b"xap" not in kept


def test_a_place_in_xmp_is_noticed_and_stripped_like_comments_and_what_follows_the_picture():
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="23,7.5N"/></x:xmpmeta>'
    data = encoded(picture(), xmp=xmp, comment=b"caller 13800000000") + b"ftypmp42 a film"
    assert xmp in data
    photo = clean_photo(data)
    assert photo.had_gps
    for secret in (b"GPSLatitude", b"13800000000", b"a film"):
        assert secret not in photo.jpeg


@pytest.mark.parametrize(
    ("orientation", "red_at"), [(1, "left"), (2, "right"), (3, "right"), (6, "top"), (8, "bottom")]
)
def test_the_picture_is_turned_upright(orientation, red_at):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    photo = clean_photo(encoded(picture(), exif=exif))
    kept = opened(photo.jpeg)
    assert (photo.width, photo.height) == kept.size == ((48, 64) if orientation > 4 else (64, 48))
    width, height = kept.size
    spots = {
        "left": (4, height // 2),
        "right": (width - 4, height // 2),
        "top": (width // 2, 4),
        "bottom": (width // 2, height - 4),
    }
    assert [
        name
        for name, spot in spots.items()
        if is_red(kept, *spot) and not is_red(kept, width - 1 - spot[0], height - 1 - spot[1])
    ] == [red_at]


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (2049, 10), (4000, 1)])
def test_a_large_photo_is_scaled_down_and_keeps_its_shape(size):
    photo = clean_photo(encoded(picture(*size)))
    assert max(photo.width, photo.height) == LONGEST
    expected = max(1, min(size) * LONGEST / max(size))
    assert abs(min(photo.width, photo.height) - expected) <= 1


def test_a_small_photo_is_not_scaled_up_and_the_thumbnail_is_small():
    photo = clean_photo(encoded(picture(640, 480)))
    assert (photo.width, photo.height) == (640, 480)
    assert opened(photo.thumbnail).size == (320, 240)
    assert opened(clean_photo(encoded(picture(64, 48))).thumbnail).size == (64, 48)


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "I;16"])
def test_every_kind_of_pixel_is_taken(mode):
    image = Image.new("I;16", (64, 48), 65535) if mode == "I;16" else picture(mode=mode)
    photo = clean_photo(encoded(image, "PNG"))
    assert opened(photo.jpeg).mode == "RGB"
    if mode == "I;16":
        assert min(opened(photo.jpeg).getpixel((32, 24))) > 250


def test_print_colours_are_taken():
    assert is_red(opened(clean_photo(encoded(picture(mode="CMYK"))).jpeg), 8, 24)


def test_what_is_transparent_becomes_white():
    image = picture(mode="RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 32, 48))
    assert min(opened(clean_photo(encoded(image, "PNG")).jpeg).getpixel((8, 24))) > 250


def test_a_colour_profile_is_applied_then_dropped_and_a_broken_one_ignored():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, b"not a profile"):
        kept = opened(clean_photo(encoded(picture(), icc_profile=icc)).jpeg)
        assert "icc_profile" not in kept.info
        assert is_red(kept, 8, 24)


def test_the_same_upload_gives_the_same_photo():
    assert clean_photo(geotagged()) == clean_photo(geotagged())


def test_a_photo_of_forty_megabytes_is_refused():
    refused = refusal(geotagged() + b"\0" * (40 * 1024**2))
    assert refused.code == "photo.too-large"
    assert "照片有 40 MB，最多 20 MB" in refused.sentence == too_large(len(geotagged()) + 40 * 1024**2)
    assert clean_photo(geotagged().ljust(MAX_BYTES, b"\0")).had_gps


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few dozen bytes that claims to be huge."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("size", [(6325, 6325), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(size):
    refused = refusal(bomb(*size))
    assert refused.code == "photo.too-many-pixels"
    assert "最多 4000 万" in refused.sentence and "40 million at most" in refused.sentence


def test_a_phone_photo_just_under_the_limit_is_taken():
    assert max(clean_photo(encoded(picture(7296, 5472), quality=50)).width, 0) == LONGEST


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_photo_that_arrived_in_part_is_refused(format_, share):
    noisy = Image.effect_noise((200, 150), 80).convert("RGB")
    data = encoded(noisy, format_)
    assert refusal(data[: int(len(data) * share)]).code == "photo.broken"


@pytest.mark.parametrize(
    "data",
    [b"hello", b"%PDF-1.7 ...", b"PK\x03\x04sheet", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\0" * 100]
    + [encoded(picture(), "GIF"), encoded(picture(), "TIFF"), encoded(picture(), "BMP")],
    ids=["text", "pdf", "zip", "svg", "zeros", "gif", "tiff", "bmp"],
)
def test_what_is_no_photo_is_refused(data):
    assert refusal(data).code == "photo.not-an-image"


def test_an_empty_upload_is_refused():
    assert refusal(b"").code == "photo.empty"


SAMPLES = [geotagged("JPEG"), geotagged("PNG"), geotagged("WEBP"), geotagged("HEIF")]


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=150)
@given(
    st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=8)), max_size=4)
)
def test_damaged_bytes_give_a_photo_or_a_refusal_and_never_a_crash(data, damages):
    damaged = bytearray(data)
    for place, wrong in damages:
        damaged[place % len(damaged) : place % len(damaged) + len(wrong)] = wrong
    try:
        photo = clean_photo(bytes(damaged))
    except PhotoRefused as refused:
        assert refused.code.startswith("photo.")
    else:
        assert not opened(photo.jpeg).getexif()


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_refusal(data):
    assert refusal(data).code in ("photo.empty", "photo.not-an-image", "photo.broken")
