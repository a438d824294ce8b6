"""An evaluation and a calibration as text and as a page."""

import io
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree.ElementTree import tostring

import pytest

from qaudit.model.evaluation import GroupScore, Interval, Labels, RiskPoint
from qaudit.model.language import said, speaking
from qaudit.report.calibration import Made, print_calibration
from qaudit.report.charts import auroc_chart, reliability_chart, risk_chart
from qaudit.report.evaluation import facts, print_evaluation
from qaudit.report.evaluation_page import POLICY, evaluation_page

from .factory import GUARANTEE, evaluation
from .gold import assert_gold

HOSTILE = "<script>alert(1)</script>\x1b[31m\n[red]&amp;\"' onload=\u202e\ud800"
MADE = Made("profile.toml", "540 labelled pairs", 0.92, 0.31, GUARANTEE, 0.63, 0.725, 0.5)


def printed(made, **settings):
    """What is printed about an evaluation."""
    file = io.StringIO()
    print_evaluation(made, file, **{"width": 80, **settings})
    return file.getvalue()


def calibrated(made, **settings):
    """What is printed about a calibration."""
    file = io.StringIO()
    print_calibration(made, file, **{"width": 80, **settings})
    return file.getvalue()


class Tags(HTMLParser):
    """The tags and attributes of a page, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


def test_an_evaluation_reads_as_agreed():
    assert_gold(printed(evaluation(), page="page.html"), "evaluation-80.txt")


def test_what_was_left_out_and_what_is_not_promised_is_told():
    made = evaluation(guarantee=None, labels=Labels(540, 240, 300, 120, 3, 2), fitted_on_these=True)
    for text in (printed(made), Tags(evaluation_page(made)).text):
        said = " ".join(text.split())
        assert "nothing: its limits are guaranteed no rate" in said
        assert "left out: 3 that could not be compared, 2 without a label" in said
        assert "These are the very pairs that the profile was fitted on" in said
    assert "very pairs" not in printed(evaluation())


def test_a_calibration_reads_as_agreed():
    assert_gold(calibrated(MADE), "calibration-80.txt")


@pytest.mark.parametrize("change", [{"caught": 0.0}, {"passed": 0.0}])
def test_a_limit_that_answers_nothing_is_told(change):
    assert "answers nothing" in calibrated(replace(MADE, **change))
    assert "answers nothing" not in calibrated(MADE)


def test_a_promise_is_never_rounded_to_look_better():
    made = replace(MADE, guarantee=replace(GUARANTEE, confidence=0.999, accused=replace(GUARANTEE.accused, rate=0.0264)))
    assert "at most 2.64 % at 99.9 % confidence" in calibrated(made)


def test_the_page_is_as_agreed():
    assert_gold(re.sub(r"(</\w+>)", "\\1\n", evaluation_page(evaluation()).decode()), "evaluation.html")


def test_the_page_needs_nothing_but_itself():
    page = Tags(evaluation_page(evaluation()))
    assert not {"script", "link", "img", "iframe", "a", "object"} & set(page.tags)
    assert ("content", POLICY) in page.attributes
    assert not [value for _, value in page.attributes if value and "://" in value]
    assert not [name for name, _ in page.attributes if name.startswith("on") or name in {"style", "href", "src"}]
    assert evaluation_page(evaluation()) == evaluation_page(evaluation())


def test_names_from_outside_harm_neither_page_nor_terminal():
    group = GroupScore(HOSTILE, 3, 3, Interval(0.5, 0.1, 0.9), 0.5, 0.25, 0.25)
    made = evaluation(groups=(group,), profile=HOSTILE, data=HOSTILE)
    page = evaluation_page(made)

    assert Tags(page).tags.count("script") == 0
    assert "<script>alert(1)</script>\\x1b[31m" in Tags(page).text
    for text in (
        page.decode(),
        printed(made, page=HOSTILE, width=200),
        calibrated(replace(MADE, path=HOSTILE, data=HOSTILE), width=200),
    ):
        assert not {"\x1b", "\u202e", "\ud800"} & set(text)
        text.encode()


def test_a_group_without_a_name_has_one():
    group = GroupScore("", 3, 3, Interval(0.5, 0.1, 0.9), 0.5, 0.25, 0.25)
    assert "(no group)" in printed(evaluation(groups=(group,)))
    assert "(no group)" in Tags(evaluation_page(evaluation(groups=(group,)))).text


def numbers(element, name):
    """All values of an attribute in a drawing."""
    return [float(shape.get(name)) for shape in element.iter() if shape.get(name) and shape.tag != "svg"]


@pytest.mark.parametrize("answered", [RiskPoint(0.0, 0.0), RiskPoint(0.64, 0.3), RiskPoint(1.0, 1.0)])
def test_drawings_stay_within_their_frame(answered):
    made = evaluation(answered=answered, risk=(RiskPoint(0.4, 0.0), RiskPoint(1.0, answered.risk)))
    for drawing in (reliability_chart(made.bins), risk_chart(made.risk, made.answered), auroc_chart(made)):
        _, _, width, height = (float(number) for number in drawing.get("viewBox").split())
        for names, end in ((("x", "x1", "x2", "cx"), width), (("y", "y1", "y2", "cy"), height)):
            assert all(0 <= value <= end for name in names for value in numbers(drawing, name))
        assert tostring(drawing)


def test_drawings_are_right_side_up():
    made = evaluation()
    low, high = [shape for shape in reliability_chart(made.bins) if shape.tag == "circle"]
    assert float(low.get("cx")) < float(high.get("cx"))
    assert float(low.get("cy")) > float(high.get("cy"))
    points = next(shape for shape in risk_chart(made.risk, made.answered) if shape.tag == "polyline").get("points").split()
    x, y = zip(*(map(float, point.split(",")) for point in points), strict=True)
    assert list(x) == sorted(x)
    assert list(y) == sorted(y, reverse=True)


def test_long_names_are_shortened_in_the_drawing_and_whole_in_the_table():
    name = "a" * 60
    made = evaluation(groups=(GroupScore(name, 3, 3, Interval(0.5, 0.1, 0.9), 0.5, 0.25, 0.25),))
    assert name not in tostring(auroc_chart(made), encoding="unicode")
    assert name in evaluation_page(made).decode()


def test_an_evaluation_and_its_page_speak_the_language():
    with speaking("id"):
        assert_gold(printed(evaluation()), "evaluation-id-80.txt")
        page = evaluation_page(evaluation()).decode()
    assert '<html lang="id">' in page
    assert "<h1>Ketepatan pada pasangan foto berlabel</h1>" in page


def test_a_calibration_is_told_in_the_language():
    guarantee = replace(GUARANTEE, method=said("exact binomial tail"))
    with speaking("id"):
        told = calibrated(replace(MADE, guarantee=guarantee))
    assert "tidak cocok mulai 0,920, cocok sampai 0,310" in told
    assert "ekor binomial eksak" in told


def test_categories_that_the_promise_does_not_hold_for_are_named():
    told = dict(facts(evaluation(moved=("cloth", "silver"))))
    assert told[""] == "not for categories whose tolerances the settings move: cloth, silver"
    assert "" not in dict(facts(evaluation()))
