import base64
import hashlib
import io
import re
from dataclasses import replace

import pytest
from PIL import Image

from qaudit.decision.profile import load_profile
from qaudit.measures import MEASURES
from qaudit.model.alignment import AlignmentFailed
from qaudit.model.language import speaking
from qaudit.model.picture import ItemShots, PairShots
from qaudit.model.record import ItemError
from qaudit.model.ruling import Ruling
from qaudit.model.text import one_line
from qaudit.model.verdict import ASPECTS, AspectVerdict, Evidence, NotApplicable
from qaudit.photos import read_photo
from qaudit.report.words import has_words
from tests.report.factory import comparison
from tests.report.pages import HOSTILE, full_comparison, inline, item_html, shot, tags_of

PAGE = item_html(shots=inline())


def test_the_answer_and_what_to_do_stand_before_everything_else():
    places = [PAGE.index(words) for words in ("MISMATCH</p>", "What to do next", ">Findings<", ">Photos<", ">Evidence<")]
    assert places == sorted(places)


def test_a_page_by_itself_holds_its_pictures_and_asks_for_nothing():
    assert set(re.findall(r'(?:href|src)="([^"]{0,23})', PAGE)) == {"data:image/jpeg;base64,", "#content"}
    assert "img-src data:;" in PAGE


def test_a_page_of_a_run_leads_back_and_finds_its_pictures_beside_it():
    pair = PairShots((0, 0), shot("pictures/a.jpg"), shot("pictures/b.jpg"))
    page = item_html(shots=ItemShots([pair]), back="../report.html")
    assert 'href="../report.html"' in page
    assert '<image href="pictures/b.jpg"' in page
    assert "img-src &#39;self&#39; file:;" in page


def test_the_policy_allows_the_own_script_and_style_and_no_other():
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', PAGE)[1].replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    for tag in ("script", "style"):
        (code,) = re.findall(rf"<{tag}>(.*?)</{tag}>", PAGE, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy


def test_nothing_is_styled_or_scripted_within_a_tag():
    tags = tags_of(PAGE)
    assert len(tags) > 100
    assert [tag for tag in tags if re.search(r"\s(style|on\w+)=", tag)] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_text_wherever_it_stands(text):
    made = full_comparison(id=text, notes=(text,), row={text: text, "seller": text})
    facts = replace(made.listing[0], path=text, applied=(text,), damaged=text)
    made = replace(made, listing=(facts,), decision=replace(made.decision, next_step=text, explained=(text,)))
    page = item_html(made.to_dict(), inline(), ruling=Ruling("match", text, text, text))
    names = {re.match(r"</?!?\s*([\w-]+)", tag)[1] for tag in tags_of(page)}
    assert names == {re.match(r"</?!?\s*([\w-]+)", tag)[1] for tag in tags_of(PAGE)}
    assert one_line(page.replace("\n", "")) == page.replace("\n", "")
    page.encode()


def test_a_text_without_end_is_cut_and_says_how_long_it_is():
    page = item_html(full_comparison(row={"note": "y" * 50_000}).to_dict())
    assert "y" * 2000 + "... (50000 characters)" in page
    assert "y" * 2001 not in page


def test_findings_have_their_figures_and_what_would_let_them_pass():
    assert "14.2 dE00, tolerance 5 dE00" in PAGE
    assert "2.8 times the tolerance; a tolerance of 15.9 dE00 would let it pass without a doubt." in PAGE
    assert "To be seen in listing photo 1 and arrival photo 2." in PAGE


def test_each_box_stands_in_the_pictures_of_its_own_pair():
    first, second = PAGE.split('<article class="pair">')[1:]
    assert set(re.findall(r'<g class="box [a-z]+" data-finding="(\d)"', first)) == {"1"}
    assert set(re.findall(r'<g class="box [a-z]+" data-finding="(\d)"', second)) == {"2"}
    assert '<rect class="line" stroke="#b3261e" x="40" y="60" width="200" height="100"' in first
    assert '<rect class="line" stroke="#b3261e" x="300" y="200" width="400" height="220"' in first


def test_a_finding_without_a_place_in_a_photo_has_no_box_there():
    second = PAGE.split('<article class="pair">')[2]
    assert [len(re.findall('<g class="box', figure)) for figure in second.split("<figure")[1:]] == [1, 0, 1, 1]


def test_every_picture_says_what_it_shows():
    labels = re.findall(r'<svg class="photo"[^>]* aria-label="([^"]*)"', PAGE)
    assert len(labels) == 8
    assert labels[0] == "The listing photo, with boxes round the findings: 1 colour"
    assert all(labels)


def test_the_evidence_tells_tolerance_headroom_and_weight():
    row = re.search(r'<tr class="deviates"><th scope="row">colour</th>.*?</tr>', PAGE)[0]
    cells = [cell.strip() for cell in re.sub(r"<[^>]+>", "|", row).split("|") if cell]
    assert cells == ["colour", "colour as a whole", "palette", "14.2 dE00", "5 dE00", "2.8 times", "96 %", "72 %"]
    assert "the profile does not judge by it" in PAGE
    assert "judged only where both products stand out from a plain ground" in PAGE


def test_colours_are_shown_with_their_difference_and_its_direction():
    assert re.search(r'fill="#[0-9a-f]{6}"/><rect x="32" width="32" height="24" fill="#[0-9a-f]{6}"', PAGE)
    assert "paler and bluer" in PAGE
    assert "62 % of it" in PAGE


def test_light_and_quality_are_told_in_figures():
    assert "<dt>exposure</dt><dd>-0.4 EV</dd>" in PAGE
    assert "<dt>warmth</dt><dd>+34 mired (from daylight to lamp light: about +200)</dd>" in PAGE
    assert "<dt>sharpness</dt><dd>80 %</dd>" in PAGE


def test_files_are_named_by_their_digests():
    assert PAGE.count("0" * 64) == 3
    assert "photos/arrival.heic" in PAGE
    assert "<dt>profile</dt><dd>test</dd>" in PAGE


@pytest.mark.parametrize("missing", ["gone", "changed", "address", "failed"])
def test_a_page_without_pictures_says_why(missing):
    page = item_html(shots=ItemShots(missing=missing))
    assert '<p class="missing">' in page
    assert "<image" not in page


def test_photos_that_do_not_lie_over_each_other_are_shown_side_by_side_alone():
    values = full_comparison(alignment=AlignmentFailed("no_texture"), measured=()).to_dict()
    page = item_html(values, ItemShots([PairShots((0, 0), shot(), shot())]))
    assert "The arrival could not be laid over the listing" in page
    assert page.count("<figure") == 2


def test_an_error_has_its_reason_and_the_way_out_instead():
    page = item_html(ItemError("bad", "photo_missing", "x.jpg: no such file (check the path)", {"seller": "Wayan"}).to_dict())
    assert "! </span>" not in page
    assert "ERROR</p>" in page
    assert "x.jpg: no such file (check the path)" in page
    assert "<dd><bdi>Wayan</bdi></dd>" in page
    assert ">Evidence<" not in page


def test_a_ruling_stands_with_the_answer():
    page = item_html(ruling=Ruling("mismatch", "Sri", "held it in hand", "2026-01-02T03:04:05+00:00"))
    assert '<p class="ruled">Ruled a mismatch by Sri on 2026-01-02: held it in hand</p>' in page
    assert ">What to do next<" in page


def test_a_ruling_that_differs_takes_the_place_of_what_to_do_next():
    page = item_html(ruling=Ruling("match", "Sri", "held it in hand", "2026-01-02T03:04:05+00:00"))
    assert "<h2>A person decided: MATCH</h2><p>Ruled a match by Sri on 2026-01-02: held it in hand</p>" in page
    assert ">What to do next<" not in page
    assert "Hold the piece beside" not in page
    assert "The item is not what its listing shows." not in page


def test_a_ruling_is_said_in_the_language_of_the_page():
    with speaking("id"):
        page = item_html(ruling=Ruling("match", "Sri", "x", "2026-01-02"))
    assert "Diputuskan cocok oleh Sri" in page


def test_records_of_an_earlier_version_have_a_page():
    values = full_comparison().to_dict()
    for entry in values["evidence"]:
        for name in ("tolerance", "p", "weight"):
            entry.pop(name, None)
    for view in values["views"]:
        del view["homography"]
    page = item_html(values, ItemShots([PairShots((0, 0), shot(), shot())]))
    assert "made before records told how photos lie over each other" in page
    assert "14.2 dE00" in page


def test_the_same_record_gives_the_same_bytes():
    assert item_html(shots=inline()) == PAGE


def test_a_match_says_that_nothing_was_found():
    page = item_html(comparison("match", decision={"findings": ()}).to_dict())
    assert "No deviation found" in page


@pytest.mark.parametrize(
    ("verdict", "judged", "says"),
    [
        ("retake", False, "Nothing was judged: the photo cannot answer."),
        ("review", False, "Nothing could be judged."),
        ("review", True, "No single deviation was found, but a doubt remains."),
        ("mismatch", True, "No single measure deviates for sure, all of them together do."),
    ],
)
def test_only_a_match_says_that_nothing_deviates(verdict, judged, says):
    made = comparison(verdict)
    aspects = made.decision.aspects if judged else dict.fromkeys(ASPECTS, AspectVerdict("not_applicable", reason="not_aligned"))
    page = item_html(replace(made, decision=replace(made.decision, findings=(), aspects=aspects)).to_dict())
    assert says in page
    assert "No deviation found" not in page


def test_where_no_light_was_fitted_nothing_is_said_of_what_it_explains():
    page = item_html(full_comparison(lighting=None, decision={"explained": ()}).to_dict())
    assert "No light could be fitted between the photos." in page
    assert "Nothing had to be put down to light" not in page
    assert "Nothing had to be put down to light" in item_html(full_comparison(decision={"explained": ()}).to_dict())


def test_where_nothing_was_measured_there_is_no_empty_table():
    nothing = (NotApplicable("shape", "outline", "no_outline"),)
    evidence = item_html(full_comparison(evidence=nothing).to_dict()).split('id="evidence"')[1]
    assert "Nothing could be measured." in evidence
    assert "of the tolerance" not in evidence
    assert "Nothing could be measured." not in PAGE


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        ("first of several pictures", "gambar pertama dari beberapa"),
        ("cropped to 40 x 30 px", "dipotong menjadi 40 x 30 px"),
        ("orientation 6", "orientasi 6"),
        ("16 bit to 8 bit", "16 bit ke 8 bit"),
        ("alpha over white", "bagian tembus pandang diberi latar putih"),
        ("CMYK to RGB", "CMYK ke RGB"),
        ("profile Display P3", "profil Display P3"),
        ("reduced to 1600 px", "diperkecil ke 1600 px"),
        ("something of a later version", "something of a later version"),
    ],
)
def test_what_was_done_to_a_photo_is_said_in_the_language_of_the_page(recorded, said):
    facts = replace(comparison().listing[0], applied=(recorded,))
    values = comparison(listing=(facts,)).to_dict()
    assert values["photos"]["listing"][0]["applied"] == [recorded]
    assert f"<td>{recorded}</td>" in item_html(values)
    with speaking("id"):
        assert f"<td>{said}</td>" in item_html(values)


def test_what_the_reader_does_to_a_photo_has_words():
    data = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGBA", (40, 30)).save(data, "PNG", exif=exif)
    done = read_photo(data.getvalue(), max_side=20).applied
    assert done == ("orientation 6", "alpha over white", "reduced to 20 px")
    with speaking("id"):
        page = item_html(comparison(listing=(replace(comparison().listing[0], applied=done),)).to_dict())
    assert not any(text in page for text in done)


def test_every_measure_has_a_name():
    names = set(MEASURES) | {term.measure for term in load_profile(None).terms}
    assert len(names) > 15
    assert [name for name in names if not has_words(f"measure.{name}")] == []


def test_a_measure_of_a_later_version_has_its_slug_alone():
    made = full_comparison(evidence=(Evidence("colour", "glow", 1, 0.2, "share"),))
    assert '<td class="measure"><code>glow</code>' in item_html(made.to_dict())


def test_of_several_photos_a_pair_says_which_they_are_also_where_it_stands_alone():
    pair = ItemShots([PairShots((0, 0), shot(), shot())])
    page = item_html(full_comparison(decision={"findings": ()}).to_dict(), pair)
    assert page.count('<article class="pair">') == 1
    assert "<h3>Listing photo 1 and arrival photo 1 " in page
    assert "Shown: the surest pair, and those with findings." in page
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    assert captions[1] == 'Arrival, as photographed<br><bdi class="path">photos/arrival.heic</bdi>'
    alone = item_html(comparison().to_dict(), pair)
    assert "<h3>Listing photo 1" not in alone
    assert "Shown: the surest pair" not in alone
    assert "<figcaption>Arrival, as photographed</figcaption>" in alone


def test_an_aspect_that_is_fine_by_itself_says_so_where_something_of_it_is_listed():
    made = comparison("review")
    aspects = {"colour": AspectVerdict("ok", 0.2), "pattern": AspectVerdict("ok", 0.1)}
    found = comparison("mismatch").findings[:1]
    page = item_html(replace(made, decision=replace(made.decision, findings=found, aspects=aspects)).to_dict())
    assert page.count("by itself; with the others a doubt") == 1
    assert re.search(r"<dt>colour</dt><dd[^>]*>fine <span[^>]*>by itself;", page)
