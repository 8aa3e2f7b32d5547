// Pins of a map panel on the plain ground of the outline: no tiles, nothing from elsewhere. The list stands below.
import { LngLatBounds, Map, Popup } from "./build/maplibre-gl.mjs";

const colour = (name) => getComputedStyle(document.body).getPropertyValue(name).trim();

function draw(box) {
  const pins = JSON.parse(document.getElementById(box.dataset.map).textContent);
  const features = pins.map((pin) => ({ type: "Feature", properties: { code: pin.code, colour: colour(`--${pin.light || "blue"}`) }, geometry: { type: "Point", coordinates: [pin.lng, pin.lat] } }));
  const bounds = pins.reduce((all, pin) => all.extend([pin.lng, pin.lat]), new LngLatBounds());
  const map = new Map({
    container: box,
    attributionControl: false,
    bounds,
    fitBoundsOptions: { padding: 40, maxZoom: 14 },
    style: {
      version: 8,
      sources: { pins: { type: "geojson", data: { type: "FeatureCollection", features } } },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": colour("--grey-soft") } },
        { id: "pins", type: "circle", source: "pins", paint: { "circle-radius": 6, "circle-color": ["get", "colour"], "circle-stroke-width": 2, "circle-stroke-color": "#fff" } },
      ],
    },
  });
  map.on("click", "pins", (event) => {
    const words = document.createElement("span");
    words.textContent = event.features[0].properties.code;
    new Popup().setLngLat(event.lngLat).setDOMContent(words).addTo(map);
  });
}

document.querySelectorAll("[data-map]").forEach(draw);
document.addEventListener("renewed", (event) => event.target.querySelectorAll("[data-map]").forEach(draw));
