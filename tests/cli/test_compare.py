import json
import os

import cv2
import numpy as np
import pytest

from qaudit.cli.main import main
from qaudit.model.errors import PhotoRefused, SettingsError
from tests.cli.conftest import paths_of
from tests.report.factory import comparison, views

REFUSED = PhotoRefused("photo_missing", "a.jpg: there is no such file", "check the path")


@pytest.mark.parametrize(("verdict", "code"), [("match", 0), ("mismatch", 1), ("review", 3), ("retake", 3)])
def test_the_exit_code_tells_the_verdict(rooms, capsys, verdict, code):
    rooms.answer = comparison(verdict)
    assert main(["compare", "a.jpg", "b.jpg"]) == code
    printed = capsys.readouterr()
    assert verdict.upper() in printed.out
    assert printed.err == ""


@pytest.mark.parametrize(
    ("verdict", "fail_on", "code"), [("mismatch", "error", 0), ("review", "review,error", 3), ("retake", "none", 0)]
)
def test_fail_on_names_what_may_fail(rooms, capsys, verdict, fail_on, code):
    rooms.answer = comparison(verdict)
    assert main(["compare", "a.jpg", "b.jpg", "--fail-on", fail_on]) == code
    assert verdict.upper() in capsys.readouterr().out


def test_a_refused_photo_is_one_line_and_code_4(rooms, capsys):
    rooms.answer = REFUSED
    assert main(["compare", "a.jpg", "b.jpg"]) == 4
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "qaudit: a.jpg: there is no such file (check the path)\n"


def test_a_refused_photo_still_gives_a_record(rooms, tmp_path, capsys):
    rooms.answer = REFUSED
    path = tmp_path / "r.json"
    assert main(["compare", "a.jpg", "b.jpg", "--json", str(path), "--overlay", str(tmp_path / "o.png")]) == 4
    record = json.loads(path.read_text())
    assert record["verdict"] == "error"
    assert record["error"] == {"slug": "photo_missing", "message": "a.jpg: there is no such file (check the path)"}
    assert record["tool"]["profile"] == "profile of None"
    assert not (tmp_path / "o.png").exists()


def test_a_refused_photo_may_be_allowed(rooms, capsys):
    rooms.answer = REFUSED
    assert main(["compare", "a.jpg", "b.jpg", "--fail-on", "mismatch"]) == 0
    assert "no such file" in capsys.readouterr().err


def test_json_to_standard_output_stands_there_alone(rooms, capsys):
    assert main(["compare", "a.jpg", "b.jpg", "--json", "-"]) == 1
    printed = capsys.readouterr()
    assert json.loads(printed.out) == rooms.answer.to_dict()
    assert printed.out.count("\n") == 1
    assert "MISMATCH" in printed.err


def test_json_goes_to_a_file_in_one_piece(rooms, tmp_path, capsys):
    path = tmp_path / "r.json"
    path.write_text("old and much longer than nothing" * 1000)
    assert main(["compare", "a.jpg", "b.jpg", "--json", str(path)]) == 1
    assert json.loads(path.read_bytes()) == rooms.answer.to_dict()
    assert [entry.name for entry in tmp_path.iterdir()] == ["r.json"]
    assert "MISMATCH" in capsys.readouterr().out


def test_json_may_go_to_a_pipe(rooms, tmp_path, capsys):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    main(["compare", "a.jpg", "b.jpg", "--json", str(pipe)])
    assert json.loads(os.read(reader, 1 << 16))["verdict"] == "mismatch"
    os.close(reader)


def test_json_through_a_symbolic_link_keeps_the_link(rooms, tmp_path, capsys):
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    link.symlink_to(target)
    main(["compare", "a.jpg", "b.jpg", "--json", str(link)])
    assert link.is_symlink()
    assert json.loads(target.read_bytes())["schema"] == 1


def test_seconds_stand_in_the_record_only_when_asked_for(rooms, capsys):
    main(["compare", "a.jpg", "b.jpg", "--json", "-"])
    assert "seconds" not in json.loads(capsys.readouterr().out)
    main(["compare", "a.jpg", "b.jpg", "--json", "-", "--timings"])
    printed = capsys.readouterr()
    seconds = json.loads(printed.out)["seconds"]
    assert seconds.pop("read") >= 0  # of the command itself, which reads the photos
    assert seconds == {name: taken for name, taken in rooms.answer.seconds.items() if name != "read"}
    assert "total" in printed.err


def test_quiet_prints_nothing_and_keeps_the_code(rooms, capsys):
    assert main(["compare", "a.jpg", "b.jpg", "--quiet"]) == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["o.png", "o.PNG", "o.jpg", "o.jpeg"])
def test_the_overlay_is_a_picture_of_the_kind_its_name_says(rooms, tmp_path, capsys, name):
    path = tmp_path / name
    assert main(["compare", "a.jpg", "b.jpg", "--overlay", str(path)]) == 1
    assert rooms.calls[0]["keep_views"] is True
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG" if name.lower().endswith("png") else b"\xff\xd8\xff")
    assert cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR).shape[1] > 1200


def test_views_are_not_kept_without_an_overlay(rooms, capsys):
    main(["compare", "a.jpg", "b.jpg"])
    assert rooms.calls[0]["keep_views"] is False


def test_an_overlay_of_another_kind_is_refused_before_anything_is_read(rooms, tmp_path, capsys):
    assert main(["compare", "a.jpg", "b.jpg", "--overlay", str(tmp_path / "o.gif")]) == 2
    assert ".png or .jpg" in capsys.readouterr().err
    assert rooms.calls == []


@pytest.mark.parametrize("option", ["--json", "--overlay"])
def test_an_output_that_cannot_be_written_is_told_before_anything_is_read(rooms, tmp_path, capsys, option):
    (tmp_path / "folder.png").mkdir()
    for path in (tmp_path / "nowhere" / "x.png", tmp_path / "folder.png"):
        assert main(["compare", "a.jpg", "b.jpg", option, str(path)]) == 2
        error = capsys.readouterr().err
        assert error.startswith(f"qaudit: {option} ")
        assert error.count("\n") == 1
    assert rooms.calls == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission_is_told(rooms, tmp_path, capsys):
    tmp_path.chmod(0o500)
    assert main(["compare", "a.jpg", "b.jpg", "--json", str(tmp_path / "r.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_system_that_refuses_to_write_is_told(rooms, tmp_path, capsys, monkeypatch):
    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["compare", "a.jpg", "b.jpg", "--json", str(tmp_path / "r.json")]) == 2
    assert "cannot be written: No space left on device" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", ["--json", "--overlay"])
def test_a_photo_is_never_written_over(rooms, tmp_path, capsys, option):
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"the only copy")
    assert main(["compare", "b.jpg", str(photo), option, str(photo)]) == 2
    assert "write over what is read" in capsys.readouterr().err
    assert photo.read_bytes() == b"the only copy"


def test_a_profile_is_loaded_and_passed_on(rooms, capsys):
    main(["compare", "a.jpg", "b.jpg", "--profile", "my.json"])
    assert rooms.calls[0]["profile"].id == "profile of my.json"
    main(["compare", "a.jpg", "b.jpg"])
    assert rooms.calls[1]["profile"].id == "profile of None"


def test_a_base_rate_moves_the_profile(rooms, capsys):
    main(["compare", "a.jpg", "b.jpg", "--base-rate", "0.03"])
    assert rooms.calls[0]["profile"].holds_for == 0.03


def test_a_profile_that_cannot_be_used_is_wrong_usage(rooms, capsys):
    rooms.answer = SettingsError("profile_missing", "my.json: no such profile")
    assert main(["compare", "a.jpg", "b.jpg"]) == 2
    assert capsys.readouterr().err == "qaudit: my.json: no such profile\n"


def test_a_folder_stands_for_the_photos_in_it_by_name(rooms, tmp_path, capsys):
    for name in ("b.JPG", "a.heic", "notes.txt", ".hidden.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "c.jpg").mkdir()
    main(["compare", str(tmp_path), "arrival.jpg"])
    assert paths_of(rooms.calls[0]["listing"]) == [str(tmp_path / "a.heic"), str(tmp_path / "b.JPG")]
    assert paths_of(rooms.calls[0]["arrival"]) == ["arrival.jpg"]


def test_a_folder_without_photos_is_a_missing_photo(rooms, tmp_path, capsys):
    assert main(["compare", "a.jpg", str(tmp_path), "--json", "-"]) == 4
    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"]["slug"] == "folder_without_photos"
    assert "has no photo in it" in printed.err


def test_no_control_byte_of_a_name_reaches_the_terminal(rooms, capsys):
    name = "a\x1b[2J\r\n\u202e\u200b.jpg"
    rooms.answer = PhotoRefused("photo_missing", f"{name}: there is no such file")
    assert main(["compare", name, "b.jpg"]) == 4
    error = capsys.readouterr().err
    assert error == "qaudit: a\\x1b[2J\\r\\n\\u202e\\u200b.jpg: there is no such file\n"


def test_a_name_that_is_not_utf8_can_be_recorded(rooms, capsysbinary):
    rooms.answer = PhotoRefused("photo_missing", "a\udcff.jpg: there is no such file")
    assert main(["compare", "a\udcff.jpg", "b.jpg", "--json", "-"]) == 4
    printed = capsysbinary.readouterr()
    assert b"a\\udcff.jpg" in printed.err
    assert "there is no such file" in json.loads(printed.out.decode("utf-8"))["error"]["message"]


def test_an_overlay_of_photos_that_could_not_be_aligned_shows_the_arrival(rooms, tmp_path, capsys):
    rooms.answer = comparison("review", views=views(laid_over=False))
    assert main(["compare", "a.jpg", "b.jpg", "--overlay", str(tmp_path / "o.png")]) == 3
    assert (tmp_path / "o.png").stat().st_size > 1000


def test_accepted_pieces_are_a_photo_or_a_folder_of_them(rooms, tmp_path, capsys):
    (tmp_path / "good.jpg").touch()
    main(["compare", "a.jpg", "b.jpg", "--accepted", str(tmp_path)])
    main(["compare", "a.jpg", "b.jpg", "--accepted", "good.jpg"])
    main(["compare", "a.jpg", "b.jpg"])
    assert [paths_of(call["accepted"]) for call in rooms.calls] == [[str(tmp_path / "good.jpg")], ["good.jpg"], []]


def test_a_folder_of_accepted_pieces_without_photos_is_a_missing_photo(rooms, tmp_path, capsys):
    assert main(["compare", "a.jpg", "b.jpg", "--accepted", str(tmp_path), "--json", "-"]) == 4
    printed = capsys.readouterr()
    assert json.loads(printed.out)["error"]["slug"] == "folder_without_photos"
    assert printed.err.count("\n") == 1


def test_explain_tells_every_measure(rooms, capsys):
    main(["compare", "a.jpg", "b.jpg"])
    assert "completeness" not in capsys.readouterr().out
    main(["compare", "a.jpg", "b.jpg", "--explain"])
    assert "completeness" in capsys.readouterr().out
    main(["compare", "a.jpg", "b.jpg", "--explain", "--json", "-"])
    printed = capsys.readouterr()
    assert json.loads(printed.out) == rooms.answer.to_dict()
    assert "completeness" in printed.err
    main(["compare", "a.jpg", "b.jpg", "--explain", "--quiet"])
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("side", ["listing", "arrival", "accepted"])
def test_a_photo_in_a_folder_that_is_read_is_not_written_over(rooms, tmp_path, capsys, side):
    names = {"listing": "a.jpg", "arrival": "b.jpg", "accepted": "c.jpg"} | {side: str(tmp_path)}
    photo = tmp_path / "x.jpg"
    photo.write_bytes(b"photo")
    command = ["compare", names["listing"], names["arrival"], "--accepted", names["accepted"], "--overlay", str(photo)]
    assert main(command) == 2
    assert "write over" in capsys.readouterr().err
    assert photo.read_bytes() == b"photo"


def test_a_refused_photo_of_a_folder_of_several_may_be_taken_out(rooms, tmp_path, capsys, monkeypatch):
    def refusing(path, **settings):
        raise PhotoRefused("photo_broken", f"{path} is broken", "send it again")

    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
    monkeypatch.setattr("qaudit.photos.read_photo", refusing)
    assert main(["compare", str(tmp_path), "arrival.jpg"]) == 4
    assert capsys.readouterr().err.endswith("is broken (send it again; or take it out, and the other photos are judged)\n")
    (tmp_path / "b.jpg").unlink()
    assert main(["compare", str(tmp_path), "arrival.jpg"]) == 4
    assert capsys.readouterr().err.endswith("is broken (send it again)\n")
