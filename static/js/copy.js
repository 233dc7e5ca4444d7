// Copy what stands in a field. Without this script it is selected and copied by hand.
(function () {
  "use strict";
  for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const state = document.getElementById("copy-state");
    if (!field || !state) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      field.select();
      try {
        await navigator.clipboard.writeText(field.value);
        state.textContent = button.dataset.copied;
      } catch (error) {
        state.textContent = button.dataset.failed;
      }
    });
  }
})();
