"use strict";
(() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const data = JSON.parse(one("data").textContent);
  const form = document.querySelector(".filter");
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, "\u202f");

  // The language of the page; what people said stays in theirs.
  const speak = (language) => {
    const words = data.words[language];
    const codes = data.codes[language];
    document.documentElement.lang = language;
    all("[data-ui-lang]").forEach((e) => { e.lang = language; });
    all("[data-t]").forEach((e) => { e.textContent = words[e.dataset.t]; });
    all("[data-t-label]").forEach((e) => e.setAttribute("aria-label", words[e.dataset.tLabel]));
    all("[data-t-title]").forEach((e) => { e.title = words[e.dataset.tTitle]; });
    all("[data-facet]").forEach((e) => { e.textContent = data.facets[language][e.dataset.facet]; });
    all("[data-definition]").forEach((e) => {
      e.textContent = codes[e.dataset.definition][1] || words.no_definition;
    });
    all("[data-verdict]").forEach((e) => {
      [e.textContent, e.title] = data.verdicts[language][e.dataset.verdict];
    });
    all("[data-verdict-meaning]").forEach((e) => {
      e.textContent = data.verdicts[language][e.dataset.verdictMeaning][1];
    });
    all("[data-code]").forEach((e) => {
      const [name, meaning] = codes[e.dataset.code];
      e.textContent = name;
      if (e.hasAttribute("title")) e.title = meaning;
    });
    all("svg.stack").forEach((svg) => {
      const parts = all("rect", svg).map((piece) => {
        const text = `${codes[piece.dataset.k][0]} ${piece.dataset.n}`;
        piece.querySelector("title").textContent = text;
        return text;
      });
      svg.setAttribute("aria-label", parts.join(", "));
    });
    all("[data-language]").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.dataset.language === language));
    });
  };

  // Capitals and accents do not matter in a search.
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const transcripts = all(".transcript").map((element, number) => ({
    element,
    item: document.querySelector(`[data-t-number="${number}"]`),
    turns: all(".turn", element).map((turn) => ({
      element: turn,
      asks: turn.classList.contains("interviewer"),
      passages: all(".passage", turn).map((passage) => ({
        element: passage,
        codes: passage.dataset.k ? passage.dataset.k.split(" ").map(Number) : [],
        folded: null,
      })),
    })),
  }));
  transcripts.forEach((transcript) => { transcript.count = transcript.item.querySelector(".n").textContent; });

  const textOf = (passage) => passage.element.querySelector(".text");
  const holds = (passage, query) => {
    passage.folded ??= fold(textOf(passage).textContent);
    return passage.folded.includes(query);
  };

  const wanted = () => {
    const facets = new Map();
    all("input[name=code]:checked", form).forEach((box) => {
      const code = Number(box.value);
      const facet = data.facet_of[code];
      facets.set(facet, [...(facets.get(facet) ?? []), code]);
    });
    return {
      facets: [...facets.values()],
      query: fold(one("words").value.trim()),
      which: one("which").value,
      only: one("only").checked,
    };
  };

  const fits = (passage, want) =>
    (!want.only || passage.codes.length > 0) &&
    want.facets.every((codes) => codes.some((code) => passage.codes.includes(code))) &&
    (!want.query || holds(passage, want.query));

  const paint = (passages, query) => {
    if (!("highlights" in CSS)) return;
    CSS.highlights.delete("found");
    if (!query) return;
    const ranges = passages.slice(0, 500).flatMap((passage) => places(textOf(passage).firstChild, query));
    if (ranges.length) CSS.highlights.set("found", new Highlight(...ranges));
  };

  // Folding can change the length of a text, so every folded unit remembers where it came from.
  const places = (node, query) => {
    const from = [];
    let folded = "";
    let at = 0;
    for (const character of node.data) {
      const units = fold(character);
      folded += units;
      for (let i = 0; i < units.length; i += 1) from.push(at);
      at += character.length;
    }
    from.push(at);
    const ranges = [];
    for (let i = folded.indexOf(query); i >= 0; i = folded.indexOf(query, i + query.length)) {
      const range = new Range();
      range.setStart(node, from[i]);
      range.setEnd(node, from[i + query.length]);
      ranges.push(range);
    }
    return ranges;
  };

  const apply = () => {
    const want = wanted();
    const active = want.facets.length > 0 || want.query !== "" || want.only;
    const found = [];
    let shown = 0;
    transcripts.forEach((transcript, number) => {
      const open = want.which === "" || want.which === String(number);
      let inside = 0;
      transcript.turns.forEach((turn) => {
        let fitting = 0;
        turn.passages.forEach((passage) => {
          const fit = open && fits(passage, want);
          passage.element.hidden = active && !fit;
          if (fit) { fitting += 1; found.push(passage); }
        });
        inside += fitting;
        turn.element.hidden = active && fitting === 0;
      });
      // A question stays with the answer that follows it.
      if (active) {
        transcript.turns.forEach((turn, i) => {
          const next = transcript.turns[i + 1];
          if (turn.asks && next && !next.asks && !next.element.hidden) turn.element.hidden = false;
        });
      }
      transcript.element.hidden = !open || (active && inside === 0);
      transcript.item.classList.toggle("none", transcript.element.hidden);
      transcript.item.querySelector(".n").textContent = active && open ? grouped(inside) : transcript.count;
      shown += inside;
    });
    document.body.classList.toggle("filtered", active);
    one("shown").textContent = grouped(shown);
    one("nothing").hidden = shown > 0 || (!active && want.which === "");
    paint(found, want.query);
  };

  let timer = 0;
  const soon = () => { clearTimeout(timer); timer = setTimeout(apply, 120); };
  const toTop = () => {
    if (one("transcripts").getBoundingClientRect().top < 0) one("transcripts").scrollIntoView();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => {
    if (event.target.id === "words") soon();
    else { apply(); toTop(); }
  });
  const choose = (codes) => {
    one("words").value = "";
    one("which").value = "";
    one("only").checked = false;
    all("input[name=code]", form).forEach((box) => { box.checked = codes.includes(box.value); });
    apply();
  };
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    // What was being read stays in view when the rest comes back.
    const reading = all(".passage.on").find((e) => e.getBoundingClientRect().bottom > 80);
    const filtered = document.body.classList.contains("filtered");
    choose([]);
    if (filtered && reading) reading.scrollIntoView({ block: "center", behavior: "instant" });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-language]");
    if (button) speak(button.dataset.language);
    const link = event.target.closest("[data-filter]");
    if (link) choose(link.dataset.filter.split(" "));
    const jump = event.target.closest('a[href^="#t-"]');
    if (jump && document.querySelector(jump.hash)?.hidden) choose([]);
  });

  form.hidden = false;
  document.querySelector(".switch").hidden = false;
  apply();
})();
