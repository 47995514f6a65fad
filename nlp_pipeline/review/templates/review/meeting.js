// A meeting about passages on which coders differ. Every code in dispute is settled by itself:
// `said` holds what was, and the passage is decided on when nothing in dispute is open any more.
const inDispute = suggestedFor;
const agreedOn = (unit) => caseOf(unit).agreed;

// What a meeting has to settle is what people differ on; where they differ on nothing, all of it.
const isToSettle = (unit) => !meeting?.of_people || caseOf(unit).people;

// What holds of each code, as far as it is known.
const saidNow = (unit) => (unit.codes === null ? unit.said
  : Object.fromEntries(codes.map((_, code) => [code, unit.codes.includes(code)])));
const holdsIn = (said, unit) => (code) => said[code] ?? agreedOn(unit).includes(code);

const settle = (unit, code, value) => {
  const said = { ...saidNow(unit) };
  if (value === undefined && !ownFor(unit)) delete said[code];
  else said[code] = value ?? false;
  const holds = holdsIn(said, unit);
  codes.forEach((_, other) => { if (value && rivals(code, other) && holds(other)) said[other] = false; });
  const open = inDispute(unit).filter((other) => said[other] === undefined);
  const found = codes.map((_, other) => other).filter(holds);
  const next = { ...unit, said, codes: open.length ? null : found, at: now() };
  commit(unit.t, replaced(unit, [next]), next);
  if (open.length) tell(say("say_open_codes", { n: open.length }));
  else tell(found.length ? say("say_codes", { codes: names(found) }) : say("say_no_code"));
};
const settleOther = (unit, code) => settle(unit, code, !holdsIn(saidNow(unit), unit)(code));

const listedAtMeeting = (unit) => {
  const given = Object.entries(saidNow(unit)).filter(([, value]) => value).map(([code]) => Number(code));
  return [...new Set([...inDispute(unit), ...agreedOn(unit), ...inOrder(given)])];
};

const votersOf = (unit, code) => Object.entries(caseOf(unit).votes[code] ?? {})
  .map(([person, gave]) => ({ name: meeting.people[person], gave }));

const settleButton = (code, value, state, word) => make("button", {
  type: "button", class: value ? "yes" : "no", "data-say": String(value), "data-key": `${value}-${code}`,
  "aria-pressed": String(state === value),
}, say(word));

const voteRow = (unit, code, number) => {
  const state = saidNow(unit)[code];
  const voters = votersOf(unit, code);
  const row = make("div", { class: `vote k${code} ${state === undefined ? "" : state ? "kept" : "not"}`, role: "group",
    "data-code": code, "aria-label": `${codeName(code)}. ${voters.map(({ name, gave }) => say(gave ? "gave" : "gave_not", { name })).join(", ")}` },
  make("kbd", { "aria-hidden": "true" }, number <= 9 ? String(number) : ""),
  make("span", { class: "name" }, codeName(code)),
  make("span", { class: "answers" }, settleButton(code, true, state, "applies"), settleButton(code, false, state, "not_applies")),
  make("ul", { class: "voters", "aria-hidden": "true" }, ...voters.map(({ name, gave }) =>
    make("li", { class: gave ? "gave" : "" }, make("i", { class: "mark" }, gave ? "\u2713" : "\u2013"), name))));
  return make("li", {}, row);
};

const otherRow = (unit, code, number) => {
  const isKept = holdsIn(saidNow(unit), unit)(code);
  return make("li", {}, make("button", { type: "button", class: `code k${code} ${isKept ? "kept" : "not"}`,
    "data-code": code, "data-key": `code-${code}`, "aria-pressed": String(isKept) },
  make("kbd", { "aria-hidden": "true" }, number <= 9 ? String(number) : ""),
  make("i", { class: "mark", "aria-hidden": "true" }, isKept ? "\u2713" : "\u2715"),
  make("span", { class: "name" }, codeName(code))));
};

const modelPart = (unit) => {
  const { model } = caseOf(unit);
  if (!model) return [];
  if (!sawModel(unit)) {
    return [make("p", { class: "ask-model" }, make("button", { type: "button", "data-act": "model", "data-key": "model", "aria-keyshortcuts": "v" },
      say("ask_model"), make("kbd", { "aria-hidden": "true" }, "v")), make("span", { class: "small" }, say("ask_model_why")))];
  }
  const told = model.suggested.map((code) => make("li", { class: `k${code}`, "data-code": code },
    make("i", { class: "swatch" }), make("span", { class: "words" }, codeName(code)), make("span", { class: "score" }, scoreText(model.scores[code]))));
  return [make("h3", {}, say("model_said")), make("ul", { class: "model-said" },
    ...(told.length ? told : [make("li", {}, say("model_nothing"))]))];
};

const drawMeeting = (unit) => {
  const list = listedAtMeeting(unit);
  const rows = (wanted, row) => wanted.map((code) => row(unit, code, list.indexOf(code) + 1));
  const added = list.filter((code) => !inDispute(unit).includes(code) && !agreedOn(unit).includes(code));
  const part = (word, found) => (found.length ? [make("h3", {}, say(word)), make("ul", {}, ...found)] : []);
  const { notes } = caseOf(unit);
  one("codes").replaceChildren(
    ...(caseOf(unit).people ? [] : [make("p", { class: "quiet-line" },
      say(meeting.people.length === 1 ? "model_and_one" : "only_model", { name: meeting.people[0] }))]),
    ...part("in_dispute", rows(inDispute(unit), voteRow)),
    ...part("all_gave", rows(agreedOn(unit).filter((code) => !inDispute(unit).includes(code)), otherRow)),
    ...part("also_added", rows(added, otherRow)),
    ...(notes.length ? [make("h3", {}, say("notes_of")), make("dl", { class: "notes" }, ...notes.flatMap(([coder, note]) =>
      [make("dt", {}, coder), make("dd", {}, note)]))] : []),
    ...modelPart(unit));
};

const chipsAtMeeting = (unit) => {
  const said = saidNow(unit);
  const disputed = inDispute(unit).map((code) => {
    const gave = votersOf(unit, code).filter((voter) => voter.gave).map(({ name }) => name).join(", ");
    const state = said[code] === undefined ? "maybe" : said[code] ? "kept" : "gone";
    const mark = { maybe: "?", kept: "\u2713", gone: "\u2715" }[state];
    return make("li", { class: `chip k${code} ${state}`, "data-code": code }, make("i", { class: "mark" }, mark),
      chipWords(codeName(code), state === "maybe" ? gave : ""));
  });
  const others = listedAtMeeting(unit).filter((code) => !inDispute(unit).includes(code) && holdsIn(said, unit)(code));
  return [...disputed, ...others.map((code) => make("li", { class: `chip k${code} ${unit.codes === null ? "agreed" : "kept"}`,
    "data-code": code }, make("i", { class: "mark" }, "\u2713"), chipWords(codeName(code))))];
};

// The model stays out of view until it is asked for; that cannot be undone, so it is not in `past`.
const askModel = (unit) => {
  if (!caseOf(unit).model || sawModel(unit)) return;
  meta.saw = { ...meta.saw, [keyOf(unit)]: true };
  keepMeta();
  drawPanel();
};

// Whether two coders differ on a passage, about one code or any; the model is the last coder.
const differ = (unit, [one, other], code) => {
  const { votes, model } = caseOf(unit);
  const told = (who, number) => (who === meeting.people.length
    ? model?.suggested.includes(number) : votes[number]?.[who]);
  return (code === null ? Object.keys(votes).map(Number) : [code]).some((number) => {
    const [a, b] = [told(one, number), told(other, number)];
    return a !== undefined && b !== undefined && a !== b;
  });
};

const fillPairs = () => {
  const everybody = [...meeting.people, ...(meeting.model ? [say("model_name")] : [])];
  const pairs = everybody.flatMap((name, a) => everybody.slice(a + 1).map((other, n) =>
    [`${a},${a + 1 + n}`, say("pair", { one: name, other })]));
  options(one("f-pair"), [["", say("any_pair")], ...pairs]);
};

// The report links to a code, a pair of coders or one passage.
const followLink = () => {
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (![...wanted.keys()].length) return null;
  const code = codes.findIndex((known) => known.id === wanted.get("code"));
  const everybody = [...meeting.people, meeting.model];
  const pair = wanted.getAll("with").map((name) => everybody.indexOf(name)).sort((a, b) => a - b);
  one("f-show").value = wanted.has("people") ? "people" : "all";
  one("f-code").value = code < 0 ? "" : String(code);
  one("f-pair").value = pair.length === 2 && pair[0] >= 0 ? pair.join() : "";
  return transcripts.flatMap(({ units }) => units).find((unit) => caseOf(unit).id === wanted.get("passage")) ?? null;
};
