"""The action for GitHub and the hook for pre-commit: read as their programs read them, their commands run on a small sample."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.batch.shop import Shop

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
# What a composite action may hold, after GitHub's description of the format.
STEP_KEYS = {"name", "id", "if", "uses", "with", "run", "shell", "env", "working-directory", "continue-on-error"}


def step(name: str) -> dict[str, Any]:
    """The step of the action that is called so."""
    return next(one for one in ACTION["runs"]["steps"] if one.get("name") == name)


def run_step(name: str, folder: Path, inputs: dict[str, str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as the runner does: inputs filled into its environment, its text given to bash, which ends at an error."""
    given = {key: str(value.get("default", "")) for key, value in ACTION["inputs"].items()} | inputs
    filled = {
        key: re.sub(
            r"\$\{\{ (?:inputs\.([a-z-]+)|github\.action_path) \}\}", lambda found: given.get(found[1], str(ROOT)), value
        )
        for key, value in step(name)["env"].items()
    }
    kept = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step(name)["run"]]
    whole = kept | {"RUNNER_TEMP": str(folder / "temp"), "PYTHONPATH": str(ROOT)} | filled | environment
    return subprocess.run(command, cwd=folder, env=whole, capture_output=True, text=True, check=False)


def program(path: Path, text: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def heard(folder: Path) -> list[list[str]]:
    """The command lines that a stand-in wrote down."""
    return [json.loads(line) for line in (folder / "heard").read_text().splitlines()]


@pytest.fixture
def listener(tmp_path: Path) -> str:
    """A shell command that writes down its arguments."""
    code = f"import json, sys; open({str(tmp_path / 'heard')!r}, 'a').write(json.dumps(sys.argv[1:]) + chr(10))"
    return f'exec {shlex.quote(sys.executable)} -c {shlex.quote(code)} "$@"'


def example(heading: str) -> str:
    """The first example in YAML under a heading of the guide."""
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    return guide.split(f"\n### {heading}\n")[1].split("```yaml\n")[1].split("```")[0]


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("github-actions", (ROOT / "action.yml").read_text(encoding="utf-8")),
        ("github-workflows", example("GitHub")),
        ("gitlab-ci", example("GitLab")),
    ],
)
def test_files_of_ci_are_valid_against_their_published_schemas(tmp_path: Path, schema: str, text: str) -> None:
    (tmp_path / "file.yml").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", str(tmp_path / "file.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_example_for_github_gives_inputs_that_the_action_has() -> None:
    (job,) = yaml.safe_load(example("GitHub"))["jobs"].values()
    (used,) = [one for one in job["steps"] if one["uses"] == "OWNER/qaudit@VERSION"]
    assert used["with"].keys() <= ACTION["inputs"].keys()


def test_the_action_is_composite_and_whole() -> None:
    assert ACTION.keys() == {"name", "description", "inputs", "runs"}
    assert ACTION["runs"]["using"] == "composite"
    assert {name for name, one in ACTION["inputs"].items() if one.get("required")} == {"manifest"}
    assert all(one["description"] for one in ACTION["inputs"].values())
    for one in ACTION["runs"]["steps"]:
        assert one.keys() <= STEP_KEYS
        assert ("run" in one) == ("shell" in one) == ("uses" not in one)


def test_every_input_is_used_and_none_is_pasted_into_the_text_of_the_shell() -> None:
    steps = ACTION["runs"]["steps"]
    used = [re.findall(r"inputs\.([a-z-]+)", str(one.get("env", "")) + str(one.get("with", ""))) for one in steps]
    assert {name for names in used for name in names} == ACTION["inputs"].keys()
    assert not [one for one in steps if "${{" in one.get("run", "")]


def test_the_action_installs_its_own_version_or_another(tmp_path: Path, listener: str) -> None:
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    program(tmp_path / "bin" / "python", listener)
    program(tmp_path / "temp" / "qaudit" / "bin" / "python", listener)
    assert run_step("Install qaudit", tmp_path, {}, PATH=path).returncode == 0
    assert run_step("Install qaudit", tmp_path, {"version": "1.2; touch owned"}, PATH=path).returncode == 0
    environment = str(tmp_path / "temp" / "qaudit")
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--"]
    venv = ["-m", "venv", environment]
    assert heard(tmp_path) == [venv, [*pip, f"{ROOT}[ci,tables]"], venv, [*pip, "qaudit[ci,tables]==1.2; touch owned"]]


def test_the_action_installs_what_it_is_asked_for_beside_it(tmp_path: Path, listener: str) -> None:
    program(tmp_path / "bin" / "python", "true")
    program(tmp_path / "temp" / "qaudit" / "bin" / "python", listener)
    inputs = {"packages": "s3fs>=2025.2\n\n$(touch owned) `touch owned`\n--index-url=x\n"}
    assert run_step("Install qaudit", tmp_path, inputs, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}").returncode == 0
    ((*_, end, own, one, two, three),) = heard(tmp_path)
    assert (end, own, one) == ("--", f"{ROOT}[ci,tables]", "s3fs>=2025.2")
    assert (two, three) == ("$(touch owned) `touch owned`", "--index-url=x")


def test_the_action_hands_every_input_on(tmp_path: Path, listener: str) -> None:
    program(tmp_path / "temp" / "qaudit" / "bin" / "qaudit", listener)
    inputs = {"since": "v 1", "baseline": "b", "junit": "j", "sarif": "s", "args": "--workers\n2\n\n--root=a b\n"}
    assert run_step("Check", tmp_path, {"manifest": "pairs.csv"}).returncode == 0
    assert run_step("Check", tmp_path, inputs | {"manifest": "-x", "fail-on": "none", "max-mismatch": "3"}).returncode == 0
    assert heard(tmp_path) == [
        ["check", "--", "pairs.csv"],
        [
            *("check", "--fail-on=none", "--max-mismatch=3", "--since=v 1", "--baseline=b", "--junit=j", "--sarif=s"),
            *("--workers", "2", "--root=a b", "--", "-x"),
        ],
    ]


@pytest.mark.parametrize(
    "text", ["$(touch owned)", "`touch owned`", '"; touch owned; "', "x' ; touch owned #", "a\ntouch owned", "*"]
)
def test_an_input_is_never_a_command_of_the_shell(tmp_path: Path, listener: str, text: str) -> None:
    program(tmp_path / "temp" / "qaudit" / "bin" / "qaudit", listener)
    names = ["fail-on", "max-mismatch", "since", "baseline", "junit", "sarif"]
    assert run_step("Check", tmp_path, dict.fromkeys([*names, "args", "manifest"], text)).returncode == 0
    assert not (tmp_path / "owned").exists()
    assert heard(tmp_path) == [["check", *[f"--{name}={text}" for name in names], *text.splitlines(), "--", text]]


@pytest.fixture
def lost(tmp_path: Path) -> Shop:
    """An item whose arrival photo is missing, so that nothing has to be compared."""
    shop = Shop(tmp_path / "shop", {"lost": "match"})
    (shop.goods / "photos" / "lost").unlink()
    return shop


def test_the_command_of_the_action_checks_a_manifest(lost: Shop, tmp_path: Path) -> None:
    program(lost.folder / "temp" / "qaudit" / "bin" / "qaudit", f'exec {shlex.quote(sys.executable)} -m qaudit "$@"')
    inputs = {"manifest": "goods/pairs.csv", "since": "HEAD", "junit": "j.xml", "sarif": "s.sarif"}
    page = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(tmp_path / "page.md")}
    done = run_step("Check", lost.folder, inputs, **page)
    assert done.returncode == 4
    assert "::error file=goods/pairs.csv,line=2,title=ERROR lost::photos/" in done.stdout
    assert (lost.folder / "j.xml").exists()
    assert (lost.folder / "s.sarif").exists()
    assert "`lost`" in (tmp_path / "page.md").read_text()


def test_what_the_action_is_not_told_the_settings_say(lost: Shop) -> None:
    program(lost.folder / "temp" / "qaudit" / "bin" / "qaudit", f'exec {shlex.quote(sys.executable)} -m qaudit "$@"')
    (lost.folder / "qaudit.toml").write_text('fail_on = "mismatch"\n')
    assert run_step("Check", lost.folder, {"manifest": "goods/pairs.csv"}).returncode == 0
    assert run_step("Check", lost.folder, {"manifest": "goods/pairs.csv", "fail-on": "error"}).returncode == 4


def test_the_hook_is_one_that_pre_commit_takes() -> None:
    assert {"id", "name", "entry", "language"} <= HOOK.keys()
    assert (HOOK["language"], HOOK["pass_filenames"]) == ("python", False)
    # A commit that only deletes a photo, or turns a link, names no file to pre-commit.
    assert HOOK["always_run"] is True
    assert not {"files", "types", "types_or", "exclude"} & HOOK.keys()


def test_the_command_of_the_hook_checks_what_a_commit_changes(lost: Shop) -> None:
    command = [sys.executable, "-m", *shlex.split(HOOK["entry"]), "goods/pairs.csv"]
    environment = {key: value for key, value in os.environ.items() if key != "GITHUB_ACTIONS"} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=lost.folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, "lost" in done.stdout) == (4, True)
    lost.photo("photos/lost", "match")
    done = subprocess.run(command, cwd=lost.folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "goods/pairs.csv: nothing has changed since HEAD; 1 left out\n")
