// Progress, filters, and going from passage to passage and from transcript to transcript.
const counted = (units) => {
  const own = units.filter(isToSettle);
  return { done: own.filter((unit) => !isOpen(unit)).length, all: own.length, beside: units.length - own.length };
};

const drawProgress = () => {
  const { done, all: every, beside } = counted(transcripts.flatMap(({ units }) => units));
  one("bar").style.width = `${every ? (100 * done) / every : 0}%`;
  one("done").textContent = say("decided_of", { done: grouped(done), all: grouped(every) });
  if (meeting) one("beside").textContent = beside ? say("beside", { n: grouped(beside) }) : "";
  one("which-name").textContent = view.scope === "all"
    ? say("all_transcripts_n", { n: transcripts.length }) : transcripts[view.scope]?.name ?? "";
  const key = meta.unsaved ? "unsaved" : meta.savedAt ? "saved_all" : "nothing_yet";
  one("saved").textContent = say(key);
  one("saved").classList.toggle("is-unsaved", meta.unsaved);
  one("who").textContent = meta.coder || say("who_title");
  one("who").setAttribute("aria-label", say("who_change", { name: meta.coder || "\u2013" }));
};

const openTranscript = (scope, at = null) => {
  view.scope = scope;
  fillSpeakers();
  build();
  const shown = shownUnits();
  setCurrent(at && elementOf.has(at) ? at : shown.find((unit) => unit.codes === null) ?? shown[0] ?? null);
  if (!at && shown[0] === view.current) scrollTo({ top: 0, behavior: "instant" });
  drawProgress();
};

// Going from passage to passage.
const move = (by) => {
  const shown = shownUnits();
  const at = shown.indexOf(view.current);
  const next = at < 0 ? shown[0] : shown[at + by];
  if (next) setCurrent(next, { focus: !isAway() });
};

const isOpen = (unit) => unit.codes === null;
// What is open and of the kind that a meeting looks at: what people, or only the model, differ on.
const isSought = (unit) => isOpen(unit) && (!meeting || !["people", "model"].includes(one("f-show").value)
  || caseOf(unit).people === (one("f-show").value === "people"));
const nextOpen = () => {
  const shown = shownUnits();
  const at = shown.indexOf(view.current);
  const next = [...shown.slice(at + 1), ...shown.slice(0, Math.max(at, 0))].find(isOpen);
  if (next) setCurrent(next);
  else elsewhere();
};

const nextDoubtful = () => {
  if (data.blind) { nextOpen(); return; }
  const rank = (a, b) => doubtOf(b) - doubtOf(a) || a.t - b.t || a.start - b.start;
  const open = shownUnits().filter((unit) => isOpen(unit) && unit !== view.current).sort(rank);
  if (!open.length) { elsewhere(); return; }
  // After the most uncertain comes the next; a reviewer can leave one for later.
  const current = view.current;
  const later = current && isOpen(current) ? open.find((unit) => rank(current, unit) < 0) : null;
  setCurrent(later ?? open[0]);
};

const elsewhere = () => {
  const from = view.scope === "all" ? 0 : view.scope;
  const order = [...transcripts.slice(from + 1), ...transcripts.slice(0, from + 1)];
  const found = order.find((transcript) => !isInScope(transcript.number) && transcript.units.some(isSought));
  if (found) {
    openTranscript(found.number);
    tell(say("say_transcript_done", { name: found.name }));
    return;
  }
  const every = transcripts.flatMap(({ units }) => units);
  if (!every.some(isOpen)) tell(say("say_all_done"));
  else if (every.some(isSought)) tell(say("nothing_fits"));
  else tell(say("say_done_here", { n: every.filter(isOpen).length }));
};

// What a passage is found by: its codes, or at a meeting those that anybody differs on.
const hasCode = (unit, code) => (meeting ? code in caseOf(unit).votes
  : (unit.codes ?? suggestedFor(unit)).includes(code));

// Filters. What was decided since stays in view until a filter is chosen again.
const hiddenByFilters = () => {
  const show = one("f-show").value;
  const code = one("f-code").value;
  const speaker = one("f-speaker")?.value ?? "";
  const pair = one("f-pair")?.value ?? "";
  const shows = {
    all: () => true,
    undecided: isOpen,
    decided: (unit) => !isOpen(unit),
    suggested: (unit) => suggestedFor(unit).length > 0,
    noted: (unit) => unit.note !== "",
    people: (unit) => caseOf(unit).people,
    model: (unit) => !caseOf(unit).people,
  };
  const fits = (unit) => shows[show](unit) &&
    (code === "" || hasCode(unit, Number(code))) &&
    (pair === "" || differ(unit, pair.split(",").map(Number), code === "" ? null : Number(code))) &&
    (speaker === "" || `=${speakerOf(unit)}` === speaker);
  one("clear").hidden = show === "all" && code === "" && speaker === "" && pair === "";
  return new Set(inScope().flatMap((transcript) => transcript.units).filter((unit) => !fits(unit)).map(keyOf));
};

const options = (select, list) => {
  const { value } = select;
  select.replaceChildren(...list.map(([key, text]) => make("option", { value: key }, text)));
  select.value = list.some(([key]) => key === value) ? value : "";
};

const fillSpeakers = () => {
  if (meeting) { fillPairs(); return; }
  const found = new Set(inScope().flatMap((transcript) => transcript.units.map(speakerOf)));
  options(one("f-speaker"), [["", say("any_speaker")],
    ...[...found].sort().map((name) => [`=${name}`, name || say("no_speaker")])]);
};
const fillCodes = () => options(one("f-code"), [["", say("any_code")],
  ...codes.map((code, number) => [String(number), "\u2003".repeat(code.depth) + code.name[language]])]);

const applyFilters = () => {
  view.order = one("f-order")?.value ?? "text";
  const current = view.current;
  build();
  setCurrent(current && elementOf.has(current) && !view.hidden.has(keyOf(current)) && view.order === "text"
    ? current : shownUnits()[0] ?? null, { focus: false });
  drawProgress();
};

const list = () => {
  const entry = (scope, name, transcript) => make("li", {}, make("button", {
    type: "button", "data-scope": String(scope), "aria-current": scope === view.scope ? "true" : null,
  }, make("span", { class: "name" }, name), ...(transcript ? progressOf(transcript) : [])));
  const every = transcripts.length > 1
    ? [entry("all", say("all_transcripts_n", { n: transcripts.length }), null)] : [];
  one("transcripts").replaceChildren(...every,
    ...transcripts.map((transcript) => entry(transcript.number, transcript.name, transcript)));
  all("#transcripts .track i").forEach((e) => { e.style.width = `${e.dataset.share}%`; });
  one("list").showModal();
  (one("transcripts").querySelector('[aria-current="true"]') ?? one("transcripts").querySelector("button"))?.focus();
};
const progressOf = (transcript) => {
  const { done, all: every, beside } = counted(transcript.units);
  const share = every ? Math.round((100 * done) / every) : 0;
  const said = [...(every || !beside ? [say("decided_of", { done, all: every })] : []), ...(beside ? [say("beside", { n: beside })] : [])];
  return [make("span", { class: "track", "aria-hidden": "true" }, make("i", { "data-share": share })),
    make("span", { class: "n" }, said.join(", "))];
};
