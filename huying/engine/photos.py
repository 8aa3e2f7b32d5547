"""Photos as they may be kept and shown: re-encoded, upright, of bounded size, with nothing but the picture.

An upload carries where, when and with what it was taken, sometimes a second picture or a film behind the
first. Only pixels pass through here; whoever needs the original seals it elsewhere.
"""

import hashlib
import warnings
from dataclasses import dataclass, field
from io import BytesIO

import pillow_heif
from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST = 2048  # pixels of the kept picture's longer side
THUMBNAIL = 320
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF", "AVIF")

# Process-wide and set once: a catch_warnings block around each photo would not be safe between threads.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)
pillow_heif.register_heif_opener()


class PhotoRefused(ValueError):
    """code: a word that never changes; sentence: `中文 | English`, with the way out.

    Codes: photo.empty, photo.too-large, photo.too-many-pixels, photo.not-an-image, photo.broken.
    """

    def __init__(self, code: str, sentence: str):
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True)
class Photo:
    """jpeg: sRGB, upright, without metadata; sha256: hex digest of `jpeg`; had_gps: the upload told a place."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    sha256: str
    had_gps: bool
    thumbnail: bytes = field(repr=False)


def clean_photo(data: bytes) -> Photo:
    """Re-encode an uploaded JPEG, PNG, WebP, HEIC or AVIF. Raises PhotoRefused for anything else."""
    if not data:
        raise PhotoRefused("photo.empty", "照片是空的，请重新选一张 | The photo is empty; please choose it again")
    if len(data) > MAX_BYTES:
        raise PhotoRefused("photo.too-large", too_large(len(data)))
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Image.DecompressionBombError
            had_gps = _tells_place(image)
            picture = _bare(image)
    except UnidentifiedImageError:
        raise _broken() if _looks_like_photo(data) else _not_an_image() from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoRefused(
            "photo.too-many-pixels",
            f"照片像素太多，最多 {MAX_PIXELS // 10**6 * 100} 万；请在相册里缩小或截图后再传"
            f" | The photo has too many pixels, {MAX_PIXELS // 10**6} million at most;"
            " please send a smaller copy or a screenshot",
        ) from None
    except Exception as error:  # a decoder may raise anything on damaged or hostile bytes
        raise _broken() from error
    jpeg = _encode(picture, 85)
    small = picture.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL))
    return Photo(jpeg, picture.width, picture.height, hashlib.sha256(jpeg).hexdigest(), had_gps, _encode(small, 80))


def too_large(size: int) -> str:
    """The sentence for an upload of `size` bytes, for those who refuse it before it is read whole."""
    megabytes, most = f"{size / 1024**2:.0f}", MAX_BYTES // 1024**2
    return (
        f"照片有 {megabytes} MB，最多 {most} MB；请不要选“原图”，或截图后再传"
        f" | The photo has {megabytes} MB, {most} MB at most; please send a smaller copy or a screenshot"
    )


def _broken() -> PhotoRefused:
    return PhotoRefused(
        "photo.broken",
        "照片损坏或没有传完，请重新上传 | The photo is damaged or arrived in part; please upload it again",
    )


def _not_an_image() -> PhotoRefused:
    return PhotoRefused(
        "photo.not-an-image",
        "这不是照片；请传 JPG、PNG、WebP 或 HEIC 图片"
        " | This is not a photo; please upload a JPG, PNG, WebP or HEIC picture",
    )


def _looks_like_photo(data: bytes) -> bool:
    return (
        data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"))
    )


def _tells_place(image: Image.Image) -> bool:
    try:
        in_exif = bool(image.getexif().get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:  # unreadable metadata are dropped like the rest
        in_exif = False
    return in_exif or b"GPSL" in bytes(image.info.get("xmp") or b"")


def _bare(image: Image.Image) -> Image.Image:
    """The picture upright, in sRGB on white, scaled down, as a new image that carries no information along."""
    profile = image.info.get("icc_profile")
    image.thumbnail((LONGEST, LONGEST), reducing_gap=2.0)  # decodes a JPEG at a fraction of its size
    image = ImageOps.exif_transpose(image)
    if image.mode.startswith(("I", "F")):  # 16 bits a pixel: keep the upper eight
        image = image.convert("F").point(lambda value: value / 256).convert("L")
    if profile and image.mode in ("RGB", "CMYK", "L"):
        image = _to_srgb(image, profile)
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    bare = Image.new("RGB", image.size, "white")
    if has_alpha:
        image = image.convert("RGBA")
        bare.paste(image, mask=image.getchannel("A"))
    else:
        bare.paste(image.convert("RGB"))
    return bare


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):  # an unusable profile: the colours stay as they are
        return image


def _encode(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
