// What all parts use: the data, making elements, and the language of the page.
const data = JSON.parse(document.getElementById("data").textContent);
const one = (id) => document.getElementById(id);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const codes = data.codebook.codes;
const facets = data.codebook.facets;
const meeting = data.meeting ?? null;
let language = data.language;

// Elements are made from text only: nothing that a participant said is ever read as markup.
const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => {
    if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  });
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
};

const say = (key, values = {}) => data.words[language][key].replace(/\{(\w+)\}/g, (whole, name) =>
  name in values ? String(values[name]) : whole);
const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");
const codeName = (code) => codes[code].name[language];
const names = (list) => list.map(codeName).join(", ");
const scoreText = (score) => score.toFixed(2).replace(".", say("point"));
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

let fading = 0;
const tell = (text) => {
  // The same sentence twice must be announced twice.
  one("live").textContent = "";
  requestAnimationFrame(() => { one("live").textContent = text; });
  one("live").classList.add("on");
  clearTimeout(fading);
  fading = setTimeout(() => one("live").classList.remove("on"), 3500 + 50 * text.length);
};

const alertUser = (key) => {
  if (all(`[data-t="${key}"]`, one("alerts")).length) return;
  one("alerts").append(make("p", { class: "alert", "data-t": key }, say(key)));
};

const translate = () => {
  const words = data.words[language];
  document.documentElement.lang = language;
  all("[data-t]").forEach((e) => { e.textContent = words[e.dataset.t]; });
  all("[data-t-label]").forEach((e) => e.setAttribute("aria-label", words[e.dataset.tLabel]));
  all("[data-t-hint]").forEach((e) => { e.placeholder = words[e.dataset.tHint]; });
  all("[data-language]").forEach((e) =>
    e.setAttribute("aria-pressed", String(e.dataset.language === language)));
};
