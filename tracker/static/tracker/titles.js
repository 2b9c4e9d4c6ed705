// A part that htmx swaps in may say what the page is called from now on.
document.addEventListener("htmx:afterSwap", () => {
  const named = document.querySelector("[data-title]");
  if (named) document.title = named.dataset.title;
});
