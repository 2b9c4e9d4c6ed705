// Looking while typing: Ctrl K leads to the box, ↑ ↓ Enter Esc choose among its hits.
// A comfort: the box is a plain form, and its page answers without this.
"use strict";

{
  const LEAST = 2;
  const box = document.getElementById("search-box");
  const link = document.querySelector(".search-link");
  // Each answer brings a new list.
  const list = () => document.getElementById("search-results");
  const options = () => [...list().querySelectorAll("[role=option]")];
  const isOpen = () => box.getAttribute("aria-expanded") === "true";

  const choose = (chosen) => {
    for (const option of options()) {
      option.setAttribute("aria-selected", String(option === chosen));
    }
    if (!chosen) return box.removeAttribute("aria-activedescendant");
    box.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  };

  const close = () => {
    choose(null);
    list().hidden = true;
    box.setAttribute("aria-expanded", "false");
  };

  const open = () => {
    const { said } = list().dataset;
    const isWanted = said !== undefined && document.activeElement === box;
    list().hidden = !isWanted;
    box.setAttribute("aria-expanded", String(isWanted));
    document.getElementById("search-said").textContent = isWanted ? said : "";
  };

  const look = () => {
    const event = box.value.trim().length < LEAST ? "htmx:abort" : "look";
    if (event === "htmx:abort") close();
    window.htmx.trigger(box, event);
  };

  const step = (by) => {
    const all = options();
    const at = all.findIndex((option) => option.id === box.getAttribute("aria-activedescendant"));
    // The box itself is a place on the way round.
    const next = at < 0 && by < 0 ? all.length - 1 : at + by;
    choose(all[next] || null);
  };

  const keys = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    Escape: close,
  };

  if (box) {
    const states = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-controls": "search-results",
      "aria-expanded": "false",
      "aria-keyshortcuts": "Control+K",
    };
    for (const [name, value] of Object.entries(states)) box.setAttribute(name, value);
    box.form.querySelector("kbd").hidden = false;
    // A word that is still being composed is no word yet.
    box.addEventListener("input", (event) => event.isComposing || look());
    box.addEventListener("compositionend", look);
    box.form.addEventListener("htmx:afterSwap", open);
    box.form.addEventListener("focusout", (event) => box.form.contains(event.relatedTarget) || close());
    box.addEventListener("keydown", (event) => {
      if (event.isComposing || !isOpen()) return;
      const chosen = document.getElementById(box.getAttribute("aria-activedescendant"));
      const act = event.key === "Enter" && chosen ? () => chosen.click() : keys[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
  }

  document.addEventListener("keydown", (event) => {
    const isCalled = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isCalled || event.key.toLowerCase() !== "k" || !box) return;
    event.preventDefault();
    // On a phone the box is on a page of its own.
    if (!box.checkVisibility()) return link.click();
    box.focus();
    box.select();
  });
}
