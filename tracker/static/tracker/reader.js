// Selecting words in the text of a document offers to quote them.
// A comfort: the number of each line leads to its sentences without it.
"use strict";

const offer = document.querySelector(".quote-selection");
const link = offer.querySelector("a");
const text = document.querySelector(".reading .lines");
const address = new URL(link.href);
const LONGEST = 5000;

// Each piece of the text knows where in it its first sign stands.
function placeOf(node, offset) {
  const piece = node.nodeType === Node.TEXT_NODE && node.parentElement.closest("[data-start]");
  if (!piece || !text.contains(piece)) return null;
  // The text counts signs; a browser counts the halves of rare ones.
  return Number(piece.dataset.start) + [...node.data.slice(0, offset)].length;
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
  const start = placeOf(first, first === range.startContainer ? range.startOffset : 0);
  const end = placeOf(last, last === range.endContainer ? range.endOffset : last.length);
  return start < end && end - start <= LONGEST ? `${start}-${end}` : null;
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
