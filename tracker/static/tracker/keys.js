// What the keyboard does beside the browser's own keys; "?" lists it.
// A comfort: everything can be done without it, and it can be switched off.
"use strict";

(() => {
  const TURNS = { j: "next", arrowright: "next", k: "prev", arrowleft: "prev" };
  const TYPED_INTO = "input, select, textarea, summary, [contenteditable]";
  const OFF = "single-keys-off";
  // How long G waits for its second key, in milliseconds.
  const PATIENCE = 1500;
  let wentAt = -PATIENCE;

  const find = (selector) => document.querySelector(selector);
  const isTyped = (field) => field.value !== field.defaultValue;

  const follow = (selector) => {
    const link = find(selector);
    link?.click();
    return link;
  };

  const turn = (where) => {
    // What was typed and not sent would be gone.
    const isBusy = [...document.querySelectorAll("main textarea")].some(isTyped);
    return !isBusy && follow(`main a[rel~="${where}"]`);
  };

  const search = () => {
    const field = find('main input[type="search"]');
    field?.focus();
    field?.select();
    return field;
  };

  const list = () => {
    find("#shortcuts")?.showModal();
    return find("#shortcuts");
  };

  const wait = () => {
    wentAt = performance.now();
    return true;
  };

  const ACTS = { g: wait, "?": list, "/": search };

  const act = (key) => {
    if (performance.now() - wentAt < PATIENCE) {
      wentAt = -PATIENCE;
      return follow(`[data-go="${CSS.escape(key)}"]`);
    }
    if (find("dialog[open]")) return null;
    return key in TURNS ? turn(TURNS[key]) : ACTS[key]?.();
  };

  document.addEventListener("keydown", (event) => {
    if (event.target.closest(TYPED_INTO) || localStorage.getItem(OFF)) return;
    const key = event.key.toLowerCase();
    const isSign = key.length === 1 && key === key.toUpperCase();
    const isCombined = event.altKey || event.ctrlKey || event.metaKey;
    if (isCombined || (event.shiftKey && !isSign) || event.isComposing) return;
    if (act(key)) event.preventDefault();
  });

  const choice = find("#single-keys");
  if (choice) {
    const box = choice.querySelector("input");
    choice.disabled = false;
    box.checked = !localStorage.getItem(OFF);
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "yes");
    });
  }
})();
