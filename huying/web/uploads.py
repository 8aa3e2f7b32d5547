"""Photos on their way into a form and out to a page.

A form that comes back with an error keeps what arrived as stamped names, so that nobody can attach (and then see)
a picture by knowing its hash. A page shows a picture by a pass that lasts a day or two.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from huying.engine import photo_files, sealed
from huying.engine.packs import District
from huying.engine.photos import MAX_BYTES, PhotoRefused, too_large

MOST = 9
TOO_MANY = f"照片最多 {MOST} 张 | {MOST} photos at most"


@dataclass(frozen=True)
class Kept:
    """A photo that has arrived: its stamped name for the form, its address for the page."""

    name: str
    url: str


def taken(request: HttpRequest, field: str) -> tuple[list[str], str]:
    """(sha256 of each photo, the problem `中文 | English` or nothing); what arrived is noted for the form's return."""
    found = [photo for name in request.POST.getlist(field) if (photo := sealed.stamped(name, "photo"))]
    problems = []
    files: list[UploadedFile] = request.FILES.getlist(field)
    if len(found) + len(files) > MOST:
        problems.append(TOO_MANY)
        files = files[: max(MOST - len(found), 0)]
    post = request.actor.post
    for file in files:
        try:
            if (file.size or 0) > MAX_BYTES:
                raise PhotoRefused("photo.too-large", too_large(file.size or 0))
            photo = photo_files.keep(
                request.district, file.read(), f"post:{post.id}" if post else "resident", request.district.now()
            )
            found.append(photo.sha256)
        except PhotoRefused as refused:
            problems.append(_named(file.name or "", refused.sentence))
    found = list(dict.fromkeys(found))
    request.arrived = {**getattr(request, "arrived", {}), field: [sealed.stamp(sha, "photo") for sha in found]}
    return found, " | ".join("；".join(parts) for parts in zip(*(p.split(" | ", 1) for p in problems), strict=True))


def kept(request: HttpRequest, names: list[str]) -> list[Kept]:
    """What arrived with an earlier sending of the form."""
    return [Kept(name, url(request.district, sha, True)) for name in names if (sha := sealed.stamped(name, "photo"))]


def url(district: District, sha256: str, thumbnail: bool = False) -> str:
    """An address that shows the photo for a day or two."""
    return f"/photos/{photo_files.pass_for(sha256, district)}{'?thumb' if thumbnail else ''}"


def _named(name: str, sentence: str) -> str:
    """The sentence with the file's name before it, in both languages."""
    shown = "".join(ch for ch in name if ch.isprintable() and ch != "|")[-40:]
    zh, _, en = sentence.partition(" | ")
    return f"{shown}：{zh} | {shown}: {en}" if shown else sentence
