// Two maps on one ground, the outline of the district: pins of a list, and one point to choose. Nothing comes from
// elsewhere. What a map shows or takes can also be read or chosen from a list, so the keyboard never needs it.
import { Map, Marker, NavigationControl, Popup } from "./build/maplibre-gl.mjs";

const LIGHTS = { green: "#1b6e3c", amber: "#d98200", red: "#a8201a", grey: "#57606a", blue: "#1a4f8b" };

async function ground(box) {
  const answer = await fetch(box.dataset.outline);
  const known = await answer.json();
  const shapes = known.features.filter((one) => one.geometry.type !== "Point");
  const corners = shapes.flatMap((one) => one.geometry.coordinates.flat(2));
  const lngs = corners.map((at) => at[0]);
  const lats = corners.map((at) => at[1]);
  const bounds = corners.length
    ? [[Math.min(...lngs), Math.min(...lats)], [Math.max(...lngs), Math.max(...lats)]]
    : [[73, 18], [135, 54]];
  box.hidden = false;
  const map = new Map({
    container: box, bounds, fitBoundsOptions: { padding: 16 }, attributionControl: false, dragRotate: false,
    pitchWithRotate: false, cooperativeGestures: box.classList.contains("pick") ? false : window.innerWidth < 720,
    maxZoom: 18,
    style: {
      version: 8,
      sources: { outline: { type: "geojson", data: { type: "FeatureCollection", features: shapes } } },
      layers: [
        { id: "paper", type: "background", paint: { "background-color": "#eeece6" } },
        { id: "inside", type: "fill", source: "outline", paint: { "fill-color": "#fdfcf9" } },
        { id: "edge", type: "line", source: "outline", paint: { "line-color": "#8c8a83", "line-width": 1.5 } },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  for (const one of known.features.filter((feature) => feature.geometry.type === "Point")) {
    const name = document.createElement("span");
    name.className = "map-name";
    name.textContent = one.properties.title;
    name.setAttribute("aria-hidden", "true");
    new Marker({ element: name }).setLngLat(one.geometry.coordinates).addTo(map);
  }
  map.on("moveend", () => thin(box));
  await new Promise((done) => { map.on("load", done); });
  thin(box);
  return { map, places: known.features.filter((one) => one.geometry.type === "Point") };
}

// Names that would lie upon one another are left out until there is room.
function thin(box) {
  const kept = [];
  for (const name of box.querySelectorAll(".map-name")) {
    name.style.visibility = "";
    const at = name.getBoundingClientRect();
    const covered = kept.some((other) => at.left < other.right && at.right > other.left && at.top < other.bottom && at.bottom > other.top);
    if (covered) { name.style.visibility = "hidden"; } else { kept.push(at); }
  }
}

async function pins(box) {
  const { map } = await ground(box);
  const known = JSON.parse(document.getElementById(box.dataset.pins).textContent);
  const features = known.map((pin) => ({
    type: "Feature",
    properties: { title: pin.title, url: pin.url, colour: LIGHTS[pin.light] || LIGHTS.blue },
    geometry: { type: "Point", coordinates: [pin.lng, pin.lat] },
  }));
  map.addSource("pins", { type: "geojson", data: { type: "FeatureCollection", features } });
  map.addLayer({
    id: "pins", type: "circle", source: "pins",
    paint: { "circle-radius": 8, "circle-color": ["get", "colour"], "circle-stroke-color": "#fff", "circle-stroke-width": 2 },
  });
  map.on("click", "pins", (event) => {
    const link = document.createElement("a");
    link.href = event.features[0].properties.url;
    link.textContent = event.features[0].properties.title;
    new Popup({ maxWidth: "16rem" }).setLngLat(event.lngLat).setDOMContent(link).addTo(map);
  });
  map.on("mouseenter", "pins", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "pins", () => { map.getCanvas().style.cursor = ""; });
  box.nextElementSibling?.removeAttribute("hidden");
}

// One point, in WGS-84 as the phone gives it; written into the field as «longitude,latitude».
async function pick(box) {
  const input = document.getElementById(box.dataset.pick);
  const details = box.closest("details");
  const said = details.querySelector("[data-point-said]");
  const clear = details.querySelector("[data-clear]");
  const locate = details.querySelector("[data-locate]");
  const { map, places } = await ground(box);
  const marker = new Marker({ color: LIGHTS.blue });
  const show = () => {
    const [lng, lat] = input.value.split(/[,，]/).map(Number);
    const there = input.value && Number.isFinite(lng) && Number.isFinite(lat) && Math.abs(lat) <= 90 && Math.abs(lng) <= 180;
    if (there) { marker.setLngLat([lng, lat]).addTo(map); } else { marker.remove(); }
    clear.hidden = !input.value;
    return there ? [lng, lat] : null;
  };
  const set = (lng, lat) => {
    input.value = `${lng.toFixed(6)},${lat.toFixed(6)}`;
    said.textContent = "";
    show();
    nearest(lng, lat, places);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  };
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", (event) => set(event.lngLat.lng, event.lngLat.lat));
  input.addEventListener("input", show);
  clear.addEventListener("click", () => { input.value = ""; show(); input.dispatchEvent(new Event("change", { bubbles: true })); });
  if (navigator.geolocation && window.isSecureContext) {
    locate.hidden = false;
    locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition(
      (at) => {
        set(at.coords.longitude, at.coords.latitude);
        if (map.getBounds().contains([at.coords.longitude, at.coords.latitude])) {
          map.easeTo({ center: [at.coords.longitude, at.coords.latitude], zoom: 15, duration: 0 });
        } else {
          said.textContent = said.dataset.outside;
        }
      },
      () => { said.textContent = said.dataset.denied; },
      { enableHighAccuracy: true, timeout: 10000 },
    ));
  }
  const at = show();
  if (at) { map.jumpTo({ center: at, zoom: 14 }); }
}

// Where no street is chosen yet, the nearest one is offered; she looks over it before sending.
function nearest(lng, lat, places) {
  const select = document.querySelector("form[data-area] .area > select");
  if (!select || select.value || !places.length) { return; }
  const east = Math.cos((lat * Math.PI) / 180);
  const far = (one) => Math.hypot((one.geometry.coordinates[0] - lng) * east, one.geometry.coordinates[1] - lat);
  const closest = places.reduce((best, one) => (far(one) < far(best) ? one : best));
  select.value = closest.properties.code;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

document.querySelectorAll("[data-pins]").forEach((box) => { pins(box); });
document.querySelectorAll("[data-pick]").forEach((box) => {
  const details = box.closest("details");
  const open = () => { if (details.open && !box.dataset.ready) { box.dataset.ready = "1"; pick(box); } };
  details.addEventListener("toggle", open);
  open();
});
