import pytest

from . import gold


def test_a_changed_text_is_told_with_the_update_command(tmp_path, monkeypatch):
    monkeypatch.setattr(gold, "FOLDER", tmp_path)
    monkeypatch.delenv("QAUDIT_UPDATE_GOLD", raising=False)
    (tmp_path / "a.txt").write_text("one\n")
    gold.assert_gold("one   \n", "a.txt")
    with pytest.raises(AssertionError, match="QAUDIT_UPDATE_GOLD=1"):
        gold.assert_gold("two\n", "a.txt")


def test_the_update_writes_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(gold, "FOLDER", tmp_path)
    monkeypatch.setenv("QAUDIT_UPDATE_GOLD", "1")
    gold.assert_gold("one  \ntwo", "a.txt")
    assert (tmp_path / "a.txt").read_text() == "one\ntwo\n"
