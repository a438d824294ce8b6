import pytest

from qaudit.report.figures import measured, percent, rate


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (0.004, "<1 %"), (0.5, "50 %"), (0.996, ">99 %"), (1, "100 %")])
def test_a_share_is_never_rounded_to_certainty(share, text):
    assert percent(share) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(14.23, "dE00", "14.2 dE00"), (0.034, "share", "3.4 %"), (1234.5, "px", "1234 px"), (5.0, "dE00", "5 dE00"), (2, "", "2")],
)
def test_a_value_has_three_digits_and_its_unit(value, unit, text):
    assert measured(value, unit) == text


@pytest.mark.parametrize(("items", "seconds", "text"), [(0, 0, "-"), (10, 4, "2.5"), (1000, 3, "333"), (1, 3, "0.33")])
def test_a_rate_is_short(items, seconds, text):
    assert rate(items, seconds) == text


@pytest.mark.parametrize(("value", "text"), [(1, "1 piece"), (2, "2 pieces"), (1.5, "1.5 pieces"), (0, "0 pieces")])
def test_one_of_a_unit_is_not_many(value, text):
    assert measured(value, "pieces") == text
