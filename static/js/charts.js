/* Put Plotly's figures over the drawn ones, with hover and zoom. The SVG stays where this fails. */
"use strict";
(() => {
  const settings = document.currentScript.dataset;
  // On a phone the drawn chart reads better than a squeezed one, and the library stays unloaded.
  const LEAST_WIDTH = 480;
  const places = [...document.querySelectorAll("[data-figure]")].filter(
    (place) => place.clientWidth >= Number(place.dataset.least || LEAST_WIDTH),
  );
  const still = matchMedia("(hover: none)").matches;
  if (!places.length || !("IntersectionObserver" in window)) return;

  const config = {
    displayModeBar: false,
    displaylogo: false,
    modeBarButtonsToRemove: ["sendChartToCloud"],
    plotlyServerURL: "",
    showLink: false,
    responsive: true,
    staticPlot: still,
    doubleClick: "reset",
    scrollZoom: false,
  };

  let library = null;
  const load = () => {
    library ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = settings.plotly;
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error("plotly did not load"));
      document.head.append(script);
    });
    return library;
  };

  let figures = null;
  const fetched = () => {
    figures ??= fetch(settings.figures, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(`figures: ${answer.status}`);
      return answer.json();
    });
    return figures;
  };

  const zoomed = (changes) => Object.keys(changes).some((key) => /^[xy]axis\.range\[0\]$/.test(key));

  const enhance = async (place) => {
    const drawn = place.firstElementChild;
    const layer = document.createElement("div");
    try {
      const [Plotly, all] = await Promise.all([load(), fetched()]);
      const figure = all[place.dataset.figure];
      if (!figure) return;
      const box = place.getBoundingClientRect(); // before the layer is added
      layer.className = "plotly-layer";
      layer.setAttribute("role", "img");
      layer.setAttribute("aria-label", place.dataset.label || drawn.getAttribute("aria-label") || "");
      layer.hidden = true;
      place.append(layer);
      layer.hidden = false;
      place.classList.add("enhanced");
      await Plotly.newPlot(layer, figure.data, { ...figure.layout, height: box.height, autosize: true }, config);
      drawn.setAttribute("hidden", "");
      drawn.setAttribute("aria-hidden", "true");
      if (!still) offerReset(Plotly, place, layer);
    } catch (error) {
      layer.remove();
      place.classList.remove("enhanced");
    }
  };

  const offerReset = (Plotly, place, layer) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button small zoom-reset";
    button.textContent = settings.reset;
    button.hidden = true;
    place.append(button);
    const start = {};
    for (const axis of ["xaxis", "yaxis"]) start[`${axis}.range`] = layer._fullLayout[axis].range.slice();
    layer.on("plotly_relayout", (changes) => { button.hidden = !zoomed(changes); });
    button.addEventListener("click", () => {
      Plotly.relayout(layer, structuredClone(start));
      button.hidden = true;
    });
  };

  const idle = window.requestIdleCallback || ((run) => setTimeout(run, 200));
  const observer = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      observer.unobserve(entry.target);
      idle(() => enhance(entry.target));
    }
  }, { rootMargin: "200px" });
  const begin = () => places.forEach((place) => observer.observe(place));
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin, { once: true });
})();
