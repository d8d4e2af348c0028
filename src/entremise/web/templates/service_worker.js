// Shows one page where there is no network. Keeps that page and what it is drawn with, and nothing else.
"use strict";

const SHELF = "entremise-offline-{{ version }}";
const KEPT = {{ kept|safe }};
const PAGE = KEPT[0];
// The pages of a member's notebook. Any other, those behind links first of all, is left to the network alone.
const NOTEBOOK = /^\/(?:$|(?:histoires?|contacts|recommander|moi)\/)/;

addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll(KEPT)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name !== SHELF).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin || request.method !== "GET") return;
  if (request.mode === "navigate" && NOTEBOOK.test(pathname)) {
    event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  } else if (KEPT.indexOf(pathname) > 0) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
