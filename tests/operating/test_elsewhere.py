"""Commands run where nothing is, and databases on disks that stay or don't."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.settings import read_settings
from handlers.cli import doctor
from handlers.cli.main import cli
from storage.errors import BadRequestError
from storage.workspaces.token_sealing import new_key

MOUNTS = """\
22 1 0:21 / / rw,relatime - overlay overlay rw
31 22 0:26 / /dev/shm rw - tmpfs tmpfs rw
40 22 8:16 / /data rw,relatime shared:9 - ext4 /dev/sdb rw
41 22 8:17 / /var/lib/my\\040volume rw - xfs /dev/sdc rw
42 40 0:30 / /data/cache rw - tmpfs tmpfs rw
"""


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words))


@pytest.mark.parametrize(
    "words",
    [("judges",), ("export", "--league", "papers"), ("forget", "U1"), ("key", "renew")],
    ids=lambda words: words[0],
)
def test_a_command_in_the_wrong_folder_says_so_and_makes_nothing(
    words: tuple[str, ...], nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERBOUT_SECRET_KEY", new_key())
    answer = run(*words)
    assert isinstance(answer.exception, BadRequestError)
    assert f"There is no database at {nowhere / 'paperbout.db'}" in answer.exception.sentence
    assert "DATABASE_URL" in answer.exception.sentence
    assert list(nowhere.iterdir()) == []


def test_an_unknown_workspace_is_told_and_not_made(nowhere: Path) -> None:
    (nowhere / "papers.csv").write_text("id,title\np1,One\np2,Two\n")
    assert run("import", "--league", "papers", "--papers", "papers.csv", "--workspace", "T1").exit_code == 0
    for words in (("judges",), ("forget", "U1"), ("export", "--league", "papers")):
        answer = run(*words, "--workspace", "T2")
        assert isinstance(answer.exception, BadRequestError)
        assert answer.exception.sentence == "There is no workspace T2 here; kept are: T1."
    assert run("judges", "--workspace", "T1").exit_code == 0


@pytest.mark.parametrize(
    ("file", "stays"),
    [
        ("/data/paperbout.db", True),
        ("/data/deeper/paperbout.db", True),
        ("/var/lib/my volume/paperbout.db", True),
        ("/app/paperbout.db", False),
        ("/dev/shm/paperbout.db", False),
        ("/data/cache/paperbout.db", False),
    ],
)
def test_a_mounted_volume_stays_and_the_systems_own_disk_is_wiped(
    file: str, stays: bool, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = nowhere / "mountinfo"
    mounts.write_text(MOUNTS)
    monkeypatch.setattr(doctor, "MOUNTS", mounts)
    monkeypatch.setenv("FLY_APP_NAME", "paperbout")
    warning = doctor.wiped_disk(read_settings(_env_file=None, database_url=f"sqlite:///{file}"))
    assert (warning is None) is stays
    monkeypatch.delenv("FLY_APP_NAME")
    assert doctor.wiped_disk(read_settings(_env_file=None, database_url=f"sqlite:///{file}")) is None


def test_where_mounts_are_unknown_the_host_is_believed(
    nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "MOUNTS", nowhere / "there is none")
    monkeypatch.setenv("RENDER", "true")
    warning = doctor.wiped_disk(read_settings(_env_file=None, database_url="sqlite:////data/paperbout.db"))
    assert warning is not None
    assert "RENDER is set" in warning
