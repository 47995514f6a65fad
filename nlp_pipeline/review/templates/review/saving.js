// The decisions as one file. Offsets are code points again, and each decision holds all that is
// needed to know it without this page.
const decisionOf = (unit) => {
  const transcript = transcripts[unit.t];
  const suggested = suggestedFor(unit);
  const model = meeting && sawModel(unit) ? caseOf(unit).model : null;
  const scores = meeting ? model?.scores ?? {} : scoresFor(unit);
  const wasShown = meeting ? model?.suggested ?? [] : suggested;
  const found = unit.codes ?? [];
  const before = ownFor(unit)?.codes ?? [];
  const rejected = unit.codes === null ? []
    : inOrder([...suggested, ...before, ...(meeting ? agreedOn(unit) : [])]).filter((code) => !found.includes(code));
  const shown = inOrder([...wasShown, ...found, ...rejected]).filter((code) => code in scores);
  const ids = (list) => list.map((code) => codes[code].id);
  const span = (thing) => [transcript.points(thing.start), transcript.points(thing.end)];
  const [start, end] = span(unit);
  return {
    transcript: transcript.id,
    name: transcript.name,
    text_sha256: transcript.sha256,
    start,
    end,
    quote: transcript.text.slice(unit.start, unit.end),
    passages: sourceOf(unit).map(span),
    decided: unit.codes !== null,
    codes: ids(found),
    rejected: ids(rejected),
    note: unit.note,
    decided_at: unit.at || now(),
    origin: originOf(unit),
    shown: shown.map((code) => ({ code: codes[code].id, score: scores[code], suggested: wasShown.includes(code) })),
  };
};

const toFile = () => ({
  format: "nlp-pipeline decisions",
  version: 1,
  export: data.export,
  program: data.program,
  study: data.study,
  created_at: data.created_at,
  saved_at: now(),
  coder: meeting ? meeting.coder : meta.coder,
  ...(meeting ? { present: meta.coder } : {}),
  blind: data.blind,
  model: data.model,
  codebook: { name: data.codebook.name, version: data.codebook.version },
  decisions: transcripts.flatMap((transcript) => transcript.units.filter(isNew).map(decisionOf)),
});

const fileName = () => {
  const time = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  const plain = (text) => fold(text).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
  const parts = ["decisions", plain(data.study), plain(meeting ? meeting.coder : meta.coder), `${day}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`];
  return `${parts.filter(Boolean).join("-")}.json`;
};

const save = () => {
  if (!meta.coder) { askName(save); return; }
  const file = toFile();
  const address = URL.createObjectURL(new Blob([`${JSON.stringify(file, null, 1)}\n`], { type: "application/json" }));
  const link = make("a", { href: address, download: fileName(), hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  meta.unsaved = false;
  meta.savedAt = file.saved_at;
  keepMeta();
  drawProgress();
  const open = file.decisions.filter((decision) => !decision.decided).length;
  const note = say("saved_note", { n: file.decisions.length - open, file: link.download });
  tell(open ? `${note} ${say("saved_open_notes", { n: open })}` : note);
};

let afterName = null;
const askName = (then = null) => {
  afterName = then;
  one("name").value = meta.coder;
  one("name-missing").textContent = "";
  one("ask").showModal();
  one("name").focus();
};
