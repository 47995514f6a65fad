// What can be decided on a unit; every change goes through `commit`.
const now = () => new Date().toISOString();
const inOrder = (list) => [...new Set(list)].sort((a, b) => a - b);

const replaced = (unit, parts) => {
  const units = transcripts[unit.t].units;
  const index = units.indexOf(unit);
  return [...units.slice(0, index), ...parts, ...units.slice(index + 1)];
};

const decide = (unit, found, join = "") => {
  const next = { ...unit, codes: found, said: {}, at: now() };
  commit(unit.t, replaced(unit, [next]), next, join);
  return next;
};

// At most one code of an exclusive facet: the one with the highest score.
const withoutRivals = (list, scores) => list.filter((code) => {
  const rivals = list.filter((other) => codes[other].facet === codes[code].facet);
  if (!facets[codes[code].facet].exclusive) return true;
  const best = Math.max(...rivals.map((other) => scores[other] ?? 0));
  return rivals.find((other) => (scores[other] ?? 0) === best) === code;
});

const accept = (unit) => {
  const suggested = withoutRivals(suggestedFor(unit), scoresFor(unit));
  if (!suggested.length && !(wasRead(unit) && !unit.codes?.length)) {
    tell(say("say_nothing_to_accept"));
    return false;
  }
  const rest = (unit.codes ?? []).filter((code) => !suggested.some((other) => rivals(code, other)));
  const found = inOrder([...rest, ...suggested]);
  decide(unit, found);
  tell(found.length ? say("say_accepted", { codes: names(found) }) : say("say_no_code"));
  return true;
};
const rivals = (code, other) =>
  code !== other && codes[code].facet === codes[other].facet && facets[codes[code].facet].exclusive;

const reject = (unit) => {
  decide(unit, []);
  tell(say("say_no_code"));
  return true;
};

// Choosing a code decides on the passage. Dropping the last one makes it undecided again, because
// "no code" is said on purpose and never by accident.
const toggle = (unit, code) => {
  if (meeting) { settleOther(unit, code); return; }
  const had = unit.codes ?? [];
  const found = had.includes(code)
    ? had.filter((other) => other !== code)
    : inOrder([...had.filter((other) => !rivals(code, other)), code]);
  if (!found.length && !ownFor(unit)) reopen(unit);
  else {
    decide(unit, found);
    tell(found.length ? say("say_codes", { codes: names(found) }) : say("say_no_code"));
  }
};

const reopen = (unit) => {
  if (unit.codes === null && !Object.keys(unit.said).length) return;
  if (ownFor(unit)) { tell(say("say_cannot_reopen")); return; }
  decide(unit, null);
  tell(say("say_reopened"));
};

const writeNote = (unit, note) => {
  const next = { ...unit, note, at: now() };
  commit(unit.t, replaced(unit, [next]), next, `note ${unit.t} ${unit.start} ${unit.end}`);
};

// Nobody has decided on the parts of a split yet; the note stays with the first.
const split = (unit, at, wordList) => {
  const last = wordList.filter((word) => word.end <= at).pop();
  const first = { ...unit, end: last.end, codes: null, at: "" };
  const second = { ...unit, start: at, codes: null, note: "", at: "" };
  commit(unit.t, replaced(unit, [first, second]), first);
  tell(say("say_split"));
};

const union = (a, b) => (a === null && b === null ? null : inOrder([...(a ?? []), ...(b ?? [])]));
const joined = (unit, other) => {
  const whole = {
    ...unit,
    start: Math.min(unit.start, other.start),
    end: Math.max(unit.end, other.end),
    from: inOrder([...unit.from, ...other.from]),
    note: [unit.note, other.note].filter(Boolean).join("\n"),
    at: unit.codes || other.codes ? now() : "",
  };
  const found = union(unit.codes, other.codes);
  return { ...whole, codes: found && withoutRivals(found, scoresFor(whole)) };
};

const neighbour = (unit) => {
  const units = transcripts[unit.t].units;
  const next = units[units.indexOf(unit) + 1];
  return next && next.block === unit.block ? next : null;
};

const merge = (unit) => {
  const next = neighbour(unit);
  if (!next) { tell(say("say_no_next")); return; }
  const whole = joined(unit, next);
  commit(unit.t, replaced(unit, [whole]).filter((other) => other !== next), whole);
  tell(say("say_merged"));
};

// The units after a unit got new ends: neighbours give way, and what is covered whole is taken in.
const withEnds = (unit, start, end, wordList) => {
  let whole = { ...unit, start, end, at: unit.codes ? now() : "" };
  const around = transcripts[unit.t].units.filter((other) => other !== unit).flatMap((other) => {
    if (other.block !== unit.block || other.end <= start || other.start >= end) return [other];
    if (other.start >= start && other.end <= end) {
      whole = joined(whole, other);
      return [];
    }
    const inside = wordList.filter((word) => word.start >= other.start && word.end <= other.end);
    const left = inside.filter((word) => (other.start < start ? word.end <= start : word.start >= end));
    if (!left.length) return [];
    return [{ ...other, start: left[0].start, end: left[left.length - 1].end, at: other.codes ? now() : "" }];
  });
  const units = [...around, whole].sort((a, b) => a.start - b.start || a.end - b.end);
  return { units, whole };
};
