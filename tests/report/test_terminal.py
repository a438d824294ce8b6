import io
import re
from dataclasses import replace

import pytest

from qaudit.decision.wording import say
from qaudit.model.language import Figure, chained, said, speaking
from qaudit.model.verdict import AspectVerdict, Headroom
from qaudit.report.terminal import print_comparison

from .factory import COLOUR, MISSING, PHOTO, WEIGHED, comparison
from .gold import assert_gold


def printed(item, **settings):
    """What `print_comparison` writes to a stream that is no terminal."""
    file = io.StringIO()
    print_comparison(item, file, **settings)
    return file.getvalue()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No setting of the person who runs the tests gets into the texts."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def test_a_mismatch_reads_as_agreed():
    assert_gold(printed(comparison(), width=80, timings=True), "mismatch-80.txt")


def test_a_narrow_terminal_has_the_sentences_below_the_figures():
    assert_gold(printed(comparison(), width=48), "mismatch-48.txt")


def test_a_match_reads_as_agreed():
    assert_gold(
        printed(comparison("match", decision={"p_mismatch": 0.004, "findings": (), "next_step": ""}, notes=()), width=80),
        "match-80.txt",
    )


def test_a_retake_says_first_what_to_photograph():
    decision = {
        "p_mismatch": 0.31,
        "findings": (),
        "explained": (),
        "next_step": "Hold the camera still and take it in daylight.",
    }
    assert_gold(printed(comparison("retake", decision=decision, notes=()), width=80), "retake-80.txt")


def test_no_line_is_wider_than_the_terminal():
    for width in (40, 60, 80, 120):
        assert max(len(line) for line in printed(comparison(), width=width).splitlines()) <= width


@pytest.mark.parametrize("verdict", ["match", "mismatch", "review", "retake"])
def test_the_verdict_is_a_symbol_and_a_word(verdict):
    assert re.match(rf"[✓✗?↻] {verdict.upper()}  ", printed(comparison(verdict), width=80))


def test_an_encoding_without_the_symbols_gets_plain_ones():
    file = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_comparison(comparison(), file, width=80)
    file.seek(0)
    assert file.read().startswith("x MISMATCH")


def test_colour_only_where_a_terminal_asks_for_it(monkeypatch):
    assert "\x1b" not in printed(comparison(), width=80)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in printed(comparison(), width=80)


def test_no_color_is_respected(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", printed(comparison(), width=80))


def test_hostile_names_and_texts_stay_text():
    hostile = "a\x1b[2J\r\u202e[red]x[/red]:smile:\x07.jpg"
    item = comparison(
        listing=(replace(PHOTO, path=hostile),),
        notes=(hostile,),
        decision={"findings": (replace(COLOUR, text=hostile),), "explained": (hostile,), "next_step": hostile},
        seconds={hostile: 1.0},
    )
    text = printed(item, width=200, timings=True)
    assert not set(text) & set("\x1b\r\u202e\x07")
    assert text.count("a\\x1b[2J\\r\\u202e[red]x[/red]:smile:\\x07.jpg") == 6


def test_seconds_are_printed_only_when_asked_for():
    assert "align" not in printed(comparison(), width=80)
    assert "align    0.310" in printed(comparison(), width=80, timings=True)


def several():
    """A comparison of two listing and two arrival photos, with a finding on the second of each."""
    elsewhere = replace(COLOUR, listing_photo=1, arrival_photo=1)
    weighed = (*WEIGHED[:2], replace(WEIGHED[2], photos=(1, 1)), *WEIGHED[3:])
    return comparison(
        listing=(PHOTO, replace(PHOTO, path="photos/back.jpg")),
        arrival=(replace(PHOTO, path="photos/1.heic"), replace(PHOTO, path="photos/2.heic")),
        accepted=(replace(PHOTO, path="photos/good.jpg"),),
        decision={"findings": (elsewhere, MISSING), "weighed": weighed},
    )


def test_every_measure_is_told_when_asked_for():
    assert_gold(printed(comparison(), width=80, explain=True), "explain-80.txt")
    assert "palette" not in printed(comparison(), width=80)


def test_of_several_photos_those_that_show_it_are_told():
    assert_gold(printed(several(), width=80, explain=True), "several-80.txt")


def test_no_line_of_the_measures_is_wider_than_the_terminal():
    for width in (40, 60, 76, 80, 120):
        assert max(len(line) for line in printed(several(), width=width, explain=True).splitlines()) <= width


def test_measures_of_an_item_without_evidence_are_no_crash():
    decision = {"weighed": (), "findings": ()}
    assert "Measures" in printed(comparison("review", decision=decision), width=80, explain=True)


@pytest.mark.parametrize(
    ("headroom", "said"),
    [
        (Headroom("factor", 2.84, 15.9), "2.8 times the tolerance"),
        (Headroom("factor", 284.0, 15.9), "284 times the tolerance"),
        (Headroom("factor", 1.05, 15.9), "1.1 times the tolerance"),
        (Headroom("factor", 1.04, 15.9), "Just beyond the tolerance"),
        (Headroom("factor", 0.7, 15.9), "Within the tolerance"),
        (Headroom("difference", 0.5, 15.9), "0.5 dE00 beyond the tolerance"),
        (Headroom("difference", -0.5, 15.9), "Within the tolerance"),
    ],
)
def test_a_finding_says_how_far_beyond_the_tolerance_it_is_and_what_would_pass(headroom, said):
    text = printed(comparison(decision={"findings": (replace(COLOUR, headroom=headroom),)}), width=200)
    assert said in text
    assert "a tolerance of 15.9 dE00 would let it pass without a doubt." in text


@pytest.mark.parametrize(("beyond", "unit"), [(0.216, "share"), (21.6, "%")])
def test_how_far_a_share_is_beyond_its_tolerance_is_told_in_points(beyond, unit):
    finding = replace(COLOUR, unit=unit, headroom=Headroom("difference", beyond, 100 * COLOUR.tolerance))
    text = printed(comparison(decision={"findings": (finding,)}), width=200)
    assert "21.6 percentage points beyond the tolerance" in text


def test_a_finding_that_passes_by_itself_says_so():
    weak = replace(COLOUR, value=3.0, headroom=Headroom("factor", 0.6, 4.4))
    assert "By itself it passes" in printed(comparison("review", decision={"findings": (weak,)}), width=200)


def test_the_base_rate_that_the_probability_holds_for_is_told():
    told = printed(comparison(tool={"base_rate": 0.03}), width=120)
    assert "Probability that it is not what was listed: 97 % (where 3 % of all items are not)" in told


def told_in_indonesian(item, **settings):
    """What is printed in Indonesian."""
    with speaking("id"):
        return printed(item, **settings)


def indonesian():
    """A comparison whose sentences were made as those of real ones are."""
    direction = chained("{first} and {next}", [say("colour.brown"), say("colour.paler")])
    place, size = say("place.lower middle"), {"value": Figure("14.2"), "tolerance": Figure("5.0")}
    findings = (
        replace(COLOUR, text=say("finding.patch", place=place, direction=direction, **size)),
        replace(MISSING, text=say("finding.completeness", place=say("place.upper right"))),
    )
    damaged = say("note.damaged", path="photos/arrival.heic", reason=said("the file ends early"))
    return comparison(
        decision={
            "findings": findings,
            "explained": (say("light.dimmer", ev=Figure("0.4")), say("light.warmer", mired="34")),
            "next_step": say("next.mismatch"),
        },
        notes=(damaged,),
        tool={"base_rate": 0.03},
    )


@pytest.mark.parametrize("width", [80, 48])
def test_indonesian_reads_as_agreed(width):
    assert_gold(told_in_indonesian(indonesian(), width=width, timings=True), f"mismatch-id-{width}.txt")


def test_every_measure_is_told_in_indonesian():
    assert_gold(told_in_indonesian(indonesian(), width=80, explain=True), "explain-id-80.txt")


def test_no_line_of_indonesian_is_wider_than_the_terminal():
    for width in (40, 60, 80, 120):
        assert max(len(line) for line in told_in_indonesian(indonesian(), width=width, explain=True).splitlines()) <= width


@pytest.mark.parametrize(
    ("status", "head"), [("ok", "What leaves a doubt"), ("unsure", "What leaves a doubt"), ("finding", "Reasons")]
)
def test_a_review_without_an_aspect_beyond_its_limit_names_doubts_and_no_reasons(status, head):
    made = comparison("review")
    found = comparison("mismatch").findings
    decision = replace(made.decision, findings=found, aspects={"colour": AspectVerdict(status, 0.2)})
    assert f"\n{head}\n" in printed(replace(made, decision=decision))


def test_an_aspect_that_is_fine_by_itself_says_so_where_something_of_it_is_listed():
    made = comparison("review")
    found = comparison("mismatch").findings[:1]
    aspects = {"colour": AspectVerdict("ok", 0.2), "pattern": AspectVerdict("ok", 0.1)}
    assert found[0].aspect == "colour"
    text = printed(replace(made, decision=replace(made.decision, findings=found, aspects=aspects)))
    assert "fine  colour (by itself; with the others a doubt), pattern\n" in text
