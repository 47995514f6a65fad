// What was decided. A unit is a stretch of one turn; its `codes` are null until it is decided on,
// and an empty list says that it was seen and left without a code. Units and lists of units are
// never changed, only replaced, so that undoing is putting the old list back.
const makeUnit = (transcript, start, end, block, from, rest = {}) =>
  ({ t: transcript.number, start, end, block, from, codes: null, note: "", at: "", said: {}, ...rest });

// The page opens with the passages, or with the stretches that the reviewer cut out earlier.
const fresh = (transcript) => (transcript.opening ?? transcript.given).map((stretch, number) => {
  const own = transcript.own.get(`${stretch.start}:${stretch.end}`);
  return makeUnit(transcript, stretch.start, stretch.end, stretch.block, stretch.from ?? [number],
    own ? { codes: own.codes, note: own.note } : {});
});

const sourceOf = (unit) => unit.from.map((number) => transcripts[unit.t].given[number]);
// At a consensus meeting a unit is always one passage, and this is what is in dispute there.
const caseOf = (unit) => sourceOf(unit)[0];
const placeOf = (unit) => {
  const { units } = transcripts[unit.t];
  if (!meeting) return { n: units.indexOf(unit) + 1, all: units.length };
  // What people differ on comes first; of what only the model differs on, the count is apart.
  const { rank, people } = caseOf(unit);
  return people ? { n: rank, all: meeting.of_people } : { n: rank - meeting.of_people, all: meeting.count - meeting.of_people };
};

// A unit made of two passages has the suggestions of both.
const suggestedFor = (unit) => {
  const found = new Set(sourceOf(unit).flatMap((passage) => passage.suggested ?? []));
  return [...found].sort((a, b) => a - b);
};
const scoresFor = (unit) => {
  const scores = {};
  sourceOf(unit).forEach((passage) => Object.entries(passage.scores ?? {}).forEach(([code, score]) => {
    scores[code] = Math.max(score, scores[code] ?? 0);
  }));
  return scores;
};
const wasRead = (unit) => sourceOf(unit).some((passage) => passage.scores);
const doubtOf = (unit) => Math.max(-1, ...sourceOf(unit).map((passage) => passage.doubt ?? -1));
const ownFor = (unit) => transcripts[unit.t].own.get(`${unit.start}:${unit.end}`) ?? null;
const sameCodes = (a, b) => a.length === b.length && a.every((code, i) => code === b[i]);
const isNew = (unit) => {
  const own = ownFor(unit);
  if (unit.codes === null) return unit.note !== "";
  return !own || !sameCodes(own.codes, unit.codes) || own.note !== unit.note;
};

// A passage is in the list of a meeting because people differ, or else because the model does.
const sawModel = (unit) => !caseOf(unit).people || meta.saw[`${unit.t}:${unit.start}:${unit.end}`] === true;
const originOf = (unit) => {
  if (meeting) return sawModel(unit) ? "assisted" : caseOf(unit).origin;
  return data.blind ? "blind" : "assisted";
};

// The browser's store: one entry for the page and one for each transcript, written at each change.
const place = `nlp-pipeline-review:${data.export}`;
const meta = { coder: data.coder, language: data.language, single: true, unsaved: false, savedAt: "", at: null, saw: {} };
let canKeep = true;

const put = (key, value) => {
  if (!canKeep) return;
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    canKeep = false;
    alertUser("not_kept");
  }
};
const keepMeta = () => put(place, meta);
const keep = (number) => put(`${place}:${number}`, transcripts[number].units.map((unit) =>
  [unit.start, unit.end, unit.block, unit.from, unit.codes, unit.note, unit.at, unit.said]));

const take = (key) => {
  let text = null;
  try {
    text = localStorage.getItem(key);
    return text === null ? null : JSON.parse(text);
  } catch {
    if (text === null) canKeep = false;
    else { put(`${key}:unreadable`, text); alertUser("unreadable"); }
    return null;
  }
};

const readUnits = (transcript) => {
  const kept = take(`${place}:${transcript.number}`);
  transcript.units = Array.isArray(kept)
    ? kept.map(([start, end, block, from, found, note, at, said = {}]) =>
      makeUnit(transcript, start, end, block, from, { codes: found, note, at, said }))
    : fresh(transcript);
  return Array.isArray(kept);
};

const readAll = () => {
  try {
    localStorage.setItem(`${place}:test`, "1");
    localStorage.removeItem(`${place}:test`);
  } catch {
    canKeep = false;
    alertUser("not_kept");
  }
  Object.assign(meta, take(place) ?? {});
  language = data.words[meta.language] ? meta.language : data.language;
  return transcripts.map(readUnits).some(Boolean);
};

// Undo and redo hold the lists themselves.
const past = [];
const future = [];

// Replace the units of a transcript. `join` names a run of changes that is undone as one.
const commit = (number, units, current, join = "") => {
  const before = transcripts[number].units;
  const last = past[past.length - 1];
  if (!join || last?.join !== join) past.push({ number, before, current: view.current, join });
  future.length = 0;
  change(number, units, current);
};

const change = (number, units, current) => {
  const before = transcripts[number].units;
  transcripts[number].units = units;
  meta.unsaved = true;
  keep(number);
  keepMeta();
  redraw(number, before, current);
};

const step = (from, to) => {
  const entry = from.pop();
  if (!entry) return false;
  to.push({ ...entry, before: transcripts[entry.number].units, current: view.current });
  if (!isInScope(entry.number)) openTranscript(entry.number);
  change(entry.number, entry.before, entry.current);
  return true;
};
const undo = () => tell(say(step(past, future) ? "say_undone" : "say_nothing_to_undo"));
const redo = () => { if (step(future, past)) tell(say("say_redone")); };
