"""Which rows count as changed since a commit."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qaudit.batch.changes import Changes
from qaudit.batch.git import Repository
from qaudit.batch.manifest import Manifest
from qaudit.model.errors import SettingsError

from .shop import Shop, git

IDS = ("a", "b", "c", "d")


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Four items, all committed."""
    return Shop(tmp_path / "shop", dict.fromkeys(IDS, "match"))


def changed(shop: Shop, ref: str = "HEAD", manifest: Path | None = None, **settings: object) -> list[str]:
    """Ids of the items that count as changed."""
    items = Manifest(manifest or shop.manifest, **settings)  # type: ignore[arg-type]
    repository = Repository.around(items.folder)
    changes = Changes(items, repository, repository.start(ref))
    return [row.id for row in items if changes.include(row)]


def test_nothing_changed_is_nothing(shop: Shop) -> None:
    assert changed(shop) == []


def test_a_row_that_is_new_or_written_otherwise_changed(shop: Shop) -> None:
    shop.rows["b"][2] = "another note"
    shop.rows["e"] = ["photos/listing", "photos/a", ""]
    shop.write()
    assert changed(shop) == ["b", "e"]


def test_rows_that_only_moved_did_not_change(shop: Shop) -> None:
    shop.rows = {id_: shop.rows[id_] for id_ in reversed(IDS)}
    shop.write()
    assert changed(shop) == []


def test_a_row_that_is_there_once_more_changed(shop: Shop) -> None:
    with shop.manifest.open("a") as file:
        file.write("a,photos/listing,photos/a,\n")
    assert changed(shop) == ["a"]
    assert len(list(Manifest(shop.manifest))) == 5


def test_an_item_changes_with_any_photo_of_it(shop: Shop) -> None:
    shop.photo("photos/c", "mismatch")
    assert changed(shop) == ["c"]
    shop.commit()
    assert changed(shop) == []
    assert changed(shop, "HEAD~1") == ["c"]
    shop.photo("photos/listing", "another")
    assert changed(shop) == list(IDS)


def test_a_photo_that_git_does_not_look_after_always_counts_as_changed(shop: Shop) -> None:
    (shop.folder / ".gitignore").write_text("goods/photos/x\n")
    shop.photo("photos/x", "match")
    shop.photo("photos/y", "match")
    shop.rows["a"][1], shop.rows["b"][1] = "photos/x", "photos/y"
    shop.write()
    git(shop.folder, "add", ".gitignore", "goods/pairs.csv")
    git(shop.folder, "commit", "-q", "-m", "rows alone")
    assert changed(shop) == ["a", "b"]


def test_a_photo_that_another_was_renamed_over_changed(shop: Shop) -> None:
    shop.photo("photos/d", "mismatch with much to say of it\n" * 20)
    shop.commit()
    (shop.goods / "photos" / "d").rename(shop.goods / "photos" / "a")
    assert changed(shop) == ["a", "d"]
    git(shop.folder, "add", "-A")
    assert changed(shop) == ["a", "d"]


def test_a_link_to_another_photo_or_folder_changed(shop: Shop) -> None:
    (shop.goods / "others").mkdir()
    shop.photo("others/b", "match")
    (shop.goods / "link").symlink_to("photos")
    (shop.goods / "one").symlink_to("photos/c")
    shop.rows["b"][1], shop.rows["c"][1] = "link/b", "one"
    shop.write()
    shop.commit()
    assert changed(shop) == []
    shop.photo("photos/c", "mismatch")
    assert changed(shop) == ["c"]
    (shop.goods / "link").unlink()
    (shop.goods / "link").symlink_to("others")
    (shop.goods / "one").unlink()
    (shop.goods / "one").symlink_to("photos/d")
    assert changed(shop) == ["b", "c"]


def test_a_manifest_that_was_renamed_is_compared_with_what_it_was(shop: Shop) -> None:
    for number in range(20):
        shop.rows[f"more {number}"] = ["photos/listing", "photos/a", ""]
    shop.write()
    shop.commit()
    git(shop.folder, "mv", "goods/pairs.csv", "goods/all.csv")
    assert changed(shop, manifest=shop.goods / "all.csv") == []
    text = (shop.goods / "all.csv").read_text().replace("b,photos/listing,photos/b,", "b,photos/listing,photos/b,other")
    (shop.goods / "all.csv").write_text(text)
    assert changed(shop, manifest=shop.goods / "all.csv") == ["b"]


def test_of_a_manifest_that_was_not_there_or_not_right_all_is_new(shop: Shop) -> None:
    whole = shop.manifest.read_text()
    (shop.goods / "new.csv").write_text(whole)
    assert changed(shop, manifest=shop.goods / "new.csv") == list(IDS)
    shop.manifest.write_text('id,listing,arrival\n"never closed')
    shop.commit()
    shop.manifest.write_text(whole)
    assert changed(shop) == list(IDS)


def test_a_name_with_any_character_is_found(shop: Shop) -> None:
    name = "line\nbreak é \udcff.jpg"
    Path(os.fsdecode(os.fsencode(str(shop.goods)) + b"/photos/" + os.fsencode(name))).write_text("match")
    shop.rows["a"][1] = "bytes:photos/line%0Abreak%20%C3%A9%20%FF.jpg"
    shop.write()
    shop.commit()
    assert changed(shop) == []
    (shop.goods / "photos" / name).write_text("mismatch")
    assert changed(shop) == ["a"]


def test_a_link_that_a_link_leads_over_changed(shop: Shop) -> None:
    (shop.goods / "others").mkdir()
    for name in ("b", "c"):
        shop.photo(f"others/{name}", "match")
    (shop.goods / "first").symlink_to("second")
    (shop.goods / "second").symlink_to("photos/b")
    (shop.goods / "outer").symlink_to("inner")
    (shop.goods / "inner").symlink_to("photos")
    shop.rows["b"][1], shop.rows["c"][1], shop.rows["d"][1] = "first", "outer/c", "outer/../photos/d"
    shop.write()
    shop.commit()
    assert changed(shop) == []
    (shop.goods / "second").unlink()
    (shop.goods / "second").symlink_to("others/b")
    assert changed(shop) == ["b"]
    (shop.goods / "inner").unlink()
    (shop.goods / "inner").symlink_to("others")
    assert changed(shop) == ["b", "c", "d"]


def test_a_link_outside_of_the_repository_counts_as_changed_but_for_those_around_it(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "away").symlink_to(shop.goods / "photos" / "b")
    (tmp_path / "home").symlink_to(tmp_path / "shop")
    (shop.goods / "one").symlink_to(tmp_path / "away")
    (shop.goods / "round").symlink_to("round")
    shop.rows["b"][1] = "one"
    shop.write()
    shop.commit()
    assert changed(shop, manifest=tmp_path / "home" / "goods" / "pairs.csv") == ["b"]
    shop.rows["c"][1] = "round"
    shop.write()
    shop.commit()
    assert changed(shop) == ["b"]


def test_a_link_that_git_does_not_look_after_counts_as_changed(shop: Shop) -> None:
    (shop.folder / ".gitignore").write_text("link\n")
    shop.rows["a"][1] = "link"
    shop.write()
    (shop.goods / "link").symlink_to("photos/a")
    shop.commit()
    assert changed(shop) == ["a"]


def test_rows_that_cannot_be_used_always_count_as_changed(shop: Shop) -> None:
    (shop.goods / "photos" / "a").unlink()
    (shop.goods / "photos" / "a").symlink_to("/etc/hostname")
    assert changed(shop) == ["a"]
    text = shop.manifest.read_text().splitlines()
    shop.manifest.write_text("\n".join([text[0], "c,photos/listing,photos/d,", *text[1:]]) + "\n")
    assert changed(shop) == ["c", "a", "c"]


def test_of_a_manifest_that_moved_to_another_folder_all_is_new(shop: Shop) -> None:
    (shop.folder / "other" / "photos").mkdir(parents=True)
    for id_ in (*IDS, "listing"):
        (shop.folder / "other" / "photos" / id_).write_text("mismatch")
    shop.commit()
    git(shop.folder, "mv", "goods/pairs.csv", "other/pairs.csv")
    assert changed(shop, manifest=shop.folder / "other" / "pairs.csv") == list(IDS)


def test_of_a_manifest_to_which_another_link_leads_all_is_new(shop: Shop) -> None:
    (shop.folder / "other").mkdir()
    (shop.folder / "other" / "pairs.csv").write_text(shop.manifest.read_text())
    (shop.folder / "now").symlink_to("goods")
    (shop.goods / "one.csv").symlink_to("pairs.csv")
    shop.commit()
    assert changed(shop, manifest=shop.folder / "now" / "pairs.csv") == []
    assert changed(shop, manifest=shop.goods / "one.csv") == []
    (shop.goods / "one.csv").unlink()
    (shop.goods / "one.csv").symlink_to("../other/pairs.csv")
    assert changed(shop, manifest=shop.goods / "one.csv") == list(IDS)
    (shop.folder / "now").unlink()
    (shop.folder / "now").symlink_to("other")
    assert changed(shop, manifest=shop.folder / "now" / "pairs.csv") == list(IDS)


def test_a_submodule_is_looked_into_whatever_its_owner_says(shop: Shop) -> None:
    inner = Shop(shop.folder.parent / "inner", {"x": "match", "y": "match"})
    (inner.folder / ".gitignore").write_text("z\n")
    inner.commit()
    git(shop.folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner.folder), "goods/inner")
    git(shop.folder, "config", "-f", ".gitmodules", "submodule.goods/inner.ignore", "all")
    shop.rows["a"][1] = "inner/goods/photos/x"
    shop.write()
    shop.commit()
    assert changed(shop) == []
    shop.photo("inner/goods/photos/z", "match")
    shop.rows["b"][1] = "inner/goods/photos/z"
    shop.write()
    shop.commit()
    assert changed(shop) == ["b"]
    shop.photo("inner/goods/photos/y", "mismatch")
    assert changed(shop) == ["a", "b"]


def test_a_submodule_of_a_submodule_is_looked_into_too(shop: Shop) -> None:
    inner, middle = (Shop(shop.folder.parent / name, {"x": "match"}) for name in ("inner", "middle"))
    for outer, added, place in ((middle, inner, "in"), (shop, middle, "goods/mid")):
        git(outer.folder, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(added.folder), place)
        git(outer.folder, "config", "-f", ".gitmodules", f"submodule.{place}.ignore", "all")
        outer.commit()
    git(shop.folder / "goods" / "mid", "-c", "protocol.file.allow=always", "submodule", "--quiet", "update", "--init")
    shop.rows["a"][1] = "mid/in/goods/photos/x"
    shop.write()
    shop.commit()
    assert changed(shop) == []
    shop.photo("mid/in/goods/photos/x", "mismatch")
    assert changed(shop) == ["a"]
    deepest = shop.folder / "goods" / "mid" / "in"
    git(deepest, "commit", "--quiet", "--all", "--message", "another photo")
    assert changed(shop) == ["a"]


@pytest.mark.parametrize("name", [".gitattributes", "goods/.gitattributes", ".gitmodules"])
def test_a_rule_by_which_git_writes_files_out_changes_all(shop: Shop, name: str) -> None:
    (shop.folder / name).write_text("")
    shop.commit()
    assert changed(shop) == []
    (shop.folder / name).write_text("# *.jpg text eol=crlf\n")
    assert changed(shop) == list(IDS)


def test_a_photo_that_is_gone_from_a_linked_folder_of_arrivals_changes_all(shop: Shop) -> None:
    (shop.goods / "came").mkdir()
    (shop.goods / "store").mkdir()
    for name in ("1.jpg", "2.jpg"):
        shop.photo(f"store/{name}", "match")
    shop.photo("came/b.jpg", "match")
    (shop.goods / "came" / "a").symlink_to("../store")
    shop.manifest.write_text("id,listing\na,photos/listing\nb,photos/listing\n")
    shop.commit()
    assert changed(shop, arrivals=shop.goods / "came") == []
    (shop.goods / "store" / "2.jpg").unlink()
    assert changed(shop, arrivals=shop.goods / "came") == ["a", "b"]


def test_a_folder_of_items_changes_with_what_is_in_it(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "shop", {"a": "match"})
    for name in ("1", "2", "3"):
        (shop.folder / "items" / name).mkdir(parents=True)
        for file in ("listing.jpg", "listing-2.jpg", "arrival.jpg"):
            (shop.folder / "items" / name / file).write_text(f"{name} {file}")
    shop.commit()
    folder = shop.folder / "items"
    assert changed(shop, manifest=folder) == []
    (folder / "1" / "arrival.jpg").write_text("other")
    (folder / "2" / "listing-2.jpg").unlink()
    assert changed(shop, manifest=folder) == ["1", "2"]


def test_a_photo_that_is_gone_from_those_that_are_joined_by_name_changes_all(shop: Shop) -> None:
    (shop.goods / "came").mkdir()
    for name in ("a.jpg", "a-2.jpg", "b.jpg"):
        shop.photo(f"came/{name}", "match")
    shop.manifest.write_text("id,listing\na,photos/listing\nb,photos/listing\n")
    shop.commit()
    arrivals = shop.goods / "came"
    assert changed(shop, arrivals=arrivals) == []
    shop.photo("came/b.jpg", "mismatch")
    assert changed(shop, arrivals=arrivals) == ["b"]
    (arrivals / "a-2.jpg").unlink()
    assert changed(shop, arrivals=arrivals) == ["a", "b"]


@pytest.mark.parametrize(
    "ref", ["nowhere", "-x", "--help", "--output=owned", "", "HEAD:goods/pairs.csv", "a b", "HEAD\0", "^main"]
)
def test_what_names_no_commit_is_refused(shop: Shop, ref: str) -> None:
    with pytest.raises(SettingsError) as refused:
        changed(shop, ref)
    assert refused.value.slug == "since_unknown"
    assert not list(shop.folder.glob("**/owned"))


def test_branches_tags_and_commits_are_known(shop: Shop) -> None:
    git(shop.folder, "tag", "v1")
    for ref in ("main", "v1", "HEAD", git(shop.folder, "rev-parse", "HEAD").strip(), "@{0}"):
        assert changed(shop, ref) == []


def test_what_came_to_a_branch_after_ours_left_it_is_no_change_of_ours(shop: Shop) -> None:
    git(shop.folder, "checkout", "-q", "-b", "ours")
    shop.photo("photos/b", "mismatch")
    shop.commit()
    git(shop.folder, "checkout", "-q", "main")
    shop.photo("photos/c", "mismatch")
    del shop.rows["d"]
    shop.write()
    shop.commit()
    git(shop.folder, "checkout", "-q", "ours")
    assert changed(shop, "main") == ["b"]
    shop.photo("photos/a", "mismatch")
    assert changed(shop, "main") == ["a", "b"]
    git(shop.folder, "checkout", "-q", "main", "--", ".")
    assert changed(shop, "main") == ["c"]


def test_a_branch_of_another_history_is_compared_as_it_is(shop: Shop) -> None:
    git(shop.folder, "checkout", "-q", "--orphan", "ours")
    assert changed(shop, "main") == []
    shop.photo("photos/b", "mismatch")
    assert changed(shop, "main") == ["b"]
    shop.commit()
    assert changed(shop, "main") == ["b"]


@pytest.mark.parametrize("ref", ["HEAD", "@"])
def test_before_the_first_commit_all_is_new(shop: Shop, ref: str) -> None:
    git(shop.folder, "update-ref", "-d", "HEAD")
    assert changed(shop, ref) == list(IDS)
    with pytest.raises(SettingsError) as refused:
        changed(shop, "main")
    assert refused.value.slug == "since_unknown"


def test_a_shallow_clone_that_lacks_what_it_shares_with_a_branch_says_so(shop: Shop, tmp_path: Path) -> None:
    git(shop.folder, "checkout", "-q", "-b", "ours")
    shop.photo("photos/b", "mismatch")
    shop.commit()
    git(shop.folder, "checkout", "-q", "main")
    shop.commit()
    git(tmp_path, "clone", "-q", "--depth", "1", "-b", "ours", f"file://{shop.folder}", "clone")
    clone = tmp_path / "clone"
    git(clone, "fetch", "-q", "--depth", "1", "origin", "main:refs/remotes/origin/main")
    manifest = clone / "goods" / "pairs.csv"
    assert changed(shop, "HEAD", manifest) == []
    with pytest.raises(SettingsError, match="fetch-depth: 0") as refused:
        changed(shop, "origin/main", manifest)
    assert refused.value.slug == "since_unknown"
    git(clone, "fetch", "-q", "--unshallow")
    assert changed(shop, "origin/main", manifest) == ["b"]


def test_without_a_repository_or_without_git_it_says_so(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(SettingsError, match="not a git repository") as refused:
        Repository.around(tmp_path / "elsewhere")
    assert refused.value.slug == "git_unavailable"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match="git cannot be asked") as refused:
        Repository.around(shop.goods)
    assert refused.value.slug == "git_unavailable"


def test_a_repository_of_another_user_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a shop" / ("deep " * 30).strip()
    shop = Shop(folder, {"a": "match"})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(SettingsError) as refused:
        Repository.around(shop.goods)
    assert refused.value.slug == "git_unavailable"
    told = f"git says: detected dubious ownership in repository at '{folder}'"
    assert told in str(refused.value)
    assert str(refused.value).endswith(f"(if you trust whose it is: git config --global --add safe.directory '{folder}')")


def test_settings_of_a_hook_lead_nowhere_else(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert changed(shop) == []
