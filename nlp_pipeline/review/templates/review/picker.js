// Finding a code by a part of its name, in either language, or by its id.
const picked = { list: [], at: -1 };

const matches = (query) => {
  const folded = fold(query.trim());
  return codes.map((_, number) => number).filter((number) => {
    const code = codes[number];
    return fold([code.id, ...Object.values(code.name)].join("\n")).includes(folded);
  });
};

const optionOf = (code, place) => {
  const kept = view.current.codes?.includes(code) ?? false;
  return make("li", {
    role: "option", id: `pick-${place}`, class: `k${code} d${Math.min(codes[code].depth, 4)}${kept ? " kept" : ""}`,
    "data-code": code, "aria-selected": String(place === picked.at),
  }, make("i", { class: "mark", "aria-hidden": "true" }, kept ? "\u2713" : ""),
  make("span", { class: "name" }, codeName(code)),
  make("span", { class: "tag" }, kept ? say("kept") : facets[codes[code].facet].name[language]));
};

const drawPicks = () => {
  const found = matches(one("pick").value);
  picked.list = found;
  picked.at = Math.min(picked.at, found.length - 1);
  one("picks").replaceChildren(...found.map(optionOf));
  if (!found.length) {
    one("picks").append(make("li", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "quiet-line" }, say("no_such_code")));
  }
  const active = one(`pick-${picked.at}`);
  if (active) {
    one("pick").setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
    showTip(active);
  } else { one("pick").removeAttribute("aria-activedescendant"); hideTip(); }
};

const openPicks = () => {
  if (!view.current) return;
  picked.at = one("pick").value ? 0 : -1;
  one("picks").hidden = false;
  one("pick").setAttribute("aria-expanded", "true");
  drawPicks();
};

const closePicks = () => {
  one("picks").hidden = true;
  one("pick").setAttribute("aria-expanded", "false");
  one("pick").removeAttribute("aria-activedescendant");
  one("pick").value = "";
  hideTip();
};

const choosePick = (code) => {
  toggle(view.current, code);
  closePicks();
  toPassage();
};

const pickKey = (event) => {
  const last = picked.list.length - 1;
  const moves = { ArrowDown: picked.at + 1, ArrowUp: picked.at - 1 };
  if (event.key in moves) {
    if (one("picks").hidden) openPicks();
    picked.at = (moves[event.key] + last + 1) % (last + 1 || 1);
    drawPicks();
  } else if (event.key === "Enter") {
    const code = picked.list[picked.at] ?? (picked.list.length === 1 ? picked.list[0] : undefined);
    if (code !== undefined) choosePick(code);
  } else if (event.key === "Escape") { closePicks(); toPassage(); }
  else return;
  event.preventDefault();
};

const toPassage = () => {
  const element = view.current && elementOf.get(view.current);
  if (element) { element.focus({ preventScroll: true }); intoView(element); }
};
