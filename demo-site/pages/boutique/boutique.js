// The shop's own memory: a basket, a session, an invoice. All of it is necessary, stays with the
// shop, and works the same whatever the visitor answered about the rest.
(() => {
  const ARTICLES = {
    trousse: { nom: "Trousse complète du primaire", cents: 3995 },
    cahiers: { nom: "Cahiers lignés, paquet de 8", cents: 950 },
    crayons: { nom: "Crayons de couleur, boîte de 24", cents: 1275 },
    sac: { nom: "Sac à dos Boréal, 18 litres", cents: 5400 },
    colle: { nom: "Colle et ciseaux", cents: 725 },
    geometrie: { nom: "Ensemble de géométrie", cents: 890 },
  };
  const MOST = 20;
  const KEPT_FOR = 30 * 24 * 60 * 60 * 1000;
  const FREE_DELIVERY_FROM = 6000;
  const DELIVERY = 995;

  const one = (name) => document.querySelector(`[data-panier="${name}"]`);
  const all = (name) => document.querySelectorAll(`[data-panier="${name}"]`);
  const account = (name) => document.querySelector(`[data-compte="${name}"]`);
  const dollars = (cents) =>
    new Intl.NumberFormat("fr-CA", { style: "currency", currency: "CAD" }).format(cents / 100);

  // Where storage is blocked, the basket lasts as long as the page.
  let inMemory = {};

  function basket() {
    try {
      const stored = JSON.parse(localStorage.getItem("panier") ?? "null");
      if (!stored || !(Date.now() - stored.depuis < KEPT_FOR)) return {};
      const quantities = {};
      for (const id of Object.keys(ARTICLES)) {
        const quantity = Math.floor(Number(stored.articles?.[id]));
        if (quantity > 0) quantities[id] = Math.min(quantity, MOST);
      }
      return quantities;
    } catch {
      return inMemory;
    }
  }

  function keep(quantities) {
    inMemory = quantities;
    try {
      if (Object.keys(quantities).length === 0) localStorage.removeItem("panier");
      else localStorage.setItem("panier", JSON.stringify({ depuis: Date.now(), articles: quantities }));
    } catch {
      // Kept in memory above.
    }
    show();
  }

  function put(id, quantity) {
    const quantities = { ...basket() };
    if (quantity > 0) quantities[id] = Math.min(quantity, MOST);
    else delete quantities[id];
    keep(quantities);
  }

  function say(text) {
    const place = one("annonce");
    if (place) place.textContent = text;
  }

  function sums(quantities) {
    const subtotal = Object.entries(quantities).reduce((sum, [id, n]) => sum + ARTICLES[id].cents * n, 0);
    const delivery = subtotal >= FREE_DELIVERY_FROM ? 0 : DELIVERY;
    const tps = Math.round((subtotal + delivery) * 0.05);
    const tvq = Math.round((subtotal + delivery) * 0.09975);
    return { subtotal, delivery, tps, tvq, total: subtotal + delivery + tps + tvq };
  }

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function line(id, quantity) {
    const { nom, cents } = ARTICLES[id];
    const field = element("input", {
      type: "number", min: "0", max: String(MOST), value: String(quantity), inputMode: "numeric",
      ariaLabel: `Quantité : ${nom}`,
    });
    field.addEventListener("change", () => {
      put(id, Math.max(0, Math.floor(Number(field.value)) || 0));
      say(`${nom} : quantité mise à jour.`);
    });
    const remove = element("button", {
      type: "button", className: "button plain small", textContent: "Retirer", ariaLabel: `Retirer du panier : ${nom}`,
    });
    remove.addEventListener("click", () => {
      put(id, 0);
      say(`${nom} : retiré du panier.`);
    });
    return element("li", {},
      element("span", { className: "name", textContent: nom }),
      field,
      element("strong", { textContent: dollars(cents * quantity) }),
      remove,
    );
  }

  function show() {
    const quantities = basket();
    const count = Object.values(quantities).reduce((sum, n) => sum + n, 0);
    all("nombre").forEach((place) => (place.textContent = String(count)));
    if (!one("lignes")) return;
    one("vide").hidden = count > 0;
    one("plein").hidden = count === 0;
    one("lignes").replaceChildren(...Object.entries(quantities).map(([id, n]) => line(id, n)));
    const { subtotal, delivery, tps, tvq, total } = sums(quantities);
    one("sous-total").textContent = dollars(subtotal);
    one("livraison").textContent = delivery === 0 ? "Gratuite" : dollars(delivery);
    one("tps").textContent = dollars(tps);
    one("tvq").textContent = dollars(tvq);
    one("total").textContent = dollars(total);
  }

  function invoice(quantities, payment) {
    const { delivery, tps, tvq, total } = sums(quantities);
    const row = (term, value) => element("div", {}, element("dt", { textContent: term }), element("dd", { textContent: value }));
    const number = `CF-${new Date().getFullYear()}-${String(Math.floor(Math.random() * 9000) + 1000)}`;
    one("detail").replaceChildren(
      row("Numéro", number),
      row("Payée par", payment),
      ...Object.entries(quantities).map(([id, n]) => row(`${ARTICLES[id].nom}\u00a0×\u00a0${n}`, dollars(ARTICLES[id].cents * n))),
      row("Livraison", delivery === 0 ? "Gratuite" : dollars(delivery)),
      row("TPS et TVQ", dollars(tps + tvq)),
      row("Total", dollars(total)),
    );
    one("facture").hidden = false;
    one("facture").focus();
  }

  all("ajouter").forEach((button) =>
    button.addEventListener("click", () => {
      const id = button.dataset.article;
      put(id, (basket()[id] ?? 0) + 1);
      say(`${ARTICLES[id].nom} : ajouté au panier.`);
    }),
  );
  one("formulaire")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const id = form.dataset.article;
    const quantity = Math.floor(Number(new FormData(form).get("quantite"))) || 1;
    put(id, (basket()[id] ?? 0) + quantity);
    say(`${ARTICLES[id].nom} × ${quantity} : ajouté au panier.`);
  });
  one("commander")?.addEventListener("submit", (event) => {
    event.preventDefault();
    const quantities = basket();
    const payment = String(new FormData(event.currentTarget).get("paiement"));
    keep({});
    say("Commande enregistrée. Votre facture est prête.");
    invoice(quantities, payment);
  });
  one("imprimer")?.addEventListener("click", () => print());

  // The session: a random value in a cookie that ends with the visit, and nothing about the person.
  const COOKIE = "session_boutique";
  const signedIn = () => document.cookie.split("; ").some((cookie) => cookie.startsWith(`${COOKIE}=`));

  function showAccount() {
    const form = account("connexion");
    if (!form) return;
    form.hidden = signedIn();
    account("ouvert").hidden = !signedIn();
  }

  account("connexion")?.addEventListener("submit", (event) => {
    event.preventDefault();
    event.currentTarget.reset();
    const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
    document.cookie = `${COOKIE}=${random.join("")}; path=/boutique; SameSite=Lax`;
    showAccount();
    account("annonce").textContent = signedIn()
      ? "Connexion réussie."
      : "Votre navigateur bloque tous les témoins, même nécessaires : la connexion ne peut pas durer.";
  });
  account("quitter")?.addEventListener("click", () => {
    document.cookie = `${COOKIE}=; path=/boutique; max-age=0; SameSite=Lax`;
    showAccount();
    account("annonce").textContent = "Votre session est fermée.";
  });

  addEventListener("storage", show);
  show();
  showAccount();
})();
