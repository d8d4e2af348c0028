// Keys for lists that are searched; everything works without them.
"use strict";

// "/" goes to the search, the arrows from there to the results and along them, Escape clears what was typed.
const search = document.querySelector('form.search input[type="search"]');
const results = () => [...document.querySelectorAll("#results .line > a, #results .line .reach")];

if (search) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const here = event.target;
    const typing = here instanceof Element && here.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && here === search && search.value) {
      event.preventDefault();
      search.value = "";
      search.dispatchEvent(new Event("input", { bubbles: true }));
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const lines = results();
      const place = lines.indexOf(here);
      if (here !== search && place < 0) return;
      const next = place + (event.key === "ArrowDown" ? 1 : -1);
      const target = next < 0 ? search : lines[next];
      if (!target || (here === search && event.key === "ArrowUp")) return;
      event.preventDefault();
      target.focus();
    }
  });
}
