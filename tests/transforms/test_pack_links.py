from schemas.links import Link
from tests.fixtures.records import link
from tests.fixtures.verbs import run_verb
from transforms.pack_links import PackLinks, pack, shard, unpack


def first_letter(each: Link) -> str:
    return each.url[0]


def test_links_come_out_as_they_went_in() -> None:
    links = [link(f"https://news.example/{number}") for number in range(100)]
    assert list(unpack([pack(links[:60]), pack(links[60:])])) == links
    assert len(pack(links).packed) < 40 * len(links)


def test_each_shard_comes_once_with_all_its_links() -> None:
    links = [Link(url=f"{letter}{number}", source="x") for letter in "ab" for number in range(5)]
    done = run_verb(lambda _: PackLinks(first_letter, "open"), links)
    shards = {name: sorted(each.url for each in unpack(chunks)) for name, chunks in done.outputs}
    assert shards == {letter: [f"{letter}{number}" for number in range(5)] for letter in "ab"}


def test_a_shard_follows_from_the_name() -> None:
    assert shard("news.example", 64) == shard("news.example", 64) < 64
    assert len({shard(f"host{number}", 64) for number in range(2_000)}) == 64
