// The transcripts in their flow, or the passages by doubt; and which of them is the current one.
// A stanza is a turn, or in the order of doubt one passage of a turn.
const view = { scope: 0, order: meeting ? "doubt" : "text", hidden: new Set(), current: null, stanzas: [] };
const elementOf = new Map();
const unitOf = new WeakMap();
const keyOf = (unit) => `${unit.t}:${unit.start}:${unit.end}`;
const isInScope = (number) => view.scope === "all" || view.scope === number;
const inScope = () => transcripts.filter((transcript) => isInScope(transcript.number));
const speakerOf = (unit) => transcripts[unit.t].blocks[unit.block].speaker;
const shownUnits = () => all(".passage:not([hidden])", one("flow")).map((e) => unitOf.get(e));
const narrow = matchMedia("(max-width: 64rem)");
let madeCount = 0;

// In one flow, so that a long word breaks only where it does not fit a line of its own.
const chipWords = (name, more) => make("span", { class: "words" }, name,
  more ? " " : "", more ? make("span", { class: "score" }, more) : null);

const chip = (code, state, score) => make("li", { class: `chip k${code} ${state}`, "data-code": code },
  make("i", { class: "mark" }, state === "kept" ? "\u2713" : "?"),
  chipWords(codeName(code), score === undefined ? "" : scoreText(score)));

const chipsOf = (unit) => {
  if (meeting) return chipsAtMeeting(unit);
  const scores = scoresFor(unit);
  if (unit.codes === null) return suggestedFor(unit).map((code) => chip(code, "maybe", scores[code]));
  if (!unit.codes.length) return [make("li", { class: "chip none" }, make("i", { class: "mark" }, "\u2013"), chipWords(say("no_code")))];
  return unit.codes.map((code) => chip(code, "kept"));
};

const describe = (unit) => {
  const scores = scoresFor(unit);
  const parts = [say("passage_n", placeOf(unit))];
  if (unit.codes === null) {
    const list = suggestedFor(unit).map((code) => (code in scores ? `${codeName(code)} ${scoreText(scores[code])}` : codeName(code)));
    parts.push(say("undecided"));
    if (list.length) parts.push(`${say(meeting ? "in_dispute" : "suggestions")}: ${list.join(", ")}`);
  } else parts.push(unit.codes.length ? `${say("decided")}: ${names(unit.codes)}` : say("no_code"));
  if (unit.note) parts.push(say("has_note"));
  return parts.join(". ");
};

const drawUnit = (element, unit) => {
  elementOf.set(unit, element);
  unitOf.set(element, unit);
  const state = unit.codes === null ? (suggestedFor(unit).length ? "open has" : "open") : "settled";
  element.className = `passage ${state}${unit.note ? " noted" : ""}${unit === view.current ? " current" : ""}`;
  element.setAttribute("aria-label", describe(unit));
  element.querySelector(".chips").replaceChildren(...chipsOf(unit),
    ...(unit.note ? [make("li", { class: "chip noting" }, make("i", { class: "mark" }, "\u270e"), say("note"))] : []));
};

const unitElement = (unit, language) => {
  const transcript = transcripts[unit.t];
  const own = sourceOf(unit)[0]?.language ?? transcript.language;
  madeCount += 1;
  const text = make("p", { class: "text", id: `x${madeCount}`, lang: own === language ? null : own },
    transcript.text.slice(unit.start, unit.end));
  const element = make("div", { role: "group", tabindex: "-1", "aria-describedby": `x${madeCount}` },
    text, make("ul", { class: "chips", "aria-hidden": "true" }));
  element.hidden = view.hidden.has(keyOf(unit));
  drawUnit(element, unit);
  return element;
};

const rest = (text) => (text.trim() ? [make("p", { class: "rest" }, text.trim())] : []);

const fill = (stanza, units = transcripts[stanza.t].units) => {
  const transcript = transcripts[stanza.t];
  const inside = units.filter((unit) =>
    unit.block === stanza.block && unit.end > stanza.from && unit.start < stanza.to);
  let at = stanza.from;
  const parts = inside.flatMap((unit) => {
    const before = rest(transcript.text.slice(at, unit.start));
    at = Math.max(at, unit.end);
    return [...before, unitElement(unit, transcript.language)];
  });
  if (one("panel").parentElement === stanza.said) document.querySelector(".page").append(one("panel"));
  stanza.said.replaceChildren(...parts, ...rest(transcript.text.slice(at, stanza.to)));
};

const makeStanza = (transcript, number, from, to, units) => {
  const block = transcript.blocks[number];
  const said = make("div", { class: "said", lang: transcript.language });
  const stanza = { t: transcript.number, block: number, from, to, said };
  stanza.element = make("div", { class: `turn ${block.role}` },
    make("p", { class: "who" }, make("b", {}, block.speaker || (block.role === "interviewer" ? say("interviewer") : "")),
      block.time ? make("span", { class: "time" }, block.time) : null), said);
  fill(stanza, units);
  view.stanzas.push(stanza);
  return stanza.element;
};

const heading = (transcript) => make("h2", {}, transcript.name);

const inFlow = (transcript) => {
  const within = transcript.blocks.map(() => []);
  transcript.units.forEach((unit) => within[unit.block].push(unit));
  return make("section", { class: "transcript", "aria-label": transcript.name }, heading(transcript),
    ...transcript.blocks.map((block, number) => makeStanza(transcript, number, block.start, block.end, within[number])));
};

// The turn before, if the interviewer had it: what the passage answers.
const asked = (transcript, block) => {
  const before = transcript.blocks[block - 1];
  if (before?.role !== "interviewer") return [];
  return [make("p", { class: "asked", lang: transcript.language }, transcript.text.slice(before.start, before.end))];
};

const byDoubt = () => {
  const units = inScope().flatMap((transcript) => transcript.units);
  units.sort((a, b) => doubtOf(b) - doubtOf(a) || a.t - b.t || a.start - b.start);
  const parts = units.map((unit) => {
    const transcript = transcripts[unit.t];
    const [from, to] = caseOf(unit)?.near ?? [unit.start, unit.end];
    const element = makeStanza(transcript, unit.block, from, to, [unit]);
    const title = meeting ? say("number_in", { name: transcript.name, n: caseOf(unit).number }) : transcript.name;
    const source = view.scope === "all" ? [make("p", { class: "source" }, title)] : [];
    const part = make("div", { class: "lone" }, ...source, ...asked(transcript, unit.block), element);
    part.hidden = view.hidden.has(keyOf(unit));
    return part;
  });
  return [make("section", { class: "transcript", "aria-label": say("order_doubt") },
    make("h2", {}, say("order_doubt")), ...parts)];
};

// A turn without a fitting passage goes out of view; a question stays with the answer after it.
const hideTurns = () => {
  const active = view.hidden.size > 0;
  const empty = (stanza) => !stanza.said.querySelector(".passage:not([hidden])");
  view.stanzas.forEach((stanza, i) => {
    const next = view.stanzas[i + 1];
    const asks = transcripts[stanza.t].blocks[stanza.block].role === "interviewer";
    const answered = asks && next && next.t === stanza.t && !empty(next);
    stanza.element.hidden = active && empty(stanza) && !answered;
    stanza.element.classList.toggle("sparse", active);
  });
};

const drawCount = (count) => { one("in-view").textContent = say("in_view", { n: grouped(count) }); };

const build = (isKept = false) => {
  if (!isKept) view.hidden = hiddenByFilters();
  elementOf.clear();
  view.stanzas = [];
  document.querySelector(".page").append(one("panel"));
  const parts = view.order === "doubt" ? byDoubt() : inScope().map(inFlow);
  one("flow").replaceChildren(...parts);
  if (view.order === "text") hideTurns();
  const count = shownUnits().length;
  if (!count) {
    const key = transcripts.some((transcript) => transcript.given.length) ? "nothing_fits" : "none_to_review";
    one("flow").prepend(make("p", { class: "empty" }, say(key)));
  }
  drawCount(count);
};

const placePanel = () => {
  const panel = one("panel");
  const element = elementOf.get(view.current);
  panel.hidden = !element;
  const active = document.activeElement;
  if (narrow.matches && element) {
    if (element.nextElementSibling !== panel) element.after(panel);
  } else if (panel.parentElement !== document.querySelector(".page")) {
    document.querySelector(".page").append(panel);
  }
  if (active !== document.activeElement && panel.contains(active)) active.focus({ preventScroll: true });
};

const isAway = () => {
  const active = document.activeElement;
  return active && active !== document.body && (!one("flow").contains(active) || one("panel").contains(active));
};

const setCurrent = (unit, { focus = !isAway(), scroll = true } = {}) => {
  const before = view.current && elementOf.get(view.current);
  if (before) { before.classList.remove("current"); before.tabIndex = -1; before.removeAttribute("aria-current"); }
  all(".passage.current", one("flow")).forEach((e) => { e.classList.remove("current"); e.tabIndex = -1; });
  view.current = unit && elementOf.has(unit) ? unit : null;
  const element = view.current && elementOf.get(view.current);
  if (element) {
    element.classList.add("current");
    element.tabIndex = 0;
    element.setAttribute("aria-current", "true");
  }
  placePanel();
  drawPanel();
  if (!element) return;
  if (focus) element.focus({ preventScroll: true });
  if (scroll) intoView(element);
  meta.at = [unit.t, unit.start];
  keepMeta();
};

// Turns that were not laid out yet have a guessed height, so the place is checked once more.
const intoView = (element, again = true) => {
  const { top, bottom } = element.getBoundingClientRect();
  const bar = document.querySelector(".bar").getBoundingClientRect();
  const ceiling = Math.max(0, bar.bottom) + 24;
  const floor = innerHeight - (narrow.matches ? 0.45 * innerHeight : 72);
  if (top < ceiling || (bottom > floor && top > ceiling + 40)) {
    scrollBy({ top: top - ceiling - (innerHeight - ceiling) * 0.18, behavior: "instant" });
  }
  if (again) requestAnimationFrame(() => { if (element.isConnected) intoView(element, false); });
};

const redraw = (number, before, current) => {
  const units = transcripts[number].units;
  const isSame = units.length === before.length &&
    units.every((unit, i) => unit.start === before[i].start && unit.end === before[i].end);
  if (isInScope(number)) {
    if (isSame) {
      units.forEach((unit, i) => {
        const element = unit !== before[i] && elementOf.get(before[i]);
        if (!element) return;
        elementOf.delete(before[i]);
        if (view.current === before[i]) view.current = unit;
        drawUnit(element, unit);
      });
    } else if (view.order === "doubt") build(true);
    else refill(number, before, units);
    drawCount(shownUnits().length);
  }
  setCurrent(current);
  drawProgress();
};

const refill = (number, before, units) => {
  const old = new Set(before);
  const kept = new Set(units);
  const changed = new Set([...units.filter((u) => !old.has(u)), ...before.filter((u) => !kept.has(u))].map((u) => u.block));
  const isAtHome = !isAway();
  view.stanzas.filter((s) => s.t === number && changed.has(s.block)).forEach((s) => fill(s));
  elementOf.forEach((element, unit) => { if (unit.t === number && !kept.has(unit)) elementOf.delete(unit); });
  elementOf.forEach((element, unit) => { if (unit.t === number) element.setAttribute("aria-label", describe(unit)); });
  if (isAtHome) document.activeElement?.blur();
};
