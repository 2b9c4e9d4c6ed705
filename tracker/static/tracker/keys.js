// Walking a row of pages by keyboard: J or → leads on, K or ← leads back.
// A comfort: the links with rel="next" and rel="prev" are there without it.
"use strict";

const TURNS = { j: "next", ArrowRight: "next", k: "prev", ArrowLeft: "prev" };
const TYPED_INTO = "input, select, textarea, summary, [contenteditable]";

const isTyped = (field) => field.value !== field.defaultValue;

document.addEventListener("keydown", (event) => {
  const isCombined = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  const turn = TURNS[event.key];
  if (!turn || isCombined || event.isComposing || event.target.closest(TYPED_INTO)) return;
  const link = document.querySelector(`main a[rel~="${turn}"]`);
  // What was typed and not sent would be gone.
  if (!link || [...document.querySelectorAll("main textarea")].some(isTyped)) return;
  event.preventDefault();
  link.click();
});
