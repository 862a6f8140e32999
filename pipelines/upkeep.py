"""The commands that look after a dataset: compact, doctor, delete, migrate. Each holds the lock while it works."""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from apache_beam.io.filesystems import FileSystems
from apache_beam.options.pipeline_options import PipelineOptions

from pipelines.exits import Exit
from pipelines.launch import new_run
from pipelines.options import UsageError, given, parse_moment, parse_span
from pipelines.retention import Cleaned, address_of, clean_archives
from pipelines.signals import interrupted_at_once
from pipelines.terminal import put, refuse
from schemas.errors import Code
from schemas.fingerprints import Fingerprint
from schemas.links import FeedItem, Link
from schemas.runs import Run
from transforms.articles.sketching import guid_key
from transforms.filesystems import dataset_files
from transforms.similarity.fingerprint import fingerprint
from transforms.storage import layout
from transforms.storage.agreement import Disagreement, want_agreement
from transforms.storage.archives import known_archives
from transforms.storage.descriptions import describe
from transforms.storage.files import Files, StorageError
from transforms.storage.lock import Lock, Locked, read_owner
from transforms.storage.manifests import last_commit
from transforms.storage.recovery import recover
from transforms.storage.upkeep.compaction import Compacted, compact
from transforms.storage.upkeep.deletion import Deletion, delete
from transforms.storage.upkeep.doctor import Examined, examine
from transforms.storage.upkeep.doomed import Target
from transforms.storage.upkeep.migration import migrate
from transforms.storage.upkeep.repair import Mended, repair
from transforms.web.urls import url_key

Work = Callable[[Files, Run, argparse.Namespace], int]


def carry_out(arguments: argparse.Namespace, beam: Sequence[str]) -> int:
    """Do what one of the commands asks for, under the lock; returns the exit code."""
    work, wants_agreement = COMMANDS[arguments.name]
    FileSystems.set_options(PipelineOptions(list(beam)))
    try:
        files = _dataset(arguments.output, wants_agreement=wants_agreement)
        run = new_run(arguments.output, after=last_commit(files))
        arguments.dead = read_owner(files)  # if it lives, the lock says so
        with interrupted_at_once(), Lock(files, run.run_id):
            return work(files, run, arguments)
    except Disagreement as error:
        raise UsageError(str(error), Code.DISAGREEMENT) from None
    except Locked as error:
        return refuse(f"{error}; wait until it has ended", Exit.LOCKED, Code.LOCKED)
    except StorageError as error:
        return refuse(str(error), Exit.STORAGE, Code.STORAGE)


def _dataset(output: str, *, wants_agreement: bool) -> Files:
    files = dataset_files(output)
    if not files.list(layout.MANIFESTS) and not files.exists(layout.DATASET):
        raise UsageError(f"{output} holds no dataset; name the folder that a run wrote to", Code.NO_DATASET)
    if wants_agreement:
        want_agreement(files)
    return files


def _compact(files: Files, run: Run, arguments: argparse.Namespace) -> int:
    grace = given(parse_span, arguments.grace, "--grace", "a span as 1h, 30m or 0m")
    recover(files, run.started_at)
    done = compact(files, run.run_id, run.started_at, grace)
    describe(files)
    put("\n".join(compaction_lines(done, grace)))
    return Exit.DONE


def compaction_lines(done: Compacted | None, grace: timedelta) -> Iterator[str]:
    """A compaction for people."""
    if done is None:
        yield "nothing to merge: no partition has more than one file"
        return
    yield f"{done.merged} files became {done.into}, {done.bytes_before} bytes became {done.bytes_after}"
    if done.rows_superseded:
        yield f"{done.rows_superseded} rows of state gave way to newer ones"
    if grace:
        yield f"the old files stay for {grace}; a later run or compact then deletes them"


def _doctor(files: Files, run: Run, arguments: argparse.Namespace) -> int:
    examined, mended = examine(files, arguments.dead), list[Mended]()
    if arguments.repair:
        mended = repair(examined, sketch_row, files, run.run_id, run.started_at)
        describe(files)
    left = examine(files) if mended else examined
    lines = [_doctor_json(examined, mended, left)] if arguments.json else doctor_lines(examined, mended, left)
    put("\n".join(lines))
    return Exit.STORAGE if any(each.is_damage for each in left.findings) else Exit.DONE


def doctor_lines(examined: Examined, mended: Sequence[Mended], left: Examined) -> Iterator[str]:
    """What the doctor found and did, for people."""
    for each in examined.findings:
        yield f"{each.trouble:<18} {each.path}\n{'':<18}   {each.detail}"
    for done in mended:
        yield f"{'mended':<18} {done.path}\n{'':<18}   {done.done}"
    damage = [each for each in left.findings if each.is_damage]
    rows = sum(each.rows for each in left.listed)
    whole = f"{len(left.listed)} files with {rows} rows are as they were committed"
    if not damage:
        yield f"sound: {whole}"
        return
    yield f"{len(damage)} things are damaged"
    if not mended:
        yield "newsbeam doctor --repair mends what can be mended, and says what is lost"


def _doctor_json(examined: Examined, mended: Sequence[Mended], left: Examined) -> str:
    return json.dumps(
        {
            "sound": not any(each.is_damage for each in left.findings),
            "files": len(left.listed),
            "rows": sum(each.rows for each in left.listed),
            "findings": [asdict(each) for each in examined.findings],
            "mended": [asdict(each) for each in mended],
        },
        indent=1,
    )


def _delete(files: Files, run: Run, arguments: argparse.Namespace) -> int:
    target = Target(
        keys=frozenset(map(_key, arguments.url)),
        hosts=frozenset(map(_host, arguments.host)),
        before=_before(arguments.before, run.started_at),
    )
    if target == Target():
        raise UsageError("nothing was named to delete; add --url URL, --host HOST or --before DATE", Code.NOTHING_NAMED)
    done = delete(files, target, address_of, run.run_id, run.started_at)
    describe(files)
    cleaned = clean_archives([*known_archives(files), *arguments.archive], target, done.keys)
    put("\n".join([*deletion_lines(done), *archive_lines(cleaned)]))
    return Exit.STORAGE if any(each.trouble for each in cleaned) else Exit.DONE


def archive_lines(cleaned: Sequence[Cleaned]) -> Iterator[str]:
    """What became of archives, for people."""
    for each in cleaned:
        damage = f", and {each.damaged} records that nobody can read" if each.damaged else ""
        if each.trouble:
            yield f"not searched ({each.trouble}); look into it yourself, or delete again later: {each.path}"
        else:
            yield f"{each.exchanges} exchanges were taken out{damage}: {each.path}"


def deletion_lines(done: Deletion) -> Iterator[str]:
    """A deletion for people."""
    counts = ", ".join(f"{count} {name}" for name, count in sorted(done.rows.items()))
    yield f"deleted: {counts or 'no row was there'}"
    yield "it is recorded, and a later run does not bring it back"
    for path in done.not_searched:
        yield f"not searched, look into it yourself: {path}"


def _migrate(files: Files, run: Run, _: argparse.Namespace) -> int:
    done = migrate(files, run.run_id, run.started_at)
    describe(files)
    if done is None:
        put("nothing to do: the columns are of this version already")
    else:
        put(f"version {done.before} became {done.after}: {done.rows} rows in {done.files} files")
    return Exit.DONE


def sketch_row(row: Mapping[str, Any]) -> Fingerprint:
    """The fingerprint of a row of articles or duplicates, as its run made it."""
    address = row["canonical_url"] or row.get("final_url")
    item = FeedItem(feed_url=row["feed_url"], guid=row.get("feed_guid")) if row["feed_url"] else None
    return fingerprint(
        article_id=row["article_id"],
        url_key=url_key(address) if address else None,
        guid_key=guid_key(Link(url=row["url"], source="", item=item)),
        content_hash=row["content_hash"],
        site=row["host"],
        language=row["language"],
        published_at=row["published_at"],
        fetched_at=row["fetched_at"],
        text=row["text"],
        wire_agency=row["wire_agency"],
    )


def _key(url: str) -> str:
    place = address_of(url)
    if place is None:
        raise UsageError(f"--url {url} is no http or https address", Code.NOT_AN_ADDRESS)
    return place[0]


def _host(host: str) -> str:
    place = address_of(f"http://{host}/")
    if place is None or "/" in host:
        raise UsageError(f"--host {host} is no name of a host; write it as news.example.org", Code.NOT_AN_ADDRESS)
    return place[1]


def _before(text: str | None, now: datetime) -> datetime | None:
    return (
        given(partial(parse_moment, now=now), text, "--before", "a date as 2026-11-23, or a span as 90d")
        if text
        else None
    )


COMMANDS: Mapping[str, tuple[Work, bool]] = {  # what each does, and whether the dataset must be of this version
    "compact": (_compact, True),
    "doctor": (_doctor, False),
    "delete": (_delete, True),
    "migrate": (_migrate, False),
}
