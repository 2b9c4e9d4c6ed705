// What was typed and not yet sent: leaving warns, coming back restores it. It is kept
// in this browser alone, by person and form, until it is sent, discarded or signed out
// from. A restored form keeps its key: what was accepted unseen is not recorded twice.
"use strict";

(() => {
  const PREFIX = "draft:";
  const LAST = "last-form-sent";
  const LONGEST = 7 * 24 * 60 * 60 * 1000;
  const FORMS = 'main form[method="post"]:has([name="form_key"])';
  const LEFT_OUT = ["hidden", "password", "file", "submit", "button", "reset", "fieldset"];
  const HIDDEN = ["form_key", "version", "shown"];
  const reader = document.body.dataset.reader;
  // Forms that came back unsent, with what was typed; keys of forms on their way.
  const cameBack = new WeakSet();
  const sent = new Set();
  const fresh = new WeakMap();

  // -- what a form says ------------------------------------------------------------

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const isKept = (field) => field.name && !LEFT_OUT.includes(field.type);
  const isBox = (field) => ["checkbox", "radio"].includes(field.type);
  const keyOf = (form) => form.elements.namedItem("form_key").value;

  const chosen = (field, isServed) => {
    const options = [...field.options];
    const found = options.filter((one) => (isServed ? one.defaultSelected : one.selected));
    const shown = found.length || field.multiple ? found : options.slice(0, 1);
    return shown.map((one) => one.value);
  };

  const valuesOf = (field, isServed) => {
    if (field.options) return chosen(field, isServed);
    if (!isBox(field)) return [isServed ? field.defaultValue : field.value];
    return (isServed ? field.defaultChecked : field.checked) ? [field.value] : [];
  };

  const read = (form, isServed = false) => {
    const said = {};
    for (const field of [...form.elements].filter(isKept)) {
      (said[field.name] ??= []).push(...valuesOf(field, isServed));
    }
    return said;
  };

  const write = (form, said) => {
    const left = structuredClone(said);
    for (const field of [...form.elements].filter(isKept)) {
      const values = left[field.name];
      if (!values) continue;
      if (isBox(field)) field.checked = values.includes(field.value);
      else if (!field.options) field.value = values.shift() ?? field.value;
      else if (valuesOf(field).length || values.length) choose(field, values);
    }
  };

  const choose = (field, values) => {
    const options = [...field.options];
    // What is offered no more leaves the field as it came.
    if (!field.multiple && !options.some((one) => values.includes(one.value))) return;
    for (const one of options) one.selected = values.includes(one.value);
  };

  const readHidden = (form) =>
    Object.fromEntries(
      HIDDEN.map((name) => [name, form.elements.namedItem(name)?.value]),
    );

  const writeHidden = (form, hidden) => {
    for (const [name, value] of Object.entries(hidden)) {
      const field = form.elements.namedItem(name);
      if (field && value !== undefined) field.value = value;
    }
  };

  const isUnsent = (form) => {
    if (sent.has(keyOf(form))) return false;
    return cameBack.has(form) || !same(read(form), read(form, true));
  };

  // -- where it is kept ------------------------------------------------------------

  const placeOf = (form) => {
    const act = form.dataset.act ?? form.getAttribute("action") ?? "";
    const address = new URL(act, location.href);
    // It is the same form, whichever list its page was opened from.
    address.searchParams.delete("from");
    return `${PREFIX}${reader}:${address.pathname}${address.search}`;
  };

  const load = (place) => JSON.parse(localStorage.getItem(place));

  const places = () => Object.keys(localStorage).filter((one) => one.startsWith(PREFIX));

  const drop = (isWanted) => {
    for (const place of places()) {
      if (isWanted(place, load(place))) localStorage.removeItem(place);
    }
  };

  const keep = (form) => {
    sent.delete(keyOf(form));
    if (!isUnsent(form)) return localStorage.removeItem(placeOf(form));
    const draft = { at: Date.now(), said: read(form), hidden: readHidden(form) };
    try {
      localStorage.setItem(placeOf(form), JSON.stringify(draft));
    } catch {
      // No room: the warning is left.
    }
  };

  // The server said what was accepted, or who signed out.
  const settle = () => {
    const said = document.cookie.match(/(?:^|; )drafts=(sent|left)\.([\w-]+)/);
    if (said) {
      const [, word, which] = said;
      document.cookie = "drafts=; path=/; max-age=0; samesite=lax";
      if (word === "left") drop((place) => place.startsWith(`${PREFIX}${which}:`));
      else drop((_place, draft) => draft.hidden.form_key === which);
    }
    drop((_place, draft) => Date.now() - draft.at > LONGEST);
  };

  // -- coming back -----------------------------------------------------------------

  // Of the product, not of the machine: every page tells the time of Vietnam.
  const CLOCK = new Intl.DateTimeFormat("en-GB", {
    timeZone: "Asia/Ho_Chi_Minh",
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });

  const say = (moment) => {
    const said = CLOCK.formatToParts(moment).map((one) => [one.type, one.value]);
    const { day, month, year, hour, minute } = Object.fromEntries(said);
    return `${day}/${month}/${year} ${hour}:${minute}`;
  };

  const tell = (form, at) => {
    const words = document.querySelector("#draft-restored").content.cloneNode(true);
    const notice = words.firstElementChild;
    const parts = [...notice.childNodes];
    const moment = new Date(at);
    notice.querySelector("time").dateTime = moment.toISOString();
    notice.querySelector("time").textContent = say(moment);
    notice.querySelector("button").addEventListener("click", () => {
      localStorage.removeItem(placeOf(form));
      form.reset();
      writeHidden(form, fresh.get(form));
      notice.remove();
      [...form.elements].find(isKept)?.focus();
    });
    // Told aloud only what comes into a place that is there already.
    notice.replaceChildren();
    form.prepend(notice);
    setTimeout(() => notice.append(...parts), 100);
  };

  const restore = (form) => {
    fresh.set(form, readHidden(form));
    const draft = load(placeOf(form));
    if (!draft) return;
    if (draft.hidden.form_key === keyOf(form)) {
      cameBack.add(form);
      return keep(form);
    }
    write(form, draft.said);
    if (same(read(form), read(form, true))) return localStorage.removeItem(placeOf(form));
    const { form_key, version, shown } = draft.hidden;
    // A form that edits meets who was there meanwhile; one that adds needs not.
    writeHidden(form, shown === undefined ? { form_key } : { form_key, version, shown });
    for (let one = form.closest("details"); one; one = one.parentElement.closest("details")) {
      one.open = true;
    }
    tell(form, draft.at);
  };

  const restoreAll = () => {
    const forms = reader ? [...document.querySelectorAll(FORMS)] : [];
    forms.filter((form) => !fresh.has(form)).forEach(restore);
  };

  // A form that is fetched when it is opened comes for its draft.
  const openDrafts = () => {
    for (const closed of reader ? document.querySelectorAll("[data-act]") : []) {
      if (localStorage.getItem(placeOf(closed))) closed.closest("details").open = true;
    }
  };

  const explain = () => {
    const place = sessionStorage.getItem(LAST);
    if (!place || !localStorage.getItem(place)) return;
    for (const one of document.querySelectorAll("[data-lost]")) one.hidden = true;
    for (const one of document.querySelectorAll("[data-kept]")) one.hidden = false;
  };

  // -- what happens ----------------------------------------------------------------

  const noteTyping = (event) => {
    const form = event.target.form;
    if (form && fresh.has(form)) keep(form);
  };

  document.addEventListener("input", noteTyping);
  document.addEventListener("change", noteTyping);
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!fresh.has(form)) return;
    sent.add(keyOf(form));
    sessionStorage.setItem(LAST, placeOf(form));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.failed) sent.clear();
    settle();
  });
  document.addEventListener("htmx:load", () => {
    restoreAll();
    openDrafts();
  });
  window.addEventListener("beforeunload", (event) => {
    const forms = [...document.querySelectorAll(FORMS)];
    if (forms.some((form) => fresh.has(form) && isUnsent(form))) event.preventDefault();
  });
  window.addEventListener("storage", (event) => {
    // Sent or discarded in another window: what is sent from here is another text.
    const forms = event.newValue === null ? [...document.querySelectorAll(FORMS)] : [];
    for (const form of forms.filter((one) => fresh.has(one) && placeOf(one) === event.key)) {
      writeHidden(form, { form_key: crypto.randomUUID() });
    }
  });
  window.addEventListener("pageshow", (event) => {
    // Out of the browser's memory, after its form was sent.
    if (event.persisted && sent.size) location.reload();
  });

  settle();
  restoreAll();
  explain();
})();
