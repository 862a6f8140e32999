from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.configuration import settings
from pipelines.options import UsageError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
Write = Callable[[str], str]


@pytest.fixture
def config(tmp_path: Path) -> Write:
    def write(text: str) -> str:
        path = tmp_path / "newsbeam.yaml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_what_nobody_set_is_absent() -> None:
    assert settings({}, None, NOW) == {}


def test_flags_beat_the_environment_which_beats_the_file(config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBEAM_DELAY", "2")
    monkeypatch.setenv("NEWSBEAM_DEADLINE", "2")
    path = config("delay: 3\ndeadline: 3\nworkers: 3\n")
    assert settings({"delay": "1"}, path, NOW) == {"delay": 1.0, "deadline": 2.0, "workers": 3}


def test_an_option_is_taken_from_one_place_and_never_joined(config: Write) -> None:
    assert settings({"feeds": ["a"]}, config("feeds: [b, c]"), NOW) == {"feeds": ("a",)}


def test_lists_of_the_environment_are_parted_by_white_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBEAM_FEEDS", "a.opml  https://example.org/feed")
    monkeypatch.setenv("NEWSBEAM_CONTACT", "Ann Example, ann@example.org")
    assert settings({}, None, NOW) == {
        "feeds": ("a.opml", "https://example.org/feed"),
        "contact": "Ann Example, ann@example.org",
    }


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBEAM_MAX_PAGES", "")
    assert settings({}, None, NOW) == {}


def test_variables_that_are_no_options_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBEAM_BEAM", "--runner=X")
    assert settings({}, None, NOW) == {}


def test_a_file_may_hold_lists_dates_and_numbers(config: Write) -> None:
    path = config(
        "feeds:\n  - a.opml\n  - b c.opml\nsince: 2026-11-20\nmax-pages: 5\ndry_run: true\nurls: my list.txt\n"
    )
    assert settings({}, path, NOW) == {
        "feeds": ("a.opml", "b c.opml"),
        "since": datetime(2026, 11, 20, tzinfo=UTC),
        "max_pages": 5,
        "dry_run": True,
        "urls": ("my list.txt",),
    }


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "feeds:\nmax_pages: null\n"])
def test_what_a_file_leaves_empty_is_unset(config: Write, text: str) -> None:
    assert settings({}, config(text), NOW) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("bogus: 1", "names bogus, which is no option"),
        ("beam: [--runner=X]", "names beam, which is no option"),
        ("config: other.yaml", "names config, which is no option"),
        ("3: x", "names 3, which is no option"),
        ("- feeds", "must hold option: value pairs"),
        ("just words", "must hold option: value pairs"),
        ("feeds: [a", "is not YAML"),
        ("feeds: !!python/object/apply:os.getcwd []", "is not YAML"),
        ("max_pages: many", "--max-pages cannot be 'many'; it is a whole number"),
        ("dry_run: 1", "--dry-run cannot be 1; it is true or false"),
        ("since: soon", "--since cannot be 'soon'"),
    ],
)
def test_a_bad_file_is_one_sentence(config: Write, text: str, told: str) -> None:
    with pytest.raises(UsageError) as caught:
        settings({}, config(text), NOW)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_bad_variable_is_named_by_its_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSBEAM_DRY_RUN", "1")
    with pytest.raises(UsageError, match="--dry-run cannot be '1'; it is true or false"):
        settings({}, None, NOW)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        settings({}, str(tmp_path / "none.yaml"), NOW)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        settings({}, str(tmp_path), NOW)


def test_a_binary_file_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "newsbeam.yaml"
    path.write_bytes(b"\xff\xfe\x00contact")
    with pytest.raises(UsageError, match="is not text in UTF-8"):
        settings({}, str(path), NOW)
