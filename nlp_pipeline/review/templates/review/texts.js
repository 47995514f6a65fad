// Offsets. The file counts Unicode code points, the browser counts UTF-16 units.
const astral = /[\ud800-\udbff][\udc00-\udfff]/;

const toUnits = (text) => {
  if (!astral.test(text)) return (point) => point;
  const places = [];
  let at = 0;
  for (const character of text) { places.push(at); at += character.length; }
  places.push(at);
  return (point) => places[point];
};

const toPoints = (text) => {
  if (!astral.test(text)) return (unit) => unit;
  const points = new Uint32Array(text.length + 1);
  let point = 0;
  let at = 0;
  for (const character of text) {
    points.fill(point, at, at + character.length);
    at += character.length;
    point += 1;
  }
  points[at] = point;
  return (unit) => points[unit];
};

const transcripts = data.transcripts.map((source, number) => {
  const unit = toUnits(source.text);
  const span = (thing) => ({ ...thing, start: unit(thing.start), end: unit(thing.end) });
  return {
    ...source,
    number,
    points: toPoints(source.text),
    blocks: source.blocks.map(span),
    given: source.passages.map((passage) => ({ ...span(passage), near: passage.near?.map(unit) })),
    opening: source.units?.map(span),
    own: new Map(source.own.map(span).map((own) => [`${own.start}:${own.end}`, own])),
    earlier: source.earlier.map(span),
    units: [],
  };
});

// The words of a turn, as [start, end) pairs.
const wordsOf = (transcript, block) => {
  const { start, end } = transcript.blocks[block];
  return [...transcript.text.slice(start, end).matchAll(/\S+/g)].map((match) => ({
    start: start + match.index,
    end: start + match.index + match[0].length,
    closes: /[.!?\u2026]["'\u2019\u201d)\]]*$/.test(match[0]),
  }));
};
