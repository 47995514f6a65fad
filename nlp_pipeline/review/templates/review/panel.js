// The codes of the current passage: what is suggested with its score, what is kept, and why.
const isFew = codes.length <= 9;

const listed = (unit) => {
  if (meeting) return listedAtMeeting(unit);
  if (isFew) return codes.map((_, number) => number);
  return inOrder([...suggestedFor(unit), ...(unit.codes ?? []), ...(ownFor(unit)?.codes ?? [])]);
};

const stateOf = (unit, code, suggested) => {
  if (unit.codes?.includes(code)) return "kept";
  if (!suggested.includes(code)) return "";
  return unit.codes === null ? "maybe" : "not";
};
const MARKS = { kept: "\u2713", maybe: "?", not: "\u2715", "": "" };

const codeRow = (unit, code, number, suggested, scores) => {
  const state = stateOf(unit, code, suggested);
  const tag = { kept: suggested.includes(code) ? "suggested" : "", maybe: "suggested", not: "not_kept_code", "": "" }[state];
  const row = make("button", {
    type: "button", class: `code k${code} d${Math.min(isFew ? codes[code].depth : 0, 4)} ${state}`,
    "data-code": code, "data-key": `code-${code}`, "aria-pressed": String(state === "kept"),
    "aria-keyshortcuts": number <= 9 ? number : null,
  },
  make("kbd", { "aria-hidden": "true" }, number <= 9 ? String(number) : ""),
  make("i", { class: "mark", "aria-hidden": "true" }, MARKS[state]),
  make("span", { class: "name" }, codeName(code)),
  make("span", { class: "tag" }, tag ? say(tag) : ""));
  if (code in scores) {
    const meter = make("span", { class: "meter", "aria-hidden": "true" }, make("b"));
    meter.firstChild.style.width = `${100 * scores[code]}%`;
    row.append(meter, make("span", { class: "score" }, scoreText(scores[code])));
  }
  return make("li", {}, row);
};

const drawCodes = (unit) => {
  if (meeting) { drawMeeting(unit); return; }
  const suggested = suggestedFor(unit);
  const scores = scoresFor(unit);
  const list = listed(unit);
  const groups = facets.map((facet, number) => ({
    facet, rows: list.filter((code) => codes[code].facet === number),
  })).filter((group) => group.rows.length);
  const parts = groups.flatMap(({ facet, rows }) => [
    make("h3", {}, facet.name[language]),
    make("ul", {}, ...rows.map((code) => codeRow(unit, code, list.indexOf(code) + 1, suggested, scores))),
  ]);
  if (!data.blind && !suggested.length) {
    parts.unshift(make("p", { class: "quiet-line" }, say(wasRead(unit) ? "nothing_suggested" : "not_read")));
  }
  one("codes").replaceChildren(...parts);
};

const drawEarlier = (unit) => {
  const found = new Map();
  transcripts[unit.t].earlier.filter((e) => e.start < unit.end && e.end > unit.start).forEach((e) => {
    const text = e.code === null ? say("no_code") : e.rejected
      ? say("earlier_not", { code: codeName(e.code) }) : codeName(e.code);
    found.set(e.coder, [...(found.get(e.coder) ?? []), text]);
  });
  one("earlier").hidden = !found.size;
  one("earlier").replaceChildren(make("h3", {}, say("earlier")), make("dl", {},
    ...[...found].flatMap(([coder, texts]) => [make("dt", {}, coder), make("dd", {}, texts.join(", "))])));
};

const drawPanel = () => {
  const unit = view.current;
  hideTip();
  if (!unit) return;
  const key = document.activeElement?.dataset?.key;
  one("panel-title").textContent = say("passage_n", placeOf(unit));
  const state = unit.codes === null ? "undecided" : unit.codes.length ? "decided" : "no_code";
  one("panel-state").textContent = say(state);
  one("panel-state").className = `state ${state}`;
  drawEarlier(unit);
  drawCodes(unit);
  if (one("note").value !== unit.note) one("note").value = unit.note;
  if (key) one("panel").querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
};

// What a code means: beside whatever names it, on hover and on focus.
let tipFor = null;
let leaving = 0;

const rules = (key, list) => (list.length
  ? [make("p", { class: "rule" }, say(key)), make("ul", {}, ...list.map((rule) => make("li", {}, rule)))] : []);

const showTip = (element) => {
  clearTimeout(leaving);
  if (tipFor === element) return;
  const code = codes[Number(element.dataset.code)];
  const tip = one("tip");
  tipFor = element;
  tip.replaceChildren(
    make("p", { class: "tip-head" }, make("b", {}, code.name[language]), ` ${facets[code.facet].name[language]}`),
    make("p", {}, code.meaning[language] || say("no_definition")),
    ...(code.verdict ? [make("p", { class: "verdict" },
      make("b", {}, `${say("verdict")}: ${code.verdict[language]}.`), ` ${code.verdict_meaning[language]}`)] : []),
    ...rules("include_rule", code.include), ...rules("exclude_rule", code.exclude), ...rules("example_rule", code.examples));
  tip.hidden = false;
  if (element.matches("button")) element.setAttribute("aria-describedby", "tip");
  const box = element.getBoundingClientRect();
  const size = tip.getBoundingClientRect();
  const beside = element.closest("#panel") && box.left - size.width - 12 > 0;
  const left = beside ? box.left - size.width - 10 : Math.min(box.left, innerWidth - size.width - 12);
  const below = box.bottom + 6 + size.height < innerHeight;
  const top = beside ? box.top - 8 : below ? box.bottom + 6 : box.top - size.height - 6;
  tip.style.left = `${Math.max(8, left)}px`;
  tip.style.top = `${Math.max(8, Math.min(top, innerHeight - size.height - 8))}px`;
};

const hideTip = () => {
  clearTimeout(leaving);
  tipFor?.removeAttribute("aria-describedby");
  tipFor = null;
  one("tip").hidden = true;
};

const leaveTip = () => { clearTimeout(leaving); leaving = setTimeout(hideTip, 180); };
