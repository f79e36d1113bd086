// The diary: the next four days of opening, in this page only. Its cookie appears once a visitor
// begins to book, ends with the visit, and is necessary: the refusal of the rest changes nothing.
(() => {
  const SLOTS = { 2: ["9 h", "11 h", "15 h"], 3: ["10 h", "14 h", "17 h"], 4: ["9 h", "16 h", "19 h"], 5: ["11 h", "14 h", "18 h"], 6: ["9 h", "10 h 30"] };
  const one = (name) => document.querySelector(`[data-rdv="${name}"]`);
  const day = new Intl.DateTimeFormat("fr-FR", { weekday: "long", day: "numeric", month: "long" });
  const form = one("formulaire");

  function column(date) {
    const title = day.format(date);
    const group = Object.assign(document.createElement("div"), { className: "day" });
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", title);
    group.append(Object.assign(document.createElement("p"), { textContent: title, ariaHidden: "true" }));
    for (const hour of SLOTS[date.getDay()]) {
      const label = document.createElement("label");
      const input = Object.assign(document.createElement("input"), {
        type: "radio", name: "creneau", value: `${title}, à ${hour}`.replaceAll(" h", "\u00a0h"), required: true,
      });
      label.append(input, hour.replaceAll(" ", "\u00a0"));
      group.append(label);
    }
    return group;
  }

  const days = [];
  const date = new Date();
  while (days.length < 4) {
    date.setDate(date.getDate() + 1);
    if (SLOTS[date.getDay()]) days.push(column(date));
  }
  one("jours").append(...days);

  form.addEventListener("change", () => {
    if (document.cookie.split("; ").some((cookie) => cookie.startsWith("rdv_session="))) return;
    const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
    document.cookie = `rdv_session=${random.join("")}; path=/atelier; SameSite=Lax`;
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const answer = new FormData(form);
    one("resume").textContent =
      `${answer.get("prenom")}, votre rendez-vous est pris\u00a0: ${answer.get("seance").toLowerCase()}, ` +
      `${answer.get("creneau")}. Règlement ${answer.get("paiement")}. Annulation sans frais jusqu’à la veille à midi.`;
    form.hidden = true;
    one("fait").hidden = false;
    one("fait").querySelector("h2").focus();
    form.reset();
  });
  one("autre").addEventListener("click", () => {
    one("fait").hidden = true;
    form.hidden = false;
    form.querySelector("input").focus();
  });
})();
