"""Runs one after the other tell the same stories as one run over everything."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.columns import to_table
from schemas.fingerprints import Fingerprint, Known
from schemas.stories import Merge
from tests.fixtures.records import NOW, run_in, story
from transforms.filesystems import dataset_files
from transforms.resolve_duplicates import Place, judge, recall
from transforms.similarity.fingerprint import exact_keys, fingerprint
from transforms.storage.history import History, todays_stories
from transforms.storage.manifests import Manifest, commit, committed_paths
from transforms.storage.tables import write_aside


def sketch(name: str, text: str, hours: float, site: str | None = None, **fields: object) -> Fingerprint:
    given: dict[str, object] = {
        "article_id": name,
        "url_key": None,
        "guid_key": None,
        "content_hash": f"hash of {text}",
        "site": site or f"{name}.example",
        "language": "en",
        "published_at": NOW + timedelta(hours=hours),
        "fetched_at": NOW + timedelta(hours=hours),
    }
    return fingerprint(text=text, **given | fields)  # type: ignore[arg-type]


def places(new: Sequence[Fingerprint]) -> list[Place]:
    return [Place("a.parquet", row, each.article_id, each) for row, each in enumerate(new)]


def run(folder: Path, new: Sequence[Fingerprint], number: int) -> dict[str, Known]:
    """Resolve and commit; returns what was committed, by id."""
    files = dataset_files(str(folder))
    past = recall(new, History(files))
    judged = judge(places(new), past.known, past.elsewhere)
    rows = [
        Known(fingerprint=one, cluster_id=of.cluster_id, cluster_size=of.cluster_size, duplicate_of=of.duplicate_of)
        for one, of in zip(new, judged.verdicts, strict=True)
    ]
    run_id = run_in(folder, f"20261123T{number:06}Z-000000").run_id
    written = [write_aside(to_table(rows, Known), "fingerprints", "", files, run_id)]
    if judged.merges:
        written.append(write_aside(to_table(judged.merges, Merge), "merges", "run_date=2026-11-23", files, run_id))
    commit(Manifest(run_id=run_id, files=tuple(written)), files)
    return {each.fingerprint.article_id: each for each in rows}


def stories(folder: Path, runs: Sequence[Sequence[Fingerprint]]) -> set[frozenset[str]]:
    """Today's clusters after some runs."""
    rows = {id_: each for number, new in enumerate(runs) for id_, each in run(folder, new, number).items()}
    files = dataset_files(str(folder))
    today = todays_stories(committed_paths("merges", files), files)
    clusters: dict[str, set[str]] = {}
    for id_, each in rows.items():
        clusters.setdefault(today.get(each.cluster_id, each.cluster_id), set()).add(id_)
    return {frozenset(each) for each in clusters.values()}


def documents(seed: int) -> list[Fingerprint]:
    """Stories with copies, parts and bridges, over twelve days, in order of time.

    No site has five pages: what is furniture depends on what was seen until then.
    """
    chance = random.Random(seed)
    made = []
    for at in range(60):
        texts = [" ".join(story(chance.randrange(12))) for _ in range(chance.choice((1, 1, 1, 2)))]
        text = " ".join(texts)
        words = text.split()
        text = " ".join(words[: chance.choice((len(words), len(words), len(words) * 4 // 5))])
        fields: dict[str, object] = {"published_at": None} if chance.random() < 0.1 else {}
        fields |= {"url_key": f"u{chance.randrange(9)}"} if chance.random() < 0.1 else {}
        made.append(sketch(f"d{at:02}", text, chance.uniform(0, 12 * 24), f"s{at % 15}.example", **fields))
    return sorted(made, key=lambda each: each.fetched_at)


@pytest.mark.parametrize("seed", range(8))
def test_three_runs_by_date_end_with_the_stories_of_one(tmp_path: Path, seed: int) -> None:
    new = documents(seed)
    whole = stories(tmp_path / "one", [new])
    assert stories(tmp_path / "three", [new[:40], new[40:50], new[50:]]) == whole
    assert any(len(each) > 2 for each in whole)


def test_what_is_recalled_judges_as_all_of_history_does(tmp_path: Path) -> None:
    for seed in range(6):
        new = documents(seed)
        old = run(tmp_path / str(seed), new[:40], 0)
        past = recall(new[40:], History(dataset_files(str(tmp_path / str(seed)))))
        assert len(past.known) < len(old)
        told = judge(places(new[40:]), past.known, past.elsewhere)
        whole = judge(places(new[40:]), list(old.values()))
        assert [each.cluster_id for each in told.verdicts] == [each.cluster_id for each in whole.verdicts]
        assert [each.similarity for each in told.verdicts] == [each.similarity for each in whole.verdicts]


def test_only_what_could_be_a_copy_becomes_a_record(tmp_path: Path) -> None:
    old = [sketch(f"o{each}", " ".join(story(each)), 0) for each in range(30)]
    run(tmp_path, old, 0)
    past = recall([sketch("n", " ".join(story(7)), 5)], History(dataset_files(str(tmp_path))))
    assert [each.fingerprint.article_id for each in past.known] == ["o7"]


@pytest.mark.parametrize("field", ["url_key", "guid_key"])
def test_equal_keys_are_found_however_old(tmp_path: Path, field: str) -> None:
    text = " ".join(story(1))
    run(tmp_path, [sketch("o", text, -9_999, **{field: "k"}), sketch("p", " ".join(story(2)), -9_999)], 0)
    past = recall([sketch("n", f"{text} more", 0, **{field: "k"})], History(dataset_files(str(tmp_path))))
    assert [each.fingerprint.article_id for each in past.known] == ["o"]


def test_an_equal_text_is_found_however_old_and_near_texts_within_days(tmp_path: Path) -> None:
    same, near = " ".join(story(1)), " ".join(story(2))
    run(tmp_path, [sketch("o", same, -9_999), sketch("p", near, -9_999)], 0)
    new = [sketch("n", same, 0), sketch("m", f"{near} more", 0)]
    past = recall(new, History(dataset_files(str(tmp_path))))
    assert [each.fingerprint.article_id for each in past.known] == ["o"]


def test_a_text_that_was_revised_away_ties_nothing(tmp_path: Path) -> None:
    before, after = " ".join(story(1)), " ".join(story(2))
    run(tmp_path, [sketch("o", before, 0)], 0)
    run(tmp_path, [sketch("o", after, 0)], 1)
    past = recall([sketch("n", before, 1)], History(dataset_files(str(tmp_path))))
    assert past.known == ()
    past = recall([sketch("n", after, 1)], History(dataset_files(str(tmp_path))))
    assert [each.fingerprint.content_hash for each in past.known] == [f"hash of {after}"]


def test_of_very_many_copies_of_one_text_two_are_recalled(tmp_path: Path) -> None:
    text = " ".join(story(1))
    one = sketch("o", text, 0)
    copies = [
        replace(one, article_id=f"o{each:03}", site=f"s{each}", exact=exact_keys(f"o{each}", None, None, text))
        for each in range(300)
    ]
    run(tmp_path, copies, 0)
    past = recall([sketch("n", f"{text} more", 1)], History(dataset_files(str(tmp_path))))
    assert len(past.known) == 2
    told = judge(places([sketch("n", f"{text} more", 1)]), past.known, past.elsewhere)
    assert (told.verdicts[0].cluster_id, told.verdicts[0].cluster_size) == ("o000", 301)


def test_a_frame_of_a_site_is_known_from_pages_that_are_not_recalled(tmp_path: Path) -> None:
    frame = " ".join(story(99))
    old = [sketch(f"o{each}", f"{' '.join(story(each))} {frame}", 0, "s.example") for each in range(6)]
    run(tmp_path, old, 0)
    new = [sketch(f"n{each}", f"{frame} {' '.join(story(50 + each, 1))}", 1, "s.example") for each in range(2)]
    past = recall(new, History(dataset_files(str(tmp_path))))
    assert all(each.duplicate_of is None for each in judge(places(new), past.known, past.elsewhere).verdicts)


def test_merged_stories_go_by_one_id_from_then_on(tmp_path: Path) -> None:
    one, two = " ".join(story(1, 6)), " ".join(story(2, 6))
    run(tmp_path, [sketch("b", one, 0), sketch("a", two, 0)], 0)
    bridge = run(tmp_path, [sketch("z", f"{one} {two}", 1)], 1)["z"]
    assert bridge.cluster_id == "a"
    later = run(tmp_path, [sketch("y", f"{one} later", 2)], 2)["y"]
    assert later.cluster_id == "a"


def test_one_page_of_long_ago_makes_no_span_of_all_years(tmp_path: Path) -> None:
    run(tmp_path, [sketch("o", " ".join(story(1)), -500)], 0)
    new = [sketch("m", f"{' '.join(story(1))} more", 0), sketch("n", " ".join(story(2)), -1_000)]
    assert recall(new, History(dataset_files(str(tmp_path)))).known == ()
