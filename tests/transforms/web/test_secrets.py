from pathlib import Path

import pytest

from transforms.web.proxies import named_proxies
from transforms.web.secrets import BadSecrets, load_secrets

LINE = "https://paid.example Authorization: Bearer sesame"


def written(folder: Path, text: str, rights: int = 0o600) -> str:
    path = folder / "headers"
    path.write_text(text)
    path.chmod(rights)
    return str(path)


def test_headers_come_from_the_environment_and_a_file(tmp_path: Path) -> None:
    path = written(tmp_path, "# mine\n\nhttps://other.example:8443/x X-Key: a b\n")
    assert load_secrets({"NEWSBEAM_HEADERS_PAID": f"{LINE}\nhttps://paid.example X-Key: 1", "OTHER": "x"}, path) == {
        "https://paid.example": {"authorization": "Bearer sesame", "x-key": "1"},
        "https://other.example:8443": {"x-key": "a b"},
    }


@pytest.mark.parametrize("rights", [0o644, 0o640, 0o604, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, rights: int) -> None:
    with pytest.raises(BadSecrets, match="chmod 600"):
        load_secrets({}, written(tmp_path, LINE, rights))


@pytest.mark.parametrize(
    "line",
    ["Authorization: Bearer sesame", "https://paid.example Bearer sesame", "ftp://paid.example A: sesame",
     "https://paid.example Host: sesame", "https://paid.example A:"],
)  # fmt: skip
def test_a_line_that_is_not_right_is_told_without_its_value(line: str) -> None:
    with pytest.raises(BadSecrets) as told:
        load_secrets({"NEWSBEAM_HEADERS_X": line}, None)
    assert "sesame" not in str(told.value)
    assert "NEWSBEAM_HEADERS_X, line 1" in str(told.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadSecrets, match="cannot be read"):
        load_secrets({}, str(tmp_path / "absent"))


def test_proxies_are_named_and_their_values_are_not() -> None:
    assert named_proxies({"HTTPS_PROXY": "http://user:sesame@x", "no_proxy": "*", "http_proxy": ""}) == ("HTTPS_PROXY",)
