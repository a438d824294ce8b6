"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  document.documentElement.classList.add("js");

  // Findings and their boxes light up together: while one is pointed at or has the focus, and for good when it is pressed.
  const pinned = new Set();
  let pointed = null;
  const light = () => {
    for (const part of all("[data-finding]")) {
      const number = part.dataset.finding;
      part.classList.toggle("lit", number === pointed || pinned.has(number));
    }
    for (const button of all(".finding .number")) {
      button.setAttribute("aria-pressed", String(pinned.has(button.closest("[data-finding]").dataset.finding)));
    }
    document.body.classList.toggle("pointing", pointed !== null || pinned.size > 0);
  };
  const point = (number) => { pointed = number; light(); };
  for (const part of all("[data-finding]")) {
    part.addEventListener("pointerenter", () => point(part.dataset.finding));
    part.addEventListener("pointerleave", () => point(null));
    if (!part.matches(".finding")) continue; // a drawing that listens for the focus becomes a stop of the Tab key
    part.addEventListener("focusin", () => point(part.dataset.finding));
    part.addEventListener("focusout", () => point(null));
  }
  const pin = (number) => { if (!pinned.delete(number)) pinned.add(number); light(); };
  for (const part of all("[data-finding]")) {
    const target = part.matches(".finding") ? part.querySelector(".number") : part;
    target.addEventListener("click", () => pin(part.dataset.finding));
  }

  // The slider uncovers the arrival from the left; blinking covers and uncovers all of it.
  const stages = all("[data-stage]").map((stage) => {
    const part = stage.querySelector("[data-part]");
    const edge = stage.querySelector("[data-edge]");
    const slider = stage.querySelector("[data-slider]");
    const button = stage.querySelector("[data-blink]");
    const width = stage.querySelector("svg").viewBox.baseVal.width;
    let timer = null;
    const show = (share) => {
      part.setAttribute("width", String(width * share));
      edge.setAttribute("x1", String(width * share));
      edge.setAttribute("x2", String(width * share));
    };
    const slide = () => {
      show(slider.value / 100);
      slider.setAttribute("aria-valuetext", slider.dataset.value.replace("{share}", slider.value));
    };
    let covered = false;
    const flip = () => { covered = !covered; show(covered ? 1 : 0); stage.dataset.shows = covered ? "arrival" : "listing"; };
    const still = window.matchMedia("(prefers-reduced-motion: reduce)");
    const stop = () => {
      window.clearInterval(timer);
      timer = null;
      button.setAttribute("aria-pressed", "false");
    };
    const blink = () => {
      if (still.matches) { flip(); return; }
      if (timer !== null) { stop(); slide(); return; }
      button.setAttribute("aria-pressed", "true");
      flip();
      timer = window.setInterval(flip, 600);
    };
    slider.addEventListener("input", () => { stop(); slide(); });
    button.addEventListener("click", blink);
    slide();
    return { blink, stage };
  });

  const columns = document.querySelector(".columns");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      pinned.clear();
      point(null);
    } else if (!columns || !columns.contains(document.activeElement)) {
      return; // a letter means something here only, so that who speaks to the computer sets off nothing elsewhere
    } else if (event.key === "b" || event.key === "B") {
      const near = stages.find(({ stage }) => stage.contains(document.activeElement)) || stages[0];
      if (near) { near.blink(); event.preventDefault(); }
    } else if (event.key >= "1" && event.key <= "9") {
      const button = document.querySelector(`.finding[data-finding="${event.key}"] .number`);
      if (button) { button.focus(); event.preventDefault(); }
    }
  });
})();
