/** The texts of the inspector, in English and French. */
import type { State } from "./judge";
import type { Purpose } from "../loader/temoin";

export interface Words {
  title: string;
  close: string;
  refresh: string;
  token: string;
  tokenHelp: string;
  inspect: string;
  inspecting: string;
  wrongToken: string;
  notReached: string;
  notAnswered: string;
  copy: string;
  copied: string;
  nothing: string;
  page: string;
  configuration: string;
  byScript: string;
  kinds: Record<"cookie" | "storage" | "request", string>;
  purposes: Record<Purpose, string>;
  states: Record<State, string>;
  why: (state: State, purpose: string) => string;
}

const ENGLISH: Words = {
  title: "Témoin inspector",
  close: "Close the inspector",
  refresh: "Look again",
  token: "An inspector’s token",
  tokenHelp: "It stays in this page, and goes only to your consent server.",
  inspect: "Inspect this page",
  inspecting: "Looking…",
  wrongToken: "This is not a token of an inspector of this site.",
  notReached: "The consent server could not be reached. If this page has a Content-Security-Policy, connect-src must name it.",
  notAnswered: "The consent server answered with an error",
  copy: "Copy",
  copied: "Copied",
  nothing: "Nothing was found: no cookie, no storage key, no third party.",
  page: "Write it like this in the page",
  configuration: "Add it to the cookies of its service",
  byScript: "A script asks for it: mark that script, or set \"blocking\": \"automatic\".",
  kinds: { cookie: "cookie", storage: "storage key", request: "request" },
  purposes: { necessary: "Necessary", preferences: "Preferences", statistics: "Statistics", marketing: "Marketing" },
  states: { loose: "Not held back", undeclared: "Undeclared", held: "Held back", allowed: "Let through" },
  why: (state, purpose) =>
    ({
      loose: `Nothing holds it, and the visitor has not agreed to ${purpose}.`,
      undeclared: "No service of your configuration lists it: visitors are not told of it.",
      held: `It is marked, and waits for ${purpose}.`,
      allowed: purpose === "necessary" ? "It needs no consent." : `The visitor has agreed to ${purpose}.`,
    })[state],
};

const FRENCH: Words = {
  title: "Inspecteur Témoin",
  close: "Fermer l’inspecteur",
  refresh: "Regarder à nouveau",
  token: "Un jeton d’inspecteur",
  tokenHelp: "Il reste dans cette page et ne va qu’à votre serveur de consentement.",
  inspect: "Inspecter cette page",
  inspecting: "Examen en cours…",
  wrongToken: "Ce jeton n’est pas celui d’un inspecteur de ce site.",
  notReached: "Le serveur de consentement n’a pas pu être joint. Si la page a une Content-Security-Policy, connect-src doit le nommer.",
  notAnswered: "Le serveur de consentement a répondu par une erreur",
  copy: "Copier",
  copied: "Copié",
  nothing: "Rien n’a été trouvé : ni témoin, ni clé de stockage, ni tiers.",
  page: "À écrire ainsi dans la page",
  configuration: "À ajouter aux témoins de son service",
  byScript: "Un script le demande : marquez ce script, ou choisissez \"blocking\": \"automatic\".",
  kinds: { cookie: "témoin", storage: "clé de stockage", request: "requête" },
  purposes: { necessary: "Nécessaires", preferences: "Préférences", statistics: "Statistiques", marketing: "Marketing" },
  states: { loose: "Non retenu", undeclared: "Non déclaré", held: "Retenu", allowed: "Permis" },
  why: (state, purpose) =>
    ({
      loose: `Rien ne le retient, et le visiteur n’a pas accepté : ${purpose}.`,
      undeclared: "Aucun service de votre configuration ne le nomme : les visiteurs n’en sont pas informés.",
      held: `Il est marqué, et attend : ${purpose}.`,
      allowed: purpose === "nécessaires" ? "Il n’a pas besoin de consentement." : `Le visiteur a accepté : ${purpose}.`,
    })[state],
};

/** The texts in the page's language. */
export const words = (): Words => (/^fr\b/i.test(document.documentElement.lang || navigator.language) ? FRENCH : ENGLISH);
