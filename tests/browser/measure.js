// What tests ask of a page that stands in the browser: each answer names faults.
window.measure = (() => {
  const all = (selector) => [...document.querySelectorAll(selector)];

  const name = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const kinds = [...element.classList].map((one) => `.${one}`).join("");
    const words = element.textContent.replace(/\s+/g, " ").trim().slice(0, 40);
    return `${element.localName}${id}${kinds} "${words}"`;
  };

  const isDrawn = (element) => {
    const box = element.getBoundingClientRect();
    const shown = element.checkVisibility({ visibilityProperty: true });
    return shown && box.width > 0 && box.height > 0;
  };

  // -- width ---------------------------------------------------------------------

  const WORDS = "td, th, p, li, dt, dd, a, span, strong, label, legend, summary, h1, h2, h3";

  // Walk what is seen: not what only ears are told, nor what scrolls in itself.
  const seen = (element, visit) => {
    for (const child of element.children) {
      const style = getComputedStyle(child);
      if (style.clipPath !== "none" || style.clip !== "auto" || !isDrawn(child)) continue;
      visit(child, style);
      if (!/auto|scroll/.test(style.overflowX)) seen(child, visit);
    }
  };

  // What sticks out of the page, words that leave their box, and what is cut off.
  const tooWide = () => {
    const faults = [];
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) faults.push(`the page is ${wide} wide in ${innerWidth}`);
    seen(document.body, (element, style) => {
      const box = element.getBoundingClientRect();
      const [left, right] = [box.left + scrollX, box.right + scrollX].map(Math.round);
      if (right > innerWidth || left < 0) {
        faults.push(`${name(element)} from ${left} to ${right}`);
      }
      const isCut = /hidden|clip/.test(style.overflowX);
      const holds = isCut || (style.overflowX === "visible" && element.matches(WORDS));
      const isTyped = element.matches("input, textarea, select");
      if (!holds || isTyped || !element.clientWidth) return;
      if (element.scrollWidth > element.clientWidth + 1) {
        faults.push(`${name(element)}: ${element.scrollWidth} in ${element.clientWidth}`);
      }
    });
    return faults;
  };

  const dress = (rules) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(rules);
    document.adoptedStyleSheets = [sheet];
  };

  // WCAG 1.4.12.
  const spaceOut = () =>
    dress(`
      * { line-height: 1.5 !important; letter-spacing: .12em !important;
          word-spacing: .16em !important; }
      p { margin-bottom: 2em !important; }`);

  // Open everything, or leave open what was so from the start.
  const unfold = (isOpen) => {
    for (const element of all("details")) {
      element.dataset.first ??= element.open;
      element.open = element.dataset.first === "true" || isOpen;
    }
  };

  const isCard = (row) => {
    const cells = [...row.children].map((cell) => cell.getBoundingClientRect());
    return cells.every((box, n) => n === 0 || box.top >= cells[n - 1].bottom - 1);
  };

  const cards = () => {
    const faults = [];
    // The administration has tables of its own, which scroll in themselves.
    const isOurs = document.body.dataset.adminUtcOffset === undefined;
    for (const table of isOurs ? all("main table:not(.list)") : []) {
      faults.push(`no list: ${name(table)}`);
    }
    for (const head of all("table.list thead")) {
      // What sorts stays: it would be reached by keyboard and not be seen.
      if (isDrawn(head) !== !!head.querySelector("a")) faults.push(`head: ${name(head)}`);
    }
    for (const row of all("table.list tbody tr")) {
      if (!isCard(row)) faults.push(`not a card: ${name(row)}`);
      for (const cell of row.querySelectorAll("td")) {
        const shown = getComputedStyle(cell, "::before").content;
        if (!cell.dataset.label || shown !== JSON.stringify(cell.dataset.label)) {
          faults.push(`no label: ${name(cell)}`);
        }
      }
    }
    return faults;
  };

  const told = () => ({
    table: all("table").filter(isDrawn).length,
    row: all("tr").filter((one) => one.checkVisibility()).length,
    cell: all("td").filter((one) => one.checkVisibility()).length,
  });

  // What the page says, without what only a script has a use for.
  const words = () => {
    const offers = all(".add-row, .inline-deletelink, [data-copies]");
    for (const offer of offers) offer.hidden = true;
    const said = document.querySelector("main").innerText;
    for (const offer of offers) offer.hidden = false;
    return said;
  };

  // -- keyboard ------------------------------------------------------------------

  const isStop = (element) => {
    if (element.tabIndex < 0 || element.disabled || element.type === "hidden") return false;
    if (!element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.type !== "radio") return true;
    const group = all(`input[type=radio][name="${element.name}"]`);
    const same = group.filter((one) => one.form === element.form);
    return element === (same.find((one) => one.checked) || same[0]);
  };

  const stops = () =>
    all("a[href], button, input, select, textarea, summary, [tabindex]").filter(isStop);

  const luminance = (color) => {
    const [r, g, b] = color.match(/[\d.]+/g).slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  const contrast = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  // The ring may stand on the label of a control that is not drawn itself.
  const hasRing = (element) => {
    const ground = getComputedStyle(document.body).backgroundColor;
    const shown = [element, ...(element.labels || [])].map((one) => getComputedStyle(one));
    return shown.some(
      (style) =>
        style.opacity !== "0" &&
        style.outlineStyle !== "none" &&
        parseFloat(style.outlineWidth) >= 2 &&
        contrast(style.outlineColor, ground) >= 3,
    );
  };

  const isHidden = (element) => {
    const drawn = [element, ...(element.labels || [])].filter(
      (one) => isDrawn(one) && getComputedStyle(one).opacity !== "0",
    );
    return !drawn.some((one) => {
      const box = [...one.getClientRects()].find((part) => part.width && part.height);
      const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
      const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return hit && (one.contains(hit) || hit.contains(one));
    });
  };

  let walked = [];
  let wrong = [];
  let unseen = [];

  // Before a key moves on, the page has come to rest where it is.
  const look = (event) => {
    if (event.key !== "Tab") return;
    const element = document.activeElement;
    walked.push(element);
    if (!hasRing(element)) wrong.push(`no ring: ${name(element)}`);
    if (isHidden(element)) unseen.push(element);
  };

  const rest = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

  const startWalk = (isBackwards) => {
    walked = [];
    wrong = [];
    unseen = [];
    document.addEventListener("keydown", look, true);
    stops().at(isBackwards ? -1 : 0).focus();
    return stops().length;
  };

  const endWalk = async (isBackwards) => {
    document.removeEventListener("keydown", look, true);
    // Keys came faster than a busy machine draws: look again once the page rests.
    for (const element of unseen) {
      element.focus();
      await rest();
      if (isHidden(element)) wrong.push(`out of sight: ${name(element)}`);
    }
    const order = isBackwards ? stops().reverse() : stops();
    // A group of radios with nothing chosen is one stop, entered at its nearer end.
    const isSameStop = (one, other) =>
      one === other ||
      (one?.type === "radio" &&
        other?.type === "radio" &&
        one.name === other.name &&
        one.form === other.form);
    const lost = order.findIndex((one, n) => !isSameStop(walked[n], one));
    if (lost !== -1) wrong.push(`${name(walked[lost])} comes before ${name(order[lost])}`);
    return wrong;
  };

  // -- colours -------------------------------------------------------------------

  // Take the colours of the scheme at once, and of long tables the first rows.
  const settle = () => {
    dress("tbody tr:nth-child(n + 9), tbody:nth-of-type(n + 9) { display: none; }");
    document.getAnimations().forEach((one) => one.finish());
  };

  // -- motion --------------------------------------------------------------------

  const moves = (longest) => {
    const faults = [];
    for (const element of all("[hx-get]")) element.classList.add("htmx-request");
    for (const element of all("*")) {
      for (const part of ["", "::before", "::after"]) {
        const style = getComputedStyle(element, part);
        const times = style.transitionDuration.split(",").map(parseFloat);
        if (Math.max(...times) > longest) faults.push(`${name(element)}${part} fades`);
        if (style.animationName !== "none") faults.push(`${name(element)}${part} runs`);
        if (style.scrollBehavior === "smooth") faults.push(`${name(element)} glides`);
      }
    }
    for (const element of all("[hx-get]")) element.classList.remove("htmx-request");
    return faults;
  };

  return { tooWide, dress, spaceOut, unfold, cards, told, words, startWalk, endWalk, settle, moves };
})();
