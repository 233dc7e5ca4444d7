/* Put Plotly's figures over the drawn ones, with hover and zoom, once somebody reaches for one.
   Until then, and where this fails, the SVG stays: reading a page costs nothing of the library. */
"use strict";
(() => {
  const settings = document.currentScript.dataset;
  // On a phone the drawn chart reads better than a squeezed one, and the library stays unloaded.
  const LEAST_WIDTH = 480;
  const places = [...document.querySelectorAll("[data-figure]")].filter(
    (place) => place.clientWidth >= Number(place.dataset.least || LEAST_WIDTH),
  );
  // Without a pointer that hovers, the live chart would offer nothing that the drawn one does not.
  if (!places.length || matchMedia("(hover: none)").matches) return;

  const config = {
    displayModeBar: false,
    displaylogo: false,
    modeBarButtonsToRemove: ["sendChartToCloud"],
    plotlyServerURL: "",
    showLink: false,
    responsive: true,
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
      offerReset(Plotly, place, layer);
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

  const REACHES = ["pointerenter", "focusin"];
  for (const place of places) {
    const reach = () => {
      REACHES.forEach((kind) => place.removeEventListener(kind, reach));
      enhance(place);
    };
    REACHES.forEach((kind) => place.addEventListener(kind, reach));
  }
})();
