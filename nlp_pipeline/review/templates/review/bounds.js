// Splitting a passage and giving it new ends. Until Enter, what is seen is only a trial.
let mode = null;

// The codes go out of sight during a trial; keys must not end up at a button that nobody sees.
const leavePanel = (unit) => {
  if (one("panel").contains(document.activeElement)) elementOf.get(unit)?.focus({ preventScroll: true });
};

const startSplit = (unit) => {
  const inside = wordsOf(transcripts[unit.t], unit.block).filter((w) => w.start >= unit.start && w.end <= unit.end);
  if (inside.length < 2) { tell(say("say_one_word")); return; }
  const places = inside.slice(1).map((word, i) => ({ at: word.start, opens: inside[i].closes }));
  const middle = (unit.start + unit.end) / 2;
  const near = (list) => list.reduce((a, b) => (Math.abs(b.at - middle) < Math.abs(a.at - middle) ? b : a));
  const sentences = places.filter((place) => place.opens);
  leavePanel(unit);
  mode = { kind: "split", unit, inside, places, index: places.indexOf(near(sentences.length ? sentences : places)) };
  drawMode();
};

const startExtend = (unit) => {
  const wordList = wordsOf(transcripts[unit.t], unit.block);
  const stanza = view.stanzas.find((s) => s.said.contains(elementOf.get(unit)));
  leavePanel(unit);
  mode = {
    kind: "extend", unit, wordList, stanza, range: [stanza.from, stanza.to], edge: "end",
    first: wordList.findIndex((word) => word.end > unit.start),
    last: wordList.findLastIndex((word) => word.start < unit.end),
  };
  [stanza.from, stanza.to] = [transcripts[unit.t].blocks[unit.block].start, transcripts[unit.t].blocks[unit.block].end];
  drawMode();
};

const trial = () => withEnds(mode.unit, mode.wordList[mode.first].start, mode.wordList[mode.last].end, mode.wordList);

const drawSplit = () => {
  const { text } = transcripts[mode.unit.t];
  const { at } = mode.places[mode.index];
  const paragraph = elementOf.get(mode.unit).querySelector(".text");
  const cut = make("span", { class: "cut", "aria-hidden": "true" });
  paragraph.replaceChildren(text.slice(mode.unit.start, at), cut, make("span", { class: "second" }, text.slice(at, mode.unit.end)));
  const words = mode.inside.filter((word) => word.start >= at).slice(0, 4).map((word) => text.slice(word.start, word.end));
  tell(say("before_words", { words: words.join(" ") }));
};

const drawExtend = () => {
  const { units, whole } = trial();
  const { text } = transcripts[mode.unit.t];
  const word = (index) => text.slice(mode.wordList[index].start, mode.wordList[index].end);
  mode.whole = whole;
  const before = view.current;
  view.current = whole;
  // The trial is drawn from a list that the transcript does not have yet.
  const kept = transcripts[mode.unit.t].units;
  transcripts[mode.unit.t].units = units;
  fill(mode.stanza, units);
  transcripts[mode.unit.t].units = kept;
  view.current = before;
  const element = elementOf.get(whole);
  element.classList.add("trial", `edge-${mode.edge}`);
  element.hidden = false;
  placePanelAt(element);
  intoView(element);
  tell(say("from_to", { first: word(mode.first), last: word(mode.last) }));
};

const placePanelAt = (element) => { if (narrow.matches) element.after(one("panel")); };

const drawMode = () => {
  hideTip();
  const key = document.activeElement?.dataset?.key;
  const button = (act, word, name = word) => make("button", { type: "button", "data-mode": act, "data-key": `mode-${act}`, "aria-label": say(name), title: say(name) }, word === name ? say(word) : word);
  const edge = mode.kind === "extend" ? say(mode.edge === "end" ? "edge_end" : "edge_start") : "";
  one("mode").hidden = false;
  one("panel").classList.add("in-mode");
  one("mode").replaceChildren(make("p", {}, say(`${mode.kind}_help`, { edge })),
    make("div", { class: "acts" }, button("back", "\u2190", "move_back"), button("on", "\u2192", "move_on"),
      mode.kind === "extend" ? make("button", { type: "button", "data-mode": "edge", "data-key": "mode-edge" }, `${say("edge_start")} / ${say("edge_end")}`) : null,
      button("confirm", "confirm"), button("cancel", "cancel")));
  if (mode.kind === "split") drawSplit();
  else drawExtend();
  if (key) one("mode").querySelector(`[data-key="${key}"]`)?.focus({ preventScroll: true });
};

const leaveMode = () => {
  const left = mode;
  mode = null;
  one("mode").hidden = true;
  one("panel").classList.remove("in-mode");
  if (left.kind === "extend") {
    [left.stanza.from, left.stanza.to] = left.range;
    elementOf.forEach((element, unit) => { if (!transcripts[unit.t].units.includes(unit)) elementOf.delete(unit); });
    fill(left.stanza);
  } else {
    const { unit } = left;
    elementOf.get(unit).querySelector(".text").replaceChildren(transcripts[unit.t].text.slice(unit.start, unit.end));
  }
  return left;
};

const cancelMode = () => {
  const { unit } = leaveMode();
  setCurrent(unit);
  tell(say("say_cancelled"));
};

const confirmMode = () => {
  const { units, whole } = mode.kind === "extend" ? trial() : {};
  const left = leaveMode();
  view.current = left.unit;
  if (left.kind === "split") { split(left.unit, left.places[left.index].at, left.inside); return; }
  if (whole.start === left.unit.start && whole.end === left.unit.end) { setCurrent(left.unit); return; }
  commit(whole.t, units, whole);
  tell(say("say_extended"));
};

// By a word, or by a sentence to the place after the next full stop.
const moveCut = (by, isSentence) => {
  const { places } = mode;
  let next = mode.index + by;
  while (isSentence && places[next] && !places[next].opens) next += by;
  if (places[next]) mode.index = next;
};

const moveEdge = (by, isSentence) => {
  const { wordList } = mode;
  const name = mode.edge === "end" ? "last" : "first";
  const end = wordList.length - 1;
  const isStop = (index) => (mode.edge === "end"
    ? index === end || wordList[index].closes : index === 0 || wordList[index - 1].closes);
  let next = mode[name] + by;
  while (isSentence && wordList[next] && !isStop(next)) next += by;
  const [least, most] = mode.edge === "end" ? [mode.first, end] : [0, mode.last];
  if (next < least || next > most) { tell(say("say_edge")); return false; }
  mode[name] = next;
  return true;
};

const inMode = (act) => {
  const isSplit = mode.kind === "split";
  const steps = { back: [-1, false], on: [1, false], up: [-1, true], down: [1, true] };
  if (act in steps) {
    if (isSplit) { moveCut(...steps[act]); drawMode(); }
    else if (moveEdge(...steps[act])) drawMode();
  } else if (act === "edge") {
    if (!isSplit) { mode.edge = mode.edge === "end" ? "start" : "end"; drawMode(); }
  } else if (act === "confirm") confirmMode();
  else cancelMode();
};

const MODE_KEYS = {
  ArrowLeft: "back", ArrowRight: "on", ArrowUp: "up", ArrowDown: "down",
  Tab: "edge", e: "edge", Enter: "confirm", Escape: "cancel",
};
const modeKey = (event) => {
  const act = MODE_KEYS[event.key];
  const isButton = event.target.closest?.("button");
  // The buttons of the trial can be reached and pressed as any other.
  if (!act || (isButton && ["Tab", "Enter"].includes(event.key)) || (event.key === "Tab" && mode.kind === "split")) return;
  event.preventDefault();
  inMode(act);
};
