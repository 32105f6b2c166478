import { initAll } from "./govuk-frontend.js";

const LIFETIME = 14 * 24 * 60 * 60 * 1000;
const PREFIX = "draf:";
let signedOut = false;

initAll({
  characterCount: {
    i18n: {
      charactersUnderLimit: { other: "Sisa %{count} karakter" },
      charactersAtLimit: "Sisa 0 karakter",
      charactersOverLimit: { other: "Kelebihan %{count} karakter" },
      wordsUnderLimit: { other: "Sisa %{count} kata" },
      wordsAtLimit: "Sisa 0 kata",
      wordsOverLimit: { other: "Kelebihan %{count} kata" },
      textareaDescription: { other: "Paling banyak %{count} karakter" },
    },
  },
});

function openMenu() {
  const button = document.querySelector(".menu__tombol");
  const content = document.querySelector(".menu__isi");
  if (!button || !content) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = content.classList.toggle("menu__isi--terbuka");
    button.setAttribute("aria-expanded", String(open));
  });
}

function sendOnce(form) {
  const enable = () => form.querySelectorAll("[data-terkirim]").forEach((button) => {
    button.disabled = false;
    delete button.dataset.terkirim;
  });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    setTimeout(() => form.querySelectorAll("button[type=submit], button:not([type])").forEach((button) => {
      if (button.disabled) return;
      button.disabled = true;
      button.dataset.terkirim = "";
    }));
    setTimeout(enable, 15000);
  });
  addEventListener("pageshow", enable);
}

function fields(form) {
  const kept = (field) => field.name && !["hidden", "file", "password", "submit", "button"].includes(field.type);
  return [...form.elements].filter(kept);
}

function typed(form) {
  return fields(form).map((field) => [
    field.name,
    ["checkbox", "radio"].includes(field.type) ? [field.value, field.checked] : field.value,
  ]);
}

function fill(form, body) {
  const rest = [...body];
  for (const field of fields(form)) {
    const isChoice = ["checkbox", "radio"].includes(field.type);
    const at = rest.findIndex(([name, value]) => name === field.name && (!isChoice || value[0] === field.value));
    if (at < 0) continue;
    const [[, value]] = rest.splice(at, 1);
    if (isChoice) field.checked = value[1];
    else field.value = value;
    field.dispatchEvent(new Event(isChoice ? "change" : "input", { bubbles: true }));
  }
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, draft) {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}

function draftKeys() {
  return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
}

function settleSent() {
  const done = document.querySelector(".govuk-notification-banner--success");
  const failed = document.querySelector("[data-gagal], .govuk-error-summary");
  for (const key of draftKeys()) {
    const draft = read(key);
    if (!draft || (done && draft.sent) || Date.now() - draft.at > LIFETIME) localStorage.removeItem(key);
    else if (failed && draft.sent) write(key, { ...draft, sent: false });
  }
  const kept = document.querySelector("[data-tersimpan]");
  if (kept) kept.hidden = draftKeys().length === 0;
}

function say(form, text, actions = []) {
  const place = form.querySelector(".draf");
  place.textContent = text;
  place.classList.toggle("draf--pulih", actions.length > 0);
  for (const [label, act] of actions) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", act);
    place.append(button);
  }
}

function keepDraft(form) {
  const key = PREFIX + form.dataset.draf;
  const version = form.dataset.versi;
  const original = typed(form);
  const drop = () => {
    localStorage.removeItem(key);
    fill(form, original);
    say(form, "");
  };
  let stored = read(key);
  if (stored && stored.sent && stored.version !== version) {
    localStorage.removeItem(key);
    stored = null;
  }
  if (stored && JSON.stringify(stored.body) !== JSON.stringify(original)) {
    if (stored.version === version) {
      fill(form, stored.body);
      say(form, "Isian Anda yang belum terkirim dipulihkan.", [["Buang isian ini", drop]]);
    } else {
      say(form, "Ada isian lama di perangkat ini; data yang tersimpan sudah berubah sejak itu.", [
        ["Pakai isian lama", () => { fill(form, stored.body); say(form, ""); }],
        ["Buang isian lama", drop],
      ]);
    }
  }
  let timer;
  const keep = () => {
    timer = undefined;
    if (signedOut) return;
    const ok = write(key, { version, body: typed(form), at: Date.now(), sent: false });
    say(form, ok ? "Tersimpan di perangkat ini" : "Tidak dapat menyimpan di perangkat ini");
  };
  form.addEventListener("input", (event) => {
    if (!event.isTrusted) return;
    clearTimeout(timer);
    timer = setTimeout(keep, 300);
  });
  addEventListener("pagehide", () => {
    if (timer && !form.dataset.dikirim) keep();
  });
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    timer = undefined;
    if (navigator.onLine === false) {
      event.preventDefault();
      keep();
      say(form, "Perangkat tidak tersambung. Isian tersimpan di perangkat ini; kirim lagi setelah tersambung.");
      return;
    }
    form.dataset.dikirim = "";
    write(key, { version, body: typed(form), at: Date.now(), sent: true });
  });
}

openMenu();
settleSent();
document.querySelectorAll("form[data-draf]").forEach(keepDraft);
document.querySelectorAll('form[method="post"]').forEach(sendOnce);
document.querySelectorAll("form[data-keluar]").forEach((form) => {
  form.addEventListener("submit", () => {
    signedOut = true;
    draftKeys().forEach((key) => localStorage.removeItem(key));
  });
});
document.querySelectorAll("[data-cetak]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
