import io
from dataclasses import replace
from pathlib import Path

from rich.console import Group as Group_

from qaudit.batch.lot import Sampling, Unit, lot_of, plans
from qaudit.batch.plan import plan_for
from qaudit.batch.scorecard import score_cards
from qaudit.decision.wording import say
from qaudit.model.guarantee import Bound, Guarantee
from qaudit.model.language import speaking
from qaudit.model.record import ItemError, Totals
from qaudit.model.scorecard import Compared, Group
from qaudit.model.sentences import in_language
from qaudit.report.layout import Terminal
from qaudit.report.lot import print_plans
from qaudit.report.scorecard import score_card_parts
from qaudit.report.summary import WORST_ROWS, print_summary, worst_first

from .factory import comparison
from .gold import assert_gold

KNOWN = Guarantee("test", 0.95, Bound(0.035, 0.01, 100, 280), Bound(0.07, 0.02, 100, 366))


def summary(items, out, **settings):
    """What `print_summary` writes about `items`."""
    file = io.StringIO()
    print_summary(
        Totals.of(item.verdict for item in items), (item.to_dict() for item in items), out, file, width=80, **settings
    )
    return file.getvalue()


def run_of(tmp_path: Path) -> Path:
    """A folder as a run leaves it."""
    (tmp_path / "results.jsonl").touch()
    (tmp_path / "timings.jsonl").touch()
    (tmp_path / "summary.json").touch()
    (tmp_path / "something else").touch()
    return tmp_path


def test_a_summary_reads_as_agreed(tmp_path):
    items = [
        comparison("match", id="001"),
        comparison("review", id="002", decision={"p_mismatch": 0.4}),
        comparison("mismatch", id="003", decision={"p_mismatch": 0.81}),
        comparison("mismatch", id="004"),
        comparison("retake", id="005", decision={"findings": (), "next_step": "Take it in daylight.", "p_mismatch": 0.2}),
        ItemError("006", "photo_missing", "x.jpg: there is no such file (check the path)"),
    ]
    assert_gold(summary(items, run_of(tmp_path)).replace(str(tmp_path), "RUN"), "summary-80.txt")


def test_only_matches_leave_nothing_to_look_at(tmp_path):
    text = summary([comparison("match")], run_of(tmp_path))
    assert "1 item audited" in text
    assert "To look at first" not in text


def test_mismatches_come_first_and_the_surest_of_them_before_the_others():
    records = [
        {"id": "a", "verdict": "retake", "p_mismatch": 0.9},
        {"id": "b", "verdict": "mismatch", "p_mismatch": 0.8},
        {"id": "c", "verdict": "error", "p_mismatch": None},
        {"id": "d", "verdict": "match", "p_mismatch": 0.1},
        {"id": "e", "verdict": "mismatch", "p_mismatch": 0.9},
        {"id": "f", "verdict": "review", "p_mismatch": 0.5},
    ]
    assert [record["id"] for record in worst_first(records)] == ["e", "b", "c", "f", "a"]


def test_what_does_not_fit_is_counted(tmp_path):
    text = summary([comparison("mismatch")] * (WORST_ROWS + 3), run_of(tmp_path))
    assert "and 3 more, in results.jsonl" in text
    assert text.count("97 %") == WORST_ROWS


def test_an_error_that_many_items_share_is_told_once_with_their_number(tmp_path):
    alike = [ItemError(f"{n}", "row_outside_root", f"row {n}: {n}.jpg leads out (name a wider folder)") for n in range(30)]
    other = ItemError("x", "photo_missing", "x.jpg: there is no such file (check the path)")
    text = " ".join(summary([*alike, other, comparison("retake")], run_of(tmp_path)).split())
    assert "row 0: 0.jpg leads out (name a wider folder); more items with this error: 29" in text
    assert "x.jpg: there is no such file (check the path)" in text
    assert (text.count("! ERROR"), text.count("RETAKE"), "more, in results.jsonl" in text) == (3, 2, False)


def test_where_nothing_was_decided_there_are_no_score_cards(tmp_path):
    cards = score_cards([Group("a", "cups", "error", None, (), 2), Group("b", "cups", "review", None, (), 1)], KNOWN)
    text = summary([comparison("review")], run_of(tmp_path), cards=cards)
    assert "No item was decided, so there are no score cards." in text
    assert "worst first" not in text


def test_score_cards_read_as_agreed(tmp_path):
    before = [Group("bad", "cups", "match", None, (), 80), Group("bad", "cups", "mismatch", None, (), 4)]
    groups = [
        *(Group(f"fine {n}", "cups", "match", None, (), 96) for n in range(11)),
        Group("bad", "cups", "match", None, (), 40),
        Group("bad", "cups", "mismatch", None, ("colour", "damage"), 12),
        Group("bad", "cups", "review", "mismatch", ("colour",), 3),
        Group("bad", "cups", "review", None, (), 7),
        Group("tiny \x1b[2J", "masks", "mismatch", None, ("missing",), 1),
        Group("tiny \x1b[2J", "masks", "match", None, (), 1),
        Group("silent", "masks", "error", None, (), 2),
    ]
    for earlier, name in ((None, "score-cards-80.txt"), (before, "score-cards-compared-80.txt")):
        text = summary([comparison("match")], run_of(tmp_path), cards=score_cards(groups, KNOWN, earlier))
        assert_gold(text.replace(str(tmp_path), "RUN"), name)
        assert "\x1b" not in text


def test_a_lot_reads_as_agreed(tmp_path):
    planned = plans(2400, Sampling("II", {"critical": 0.0, "major": 2.5, "minor": 4.0}))
    sample = [Unit(f"{n}\x1b", "review" if n < 25 else "match", "", n == 99) for n in range(123)]
    sample += [Unit("a", "mismatch", "major", False), Unit("b", "mismatch", "minor", False)]
    text = summary([comparison("match")], run_of(tmp_path), lot=lot_of(2400, "5eed", planned, sample))
    assert_gold(text.replace(str(tmp_path), "RUN"), "lot-80.txt")
    assert "\x1b" not in text


def test_plans_read_as_agreed():
    file = io.StringIO()
    asked = ((2.5, "normal"), (2.5, "tightened"), (0.25, "reduced"))
    print_plans([plan_for(2400, "II", aql, switch) for aql, switch in asked], file)
    assert_gold(file.getvalue(), "plans-80.txt")


def test_hostile_ids_stay_text(tmp_path):
    text = summary([comparison("mismatch", id="\x1b[2J[red]")], run_of(tmp_path))
    assert "\\x1b[2J[red]" in text
    assert "\x1b" not in text


def test_a_run_is_summed_up_in_the_language(tmp_path):
    item = comparison("retake", decision={"findings": (), "next_step": say("next.retake.blurred"), "p_mismatch": 0.004})
    with speaking("id"):
        file = io.StringIO()
        records = [in_language(item.to_dict(), "id")]
        print_summary(Totals(retake=1), records, run_of(tmp_path), file, width=100)
    told = " ".join(file.getvalue().split())
    assert told.startswith("1 barang diaudit")
    assert "↻ FOTO ULANG 007 <1% Foto ulang barangnya: pegang HP dengan stabil" in told


def test_score_cards_keep_their_names_in_the_language(tmp_path):
    groups = [Group(f"penjual {n}", "", "mismatch" if n else "match", None, ("missing",) if n else (), 20) for n in range(3)]
    file = io.StringIO()
    with speaking("id"):
        print_summary(Totals(match=20, mismatch=40), [], run_of(tmp_path), file, cards=score_cards(groups, None), width=80)
    assert all(f"penjual {n}" in file.getvalue() for n in range(3))
    assert "Penjual, dari yang terburuk" in file.getvalue()


def test_categories_with_tolerances_of_their_own_are_named_as_uncorrected(tmp_path):
    known = Guarantee("m", 0.95, Bound(0.05, 0.01, 100, 100), Bound(0.1, 0.02, 100, 100))
    groups = [Group("s", name, "match", None, (), 9) for name in ("cl\x1both", "silver")]
    text = summary([comparison("match")], run_of(tmp_path), cards=score_cards(groups, known, moved=("cl\x1both",)))
    assert "the settings move tolerances of: cl\\x1both;" in text


def carded(groups, before=None, compared=None, width=80):
    """What a summary says of score cards."""
    file = io.StringIO()
    cards = replace(score_cards(groups, KNOWN, before), compared=compared)
    console = Terminal(file, width=width)
    console.print(Group_(*score_card_parts(cards, console)))
    return file.getvalue()


def test_a_manifest_without_sellers_has_a_line_for_all_items_and_no_legend():
    groups = [Group("", "", "match", None, (), 20), Group("", "", "mismatch", None, ("colour",), 40)]
    text = carded(groups, [Group("", "", "match", None, (), 60)])
    assert "Mismatches among all decided items: 40 of 60" in text
    assert "This is worse than in the earlier run, where it was 0 %" in text
    assert "interval:" not in text


def test_an_earlier_run_that_is_unlike_this_one_is_told():
    groups = [Group("", "", "match", None, (), 20)]
    text = " ".join(carded(groups, groups, Compared(60, 5, ("options", "libraries"))).split())
    assert "Items that the earlier run finished: 5 of 60;" in text
    assert "another state of: options, libraries." in text
    assert "earlier run" not in carded(groups, None, Compared(5, 5, ()))


def test_a_narrow_terminal_leaves_out_what_is_least_needed_and_never_what_is_open_or_in_error():
    groups = [Group(f"seller {n}", "", verdict, None, ("colour",), 50) for n in range(4) for verdict in ("match", "mismatch")]
    wide, narrow, narrowest = (carded(groups, width=width) for width in (100, 80, 50))
    heads = [text.split("first\n")[1].splitlines()[0].split() for text in (wide, narrow, narrowest)]
    always = ["name", "mismatch", "smoothed", "pending", "error"]
    assert heads[0] == ["name", "mismatch", "interval", "smoothed", "corrected", "pending", "error", "mostly"]
    assert heads[1] == heads[0][:-1]
    assert heads[2] == always
    assert ("wider terminal" in wide, "wider terminal" in narrow) == (False, True)
    assert "corrected:" not in narrowest
    assert all("seller 0" in text for text in (wide, narrow, narrowest))


def test_what_a_person_has_ruled_on_is_not_to_be_looked_at_first(tmp_path):
    items = [comparison("mismatch", id=id_) for id_ in ("vase-7", "vase-8")] + [comparison("match", id="fine")]
    text = summary(items, run_of(tmp_path), rulings={0: "match", 2: "match"})
    assert ("vase-7" in text, "vase-8" in text) == (False, True)
    assert "To look at first" not in summary(items, run_of(tmp_path), rulings={0: "match", 1: "mismatch"})
