(() => {
  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const source = document.getElementById(button.dataset.copy);
      const done = () => { button.nextElementSibling.textContent = button.dataset.done; };
      const select = () => {
        const range = document.createRange();
        range.selectNodeContents(source);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
      };
      // A page that was opened from disk may have no clipboard; the text is selected then.
      if (navigator.clipboard) navigator.clipboard.writeText(source.innerText).then(done, select);
      else select();
    });
  });
})();
