// Conveniences only: every view works without this file.
"use strict";

// Names of languages, as the reader's browser has them.
try {
  const names = new Intl.DisplayNames([navigator.language || "en"], { type: "language", fallback: "code" });
  for (const each of document.querySelectorAll("[data-language]")) {
    const code = each.dataset.language;
    if (code !== "unknown") each.textContent = names.of(code);
  }
} catch (error) {
  if (!(error instanceof RangeError)) throw error; // a code that is none stays as it is
}

// Back to the list as it was left: Escape does so too, and the focus is on the article that was open.
const back = document.querySelector("[data-back]");
const opened = sessionStorage.getItem("opened");
if (back) {
  const left = sessionStorage.getItem("list");
  if (left) back.setAttribute("href", left);
  sessionStorage.setItem("opened", location.pathname);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) back.click();
  });
} else if (document.querySelector(".articles")) {
  sessionStorage.setItem("list", location.pathname + location.search);
  sessionStorage.removeItem("opened");
  if (opened) document.querySelector(`.articles a[href="${CSS.escape(opened)}"]`)?.focus();
}

// A filter that was chosen by key has the focus again on the next page. (A click by key has no detail.)
const pressed = sessionStorage.getItem("pressed");
sessionStorage.removeItem("pressed");
for (const each of document.querySelectorAll("[data-key]")) {
  each.addEventListener("click", (event) => {
    if (event.detail === 0) sessionStorage.setItem("pressed", each.dataset.key);
  });
  if (pressed !== null && each.dataset.key === pressed) {
    each.closest("details")?.setAttribute("open", "");
    each.focus();
  }
}

// A tag and its evidence light up together.
for (const tag of document.querySelectorAll("[data-code]")) {
  const light = (on) => () => {
    tag.classList.toggle("lit", on);
    for (const mark of document.querySelectorAll("mark[data-codes]")) {
      if (mark.dataset.codes.split(" ").includes(tag.dataset.code)) mark.classList.toggle("lit", on);
    }
  };
  for (const event of ["mouseenter", "focusin"]) tag.addEventListener(event, light(true));
  for (const event of ["mouseleave", "focusout"]) tag.addEventListener(event, light(false));
}

// "/" goes to the search, as on many sites.
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("input[type=search]");
  if (event.key === "/" && field && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    field.focus();
  }
});
