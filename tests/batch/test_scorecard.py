"""Score cards: counted right, the worst first, rulings before verdicts, and nothing hidden."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from qaudit.batch import audit as audit_module
from qaudit.batch.audit import audit
from qaudit.batch.finished import figures_now
from qaudit.batch.lot import Sampling
from qaudit.batch.rulings import rule
from qaudit.batch.schema import DATABASE
from qaudit.batch.scorecard import score_cards
from qaudit.model.guarantee import Bound, Guarantee
from qaudit.model.options import Options
from qaudit.model.record import Totals
from qaudit.model.scorecard import Compared, Group
from tests.faults.rig import cheap_catalogue
from tests.faults.work import cheap_record

KNOWN = Guarantee("test", 0.95, Bound(0.035, 0.01, 100, 280), Bound(0.07, 0.02, 100, 366))


def group(
    seller: str, verdict: str, count: int, category: str = "cups", ruling: str | None = None, aspects: tuple[str, ...] = ()
) -> Group:
    return Group(seller, category, verdict, ruling, aspects, count)


def sellers() -> list[Group]:
    made = [group("tiny", "mismatch", 1), group("tiny", "match", 1), group("bad", "mismatch", 60), group("bad", "match", 140)]
    for number in range(10):
        made += [group(f"fine {number}", "mismatch", 4), group(f"fine {number}", "match", 96)]
    return made


def test_one_bad_item_of_two_does_not_head_the_list() -> None:
    names = [card.name for card in score_cards(sellers(), None).sellers]
    assert names[0] == "bad"
    tiny = next(card for card in score_cards(sellers(), None).sellers if card.name == "tiny")
    assert tiny.rate is not None
    assert tiny.shrunk is not None
    assert tiny.rate.interval.value == 0.5
    assert tiny.shrunk.value < 0.5


def test_a_seller_is_drawn_towards_its_own_categories() -> None:
    made = sellers()
    for number in range(5):
        made += [group(f"mask {number}", "mismatch", 40, "masks"), group(f"mask {number}", "match", 60, "masks")]
    made += [group("new cup", "match", 1), group("new mask", "match", 1, "masks")]
    drawn = {card.name: card.shrunk.value for card in score_cards(made, None).sellers if card.shrunk}
    assert drawn["new mask"] > drawn["new cup"]


def test_abstentions_and_errors_stand_beside_and_count_for_no_rate() -> None:
    counts = [("match", 6), ("mismatch", 2), ("review", 3), ("retake", 1), ("error", 4)]
    (card,) = score_cards([group("a", verdict, count) for verdict, count in counts], None).sellers
    assert (card.totals, card.undecided) == (Totals(6, 2, 3, 1, 4), 4)
    assert card.rate is not None
    assert (card.rate.hits, card.rate.count) == (2, 8)
    assert card.extremes == (2 / 12, 6 / 12)


def test_a_seller_with_nothing_decided_has_no_rate_and_comes_last() -> None:
    cards = score_cards([*sellers(), group("silent", "error", 3), group("asked", "review", 2)], KNOWN).sellers
    assert [card.name for card in cards[-2:]] == ["asked", "silent"]
    assert (cards[-1].rate, cards[-1].extremes, cards[-1].corrected) == (None, None, None)


def test_rulings_go_before_verdicts_and_are_counted() -> None:
    groups = [group("a", "match", 5), group("a", "review", 2, ruling="mismatch"), group("a", "mismatch", 1, ruling="match")]
    (card,) = score_cards(groups, KNOWN).sellers
    assert (card.totals, card.ruled) == (Totals(match=6, mismatch=2), 3)


def test_rulings_need_no_correction() -> None:
    groups = [group("a", "review", 8, ruling="match"), group("a", "review", 2, ruling="mismatch")]
    (card,) = score_cards(groups, KNOWN).sellers
    assert card.rate is not None
    assert card.corrected is not None
    assert card.corrected.value == card.rate.interval.value
    assert card.corrected.low == pytest.approx(card.rate.interval.low, abs=1e-4)
    assert card.corrected.high == pytest.approx(card.rate.interval.high, abs=1e-4)


def test_aspects_are_shares_of_the_decided_items_the_most_frequent_first() -> None:
    groups = [group("a", "match", 6), group("a", "mismatch", 1, aspects=("colour", "damage"))]
    groups += [group("a", "mismatch", 2, aspects=("damage",)), group("a", "review", 9, aspects=("shape",))]
    (card,) = score_cards(groups, None).sellers
    assert [(aspect, share.hits, share.count) for aspect, share in card.aspects.items()] == [("damage", 3, 9), ("colour", 1, 9)]


def test_an_earlier_run_says_what_got_better_or_worse() -> None:
    before = [group("a", "match", 90), group("a", "mismatch", 10), group("b", "match", 50), group("b", "mismatch", 50)]
    now = [group("a", "match", 50), group("a", "mismatch", 50), group("b", "match", 95), group("b", "mismatch", 5)]
    now += [group("c", "match", 3)]
    cards = score_cards(now, None, before)
    said = {card.name: card.change and card.change.says for card in cards.sellers}
    assert said == {"a": "worse", "b": "better", "c": None}
    assert cards.overall.change is not None
    assert cards.overall.change.before.hits == 60


def test_a_manifest_without_sellers_has_a_card_for_all_items_alone() -> None:
    cards = score_cards([group("", "match", 3, ""), group("", "mismatch", 1, "")], KNOWN)
    assert (cards.sellers, cards.categories) == ((), ())
    assert cards.overall.totals == Totals(match=3, mismatch=1)
    json.dumps(cards.to_dict(), allow_nan=False)


def test_no_items_make_no_rate() -> None:
    assert score_cards([], KNOWN).overall.rate is None


def test_what_was_judged_by_other_tolerances_is_not_corrected_but_by_rulings() -> None:
    def of(category: str, seller: str) -> list[Group]:
        return [group(seller, "match", 20, category), group(seller, "mismatch", 5, category)]

    ruled = [group("c", "mismatch", 3, "Cloth", ruling="match")]
    cards = score_cards([*of("Cloth", "a"), *of("silver", "b"), *ruled], KNOWN, moved=("cloth",))
    assert {card.name: card.corrected is not None for card in (*cards.sellers, *cards.categories)} == {
        "a": False,
        "b": True,
        "c": True,
        "Cloth": False,
        "silver": True,
    }
    assert cards.overall.corrected is None
    assert cards.uncorrected == ("Cloth",)
    assert cards.to_dict()["uncorrected"] == ["Cloth"]
    assert score_cards(of("Cloth", "a"), None, moved=("cloth",)).uncorrected == ()


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_module, "record_of", cheap_record)


def test_an_earlier_run_with_other_options_or_cut_short_says_so(cheap: None, tmp_path: Path) -> None:
    manifest = cheap_catalogue(tmp_path / "in", [f"item-{n}" for n in range(6)])
    audit(manifest, tmp_path / "same")
    assert audit(manifest, tmp_path / "new", compare_to=tmp_path / "same").cards.compared == Compared(6, 6, ())
    audit(manifest, tmp_path / "other", options=Options(seed=1))
    with sqlite3.connect(tmp_path / "other" / DATABASE) as base:
        base.execute("UPDATE line SET number = NULL WHERE position >= 2")
    base.close()
    cards = audit(manifest, tmp_path / "new", compare_to=tmp_path / "other").cards
    assert cards.compared == Compared(6, 2, ("options",))
    assert cards.to_dict()["compared"] == {"items": 6, "finished": 2, "differs": ["options"]}


def test_the_figures_of_a_run_after_rulings_are_those_of_its_next_audit(cheap: None, tmp_path: Path) -> None:
    manifest = cheap_catalogue(tmp_path / "in", [f"item-{n}" for n in range(60)])
    audit(manifest, tmp_path / "earlier")
    wanted = {"compare_to": tmp_path / "earlier", "sampling": Sampling("II", {"major": 4.0, "minor": 6.5}, seed="one")}
    before = audit(manifest, tmp_path / "run", **wanted)
    assert before.cards.overall.corrected is not None
    assert before.lot is not None
    assert figures_now(tmp_path / "run").cards == before.cards
    for id_ in before.lot.sample[:4]:
        rule(tmp_path / "run", id_, "match", "Sri", "seen")
    now = figures_now(tmp_path / "run")
    after = audit(manifest, tmp_path / "run", **wanted)
    assert (now.cards, now.lot) == (after.cards, after.lot)
    assert (now.cards, now.lot) != (before.cards, before.lot)
