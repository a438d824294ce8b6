"""Which language a command speaks."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import qaudit
from qaudit.cli.language import asked_language
from qaudit.cli.main import app, main
from qaudit.decision.wording import say
from qaudit.model.errors import PhotoRefused
from qaudit.model.language import said, spoken_now
from tests.report.factory import COLOUR, comparison, views

REFUSED = PhotoRefused("photo_missing", said("{name}: {problem}", name="a.jpg", problem=said("the file is empty")))


@pytest.mark.parametrize(
    ("args", "environment", "language"),
    [
        ([], {}, None),
        ([], {"QAUDIT_LANG": ""}, None),
        ([], {"QAUDIT_LANG": "id"}, "id"),
        ([], {"QAUDIT_LANG": "id_ID.UTF-8"}, "id"),
        (["--lang", "ID"], {}, "id"),
        (["compare", "a", "b", "--lang=id-ID"], {}, "id"),
        (["compare", "a", "b", "--lang", "en_GB@euro"], {"QAUDIT_LANG": "id"}, "en"),
        (["--lang", "en", "plan", "--lang", "id"], {}, "id"),
        (["compare", "--", "--lang", "id"], {}, None),
        (["plan", "--lang"], {}, None),
    ],
)
def test_the_language_is_that_of_the_option_else_of_the_environment_else_of_none(args, environment, language):
    assert asked_language(args, environment) == language


@pytest.mark.parametrize("args", [["--lang", "xx", "--version"], ["plan", "--lot", "30", "--aql", "2.5", "--lang=xx"]])
def test_an_unknown_language_is_wrong_usage_that_names_the_known_ones(capsys, args):
    assert main(args) == 2
    assert capsys.readouterr() == ("", "qaudit: --lang does not know the language 'xx' (say one of en, id)\n")


def test_an_unknown_asked_language_the_environment_is_told_with_its_source(capsys, monkeypatch):
    monkeypatch.setenv("QAUDIT_LANG", "klingon")
    assert main(["--version"]) == 2
    assert capsys.readouterr().err.startswith("qaudit: QAUDIT_LANG does not know the language 'klingon'")


@pytest.mark.parametrize("command", [command.callback.__name__ for command in app.registered_commands])
def test_every_command_takes_the_option_and_help_stays_english(capsys, command):
    assert main([command, "--lang", "id", "--help"]) == 0
    printed = capsys.readouterr().out
    assert "--lang LANGUAGE" in printed
    assert "Show this message and exit." in printed


@pytest.mark.parametrize("args", [["--lang", "id", "compare", "a.jpg", "b.jpg"], ["compare", "a.jpg", "b.jpg", "--lang", "id"]])
def test_a_comparison_speaks_the_language_and_leaves_none_behind(rooms, capsys, args):
    assert main(args) == 1
    assert "TIDAK COCOK  Barangnya tidak sesuai dengan foto produk." in capsys.readouterr().out
    assert spoken_now() == "en"
    assert main(["compare", "a.jpg", "b.jpg"]) == 1
    assert "MISMATCH" in capsys.readouterr().out


def test_a_refused_photo_is_told_in_the_language(rooms, capsys):
    rooms.answer = REFUSED
    assert main(["compare", "a.jpg", "b.jpg", "--lang", "id"]) == 4
    assert capsys.readouterr().err == "qaudit: a.jpg: filenya kosong\n"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ([], "Perintahnya belum diisi (lihat qaudit --help)"),
        (["nonsense"], "Tidak ada perintah 'nonsense'"),
        (["compare", "a.jpg"], "Argumen 'ARRIVAL' belum diisi (lihat qaudit compare --help)"),
        (["audit", "pairs.csv"], "Opsi '--out' belum diisi"),
        (["compare", "a.jpg", "b.jpg", "--nonsense"], "Tidak ada opsi --nonsense"),
        (["compare", "a.jpg", "b.jpg", "--quiett"], "Tidak ada opsi --quiett; mungkin maksudnya --quiet?"),
        (["compare", "a.jpg", "b.jpg", "c.jpg"], "Isiannya terlalu banyak: c.jpg"),
        (["plan", "--lot", "x", "--aql", "1"], "Nilai untuk '--lot' tidak bisa dipakai: harus bilangan bulat (lihat"),
        (["compare", "a.jpg", "b.jpg", "--fail-on", "x"], "--fail-on tidak mengenal 'x' (yang boleh: mismatch, review"),
    ],
)
def test_wrong_usage_is_told_in_the_language(capsys, args, told):
    assert main(["--lang", "id", *args]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_a_record_is_written_in_the_language_and_can_be_said_in_another(rooms, tmp_path, capsys):
    text = say("finding.damage", place=say("place.middle middle"))
    rooms.answer = comparison(
        views=views(), decision={"findings": (replace(COLOUR, text=text),), "next_step": say("next.review")}
    )
    main(
        ["compare", "a.jpg", "b.jpg", "--lang", "id", "--json", str(tmp_path / "id.json"), "--overlay", str(tmp_path / "o.png")]
    )
    record = json.loads((tmp_path / "id.json").read_text())
    assert record["findings"][0]["text"].startswith("Di barang yang diterima ada sesuatu di bagian tengah")
    assert record["findings"][0]["aspect"] == "colour"
    assert qaudit.in_language(record, "en") == json.loads(json.dumps(rooms.answer.to_dict()))


def test_a_failure_of_qaudit_itself_is_told_in_the_language(rooms, capsys):
    rooms.answer = ZeroDivisionError("division by zero")
    assert main(["compare", "a.jpg", "b.jpg", "--lang", "id"]) == 70
    assert capsys.readouterr().err.startswith("qaudit: kesalahan di dalam qaudit: ZeroDivisionError: division by zero (")
