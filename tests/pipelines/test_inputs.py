import io
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.inputs import Inputs, is_public, is_url, resolve_inputs
from pipelines.options import IngestOptions, UsageError

LOOPBACK = ("127.0.0.0/8",)
OPML = '<opml version="2.0"><body><outline type="rss" text="x" xmlUrl="{}"/></body></opml>'


def _resolved(tmp_path: Path, **named: Any) -> Inputs:
    return resolve_inputs(IngestOptions(output=str(tmp_path / "out"), **named), tmp_path / "staging" / "stdin.txt")


def _file(tmp_path: Path, name: str, text: str = "x") -> str:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_inputs_are_told_apart_by_what_they_are(tmp_path: Path) -> None:
    opml = _file(tmp_path, "feeds.opml", OPML.format("http://127.0.0.1/feed"))
    urls, warc = _file(tmp_path, "urls.txt", "http://127.0.0.1/a"), _file(tmp_path, "a.warc.gz")
    found = _resolved(
        tmp_path, feeds=("http://127.0.0.1/f", opml), urls=(urls,), sitemap=("http://127.0.0.1/s.xml",), warc=(warc,),
        html=(str(tmp_path),), allow_private_networks=LOOPBACK,
    )  # fmt: skip
    assert found == Inputs(
        feeds=("http://127.0.0.1/f",), feed_lists=(opml,), url_lists=(urls,), sitemaps=("http://127.0.0.1/s.xml",),
        archives=(warc,), folders=(str(tmp_path),),
    )  # fmt: skip


@pytest.mark.parametrize("flag", ["feeds", "urls", "warc", "html"])
def test_what_is_missing_is_said_before_anything_runs(tmp_path: Path, flag: str) -> None:
    with pytest.raises(UsageError, match=f"^--{flag} .*none.* (does not exist|matches no file|is not a folder); check"):
        _resolved(tmp_path, **{flag: (str(tmp_path / "none"),)})


@pytest.mark.parametrize("flag", ["feeds", "urls", "warc"])
def test_a_folder_in_place_of_a_file_is_said(tmp_path: Path, flag: str) -> None:
    with pytest.raises(UsageError, match=f"^--{flag} .* is a folder; "):
        _resolved(tmp_path, **{flag: (str(tmp_path),)})


def test_a_file_in_place_of_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder; check the path"):
        _resolved(tmp_path, html=(_file(tmp_path, "page.html"),))


def test_a_sitemap_is_an_address(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no http or https address"):
        _resolved(tmp_path, sitemap=("sitemap.xml",))


def test_patterns_name_archives_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.warc", "a.warc", "c.txt"):
        _file(tmp_path, name)
    found = _resolved(tmp_path, warc=(f"{tmp_path}/*.warc",))
    assert [Path(each).name for each in found.archives] == ["a.warc", "b.warc"]


def test_standard_input_is_kept_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"http://127.0.0.1/a\n")))
    (spool,) = _resolved(tmp_path, urls=("-",), allow_private_networks=LOOPBACK).url_lists
    assert Path(spool).read_bytes() == b"http://127.0.0.1/a\n"


def test_a_pipe_is_refused_since_looking_at_it_would_empty_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match=r"is a pipe.*--urls -$"):
        _resolved(tmp_path, urls=(str(tmp_path / "pipe"),))


@pytest.mark.parametrize(
    "named",
    [
        {"feeds": ("https://example.org/feed",)},
        {"sitemap": ("https://example.org/sitemap.xml",)},
        {"feeds": ("http://127.0.0.1/feed", "http://example.org/feed")},
    ],
)
def test_a_public_host_is_not_asked_without_a_contact(tmp_path: Path, named: Any) -> None:
    with pytest.raises(UsageError, match=r"example\.org/.* is a public host, .*add --contact you@example\.org"):
        _resolved(tmp_path, allow_private_networks=LOOPBACK, **named)
    assert _resolved(tmp_path, contact="me@example.org", allow_private_networks=LOOPBACK, **named)


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ("feeds", OPML.format("https://example.org/feed")),
        ("feeds", "# mine\nhttp://127.0.0.1/f\nhttps://example.org/feed\n"),
        ("feeds", "title,url\nx,https://example.org/feed\n"),
        ("urls", "http://127.0.0.1/a\nhttps://example.org/a\n"),
        ("urls", "title,url\nx,https://example.org/a\n"),
        ("urls", '{"url": "https://example.org/a"}\n'),
    ],
)
def test_public_hosts_in_a_list_of_any_kind_want_a_contact_too(tmp_path: Path, flag: str, text: str) -> None:
    path = _file(tmp_path, "list", text)
    with pytest.raises(UsageError, match="is a public host"):
        _resolved(tmp_path, **{flag: (path,)})
    assert _resolved(tmp_path, **{flag: (path,)}, contact="me@example.org")


@pytest.mark.parametrize("flag", ["feeds", "urls"])
@pytest.mark.parametrize("text", ["", "<html><body>no list", "\0\1\2", "http://[::1\n", "ftp://example.org/\n"])
def test_a_list_that_cannot_be_read_is_left_to_the_run_which_tells_why(tmp_path: Path, flag: str, text: str) -> None:
    assert _resolved(tmp_path, **{flag: (_file(tmp_path, "list", text),)})


@pytest.mark.parametrize(
    ("url", "public"),
    [
        ("https://example.org/", True), ("http://93.184.215.14/", True), ("http://[2606:4700::1]/", True),
        ("http://127.0.0.1:8080/", False), ("http://localhost/", False), ("http://[::1]/", False),
        ("http://10.1.2.3/", False), ("http://169.254.169.254/", False), ("http://[::1", False), ("http:///x", False),
    ],
)  # fmt: skip
def test_public_is_what_lies_on_the_open_net(url: str, public: bool) -> None:
    assert is_public(url, ()) is public


def test_an_opened_network_is_not_public() -> None:
    assert not is_public("http://8.8.8.8/", ("8.8.0.0/16",))


@pytest.mark.parametrize(
    ("name", "url"),
    [("http://x", True), ("HTTPS://x", True), ("feeds.opml", False), ("ftp://x", False), ("httpfeeds", False)],
)
def test_an_address_begins_with_http(name: str, url: bool) -> None:
    assert is_url(name) is url


def test_a_model_that_is_not_installed_is_said_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.inputs.is_installed", lambda: False)
    with pytest.raises(UsageError, match=r"--models: .* pip install 'newsbeam\[models\]'"):
        _resolved(tmp_path, html=(str(tmp_path),), models=True)
