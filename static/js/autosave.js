// Saves each answer as it is given, and lets digits answer the question that holds the focus.
// Everything works without this script: the form posts whole pages.
//
// One saver per question sends one save at a time. A save that got no reply is repeated with the
// same key and body, so that it cannot count twice. "Saved" appears only when the server has
// echoed what it stored. Nothing is kept in the browser's storage.
(function () {
  "use strict";
  const form = document.getElementById("answers");
  if (!form || form.hasAttribute("data-locked")) return;

  const SLOW = 400, REST = 600, IDLE = 800, QUIET = 10000;
  const FIRST_RETRY = 1000, LAST_RETRY = 30000, REPLY_WITHIN = 15000, WAIT = 3000;
  const TEXTS = ["reason", "note", "link"];
  const text = form.dataset;
  const questions = Array.from(form.querySelectorAll("fieldset.q"));
  const counts = JSON.parse(text.counts);
  const waits = JSON.parse(text.waits);
  const digitsOn = () => form.dataset.shortcuts === "on";
  let token = form.querySelector("[name=csrfmiddlewaretoken]").value;
  let leaving = false;
  let submitSince = 0;
  let pausedForSignIn = false;
  let shut = false; // the round is not open to this person any more

  // ---- small helpers ------------------------------------------------------------------------

  const copy = (kind) =>
    document.querySelector(`template[data-chip-kind="${kind}"]`).content.cloneNode(true);

  function uuid() {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  // ---- what assistive technology hears: at most one line in ten seconds ------------------------

  const live = document.getElementById("live");
  let spokenAt = -QUIET, toSay = "", timer = 0;
  function say(line) {
    toSay = line;
    if (timer) return;
    const wait = Math.max(0, spokenAt + QUIET - performance.now());
    timer = window.setTimeout(() => {
      timer = 0;
      spokenAt = performance.now();
      live.textContent = toSay;
    }, wait);
  }

  // ---- one saver per question -----------------------------------------------------------------

  class Saver {
    constructor(box) {
      this.box = box;
      this.item = box.dataset.item;
      this.version = box.querySelector(`[name="version-${CSS.escape(this.item)}"]`);
      this.chip = box.querySelector("[data-chip]");
      this.rail = document.querySelector(`[data-rail="${CSS.escape(this.item)}"]`);
      this.url = text.saveUrl.replace("ITEM", encodeURIComponent(this.item));
      this.stored = this.read(true);
      this.sending = null; // the save under way; kept until the server has answered it
      this.due = 0;
      this.tries = 0;
      this.retry = 0;
      this.clash = null;
      this.refused = {}; // texts that the server would not take, as they were sent
      this.carried = box.querySelector("[data-carried]") !== null; // waits to be confirmed
      this.confirming = false;
    }

    radios() {
      return Array.from(this.box.querySelectorAll(`[name="answer-${CSS.escape(this.item)}"]`));
    }

    field(name) {
      return this.box.querySelector(`[name="${name}-${CSS.escape(this.item)}"]`);
    }

    answer(asServed = false) {
      const marked = this.radios().find((radio) => (asServed ? radio.defaultChecked : radio.checked));
      if (!marked) return null;
      return /^[1-5]$/.test(marked.value) ? Number(marked.value) : marked.value;
    }

    // What the question holds now, or held when the server sent the page.
    read(asServed = false) {
      const grades = Array.from(this.box.querySelectorAll(`[name="evidence-${CSS.escape(this.item)}"]`));
      const grade = grades.find((radio) => (asServed ? radio.defaultChecked : radio.checked));
      const now = { answer: this.answer(asServed), evidence: grade ? grade.value : "E0" };
      for (const name of TEXTS) {
        const field = this.field(name);
        const typed = field ? (asServed ? field.defaultValue : field.value) : "";
        now[name] = typed.replace(/\r\n?/g, "\n").trim();
      }
      if (now.answer !== "NA") now.reason = "";
      return now;
    }

    changes() {
      const now = this.read();
      const body = { answer: now.answer };
      for (const name of [...TEXTS, "evidence"]) {
        if (now[name] !== this.stored[name] && now[name] !== this.refused[name]) body[name] = now[name];
      }
      const changed = Object.keys(body).length > 1 || now.answer !== this.stored.answer;
      return changed || (this.carried && this.confirming) ? body : null;
    }

    // Take what stands here as this round's answer, though nothing was changed.
    confirm() {
      this.confirming = true;
      this.now();
    }

    // What was taken over has become an answer of this round.
    settleCarried() {
      if (!this.carried) return;
      const line = this.box.querySelector("[data-carried]");
      const within = line && line.contains(document.activeElement);
      this.carried = this.confirming = false;
      this.box.classList.remove("is-carried");
      if (line) line.remove();
      if (within) this.onward();
    }

    onward() {
      const following = savers[savers.indexOf(this) + 1];
      if (following) following.focus();
      else document.getElementById("save").focus();
    }

    pending() {
      return Boolean(this.sending || this.due || (!this.clash && this.changes()));
    }

    // What the chip said no longer holds for what the question holds now.
    unsettle() {
      if (this.clash || this.sending || !this.changes()) return;
      this.chip.replaceChildren();
      for (const place of document.querySelectorAll("[data-page-status]")) place.hidden = true;
    }

    // Save after a rest; 0 at once. A later call replaces an earlier one.
    later(rest) {
      this.unsettle();
      window.clearTimeout(this.due);
      this.due = window.setTimeout(() => {
        this.due = 0;
        this.save();
      }, rest);
    }

    now() {
      this.unsettle();
      window.clearTimeout(this.due);
      this.due = 0;
      this.save();
    }

    save() {
      if (shut && this.changes()) return this.show("gone");
      if (this.sending || this.clash || leaving) return;
      const body = this.changes();
      if (!body) return;
      this.sending = { ...body, version: Number(this.version.value), client_id: uuid() };
      this.tries = 0;
      this.send();
    }

    async send() {
      if (pausedForSignIn) return this.show("signin");
      window.clearTimeout(this.retry);
      this.retry = 0;
      const slow = window.setTimeout(() => this.tries || this.show("saving"), SLOW);
      const stop = new AbortController();
      const late = window.setTimeout(() => stop.abort(), REPLY_WITHIN);
      let reply = null, status = 0;
      try {
        const response = await fetch(this.url, {
          method: "POST",
          headers: {
            "Content-Type": "application/json", Accept: "application/json",
            "X-CSRFToken": token, "X-Person": text.user, "X-Promise": text.promise,
          },
          body: JSON.stringify(this.sending),
          credentials: "same-origin",
          redirect: "error",
          signal: stop.signal,
        });
        status = response.status;
        reply = await response.json();
      } catch {
        reply = null; // no network, no reply in time, or no JSON: as good as no answer
      }
      window.clearTimeout(slow);
      window.clearTimeout(late);
      this.answered(status, reply);
    }

    answered(status, reply) {
      if (status === 200 && reply && reply.stored) return this.accepted(reply);
      if (status === 409 && reply && reply.current) return this.collided(reply.current);
      if (reply && reply.lock) return lock(reply.error); // 423, or 403 for what others were asked
      if (status === 401) return signInAgain();
      if (status === 404 && reply && reply.gone) return shutOut(reply.error);
      if (status === 403 || status === 404) return renewToken(this);
      if ((status === 400 || status === 422) && reply) return this.declined(reply);
      this.again();
    }

    again() {
      this.tries += 1;
      const pause = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (this.tries - 1));
      this.retry = window.setTimeout(() => this.send(), pause * (0.8 + 0.4 * Math.random()));
      const chip = this.show("retrying");
      chip.querySelector("[data-tries]").textContent = this.tries;
      if (this.tries === 1) say(chip.textContent.trim());
    }

    accepted(reply) {
      this.sending = null;
      this.tries = 0;
      this.stored = reply.stored;
      this.version.value = reply.version;
      this.settleCarried();
      const now = this.read();
      for (const name of Object.keys(this.refused)) {
        if (now[name] !== this.refused[name]) delete this.refused[name];
      }
      this.complain("");
      if (this.changes()) return this.save();
      if (Object.keys(this.refused).length) return this.show("fault");
      const missing = reply.stored.answer === "NA" && !reply.stored.reason;
      const chip = this.show(missing ? "reason" : reply.stored.answer === null ? "blank" : "saved");
      const clock = chip.querySelector("[data-clock]");
      if (clock) clock.textContent = reply.clock;
      savedAt(reply.clock);
    }

    // A text that does not fit is left out, so that the answer itself is stored.
    declined(reply) {
      const sent = this.sending;
      this.sending = null;
      if ([...TEXTS, "evidence"].includes(reply.field) && reply.field in sent) {
        this.refused[reply.field] = sent[reply.field];
        this.show("fault");
        this.complain(reply.error, reply.field);
        return this.save();
      }
      this.show("fault");
      this.complain(reply.error);
    }

    complain(message, field) {
      let line = this.box.querySelector("p.error");
      for (const name of TEXTS) {
        const input = this.field(name);
        if (input && !(name in this.refused)) input.removeAttribute("aria-invalid");
      }
      if (!message) {
        if (line && !Object.keys(this.refused).length) line.remove();
        return;
      }
      if (!line) {
        line = document.createElement("p");
        line.className = "error";
        line.id = `e-${this.item}`;
        this.box.querySelector(".levels").before(line);
      }
      line.textContent = message;
      const input = field && this.field(field);
      if (input) {
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-errormessage", line.id);
      }
      say(message);
    }

    // ---- two windows, two values: nothing is overwritten until the reader chooses -----------

    collided(current) {
      this.sending = null;
      this.clash = current;
      this.showClash(current);
      const chip = this.show("clash");
      say(chip.textContent.trim());
    }

    words(answer) {
      const radio = this.radios().find((r) => r.value === String(answer));
      if (!radio) return text.textBlank;
      const label = radio.closest("label");
      const head = label.querySelector(".level-head");
      return (head || label.querySelector("span")).textContent.trim();
    }

    showClash(current) {
      this.dropClash();
      const box = document.getElementById("clash-box").content.cloneNode(true).firstElementChild;
      const here = this.answer(), there = current.stored.answer;
      const same = here === there;
      const short = (answer) => (typeof answer === "number" ? String(answer) : this.words(answer));
      const note = same ? ` (${current.stored.note || text.textNote})` : "";
      box.querySelector("[data-when]").textContent = text.textWhen.replace("%s", current.clock);
      box.querySelector("[data-there]").textContent = this.words(there) + note;
      box.querySelector("[data-here]").textContent = this.words(here);
      const keep = box.querySelector("[data-keep]"), use = box.querySelector("[data-use]");
      keep.textContent = same ? text.textKeepMine : text.textKeep.replace("%s", short(here));
      use.textContent = same ? text.textUseOther : text.textUse.replace("%s", short(there));
      keep.addEventListener("click", () => this.keepMine());
      use.addEventListener("click", () => this.useOther());
      this.box.querySelector(".levels").after(box);
      this.box.classList.add("has-clash");
    }

    dropClash() {
      const box = this.box.querySelector("[data-clash]");
      if (box) box.remove();
      this.box.classList.remove("has-clash");
    }

    keepMine() {
      const current = this.clash;
      this.settle(current);
      this.save();
    }

    useOther() {
      const current = this.clash;
      const stored = current.stored;
      for (const radio of this.radios()) radio.checked = radio.value === String(stored.answer);
      for (const name of TEXTS) if (this.field(name)) this.field(name).value = stored[name];
      const grade = this.box.querySelector(
        `[name="evidence-${CSS.escape(this.item)}"][value="${stored.evidence}"]`);
      if (grade) grade.checked = true;
      this.settle(current);
      const chip = this.show("saved");
      chip.querySelector("[data-clock]").textContent = current.clock;
    }

    settle(current) {
      this.clash = null;
      this.stored = current.stored;
      this.version.value = current.version;
      this.settleCarried();
      this.dropClash();
      this.focus();
    }

    // ---- what is seen -----------------------------------------------------------------------

    show(kind) {
      this.chip.replaceChildren(copy(kind));
      this.progress(kind);
      return this.chip;
    }

    progress(kind) {
      if (this.rail) {
        const warn = ["reason", "clash", "fault"].includes(kind);
        const given = this.carried ? "carried" : this.answer() === null ? "" : "done";
        this.rail.dataset.state = warn ? "warn" : given;
      }
      const waiting = savers.filter((saver) => saver.carried).length;
      for (const place of document.querySelectorAll("[data-waiting]")) {
        place.textContent = waits[waiting];
      }
      const note = document.querySelector("[data-carried-note]");
      if (note) note.hidden = waiting === 0;
      const answered = savers.filter((saver) => !saver.carried && saver.answer() !== null).length;
      for (const place of document.querySelectorAll("[data-progress]")) {
        place.textContent = counts[answered];
      }
    }

    focus() {
      const radios = this.radios();
      const target = radios.find((radio) => radio.checked) || radios[0];
      target.focus();
      // Chromium alone leaves a focused radio half hidden under the sticky bars.
      this.box.scrollIntoView({ block: "nearest" });
    }
  }

  // ---- states of the whole page ---------------------------------------------------------------

  function savedAt(clock) {
    const busy = savers.some((saver) => saver.sending || saver.clash);
    for (const place of document.querySelectorAll("[data-page-status]")) {
      place.replaceChildren(copy("saved"));
      place.querySelector("[data-clock]").textContent = clock;
      place.hidden = busy;
    }
    if (!busy) say(`${text.textSaved} ${clock}`);
  }

  function lock(message) {
    leaving = true;
    for (const saver of savers) {
      window.clearTimeout(saver.due);
      window.clearTimeout(saver.retry);
      const late = saver.sending || saver.changes(); // stays on screen, to be copied
      saver.sending = null;
      saver.box.disabled = true;
      saver.show(late ? "late" : "locked");
    }
    const notice = document.createElement("p");
    notice.className = "notice warn";
    notice.textContent = message;
    form.before(notice);
    say(message);
  }

  // Removed while answering: nothing is sent any more, and everything typed stays to be copied.
  function shutOut(message) {
    if (document.getElementById("shut-out")) return;
    shut = true;
    for (const saver of savers) {
      window.clearTimeout(saver.due);
      window.clearTimeout(saver.retry);
      if (saver.sending || saver.changes()) saver.show("gone");
      saver.sending = null;
    }
    for (const button of document.querySelectorAll("[name=save]")) button.disabled = true;
    const notice = document.createElement("p");
    notice.className = "notice error";
    notice.id = "shut-out";
    notice.setAttribute("role", "alert");
    notice.tabIndex = -1;
    notice.textContent = message;
    form.before(notice);
    notice.focus();
  }

  const dialog = document.getElementById("sign-in");
  dialog.querySelector("[name=login]").value = text.email;
  function signInAgain() {
    pausedForSignIn = true;
    for (const saver of savers) if (saver.sending) saver.show("signin");
    if (!dialog.open) {
      dialog.showModal();
      dialog.querySelector("[name=password]").focus();
    }
  }

  // After signing in the page's token is stale: read a new one, and make sure who is signed in.
  async function refresh() {
    const response = await fetch(text.pageUrl, { credentials: "same-origin" });
    if (response.status === 403 || response.status === 404) return "other";
    if (!new URL(response.url).pathname.endsWith(text.pageUrl)) return "out";
    if (!response.ok) throw new Error("no page");
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const other = fresh.getElementById("answers");
    if (!other) return "out";
    if (other.dataset.user !== text.user) return "other";
    token = fresh.querySelector("#answers [name=csrfmiddlewaretoken]").value;
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
    return "in";
  }

  async function goOn() {
    const who = await refresh().catch(() => "");
    if (who === "in") {
      pausedForSignIn = false;
      if (dialog.open) dialog.close();
      for (const saver of savers) saver.sending ? saver.send() : saver.save();
    } else if (who === "other") {
      if (dialog.open) dialog.close();
      lock(text.textOtherUser);
    }
    return who;
  }

  async function renewToken(saver) {
    const who = await refresh().catch(() => "");
    if (who === "in") saver.again();
    else if (who === "out") signInAgain();
    else if (who === "other") lock(text.textOtherUser);
    else saver.again();
  }

  const secondStep = dialog.querySelector("[data-second-step]");
  const problem = dialog.querySelector("[data-sign-in-error]");
  function complain(message) {
    problem.textContent = message;
    problem.hidden = false;
  }

  // Post one step of signing in with a fresh token; gives the path that it leads to, if any.
  async function post(url, body) {
    const page = await fetch(url, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
    const field = fresh.querySelector("[name=csrfmiddlewaretoken]");
    if (field) token = field.value;
    const response = await fetch(url, {
      method: "POST",
      headers: {
        "X-CSRFToken": token, "X-Requested-With": "XMLHttpRequest", Accept: "application/json",
      },
      body,
      credentials: "same-origin",
    });
    const reply = await response.json().catch(() => ({}));
    return reply.location || "";
  }

  dialog.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    const second = !secondStep.hidden;
    const given = new FormData(event.target);
    const body = new URLSearchParams(second ? { code: given.get("code") } : {
      login: given.get("login"), password: given.get("password"),
    });
    let next = "";
    try {
      next = await post(second ? text.factorUrl : text.loginUrl, body);
    } catch {
      // The check below tells what became of it.
    }
    if (!second && next.startsWith(text.factorUrl)) {
      secondStep.hidden = false;
      secondStep.querySelector("input").focus();
      return complain(text.textCode);
    }
    if (["out", ""].includes(await goOn())) {
      complain(second ? text.textCodeRefused : text.textRefused);
    } else {
      secondStep.hidden = true;
      secondStep.querySelector("input").value = "";
    }
  });
  dialog.querySelector("[data-signed-in]").addEventListener("click", goOn);

  // ---- giving answers ---------------------------------------------------------------------------

  const savers = questions.map((box) => new Saver(box));
  const saverOf = (node) => {
    const box = node instanceof Element ? node.closest("fieldset.q") : null;
    return box ? savers[questions.indexOf(box)] : null;
  };

  let browsing = false; // the last key was an arrow: the reader may be looking through the levels
  form.addEventListener("change", (event) => {
    const saver = saverOf(event.target);
    if (!saver) return;
    if (event.target.name.startsWith("answer-")) {
      if (saver.clash) saver.showClash(saver.clash);
      saver.progress();
      saver.later(browsing ? REST : 0);
    } else {
      saver.later(0);
    }
  });
  form.addEventListener("input", (event) => {
    const saver = saverOf(event.target);
    if (!saver || !event.target.matches("textarea, input[type=text], input[type=url]")) return;
    if (event.target.matches("textarea")) countNote(saver);
    saver.later(IDLE);
  });
  form.addEventListener("focusout", (event) => {
    const saver = saverOf(event.target);
    if (saver && saver.due && !saver.box.contains(event.relatedTarget)) saver.now();
  });
  form.addEventListener("pointerdown", () => (browsing = false));
  form.addEventListener("click", (event) => {
    const saver = saverOf(event.target);
    if (!saver || !saver.carried) return;
    if (event.target.closest("[data-confirm]")) {
      event.preventDefault();
      saver.confirm();
    } else if (!browsing && event.target.matches("input[name^=answer-]:checked")) {
      saver.confirm(); // chosen once more on purpose: no change tells of it
    }
  });

  function countNote(saver) {
    const place = saver.box.querySelector("[data-count]");
    // Characters as the server counts them: code points, not halves of surrogate pairs.
    const length = Array.from(saver.field("note").value).length;
    place.textContent = text.noteCount.replace(/\p{Nd}+/u, String(length));
  }

  // The decimal value of a digit in any script's row of ten, or -1.
  const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0xff10];
  function digitOf(event) {
    const points = Array.from(event.key);
    if (points.length !== 1) return -1;
    const point = points[0].codePointAt(0);
    for (const zero of ZEROS) if (point >= zero && point <= zero + 9) return point - zero;
    // A row of digits that needs Shift, as on French keyboards.
    const key = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
    return key && !event.shiftKey ? Number(key[1]) : -1;
  }

  const typing = (node) =>
    node.isContentEditable || node.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const saver = saverOf(event.target);
    if (!saver) return;
    browsing = event.key.startsWith("Arrow");
    if (event.altKey && event.shiftKey && event.code === "KeyE") return openNote(event, saver);
    if (event.key === "Escape" && event.target.closest(".q-note")) return saver.focus();
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target) || !digitsOn()) return;
    if (saver.carried && (event.key === "c" || event.key === "C" || event.code === "KeyC")) {
      event.preventDefault();
      if (event.repeat) return;
      saver.confirm();
      return saver.onward();
    }
    const digit = digitOf(event);
    const value = { 0: "DK", 9: "NA", 1: "1", 2: "2", 3: "3", 4: "4", 5: "5" }[digit];
    if (value) give(event, saver, value);
  });

  function give(event, saver, value) {
    event.preventDefault();
    if (event.repeat) return;
    const radio = saver.radios().find((one) => one.value === value);
    if (!radio) return say(text.textNoNa);
    const fresh = saver.carried || saver.answer() === null;
    saver.confirming = saver.carried;
    radio.checked = true;
    if (saver.clash) saver.showClash(saver.clash);
    saver.progress();
    saver.now();
    return fresh ? saver.onward() : radio.focus();
  }

  function openNote(event, saver) {
    event.preventDefault();
    saver.box.querySelector(".q-note").open = true;
    saver.field("note").focus();
  }

  // ---- shortcuts on and off, remembered by the server ---------------------------------------------

  const toggle = document.getElementById("shortcuts");
  if (toggle) {
    toggle.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = toggle.querySelector("button");
      const on = button.value === "1";
      form.dataset.shortcuts = on ? "on" : "off";
      button.value = on ? "0" : "1";
      button.textContent = on ? button.dataset.on : button.dataset.off;
      try {
        await fetch(toggle.action, {
          method: "POST",
          headers: { "X-CSRFToken": token, "X-Requested-With": "fetch" },
          body: new URLSearchParams({ on: on ? "1" : "0" }),
          credentials: "same-origin",
        });
      } catch {
        // It holds on this page; the server learns it next time.
      }
    });
  }

  // ---- coming and going -----------------------------------------------------------------------

  // Sending the page carries every value and its version, so nothing is lost by leaving that way.
  // Only a save under way whose question was changed again has to come home first: its version
  // would make the page look like another window's.
  form.addEventListener("submit", (event) => {
    const outrun = savers.some((saver) => saver.sending && saver.answer() !== saver.sending.answer);
    submitSince = submitSince || performance.now();
    if (!outrun || performance.now() - submitSince > WAIT) {
      leaving = true;
      return;
    }
    event.preventDefault();
    const button = event.submitter;
    window.setTimeout(() => form.requestSubmit(button), 50);
  });
  window.addEventListener("pageshow", () => {
    leaving = form.querySelector("fieldset.q[disabled]") !== null;
    submitSince = 0;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!leaving && savers.some((saver) => saver.pending())) event.preventDefault();
  });
  window.addEventListener("online", () => {
    for (const saver of savers) if (saver.retry) saver.send();
  });
  window.addEventListener("beforeprint", () => {
    for (const note of form.querySelectorAll(".q-note")) {
      if (note.querySelector("textarea").value) note.open = true;
    }
  });

  // The browser focuses what the address names, sometimes after this script has run; the question's
  // own box then hands the focus on to its answers. A click on the box does not.
  let clicking = false;
  document.addEventListener("pointerdown", () => (clicking = true), true);
  document.addEventListener("pointerup", () => (clicking = false), true);
  for (const saver of savers) {
    saver.box.addEventListener("focus", () => clicking || saver.focus());
  }
  if (savers.some((saver) => saver.box === document.activeElement)) saverOf(document.activeElement).focus();
})();
