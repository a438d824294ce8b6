"""The summary in Markdown, read by a parser of Markdown with tables, HTML and links switched on."""

from dataclasses import replace

from markdown_it import MarkdownIt

from qaudit.model.check import Place
from qaudit.report.markdown import ROWS, markdown_text

from .checks import HOSTILE, case, check, hostile_check
from .gold import assert_gold


def tokens_of(text):
    """All that a reader of Markdown makes of `text`, inline parts too."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for token in reader.parse(text):
        yield token
        yield from token.children or ()


def test_the_summary_reads_as_agreed():
    assert_gold(markdown_text(check()), "check.md")


def test_a_check_without_any_says_that_it_passes():
    text = markdown_text(check(case("passed", "match")))
    assert "The check passes" in text
    assert "|" not in text


def test_tolerances_that_were_moved_are_said():
    said = "settings: qaudit.toml; items judged by tolerances of their category: 3"
    assert said in markdown_text(check(moved=3, settings="qaudit.toml")).splitlines()
    assert "<b>" not in markdown_text(check(moved=3, settings="<b>"))


def test_nothing_hostile_is_more_than_text():
    made = hostile_check()
    assert len(made.cases) < 3 * ROWS
    tokens = list(tokens_of(markdown_text(made)))
    kinds = {token.type for token in tokens}
    assert not kinds & {"link_open", "image", "em_open", "strong_open", "s_open", "html_block", "fence", "code_block"}
    html = {token.content for token in tokens if token.type == "html_inline"}
    assert html == {"<br>", "<code>", "</code>"}
    rows = [token for token in tokens if token.type == "tr_open"]
    assert len(rows) == 3 + len(made.cases) + 1
    assert len([token for token in tokens if token.type == "td_open"]) == 4 * 2 * len(HOSTILE) + 5 * (len(HOSTILE) + 1)


def test_a_name_is_shown_as_it_is():
    for id_ in ("`tick` ``two", "``", "a | b", "<b>&amp;", "1_000*2"):
        tokens = list(tokens_of(markdown_text(check(case(id=id_)))))
        if "|" in id_:
            assert any(
                token.type == "inline" and token.content == f"<code>{id_.replace('|', '&#124;')}</code>" for token in tokens
            )
        else:
            assert id_ in [token.content.strip() for token in tokens if token.type == "code_inline"]


def test_addresses_and_people_in_a_sentence_are_not_linked():
    one = case()
    finding = one.record["findings"][0] | {"text": "see www.evil.example https://evil.example a@evil.example #1 @all"}
    text = markdown_text(check(replace(one, record=one.record | {"findings": [finding]})))
    assert "www.evil" not in text
    assert "https:/" not in text
    assert "@" not in text
    assert "#1 " not in text


def test_a_long_table_is_cut_and_says_so():
    text = markdown_text(check(*[case(id=str(n), place=Place("a.csv", n)) for n in range(ROWS + 5)]))
    assert "and 5 more" in text


def test_a_summary_of_long_texts_stays_below_what_github_takes():
    one = case()
    found = [one.record["findings"][0] | {"text": "|" * 5000}] * 9
    text = markdown_text(check(*[replace(one, record=one.record | {"findings": found})] * ROWS))
    assert len(text.encode()) < 400_000
    shown = len([token for token in tokens_of(text) if token.type == "tr_open"]) - 1
    assert f"and {ROWS - shown} more" in text
