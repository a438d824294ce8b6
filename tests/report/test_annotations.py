"""Workflow commands, read as the runner of GitHub Actions reads them."""

import re

from qaudit.model.check import Place
from qaudit.report.annotations import annotation_lines, no_command

from .checks import HOSTILE, case, check, hostile_check
from .gold import assert_gold


def as_the_runner_reads(line):
    """Command, properties and data of a line; None when it is only text."""
    found = re.fullmatch(r"\s*::([a-z-]+)(?: ([^:]*(?:(?!::).)*?))?::(.*)", line, re.DOTALL)
    if not found:
        return None
    properties = dict(part.split("=", 1) for part in found[2].split(",")) if found[2] else {}
    return found[1], {name: unescaped(value) for name, value in properties.items()}, unescaped(found[3])


def unescaped(text):
    """As the runner turns the escapes round, the percent sign last."""
    for escape, character in {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}.items():
        text = text.replace(escape, character)
    return text


def test_annotations_read_as_agreed():
    assert_gold("\n".join(annotation_lines(check())), "check-annotations.txt")


def test_what_fails_is_an_error_and_the_rest_is_less():
    kinds = [case("failed"), case("allowed"), case("allowed", "error"), case("allowed", "review"), case("passed", "match")]
    levels = [as_the_runner_reads(line)[0] for line in annotation_lines(check(*kinds))]
    assert levels == ["error", "warning", "warning", "notice"]


def test_what_fails_comes_first():
    lines = list(annotation_lines(check(case("allowed", "review", id="a"), case("failed", id="b"))))
    assert "MISMATCH b" in lines[0]


def test_a_file_without_lines_is_annotated_as_a_whole():
    (line,) = annotation_lines(check(case(place=Place("items/007/arrival.jpg"))))
    assert as_the_runner_reads(line)[1].keys() == {"file", "title"}


def test_each_hostile_item_is_one_command_and_says_what_it_is():
    made = hostile_check()
    lines = list(annotation_lines(made))
    told = [one for one in made.cases if one.state == "failed"]
    assert len(lines) == len(told)
    for line, one in zip(lines, told, strict=True):
        assert line.isprintable()
        command, properties, data = as_the_runner_reads(line)
        assert command == "error"
        assert properties.keys() == {"file", "line", "title"}
        assert properties["line"] == str(one.place.line)
        assert data


def test_an_escape_that_stands_in_a_name_is_not_turned_round():
    (line,) = annotation_lines(check(case(id="x%0A::add-mask::a")))
    assert as_the_runner_reads(line)[1]["title"] == "MISMATCH x%0A::add-mask::a"


def test_text_is_no_command():
    for text in HOSTILE:
        for line in no_command(text).splitlines():
            assert not line.strip().startswith("::")
            assert "##[" not in line
    assert no_command("a :: b\n  c\n") == "a :: b\n  c\n"
