/** Every text of the inspector, in English and French. `{name}` keeps the place of something of the page or of the site. */
import type { Purpose } from "../loader/temoin";
import type { State } from "./judge";
import type { Because } from "./server";

export interface Words {
  /** The tag that numbers and durations are written by. */
  language: string;
  title: string;
  close: string;
  refresh: string;
  token: string;
  tokenHelp: string;
  inspect: string;
  inspecting: string;
  wrongToken: string;
  notReached: string;
  /** With `{status}`. */
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
  /** With `{purpose}` and, of a mistake, `{mark}`. */
  why: Record<State | "necessary", string>;
  /** With `{rule}`, and `{service}` where the owner says so. */
  reasons: Record<Because, string>;
  session: string;
  /** How long it stays, where the database says so in words that nobody can count. */
  uncounted: string;
}

export const ENGLISH: Words = {
  language: "en",
  title: "Témoin inspector",
  close: "Close the inspector",
  refresh: "Look again",
  token: "An inspector’s token",
  tokenHelp: "It stays in this page, and goes only to your consent server.",
  inspect: "Inspect this page",
  inspecting: "Looking…",
  wrongToken: "This is not a token of an inspector of this site.",
  notReached: "The consent server could not be reached. If this page has a Content-Security-Policy, connect-src must name it.",
  notAnswered: "The consent server answered with an error: {status}",
  copy: "Copy",
  copied: "Copied",
  nothing: "Nothing was found: no cookie, no storage key, no third party.",
  page: "Write it like this in the page:",
  configuration: "Add it to the cookies of its service:",
  byScript: "A script asks for it: mark that script, or set \"blocking\": \"automatic\".",
  kinds: { cookie: "cookie", storage: "storage key", request: "request" },
  purposes: { necessary: "Necessary", preferences: "Preferences", statistics: "Statistics", marketing: "Marketing" },
  states: { mistaken: "Mistaken mark", loose: "Not blocked", undeclared: "Undeclared", held: "Blocked", allowed: "Let through" },
  why: {
    mistaken: "Its mark “{mark}” names no purpose: it waits for ever. The four are necessary, preferences, statistics, marketing.",
    loose: "Nothing blocks it, and the visitor has not agreed to {purpose}.",
    undeclared: "No service of your configuration lists it: visitors are not told of it.",
    held: "It is marked, and waits for {purpose}.",
    allowed: "The visitor has agreed to {purpose}.",
    necessary: "It needs no consent.",
  },
  reasons: {
    owner: "Your configuration files {rule} under the service {service}.",
    database: "The Open Cookie Database has {rule}.",
    functional: "The Open Cookie Database files {rule} under “Functional”, which can be necessary or preferences: you decide.",
    conflicting: "The Open Cookie Database files {rule} under more than one purpose: you decide.",
    necessary_elsewhere: "The Open Cookie Database has only a necessary cookie of {rule}, which does not make requests to it necessary: you decide.",
    too_short: "The Open Cookie Database has {rule}, too short to be told without its domain.",
    other_domain: "The Open Cookie Database has {rule} of another domain only.",
    unknown: "Neither your services nor the Open Cookie Database know it.",
  },
  session: "until the browser is closed",
  uncounted: "for a time that varies",
};

export const FRENCH: Words = {
  language: "fr",
  title: "Inspecteur Témoin",
  close: "Fermer l’inspecteur",
  refresh: "Regarder à nouveau",
  token: "Un jeton d’inspecteur",
  tokenHelp: "Il reste dans cette page et ne va qu’à votre serveur de consentement.",
  inspect: "Inspecter cette page",
  inspecting: "Examen en cours…",
  wrongToken: "Ce jeton n’est pas celui d’un inspecteur de ce site.",
  notReached: "Le serveur de consentement n’a pas pu être joint. Si la page a une Content-Security-Policy, connect-src doit le nommer.",
  notAnswered: "Le serveur de consentement a répondu par une erreur : {status}",
  copy: "Copier",
  copied: "Copié",
  nothing: "Rien n’a été trouvé : ni témoin, ni clé de stockage, ni tiers.",
  page: "À écrire ainsi dans la page :",
  configuration: "À ajouter aux témoins de son service :",
  byScript: "Un script le demande : marquez ce script, ou choisissez \"blocking\": \"automatic\".",
  kinds: { cookie: "témoin", storage: "clé de stockage", request: "requête" },
  purposes: { necessary: "Nécessaires", preferences: "Préférences", statistics: "Statistiques", marketing: "Marketing" },
  states: { mistaken: "Marque erronée", loose: "Non bloqué", undeclared: "Non déclaré", held: "Bloqué", allowed: "Permis" },
  why: {
    mistaken: "Sa marque « {mark} » ne nomme aucune finalité : il attend pour toujours. Les quatre sont necessary, preferences, statistics, marketing.",
    loose: "Rien ne le bloque, et le visiteur n’a pas accepté : {purpose}.",
    undeclared: "Aucun service de votre configuration ne le nomme : les visiteurs n’en sont pas informés.",
    held: "Il est marqué, et attend : {purpose}.",
    allowed: "Le visiteur a accepté : {purpose}.",
    necessary: "Il n’a pas besoin de consentement.",
  },
  reasons: {
    owner: "Votre configuration range {rule} sous le service {service}.",
    database: "L’Open Cookie Database connaît {rule}.",
    functional: "L’Open Cookie Database range {rule} sous « Functional », qui peut être nécessaire ou relever des préférences : à vous de décider.",
    conflicting: "L’Open Cookie Database range {rule} sous plus d’une finalité : à vous de décider.",
    necessary_elsewhere: "L’Open Cookie Database ne connaît de {rule} qu’un témoin nécessaire, ce qui ne rend pas nécessaires les requêtes : à vous de décider.",
    too_short: "L’Open Cookie Database connaît {rule}, trop court pour être reconnu sans son domaine.",
    other_domain: "L’Open Cookie Database ne connaît {rule} que d’un autre domaine.",
    unknown: "Ni vos services ni l’Open Cookie Database ne le connaissent.",
  },
  session: "jusqu’à la fermeture du navigateur",
  uncounted: "pour une durée variable",
};

/** The texts in the page's language. */
export const words = (): Words => (/^fr\b/i.test(document.documentElement.lang || navigator.language) ? FRENCH : ENGLISH);

const UNITS: Record<string, string> = { TM: "minute", TH: "hour", D: "day", W: "week", M: "month", Y: "year" };

/** A retention in words: `2 ans` for `P2Y`. */
export function duration(said: Words, retention: string): string {
  if (/^session$/i.test(retention)) return said.session;
  const [, clock, count, letter] = /^P(T?)(\d+)([A-Z])$/.exec(retention) ?? [];
  const unit = UNITS[`${clock}${letter}`];
  if (!unit) return said.uncounted;
  return new Intl.NumberFormat(said.language, { style: "unit", unit, unitDisplay: "long" }).format(Number(count));
}
