"""``qaudit check`` and ``qaudit accept`` as commands: exit codes, files, and what GitHub is told."""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from junitparser import JUnitXml

from qaudit.batch import audit as audit_module
from qaudit.cli.main import main
from tests.batch.shop import Shop, git, told_record
from tests.report.checks import HOSTILE

TOLD = {"good": "match", "bad": "mismatch colour/palette", "doubt": "review"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Three items, all committed, in the current folder; no CI around."""
    monkeypatch.setattr(audit_module, "record_of", told_record)
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    made = Shop(tmp_path / "shop", TOLD)
    monkeypatch.chdir(made.goods)
    return made


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([], 1),
        (["--max-mismatch", "1"], 0),
        (["--fail-on", "review"], 3),
        (["--fail-on", "none"], 0),
        (["--since", "HEAD"], 0),
        (["--since", "nowhere"], 2),
        (["--since=--output=x"], 2),
        (["--max-mismatch", "-1"], 2),
        (["--fail-on", "matches"], 2),
        (["--annotations", "gitlab"], 2),
        (["--baseline", "none.json"], 2),
        (["--junit", "none/j.xml"], 2),
        (["--sarif", "pairs.csv"], 2),
    ],
)
def test_the_exit_code_tells_what_fails(shop: Shop, capsys: pytest.CaptureFixture[str], options: list[str], code: int) -> None:
    assert main(["check", "pairs.csv", *options]) == code
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1 or code != 2
    assert "::" not in printed.out
    assert shop.manifest.read_text().startswith("id,")


@pytest.mark.parametrize(
    "options",
    [
        ["--junit", "photos/bad"],
        ["--markdown", "photos/listing"],
        ["--gitlab", "linked"],
        ["--gitlab", "qaudit-baseline.json"],
        ["--junit", "qaudit.toml"],
        ["--sarif", "pairs.csv"],
        ["--sarif", "judge.toml", "--profile", "judge.toml"],
        ["--markdown", "run/run.sqlite", "--out", "run"],
        ["--junit", "same", "--sarif", "photos/../same"],
        ["--junit", "-", "--sarif", "-"],
    ],
)
def test_no_report_is_written_over_what_is_read_or_over_another(
    shop: Shop, capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    main(["check", "pairs.csv", "--out", "run"])
    main(["accept", "run", "bad", "--reason", "as agreed", "--by", "Sri"])
    Path("linked").symlink_to("photos/bad")
    Path("qaudit.toml").write_text("[check]\nmax_mismatch = 1\n")
    Path("judge.toml").write_bytes(files("qaudit.decision").joinpath("default.toml").read_bytes())
    before = {path: path.read_bytes() for path in shop.goods.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert main(["check", *options, "pairs.csv"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "write over" in said or "both write to" in said
    assert {path: path.read_bytes() for path in shop.goods.rglob("*") if path.is_file()} == before


def test_a_report_may_replace_the_one_before(shop: Shop) -> None:
    Path("j.xml").write_text("old")
    assert main(["check", "pairs.csv", "--junit", "j.xml"]) == 1
    assert JUnitXml.fromfile("j.xml").tests == 3


def test_a_settings_file_says_what_fails(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    Path("qaudit.toml").write_text("[check]\nmax_mismatch = 1\n")
    assert main(["check", "pairs.csv"]) == 0
    assert main(["check", "pairs.csv", "--max-mismatch", "0"]) == 1
    assert main(["check", "pairs.csv", "--no-config"]) == 1


def test_tolerances_that_settings_move_are_told_with_the_items_that_they_judge(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    text = shop.manifest.read_text().replace(",note", ",category").replace("photos/bad,", "photos/bad,Cloth")
    shop.manifest.write_text(text.replace("photos/doubt,", "photos/doubt,silver"))
    Path("qaudit.toml").write_text("[category.cloth.tolerance]\npalette = 70\n")
    main(["check", "pairs.csv", "--markdown", "m.md"])
    said = "settings: qaudit.toml; items judged by tolerances of their category: 1"
    assert said in capsys.readouterr().out.splitlines()
    assert said in Path("m.md").read_text().splitlines()
    main(["check", "pairs.csv", "--no-config"])
    assert "tolerances" not in capsys.readouterr().out


def test_an_error_is_code_4_and_an_empty_manifest_code_2(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    (shop.goods / "photos" / "bad").unlink()
    assert main(["check", "pairs.csv"]) == 4
    shop.manifest.write_text("id,listing,arrival\n")
    assert main(["check", "pairs.csv", "--since", "HEAD"]) == 2


def test_nothing_changed_is_said(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "pairs.csv", "--since", "main"]) == 0
    assert capsys.readouterr() == ("goods/pairs.csv: nothing has changed since main; 3 left out\n", "")


def test_every_report_is_written(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    names = {"--junit": "j.xml", "--sarif": "s.sarif", "--gitlab": "g.json", "--markdown": "m.md"}
    assert main(["check", "pairs.csv", *[part for option in names.items() for part in option]]) == 1
    assert JUnitXml.fromfile("j.xml").tests == 3
    assert json.loads(Path("s.sarif").read_text())["version"] == "2.1.0"
    assert len(json.loads(Path("g.json").read_text())) == 2
    assert "| `bad` |" in Path("m.md").read_text()


def test_a_report_can_go_to_standard_output_and_the_rest_goes_to_the_other(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "pairs.csv", "--gitlab", "-"])
    printed = capsys.readouterr()
    assert len(json.loads(printed.out)) == 2
    assert "The check fails: 1 mismatch" in printed.err


@pytest.mark.parametrize("option", ["--junit", "--sarif", "--gitlab", "--markdown"])
def test_no_report_goes_where_the_runner_of_github_takes_lines_for_commands(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str
) -> None:
    Path("pairs.jsonl").write_text(json.dumps({"id": "##[add-path]x", "listing": "photos/listing", "arrival": "photos/bad"}))
    assert main(["check", "pairs.jsonl", option, "-", "--annotations", "github"]) == 2
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert main(["check", "pairs.jsonl", option, "-", "--annotations", "none"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("name a file") == printed.err.count("\n") == 2


def test_github_gets_annotations_and_a_summary_without_being_asked(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "page.md"))
    (tmp_path / "page.md").write_text("of another step\n")
    assert main(["check", "pairs.csv"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "::error file=goods/pairs.csv,line=3,title=MISMATCH bad::colour: The colour differs." in lines
    page = (tmp_path / "page.md").read_text()
    assert page.startswith("of another step\n### goods/pairs.csv: 3 checked")
    assert main(["check", "pairs.csv", "--annotations", "none"]) == 1
    assert "::error" not in capsys.readouterr().out


def test_a_page_that_cannot_be_written_is_told_and_fails_nothing(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "none" / "page.md"))
    assert main(["check", "pairs.csv", "--annotations", "github", "--max-mismatch", "1"]) == 0
    assert "the page of the job cannot be written" in capsys.readouterr().err


def test_no_hostile_row_starts_a_command_of_github_on_either_stream(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    rows = [{"id": text, "listing": ["photos/listing"], "arrival": ["photos/bad"]} for text in HOSTILE]
    rows += [{"id": f"{text}2", "listing": [text], "arrival": [text]} for text in HOSTILE]
    Path("pairs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert main(["check", "pairs.jsonl", "--junit", "j.xml", "--sarif", "s", "--gitlab", "g", "--markdown", "m"]) == 1
    commands = [line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("::")]
    assert len(commands) == len(rows)
    assert all(line.startswith(f"::error file=goods/pairs.jsonl,line={n}") for n, line in enumerate(commands, start=1))
    assert JUnitXml.fromfile("j.xml").tests == len(rows)
    assert main(["check", "##[add-path]x"]) == 2
    assert "##[" not in capsys.readouterr().err


@pytest.mark.parametrize(("option", "module"), [("--junit", "junitparser"), ("--sarif", "sarif_pydantic")])
def test_a_report_whose_library_is_missing_is_refused_before_the_work(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], option: str, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.delitem(sys.modules, f"qaudit.report.{option[2:]}", raising=False)
    assert main(["check", "pairs.csv", option, "out"]) == 2
    assert capsys.readouterr().err == (
        f"qaudit: what writes {option} is not installed (install it: pip install 'qaudit[ci]')\n"
    )


def test_an_accepted_mismatch_passes_and_is_shown(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "pairs.csv", "--out", "run"]) == 1
    monkeypatch.setattr("qaudit.cli.check._person", lambda: "Ayu")
    assert main(["accept", "run", "bad", "--reason", "as agreed", "--until", "9999-12-31"]) == 0
    assert "bad: accepted by Ayu, until 9999-12-31, in qaudit-baseline.json" in capsys.readouterr().out
    assert main(["check", "pairs.csv"]) == 0
    said = capsys.readouterr().out
    assert "Accepted in goods/qaudit-baseline.json" in said
    assert "as agreed" in said
    assert main(["accept", "run", "bad", "--reason", "for good", "--by", "Sri"]) == 0
    assert "accepted by Ayu on " in capsys.readouterr().out
    assert len(json.loads(Path("qaudit-baseline.json").read_text())["accepted"]) == 1


def test_a_doubt_about_the_same_photos_stays_accepted(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "pairs.csv", "--out", "run"])
    main(["accept", "run", "bad", "--reason", "as agreed", "--by", "Sri"])
    base = json.loads(Path("qaudit-baseline.json").read_text())
    base["accepted"][0] |= {"id": "doubt"}
    base["accepted"][0]["photos"]["arrival"] = [hashlib.sha256(b"review").hexdigest()]
    Path("qaudit-baseline.json").write_text(json.dumps(base))
    capsys.readouterr()
    names = {"--junit": "j.xml", "--sarif": "s.sarif", "--gitlab": "g.json", "--markdown": "m.md"}
    options = [part for option in names.items() for part in option]
    assert main(["check", "pairs.csv", "--fail-on", "review", *options]) == 0
    said = capsys.readouterr().out
    assert "Accepted by Sri on" in said
    assert "The photos leave a doubt" in said
    assert all("as agreed" in Path(name).read_text() for name in names.values())


def test_who_accepts_is_known_from_git_or_from_the_system(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", "pairs.csv", "--out", "run"])
    monkeypatch.setenv("USER", "ayu")
    git(shop.folder, "config", "user.name", "Ayu Lestari")
    assert main(["accept", "run", "bad", "--reason", "x", "--baseline", "1.json"]) == 0
    monkeypatch.setenv("PATH", "")
    assert main(["accept", "run", "bad", "--reason", "x", "--baseline", "2.json"]) == 0
    monkeypatch.delenv("USER")
    assert main(["accept", "run", "bad", "--reason", "x", "--baseline", "3.json"]) == 2
    people = [json.loads(Path(name).read_text())["accepted"][0]["by"] for name in ("1.json", "2.json")]
    assert people == ["Ayu Lestari", "ayu"]


def test_a_baseline_that_is_broken_is_neither_used_nor_written_over(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "pairs.csv", "--out", "run"])
    Path("qaudit-baseline.json").write_text("{}")
    assert main(["check", "pairs.csv"]) == 2
    assert main(["accept", "run", "bad", "--reason", "x", "--by", "Sri"]) == 2
    assert Path("qaudit-baseline.json").read_text() == "{}"
