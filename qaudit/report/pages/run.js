"use strict";
(() => {
  document.documentElement.classList.add("js");
  const byId = (id) => document.getElementById(id);
  const body = byId("rows");
  const shown = byId("shown");
  const search = byId("search"), aspect = byId("aspect"), seller = byId("seller"), ruling = byId("ruling");
  const tiles = [...document.querySelectorAll(".tile")];
  const heads = [...document.querySelectorAll("[data-sort]")];
  const order = ["mismatch", "error", "review", "retake", "match"];
  const text = (row, column) => { const cell = row.querySelector(`.c-${column}`); return cell ? cell.textContent : ""; };
  // Read once, so that a filter or a sort of thousands of rows touches no layout.
  const rows = [...body.rows].map((row, place) => ({
    row, place, verdict: row.dataset.v, aspects: row.dataset.a.split(" "), seller: row.dataset.s, ruling: row.dataset.r || "none",
    p: row.dataset.p === "" ? -1 : Number(row.dataset.p), hidden: false, words: null,
  }));
  const verdictNames = Object.fromEntries(tiles.map((tile) => [tile.dataset.verdict, tile.querySelector(".name").lastChild.textContent.trim()]));
  const fill = (form, values) => form.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

  const filter = () => {
    const wanted = new Set(tiles.filter((tile) => tile.getAttribute("aria-pressed") === "true").map((tile) => tile.dataset.verdict));
    const terms = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const oneAspect = aspect ? aspect.value : "", oneSeller = seller ? seller.value : "";
    const oneRuling = ruling ? ruling.value : "";
    const hidden = {};
    let count = 0;
    for (const item of rows) {
      let keep = (!wanted.size || wanted.has(item.verdict)) && (!oneAspect || item.aspects.includes(oneAspect))
        && (oneSeller === "" || item.seller === oneSeller) && (!oneRuling || item.ruling === oneRuling);
      if (keep && terms.length) {
        if (item.words === null) item.words = item.row.textContent.toLowerCase();
        keep = terms.every((term) => item.words.includes(term));
      }
      if (keep) count += 1; else hidden[item.verdict] = (hidden[item.verdict] || 0) + 1;
      if (keep === item.hidden) { item.hidden = !keep; item.row.hidden = !keep; }
    }
    const listed = order.filter((name) => hidden[name])
      .map((name) => fill(shown.dataset.hidden, { count: hidden[name], verdict: verdictNames[name] })).join(", ");
    shown.textContent = fill(count === rows.length ? shown.dataset.all : shown.dataset.some,
      { shown: count, total: rows.length, hidden: listed });
  };

  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
  const keys = {
    verdict: (one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict) || other.p - one.p,
    p: (one, other) => other.p - one.p,
  };
  const sort = (head) => {
    const column = head.dataset.sort, cell = head.closest("th");
    const falls = cell.getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.closest("th").removeAttribute("aria-sort");
    cell.setAttribute("aria-sort", falls ? "descending" : "ascending");
    let compare = keys[column];
    if (!compare) {
      const names = new Map(rows.map((item) => [item, text(item.row, column)]));
      compare = (one, other) => collator.compare(names.get(one), names.get(other));
    }
    rows.sort((one, other) => (falls ? -1 : 1) * compare(one, other) || one.place - other.place);
    body.replaceChildren(); // first: a browser moves thousands of rows a hundred times slower than it adds them
    for (const item of rows) body.append(item.row);
  };

  for (const tile of tiles) {
    tile.addEventListener("click", () => {
      tile.setAttribute("aria-pressed", String(tile.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
  for (const head of heads) head.addEventListener("click", () => sort(head));
  search.addEventListener("input", filter);
  for (const choice of [aspect, seller, ruling]) if (choice) choice.addEventListener("change", filter);
  byId("clear").addEventListener("click", () => {
    for (const tile of tiles) tile.setAttribute("aria-pressed", "false");
    for (const field of [search, aspect, seller, ruling]) if (field) field.value = "";
    filter();
    search.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && byId("items").contains(document.activeElement) && !/^(INPUT|SELECT)$/.test(document.activeElement.tagName)) { search.focus(); event.preventDefault(); }
  });
  filter(); // a browser keeps what was typed before a page was left
})();
