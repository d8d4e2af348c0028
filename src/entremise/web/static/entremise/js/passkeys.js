// Passkeys: <form data-passkey="create|get" data-question="/address">. Its button is shown where the browser can.
"use strict";

const bytes = (text) => {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
};
const text = (buffer) => {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
};

const read = (question) => {
  const asked = { ...question, challenge: bytes(question.challenge) };
  if (asked.user) asked.user = { ...asked.user, id: bytes(asked.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (asked[list]) asked[list] = asked[list].map((one) => ({ ...one, id: bytes(one.id) }));
    else delete asked[list];
  }
  return asked;
};

const written = (credential) => {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = text(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: {},
    response,
  });
};

const answer = async (form) => {
  const reply = await fetch(form.dataset.question, { headers: { Accept: "application/json" } });
  if (!reply.ok) throw new Error("no question");
  const publicKey = read((await reply.json()).publicKey);
  return written(await navigator.credentials[form.dataset.passkey]({ publicKey }));
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || !navigator.credentials) continue;
  const failed = form.querySelector("[data-passkey-failed]");
  for (const button of form.querySelectorAll("button[hidden]")) button.hidden = false;
  for (const note of form.querySelectorAll("[data-passkey-none]")) note.hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    try {
      form.elements.answer.value = await answer(form);
      form.submit();
    } catch (problem) {
      failed.hidden = false;
    }
  });
}
