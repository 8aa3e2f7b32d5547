"""The signed and sealed sheet of paper, kept with the answer or the round that it is of.

A PDF is kept as it came; a picture is made anew, so that nothing but what is on the paper is kept. Both lie sealed among
the documents' files. A newer scan takes the place of the older, which stays in the history.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from uuid import UUID

from huying.engine import document_files, people, photos
from huying.engine.acts import Act, Outcome
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.photos import PhotoRefused
from huying.engine.records import Record

LARGEST = 20 * 1024 * 1024  # bytes
NAME = 80  # characters
PDF, JPEG = b"%PDF-", b"\xff\xd8\xff"
KINDS = {PDF: "application/pdf", JPEG: "image/jpeg"}


def may_archive(district: District, actor: Actor, record: Record) -> bool:
    """Whether the actor fills it in or asked for it, and it is far enough."""
    step = district.rules.flows[record.ledger.name].steps.get("archive")
    mine = actor.post is not None and actor.post.id in (record.post, record.values.get("filler"))
    return step is not None and mine and record.state in step.from_


def archive(
    district: District, actor: Actor, record: Record, data: bytes, name: str, act: UUID, seen: int | None = None
) -> Outcome:
    """Keep a scan with an answer or a round. Raises StepRefused: scan.not-yours, scan.file, and what a step raises;
    OSError when the disk takes no more."""
    if not may_archive(district, actor, record):
        raise StepRefused(
            "scan.not-yours",
            "只有填报和下发的$post能存签章件，且要先报送 | Only those who fill it in or asked for it, once it is handed in",
        )
    digest = document_files.keep(district.id, _cleaned(data))
    stem = "".join(
        letter for letter in PurePath(name.replace("\\", "/")).stem if letter.isprintable() and letter != "|"
    )
    doer = replace(people.system(district.id), person=actor.person, post=actor.post, name=actor.name)
    answers = {"file_sha256": digest, "file_name": stem[:NAME] or record.code}
    return take_step(district, Act(record.ledger.name, "archive", doer, answers, record.id, act, seen))


def _cleaned(data: bytes) -> bytes:
    """What is kept of an upload. Raises StepRefused: scan.file."""
    if len(data) > LARGEST:
        most = LARGEST // 1024**2
        raise StepRefused(
            "scan.file",
            f"扫描件最多 {most} MB；请用黑白或降低清晰度再扫 | {most} MB at most; scan it in black and white or at a lower resolution",
        )
    if data.startswith(PDF) and b"%%EOF" in data[-2048:]:
        return data
    if data.startswith(PDF):
        raise StepRefused(
            "scan.file", "PDF 没有传完或已损坏，请重新上传 | The PDF is damaged or arrived in part; upload it again"
        )
    try:
        return photos.clean_photo(data).jpeg
    except PhotoRefused as refused:
        if refused.code in ("photo.not-an-image", "photo.empty"):
            raise StepRefused(
                "scan.file", "请上传扫描的 PDF 或照片（JPG、PNG） | Upload the scan as a PDF or a picture (JPG, PNG)"
            ) from None
        raise StepRefused("scan.file", refused.sentence) from None


def read(district: District, record: Record) -> tuple[bytes, str, str]:
    """(bytes, media type, name of the file) of a scan that is there. Raises what document_files.read raises."""
    data = document_files.read(district.id, record.values["file_sha256"])
    kind = next((kind for head, kind in KINDS.items() if data.startswith(head)), "application/octet-stream")
    return data, kind, f"{record.values.get('file_name') or record.code}{'.pdf' if kind.endswith('pdf') else '.jpg'}"
