"""The signed and sealed sheet of paper, and its number, kept with the record that it is of.

A PDF is kept as it came; a picture is made anew, so that nothing but what is on the paper is kept. Both lie sealed among
the documents' files. A newer scan takes the place of the older, which stays in the history. Who may keep one, a ledger says
by `scan` (declare/scans.py).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Any
from uuid import UUID

from huying.declare.scans import DIGEST, NAME, STEP
from huying.engine import access, document_files, people, photos
from huying.engine.acts import Act, Outcome
from huying.engine.decide import StepRefused
from huying.engine.flows import take_step
from huying.engine.packs import District
from huying.engine.people import Actor
from huying.engine.photos import PhotoRefused
from huying.engine.records import Record

LARGEST = 20 * 1024 * 1024  # bytes
LONGEST = 80  # characters of a name
PDF, JPEG = b"%PDF-", b"\xff\xd8\xff"
KINDS = {PDF: "application/pdf", JPEG: "image/jpeg"}


def may_archive(district: District, actor: Actor, record: Record) -> bool:
    """Whether the actor may keep a scan with the record as it stands, whoever it was read for."""
    scan, named = record.ledger.scan, access.posts_in(record.ledger, record.values)
    kinds = access.kinds_for(actor, {"id": record.id, "post": record.post}, named=named)
    if scan is None or not kinds.intersection(scan.by):
        return False
    return record.state in district.rules.flows[record.ledger.name].steps[STEP].from_


def archive(
    district: District,
    actor: Actor,
    record: Record,
    act: UUID,
    data: bytes | None = None,
    name: str = "",
    number: str = "",
    seen: int | None = None,
) -> Outcome:
    """Keep a scan, a number, or both with a record.

    Raises StepRefused: scan.not-yours, scan.nothing, scan.file, and what a step raises; OSError when the disk takes no more.
    """
    if not may_archive(district, actor, record):
        raise StepRefused(
            "scan.not-yours",
            "现在不能存，或不归您的$post存（填报的要先报送） | Not now, or not for your $post (an answer is handed in first)",
        )
    answers: dict[str, Any] = {}
    if number.strip() and record.ledger.scan.number:
        answers[record.ledger.scan.number] = number
    if data is not None:
        letters = PurePath(name.replace("\\", "/")).stem
        stem = "".join(letter for letter in letters if letter.isprintable() and letter != "|")
        answers |= {DIGEST: document_files.keep(district.id, _cleaned(data)), NAME: stem[:LONGEST] or record.code}
    if not answers:
        raise StepRefused("scan.nothing", "没有收到文件，请再选一次 | No file arrived; choose it again")
    doer = replace(people.system(district.id), person=actor.person, post=actor.post, name=actor.name)
    return take_step(district, Act(record.ledger.name, STEP, doer, answers, record.id, act, seen))


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
    data = document_files.read(district.id, record.values[DIGEST])
    kind = next((kind for head, kind in KINDS.items() if data.startswith(head)), "application/octet-stream")
    return data, kind, f"{record.values.get(NAME) or record.code}{'.pdf' if kind.endswith('pdf') else '.jpg'}"
