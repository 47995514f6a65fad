(() => {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const source = document.getElementById(button.dataset.copy);
      const say = (text) => () => { button.nextElementSibling.textContent = text; };
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      // A page that was opened from disk may have no clipboard, or ask first; the text is selected in any case.
      const written = navigator.clipboard ? navigator.clipboard.writeText(source.innerText) : Promise.reject();
      written.then(say(button.dataset.done), say(button.dataset.refused));
    });
  });
})();
