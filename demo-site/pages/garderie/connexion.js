// Signing in. The session is a random value in a cookie that ends with the visit. Facebook is called
// after two clicks and never before: nothing of it is in the page until then, and in this
// demonstration nothing of it is called at all.
(() => {
  const SESSION = "session_pinsonnet";
  const FACEBOOK = "fbsr_demo";
  const one = (name) => document.querySelector(`[data-connexion="${name}"]`);
  const has = (name) => document.cookie.split("; ").some((cookie) => cookie.startsWith(`${name}=`));
  const drop = (name) => (document.cookie = `${name}=; path=/garderie; max-age=0; SameSite=Lax`);

  function keep(name) {
    const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0"));
    document.cookie = `${name}=${random.join("")}; path=/garderie; SameSite=Lax`;
  }

  function show(focus) {
    const open = has(SESSION);
    one("formulaire").hidden = open;
    one("facebook").hidden = open;
    one("ouvert").hidden = !open;
    one("comment").textContent = has(FACEBOOK)
      ? "Connexion par Facebook : il sait que vous utilisez Pinsonnet, et rien de plus."
      : "Connexion par courriel : aucun tiers n’a été appelé.";
    if (open && focus) one("ouvert").querySelector("h2").focus();
  }

  function enter(...cookies) {
    cookies.forEach(keep);
    show(true);
    one("annonce").textContent = has(SESSION)
      ? "Connexion réussie."
      : "Votre navigateur bloque tous les témoins, même nécessaires : la connexion ne peut pas durer.";
  }

  function explain(open) {
    one("explication").hidden = !open;
    one("ouvrir").setAttribute("aria-expanded", String(open));
    if (open) one("explication").querySelector("p").focus();
    else one("ouvrir").focus();
  }

  one("formulaire").addEventListener("submit", (event) => {
    event.preventDefault();
    event.currentTarget.reset();
    enter(SESSION);
  });
  one("ouvrir").addEventListener("click", () => explain(one("explication").hidden));
  one("annuler").addEventListener("click", () => explain(false));
  // Here a real site would open Facebook's own window. This cookie stands in for the one it leaves.
  one("continuer").addEventListener("click", () => {
    explain(false);
    enter(SESSION, FACEBOOK);
  });
  one("quitter").addEventListener("click", () => {
    drop(SESSION);
    drop(FACEBOOK);
    show(false);
    one("annonce").textContent = "Votre session est fermée.";
  });
  show(false);
})();
