// Ask how the report is doing, every second at first and then more slowly; start the download
// when it is ready. Without this script the page refreshes itself.
(function () {
  "use strict";
  const FIRST = 1000, SLOWEST = 8000, SLOWER = 1.25;
  const region = document.getElementById("report-state");
  if (!region || region.dataset.state !== "working") return;
  const text = document.getElementById("report-text");
  let pause = FIRST;

  function again() {
    window.setTimeout(ask, pause);
    pause = Math.min(SLOWEST, pause * SLOWER);
  }

  function ready(state) {
    document.getElementById("report-heading").textContent = state.heading;
    text.textContent = state.text;
    region.dataset.state = "ready";
    for (const part of document.querySelectorAll("[data-while-working]")) part.hidden = true;
    document.getElementById("report-link").href = state.file;
    document.getElementById("report-ready").hidden = false;
    window.location.assign(state.file);
  }

  async function ask() {
    try {
      const response = await fetch(region.dataset.url, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "error"
      });
      if (!response.ok) return again();
      const state = await response.json();
      if (state.state === "ready") return ready(state);
      if (state.state === "failed") return window.location.reload();
      if (text.textContent !== state.text) text.textContent = state.text;
    } catch (error) {
      // offline or signed out for a moment: the next round tells
    }
    again();
  }

  again();
})();
