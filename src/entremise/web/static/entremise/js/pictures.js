// Pictures: arrow keys and taps go from point to point and read it out; a file as PNG. Everything stands in the tables too.
"use strict";

const FORWARD = ["ArrowRight", "ArrowDown"];
const BACK = ["ArrowLeft", "ArrowUp"];
const SHARPNESS = 3; // pixels of a PNG for each unit of the drawing

for (const hint of document.querySelectorAll("[data-pictures-hint]")) hint.hidden = false;

for (const figure of document.querySelectorAll("[data-picture]")) {
  const drawing = figure.querySelector("svg");
  const said = figure.querySelector("[aria-live]");
  const points = [...figure.querySelectorAll("[data-says]")];
  let here = -1;
  if (!drawing || !said || !points.length) continue;

  const go = (number) => {
    points[here]?.classList.remove("here");
    here = Math.max(-1, Math.min(number, points.length - 1));
    points[here]?.classList.add("here");
    said.textContent = points[here]?.dataset.says ?? "";
  };

  drawing.tabIndex = 0;
  drawing.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (FORWARD.includes(event.key)) go(here + 1);
    else if (BACK.includes(event.key)) go(here < 0 ? points.length - 1 : Math.max(0, here - 1));
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(points.length - 1);
    else if (event.key === "Escape" && here >= 0) go(-1);
    else return;
    event.preventDefault();
  });
  drawing.addEventListener("click", (event) => {
    const point = event.target.closest("[data-says]");
    if (point) go(points.indexOf(point));
  });
}

// The SVG file, drawn on a canvas and handed over; nothing leaves the browser.
for (const offer of document.querySelectorAll("[data-png]")) {
  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(offer.dataset.png, { credentials: "same-origin" });
    if (!answer.ok) return;
    const name = /filename="([^"]+)\.svg"/.exec(answer.headers.get("Content-Disposition") || "");
    const image = new Image();
    image.src = offer.dataset.png;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SHARPNESS;
    canvas.height = image.naturalHeight * SHARPNESS;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${name ? name[1] : "entremise"}.png`;
      link.click();
      URL.revokeObjectURL(link.href);
    });
  });
}
