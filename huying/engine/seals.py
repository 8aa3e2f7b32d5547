"""Sealing: new events are gathered into a Merkle root, roots are chained and signed, so writers never wait.

Followers and the sealer read events by transaction watermark (`tx < pg_snapshot_xmin`), never "n > last": ids are
given before commit, and a slow transaction's rows would be skipped.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg.rows import dict_row

from huying import installation
from huying.engine import clock, database, events, following

BATCH = 20_000
FINAL_AFTER = timedelta(seconds=5)


def merkle_root(algorithm: str, leaves: Sequence[bytes]) -> bytes:
    """Root of a binary tree over leaf hashes; an odd one is carried up. Leaves and nodes have different prefixes."""
    level = [events.digest(algorithm, b"\0" + leaf) for leaf in leaves]
    while len(level) > 1:
        level = [
            events.digest(algorithm, b"\1" + level[i] + level[i + 1]) if i + 1 < len(level) else level[i]
            for i in range(0, len(level), 2)
        ]
    return level[0] if level else events.GENESIS


def seal(district: int) -> int:
    """Seal what was committed since the last seal, in one transaction; the number of events sealed (0: nothing new)."""
    with database.writing(district, "hy_sealer") as query:
        query.run("select pg_advisory_xact_lock(20200611, %s)", [district])
        batch = following.next_batch(query, district, "seal", BATCH)
        if not batch.rows:
            return 0
        last = query.row("select no, hash from hy.seal where district = %s order by no desc limit 1", [district])
        algorithm = events.algorithm()
        root = merkle_root(algorithm, [bytes(r["hash"]) for r in batch.rows])
        ids = b"".join(r["record"].bytes + r["seq"].to_bytes(4, "big") for r in batch.rows)
        no, prev = (last["no"] + 1, bytes(last["hash"])) if last else (1, events.GENESIS)
        final_to = min(clock.real_now(), batch.oldest_writer or clock.real_now()) - FINAL_AFTER
        row = {
            "district": district,
            "no": no,
            "leaves": len(batch.rows),
            "ids": ids,
            "root": root,
            "prev": prev,
            "final_to": final_to,
            "alg": algorithm,
        }
        made = _seal_hash(row)
        query.run(
            "insert into hy.seal (district, no, up_to_n, final_to, leaves, ids, root, prev, hash, alg) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [district, no, batch.rows[-1]["n"], final_to, len(batch.rows), ids, root, prev, made, algorithm],
        )
        following.advance(query, district, "seal", batch)
    _publish(
        {
            "district": district,
            "no": no,
            "leaves": len(batch.rows),
            "root": root.hex(),
            "hash": made.hex(),
            "final_to": final_to,
            "alg": algorithm,
        }
    )
    return len(batch.rows)


def _seal_hash(row: Mapping[str, Any]) -> bytes:
    body = {
        "district": row["district"],
        "no": row["no"],
        "leaves": row["leaves"],
        "root": bytes(row["root"]).hex(),
        "prev": bytes(row["prev"]).hex(),
        "ids": events.digest(row["alg"], bytes(row["ids"])).hex(),
        "final_to": row["final_to"].astimezone(UTC),
        "alg": row["alg"],
    }
    return events.digest(row["alg"], events.canonical(body).encode())


def _publish(body: dict[str, Any]) -> None:
    """Append the signed seal to the file outside the data folder: a superuser of the database cannot rewrite that."""
    path: Path = installation.current_options().seals_file
    line = events.canonical(body)
    signature = signing_key().sign(line.encode()).hex()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"seal": line, "signature": signature}, ensure_ascii=False) + "\n")
        file.flush()
        os.fsync(file.fileno())


def signing_key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(installation.current_keys().seal)


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was written. what: missing, altered, swapped, gone, unsealed, seal."""

    what: str
    record: str
    seq: int
    words: str  # `中文 | English`


def verify(district: int, against: Path | None = None) -> tuple[int, int, list[Fault]]:
    """(events, seals, faults): every event, every chain, every current row, every seal; `against` a file of signed seals."""
    faults: list[Fault] = []
    count = 0
    hashes: dict[bytes, bytes] = {}
    with database.writing(district) as query:
        heads = {r["record"]: r for r in _heads(query, district)}
        record, prev, seq = None, events.GENESIS, 0
        for row in _stream(query, district):
            count += 1
            if row["record"] != record:
                if record is not None:
                    faults += _tail(record, seq, prev, heads.pop(record, None))
                record, prev, seq = row["record"], events.GENESIS, 0
            if row["seq"] != seq + 1:
                faults.append(
                    Fault("missing", str(record), seq + 1, f"第 {seq + 1} 步缺失 | Step {seq + 1} is missing")
                )
                prev = bytes(row["prev"])
            wrong = events.faults(row, prev, _key(row))
            if wrong:
                kind = "swapped" if wrong == ["prev"] else "altered"
                faults.append(
                    Fault(
                        kind,
                        str(record),
                        row["seq"],
                        f"第 {row['seq']} 步（{row['step']}）{'前后不接' if kind == 'swapped' else '被改动'} | "
                        f"Step {row['seq']} ({row['step']}) {'does not follow the one before' if kind == 'swapped' else 'was altered'}",
                    )
                )
            prev, seq = bytes(row["hash"]), row["seq"]
            hashes[row["record"].bytes + row["seq"].to_bytes(4, "big")] = prev
        if record is not None:
            faults += _tail(record, seq, prev, heads.pop(record, None))
        faults += [
            Fault("gone", str(r), 0, "记录还在，经过全部缺失 | The record stands but all its events are gone")
            for r in heads
        ]
    seals = database.direct().rows("select * from hy.seal where district = %s order by no", [district])
    return (
        count,
        len(seals),
        faults + list(_seal_faults(seals, hashes)) + (list(_against(district, seals, against)) if against else []),
    )


def _heads(query: database.Query, district: int) -> Iterator[dict]:
    for row in query.rows("select id from hy.ledger order by id"):
        yield from query.rows(f"select id as record, seq, head from hy.l{row['id']} where district = %s", [district])


def _stream(query: database.Query, district: int) -> Iterator[dict]:
    with psycopg.ServerCursor(query.connection, "verify", row_factory=dict_row) as cursor:
        cursor.itersize = 5000
        cursor.execute(
            "select e.*, k.kek, k.wrapped from hy.event e left join hy.record_key k on k.district = e.district and k.record = e.record "
            "where e.district = %s order by e.record, e.seq",
            [district],
        )
        yield from cursor


def _key(row: Mapping[str, Any]) -> events.RecordKey | None:
    """The key of an event's record, where it has encrypted values and this installation can open them."""
    if row["secret"] is None or row["wrapped"] is None or row["kek"] not in installation.current_keys().kek:
        return None
    return events.RecordKey.unwrap(row["record"], row["kek"], bytes(row["wrapped"]))


def _tail(record: Any, seq: int, head: bytes, row: dict | None) -> list[Fault]:
    if row is None:
        return [Fault("gone", str(record), seq, "经过还在，记录本身没有了 | The events stand but the record is gone")]
    if row["seq"] != seq:
        return [
            Fault(
                "missing",
                str(record),
                row["seq"],
                f"最后一步（第 {row['seq']} 步）缺失 | The last step ({row['seq']}) is missing",
            )
        ]
    if bytes(row["head"]) != head:
        return [Fault("altered", str(record), seq, "记录与最后一步不符 | The record does not match its last event")]
    return []


def _seal_faults(seals: list[dict], hashes: dict[bytes, bytes]) -> Iterator[Fault]:
    prev = events.GENESIS
    for row in seals:
        ids = bytes(row["ids"])
        keys = [ids[i : i + 20] for i in range(0, len(ids), 20)]
        for key in keys:
            if key not in hashes:
                yield Fault(
                    "gone",
                    _uuid(key),
                    int.from_bytes(key[16:], "big"),
                    "封存过的这一步整个没有了 | A sealed step is gone altogether",
                )
        intact = all(key in hashes for key in keys) and merkle_root(row["alg"], [hashes[key] for key in keys]) == bytes(
            row["root"]
        )
        if bytes(row["prev"]) != prev or _seal_hash(row) != bytes(row["hash"]) or not intact:
            yield Fault("seal", "", row["no"], f"第 {row['no']} 号封存对不上 | Seal {row['no']} does not match")
        prev = bytes(row["hash"])


def _against(district: int, seals: list[dict], path: Path) -> Iterator[Fault]:
    stored = {row["no"]: bytes(row["hash"]).hex() for row in seals}
    public = signing_key().public_key()
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            line = json.loads(text)
            public.verify(bytes.fromhex(line["signature"]), line["seal"].encode())
            body = json.loads(line["seal"])
        except (ValueError, KeyError, TypeError, InvalidSignature):
            yield Fault(
                "seal",
                "",
                number,
                f"封存文件第 {number} 行签名不对 | Line {number} of the seals file is not signed by this installation",
            )
            continue
        if body["district"] == district and stored.get(body["no"]) != body["hash"]:
            yield Fault(
                "seal",
                "",
                body["no"],
                f"第 {body['no']} 号封存与文件不符 | Seal {body['no']} differs from the signed file",
            )


def _uuid(key: bytes) -> str:
    return str(UUID(bytes=key[:16]))
