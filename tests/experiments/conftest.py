"""What the tests of the command line share."""

from typing import NamedTuple

import pytest

from experiments import cli


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def no_picture(monkeypatch):
    """Leave out the picture of runs in this process; `small_results` and runs in others have theirs."""
    monkeypatch.setattr("experiments.run.draw_overview", lambda scenario, changes, folder, path: path.write_bytes(b""))


@pytest.fixture
def bazaar(capfd):
    """Run a command in this process and return its exit code and what it printed."""

    def command(*words):
        capfd.readouterr()
        code = cli.main([str(word) for word in words])
        return Said(code, *capfd.readouterr())

    return command


@pytest.fixture
def refused(bazaar, tmp_path):
    """Run a command that must be refused in one line with nothing written, and return the line."""

    def command(*words):
        results = [f"results={tmp_path / 'made' / 'results'}"] if words and words[0] == "run" else []
        said = bazaar(*words, *results)
        assert (said.code, said.out) == (2, ""), said
        assert said.err.startswith("bazaar: ")
        assert said.err.count("\n") == 1, said.err
        assert list(tmp_path.iterdir()) == []
        return said.err

    return command


@pytest.fixture(scope="session")
def small_results(tmp_path_factory):
    """Return the folder of a few runs of `small`: 3 of 5 months."""
    folder = tmp_path_factory.mktemp("small")
    words = ["run", "scenario=small", "runs=3", "months=5", "workers=1", "name=tiny", f"results={folder}"]
    assert cli.main(words) == 0
    return folder / "tiny"
