// Every command with its keys, the events of the page, and the start.
const withCurrent = (run) => () => { if (view.current) run(view.current); };
const andOn = (run) => withCurrent((unit) => { if (run(unit)) move(1); });
const nearby = (by) => () => {
  const from = view.scope === "all" ? (view.current?.t ?? 0) : view.scope;
  const next = transcripts[from + by];
  if (next) openTranscript(next.number);
};
const COMMANDS = {
  next: () => move(1), previous: () => move(-1), open: nextOpen, doubt: nextDoubtful,
  "transcript-on": nearby(1), "transcript-back": nearby(-1), list,
  accept: andOn(accept), reject: andOn(reject), reopen: withCurrent(reopen),
  code: withCurrent(() => { one("pick").focus(); openPicks(); }),
  model: withCurrent((unit) => { if (meeting) askModel(unit); }),
  note: withCurrent(() => one("note").focus()),
  panel: withCurrent(() => one("codes").querySelector("button")?.focus()),
  split: withCurrent(startSplit), extend: withCurrent(startExtend), merge: withCurrent(merge),
  undo, redo, save,
  filter: () => one("f-show").focus(),
  help: () => { drawKeys(); one("help").showModal(); },
  who: () => askName(),
  "ask-later": () => one("ask").close(),
};

const KEYS = {
  j: "next", k: "previous", ArrowDown: "next", ArrowUp: "previous", o: "open", u: "doubt",
  "]": "transcript-on", "[": "transcript-back", t: "list", a: "accept", r: "reject", x: "reopen",
  c: "code", n: "note", Enter: "panel", s: "split", e: "extend", m: "merge", z: "undo", Z: "redo",
  f: "filter", d: "save", "?": "help", v: "model",
};

const HELP = [
  ["keys_moving", [["j \u2193", "key_next"], ["k \u2191", "key_previous"], ["o", "key_open"],
    ["u", "key_doubt"], ["] [", "key_transcripts"], ["t", "key_list"]]],
  ["keys_deciding", [["a", "key_accept"], ["r", "key_reject"], ["1\u20139", "key_number"],
    ["c", "key_code"], ["n", "key_note"], ["v", "key_model"], ["x", "key_reopen"], ["z Z", "key_undo"]]],
  ["keys_passage", [["s", "key_split"], ["e", "key_extend"], ["m", "key_merge"]]],
  ["keys_page", [["Enter", "key_panel"], ["Esc", "key_back"], ["f", "key_filter"],
    ["d Ctrl+S", "key_save"], ["?", "key_help"]]],
];
// Commands that a kind of page does without, and their words in the list of keys.
const LACKS = {
  review: ["model"], blind: ["accept", "doubt", "model"], meeting: ["accept", "doubt", "split", "extend", "merge"],
}[meeting ? "meeting" : data.blind ? "blind" : "review"];

const drawKeys = () => {
  one("keys").replaceChildren(...HELP.map(([title, rows]) => [title, rows.filter(([, word]) => !LACKS.includes(word.slice(4)))]).filter(([, rows]) => rows.length).map(([title, rows]) =>
    make("section", {}, make("h3", {}, say(title)), make("dl", {}, ...rows.flatMap(([keys, word]) => [
      make("dt", {}, ...keys.split(" ").map((key) => make("kbd", {}, key))), make("dd", {}, say(word))])))));
};

const isTyping = (element) => element.matches?.("input:not([type=checkbox]), textarea, select");

const press = (event) => {
  const { key, target } = event;
  if (document.querySelector("dialog[open]")) return;
  if (mode && !(event.ctrlKey || event.metaKey || event.altKey)) { modeKey(event); return; }
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    const chord = { s: "save", z: event.shiftKey ? "redo" : "undo", y: "redo" }[key.toLowerCase()];
    if (!chord || (chord !== "save" && (mode || isTyping(target)))) return;
    event.preventDefault();
    COMMANDS[chord]();
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (key === "Escape") { if (!one("tip").hidden && !isTyping(target)) hideTip(); toPassage(); return; }
  if (isTyping(target) || event.isComposing) return;
  if (["Enter", "ArrowDown", "ArrowUp"].includes(key) && target !== document.body && !target.closest(".passage")) return;
  const isLetter = key.length === 1;
  if (isLetter && !meta.single && !target.closest?.(".passage")) return;
  if (/^[1-9]$/.test(key) && view.current) {
    const code = listed(view.current)[Number(key) - 1];
    if (code !== undefined) { event.preventDefault(); toggle(view.current, code); }
    return;
  }
  const command = KEYS[key] ?? (event.shiftKey ? undefined : KEYS[key.toLowerCase()]);
  if (!command || LACKS.includes(command)) return;
  event.preventDefault();
  COMMANDS[command]();
};

const speak = (name) => {
  language = name;
  meta.language = name;
  keepMeta();
  translate();
  fillCodes();
  fillSpeakers();
  const { current } = view;
  build(true);
  setCurrent(current, { focus: false });
  drawProgress();
};

const click = (event) => {
  const { target } = event;
  const act = target.closest("[data-act]");
  if (act) { if (mode) cancelMode(); COMMANDS[act.dataset.act](); return; }
  const trialAct = target.closest("[data-mode]");
  if (trialAct) { if (mode) inMode(trialAct.dataset.mode); return; }
  const name = target.closest("[data-language]");
  if (name) { if (mode) cancelMode(); speak(name.dataset.language); return; }
  const scope = target.closest("[data-scope]");
  if (scope) {
    one("list").close();
    openTranscript(scope.dataset.scope === "all" ? "all" : Number(scope.dataset.scope));
    toPassage();
    return;
  }
  if (mode) return;
  const option = target.closest("#picks [data-code]");
  if (option) { choosePick(Number(option.dataset.code)); return; }
  const answer = target.closest("[data-say]");
  if (answer) {
    const value = answer.dataset.say === "true";
    settle(view.current, Number(answer.closest("[data-code]").dataset.code), answer.getAttribute("aria-pressed") === "true" ? undefined : value);
    return;
  }
  const row = target.closest("#codes button[data-code]");
  if (row) { toggle(view.current, Number(row.dataset.code)); return; }
  const passage = target.closest(".passage");
  if (passage && unitOf.get(passage) !== view.current) setCurrent(unitOf.get(passage), { focus: true, scroll: false });
};

const listen = () => {
  document.addEventListener("keydown", press);
  document.addEventListener("click", click);
  one("filters").addEventListener("submit", (event) => event.preventDefault());
  one("filters").addEventListener("change", () => { if (mode) cancelMode(); applyFilters(); });
  one("filters").addEventListener("reset", () => setTimeout(applyFilters));
  one("note").addEventListener("input", () => { if (view.current) writeNote(view.current, one("note").value); });
  one("pick").addEventListener("focus", openPicks);
  one("pick").addEventListener("input", () => { picked.at = 0; openPicks(); });
  one("pick").addEventListener("keydown", pickKey);
  one("pick").addEventListener("blur", () => setTimeout(() => { if (document.activeElement !== one("pick")) closePicks(); }, 150));
  // Pressing the mouse on an option must not take the focus away before the click.
  one("picks").addEventListener("mousedown", (event) => event.preventDefault());
  one("single").addEventListener("change", () => { meta.single = one("single").checked; keepMeta(); });
  one("ask-form").addEventListener("submit", (event) => {
    const name = one("name").value.trim();
    if (!name) { event.preventDefault(); one("name-missing").textContent = say("who_missing"); return; }
    meta.coder = name;
    keepMeta();
    drawProgress();
    const then = afterName;
    afterName = null;
    if (then) setTimeout(then);
  });
  all("dialog").forEach((dialog) => dialog.addEventListener("close", toPassage));
  ["mouseover", "focusin"].forEach((kind) => document.addEventListener(kind, (event) => {
    const named = event.target.closest?.("[data-code]");
    if (named) showTip(named);
    else if (event.target.closest?.("#tip")) clearTimeout(leaving);
    else if (tipFor && document.activeElement !== one("pick")) leaveTip();
  }));
  document.addEventListener("scroll", () => { if (tipFor && !one("panel").contains(tipFor)) hideTip(); }, { passive: true });
  narrow.addEventListener("change", placePanel);
  // The panel stays below the bar, whose height depends on the language and the width.
  const bar = document.querySelector(".bar");
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--bar", `${bar.offsetHeight}px`);
  }).observe(bar);
  window.addEventListener("beforeunload", (event) => {
    if (!meta.unsaved) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("storage", follow);
  if (meeting) window.addEventListener("hashchange", atLink);
};

// Another window with this page wrote: its work is taken over, so that neither undoes the other's.
const follow = (event) => {
  if (event.key === place) { Object.assign(meta, take(place) ?? {}, { language }); drawProgress(); return; }
  const number = event.key?.startsWith(`${place}:`) ? Number(event.key.slice(place.length + 1)) : NaN;
  if (!transcripts[number]) return;
  if (mode) cancelMode();
  const { current } = view;
  readUnits(transcripts[number]);
  past.length = 0;
  future.length = 0;
  if (isInScope(number)) {
    build(true);
    setCurrent(transcripts[number].units.find((unit) => current && unit.t === current.t && unit.end > current.start)
      ?? shownUnits()[0] ?? null);
  }
  drawProgress();
  tell(say("other_window"));
};

const atLink = () => {
  const wanted = followLink();
  openTranscript("all", wanted);
};

const begin = () => {
  const isBack = readAll();
  one("single").checked = meta.single;
  if (transcripts.length < 2) one("which").classList.add("only");
  translate();
  fillCodes();
  listen();
  const [number, start] = meta.at ?? [0, -1];
  const at = transcripts[number]?.units.find((unit) => unit.start === start);
  if (meeting) {
    fillPairs();
    one("f-show").value = transcripts.some(({ given }) => given.some(({ people }) => people)) ? "people" : "all";
    const wanted = followLink();
    openTranscript("all", wanted ?? (location.hash ? null : at));
  } else if (transcripts.length) openTranscript(at ? number : 0, at);
  else { build(); drawProgress(); }
  drawKeys();
  if (!meta.coder) askName();
  else if (isBack) tell(say("welcome_back"));
};
begin();
