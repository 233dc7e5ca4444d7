/* Passkeys: ask the device, put its answer into the form, send the form.
   A form with data-passkey="create" or "get" carries its options in data-options, or the address
   that gives them in data-options-url. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const toBytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  };
  const toText = (buffer) => {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const withBytes = (list) => (list || []).map((entry) => ({ ...entry, id: toBytes(entry.id) }));

  const readable = (options) => {
    const key = { ...options.publicKey, challenge: toBytes(options.publicKey.challenge) };
    if (key.user) key.user = { ...key.user, id: toBytes(key.user.id) };
    key.excludeCredentials = withBytes(key.excludeCredentials);
    key.allowCredentials = withBytes(key.allowCredentials);
    return key;
  };

  const answer = (credential) => {
    const response = {};
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    for (const part of parts) {
      if (credential.response[part]) response[part] = toText(credential.response[part]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: toText(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const optionsOf = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const found = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    if (!found.ok) throw new Error(`status ${found.status}`);
    return (await found.json()).request_options;
  };

  const start = async (form, button, failed) => {
    button.disabled = true;
    failed.hidden = true;
    try {
      const publicKey = readable(await optionsOf(form));
      const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = answer(credential);
      form.submit();
    } catch {
      failed.hidden = false;
      button.disabled = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const button = form.querySelector("[data-passkey-start]");
    const failed = form.querySelector("[data-passkey-failed]");
    const unable = form.querySelector("[data-passkey-unable]");
    if (unable) unable.hidden = true;
    button.hidden = false;
    button.addEventListener("click", () => start(form, button, failed));
    form.addEventListener("submit", (event) => {
      if (form.elements.credential.value) return;
      event.preventDefault();  // Enter in the name field asks the device, as the button does
      start(form, button, failed);
    });
  }
})();
