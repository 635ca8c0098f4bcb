"""`ittsu export`: a file for its owner, whole or not at all."""

from pathlib import Path

import pytest

from tests.cli.test_commands import _ittsu, _serving

PRACTICE = "2000000001"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A data folder in which practice mode has run once."""
    home = str(tmp_path_factory.mktemp("home"))
    with _serving(ITTSU_HOME=home, ITTSU_KEYRING="file") as served:
        served.stop()
    return home


def test_a_file_is_its_owners_and_no_other_is_replaced_unasked(home: str, tmp_path: Path) -> None:
    file = tmp_path / "友だち 一覧.csv"
    command = ("export", "friends", "--account", PRACTICE, "--output", str(file))
    ran = _ittsu(*command, ITTSU_HOME=home)
    assert ran.code == 0, ran.err
    assert str(file) in ran.out
    assert file.read_bytes().startswith("\ufeff友だちのID,名前".encode())
    assert file.stat().st_mode & 0o077 == 0
    again = _ittsu(*command, ITTSU_HOME=home)
    assert (again.code, "--overwrite" in again.err) == (1, True)
    assert _ittsu(*command, "--overwrite", ITTSU_HOME=home).code == 0
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("what", "head"),
    [("friends", "User id,Name"), ("history", "User id,Name,Time"), ("ledger", "Month,Time")],
)
def test_without_a_file_the_lines_go_to_stdout(home: str, what: str, head: str) -> None:
    ran = _ittsu("export", what, "--account", PRACTICE, "--language", "en", ITTSU_HOME=home)
    assert ran.code == 0, ran.err
    assert ran.out.startswith("\ufeff" + head)


def test_what_cannot_be_written_leaves_nothing(home: str, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "x.csv"
    ran = _ittsu("export", "ledger", "--account", PRACTICE, "--output", str(nowhere), ITTSU_HOME=home)
    assert (ran.code, "フォルダー" in ran.err) == (2, True)
    unknown = _ittsu(
        "export", "ledger", "--account", "1", "--output", str(tmp_path / "x.csv"), ITTSU_HOME=home
    )
    assert (unknown.code, "--account" in unknown.err) == (2, True)
    assert list(tmp_path.iterdir()) == []
