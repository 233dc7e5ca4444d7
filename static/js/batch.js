// Ask how far the reports are, every second at first and then more slowly; show the page anew when
// they are done. Without this script the page refreshes itself.
(function () {
  "use strict";
  const FIRST = 1000, SLOWEST = 10000, SLOWER = 1.2;
  const region = document.getElementById("batch-state");
  if (!region || region.dataset.state !== "working") return;
  const text = document.getElementById("batch-text");
  const bar = document.getElementById("batch-progress");
  let pause = FIRST;

  function again() {
    window.setTimeout(ask, pause);
    pause = Math.min(SLOWEST, pause * SLOWER);
  }

  async function ask() {
    try {
      const response = await fetch(region.dataset.url, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "error"
      });
      if (response.status === 404 || response.status === 403) return window.location.reload();
      if (!response.ok) return again();
      const state = await response.json();
      if (state.state !== "working") return window.location.reload();
      if (state.done !== bar.value) pause = FIRST;
      bar.max = state.parts;
      bar.value = state.done;
      if (text.textContent !== state.text) text.textContent = state.text;
    } catch (error) {
      // offline or signed out for a moment: the next round tells
    }
    again();
  }

  again();
})();
