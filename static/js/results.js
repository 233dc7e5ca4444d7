/* Open the folded part that an address points to, so that a link to an action shows its reasons. */
"use strict";
(() => {
  const reveal = () => {
    const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
    if (target instanceof HTMLDetailsElement) {
      target.open = true;
      target.querySelector("summary").focus({ preventScroll: true });
      target.scrollIntoView({ block: "start" });
    }
  };
  addEventListener("hashchange", reveal);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"], a[href*="#action-"], a[href*="#stage-"]');
    if (link && link.pathname === location.pathname && link.hash === location.hash) reveal();
  });
  reveal();
})();
