// What scripts add to forms; every form works without them.
"use strict";

// After mistakes, the reader lands on their summary.
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

// A link to one field of a form puts the reader into it: the browser alone would only scroll there.
const aimed = location.hash && document.getElementById(location.hash.slice(1));
if (!summary && aimed && aimed.matches("input, textarea, select")) aimed.focus();

// A count of what is left, said when typing pauses: <textarea maxlength data-count="… {left} …">.
for (const area of document.querySelectorAll("textarea[data-count][maxlength]")) {
  const note = document.createElement("p");
  note.className = "count";
  note.setAttribute("aria-live", "polite");
  let pause;
  const tell = () => {
    note.textContent = area.dataset.count.replace("{left}", String(area.maxLength - area.value.length));
  };
  area.after(note);
  tell();
  area.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(tell, 400);
  });
}

// Copying: <button data-copy="#id" data-copied="Copied" hidden>. Shown only where it can work.
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    button.textContent = button.dataset.copied;
    button.setAttribute("aria-live", "polite");
  });
}

// Sharing: <button data-share="#id" data-share-title="…" hidden>. Shown only where the device can.
for (const button of document.querySelectorAll("button[data-share]")) {
  if (!navigator.share) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.share);
    const text = source.value ?? source.textContent.trim();
    try {
      await navigator.share({ title: button.dataset.shareTitle, text });
    } catch (refused) {
      if (refused.name !== "AbortError") throw refused; // closing the sheet is no failure
    }
  });
}

// A mail program is handed the words as they stand now: <a href="mailto:…&body=…" data-words="#id">.
for (const link of document.querySelectorAll("a[data-words]")) {
  link.addEventListener("click", () => {
    const words = document.querySelector(link.dataset.words).value.replace(/\r?\n/g, "\r\n");
    link.href = `${link.href.split("&body=")[0]}&body=${encodeURIComponent(words)}`;
  });
}
