// Selecting words in the text of a document offers to quote them.
// A comfort: the number of each line leads to its sentences without it.
"use strict";

const offer = document.querySelector(".quote-selection");
const link = offer.querySelector("a");
const text = document.querySelector(".reading .lines");
const address = new URL(link.href);
const LONGEST = 5000;
// "23-NQ/TW" and "81.430" are one word each; a full stop before a letter ends one.
const WORD = /[\p{L}\p{M}\p{N}]+(?:(?:[-–/&]|(?<=\p{N})[.,](?=\p{N}))[\p{L}\p{M}\p{N}]+)*/gu;

const lengthOf = (signs) => [...signs].length;

// Each piece of the text knows where in it its first sign stands.
function placeOf(node, offset) {
  const piece = node.nodeType === Node.TEXT_NODE && node.parentElement.closest("[data-start]");
  if (!piece || !text.contains(piece)) return null;
  // The text counts signs; a browser counts the halves of rare ones.
  return Number(piece.dataset.start) + lengthOf(node.data.slice(0, offset));
}

// Gives where the word that a place cuts in two begins and ends.
function wordAround(node, place) {
  const line = node.parentElement.closest("p");
  const first = Number(line.querySelector("[data-start]").dataset.start);
  for (const { 0: word, index } of line.textContent.matchAll(WORD)) {
    const start = first + lengthOf(line.textContent.slice(0, index));
    const end = start + lengthOf(word);
    if (start < place && place < end) return { start, end };
  }
  return { start: place, end: place };
}

function nodesIn(range) {
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (range.intersectsNode(node) && node.parentElement.closest("[data-start]")) nodes.push(node);
  }
  return nodes;
}

function spanOf(selection) {
  if (selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const nodes = nodesIn(range);
  if (!nodes.length) return null;
  const [first, last] = [nodes[0], nodes[nodes.length - 1]];
  const from = placeOf(first, first === range.startContainer ? range.startOffset : 0);
  const to = placeOf(last, last === range.endContainer ? range.endOffset : last.length);
  if (from >= to) return null;
  const { start } = wordAround(first, from);
  const { end } = wordAround(last, to);
  return end - start <= LONGEST ? `${start}-${end}` : null;
}

// Pressing the button takes nothing of what is selected.
offer.addEventListener("mousedown", (event) => event.preventDefault());

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  if (offer.contains(selection.anchorNode)) return;
  const span = spanOf(selection);
  offer.hidden = !span;
  if (span) address.searchParams.set("span", span);
  else address.searchParams.delete("span");
  link.href = address;
});
