"use strict";
(() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const speak = (language) => {
    const before = all("[data-version]").find((e) => !e.hidden);
    const reading = all("section[id]").find((e) => e.getBoundingClientRect().bottom > 120);
    const wasAtTop = window.scrollY < 200;
    document.documentElement.lang = language;
    all("[data-version]").forEach((e) => { e.hidden = e.dataset.version !== language; });
    const after = all("[data-version]").find((e) => !e.hidden);
    document.title = after.dataset.title;
    // What was being read stays in view.
    if (before !== after && reading && !wasAtTop) {
      document.getElementById(reading.id.replace(/^[a-z]+/, language))?.scrollIntoView({ behavior: "instant" });
    }
    after.querySelector(`[data-language="${language}"]`).focus({ preventScroll: true });
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-language]");
    if (button) speak(button.dataset.language);
  });
  all(".switch").forEach((e) => { e.hidden = false; });
  // On paper everything is open.
  const folds = all("details");
  window.addEventListener("beforeprint", () => folds.forEach((e) => { e.open = true; }));
})();
