/**
 * The overlay. It is in a shadow tree, so that the page's styles do not reach it. What comes from the page
 * is only ever inserted as text.
 */
import type { Judged, State } from "./judge";
import style from "./panel.css";
import { readReason } from "./server";
import { duration, type Words } from "./words";

/** The order of the states: first those that the owner must act on. */
const ORDER: State[] = ["mistaken", "loose", "undeclared", "held", "allowed"];

export class Panel {
  readonly #words: Words;
  readonly #host = document.createElement("temoin-inspector");
  readonly #tree: ShadowRoot;
  readonly #body = make("div", { class: "body" });
  readonly #status = make("p", { class: "status", role: "status" });
  readonly #counts = make("div", { class: "counts" });

  /** `onAsk` is called with the token that was typed, `onClose` when the panel is gone. */
  constructor(words: Words, onAsk: (token: string) => void, onClose: () => void) {
    this.#words = words;
    // No style of the page for `*` applies to it.
    this.#host.setAttribute("style", "all:initial!important");
    this.#tree = this.#host.attachShadow({ mode: "open" });
    const close = make("button", { type: "button", class: "icon", "aria-label": words.close }, "×");
    close.onclick = () => this.#leave(onClose);
    const title = make("h1", { id: "title" }, words.title);
    const panel = make("section", { role: "dialog", "aria-labelledby": "title", tabindex: "-1", popover: "manual" });
    panel.append(make("header", {}, title, close), this.#form(onAsk), this.#status, this.#counts, this.#body);
    panel.addEventListener("keydown", (event) => {
      // The page may listen for keys of its own.
      event.stopPropagation();
      if (event.key === "Escape") this.#leave(onClose);
    });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    this.#tree.adoptedStyleSheets = [sheet];
    this.#tree.append(panel);
    document.documentElement.append(this.#host);
    // In the top layer: above the banner, and above everything of the page.
    panel.showPopover();
    this.#tree.querySelector("input")!.focus();
  }

  #leave(onClose: () => void): void {
    this.#host.remove();
    onClose();
  }

  #form(onAsk: (token: string) => void): HTMLFormElement {
    const { token, tokenHelp, inspect } = this.#words;
    const input = make("input", { id: "token", type: "password", autocomplete: "off", required: "", "aria-describedby": "help" });
    const form = make("form", {});
    form.append(
      make("label", { for: "token" }, token),
      make("div", { class: "row" }, input, make("button", { class: "main" }, inspect)),
      make("p", { id: "help", class: "small" }, tokenHelp),
    );
    form.onsubmit = (event) => {
      event.preventDefault();
      onAsk(input.value.trim());
    };
    return form;
  }

  /** Shows a message: what the inspector is doing, or what went wrong. */
  say(text: string, wrong = false): void {
    this.#status.textContent = text;
    this.#status.classList.toggle("wrong", wrong);
  }

  /** Shows what was found, and replaces what was shown before. */
  show(all: Judged[], onRefresh: () => void): void {
    const { states, nothing, refresh } = this.#words;
    this.#tree.querySelector("form")!.hidden = true;
    const again = make("button", { type: "button" }, refresh);
    again.onclick = onRefresh;
    const of = (state: State) => all.filter((judged) => judged.state === state);
    this.#counts.replaceChildren(
      ...ORDER.map((state) => make("span", { class: "count " + state }, make("b", {}, String(of(state).length)), " " + states[state])),
      again,
    );
    this.say(all.length ? "" : nothing);
    this.#body.replaceChildren(
      ...ORDER.filter((state) => of(state).length).map((state) => {
        const list = make("ul", {});
        for (const judged of of(state)) list.append(this.#entry(judged));
        return make("section", {}, make("h2", { class: state }, states[state]), list);
      }),
    );
  }

  #entry({ found, classified, purpose, state, mark, add }: Judged): HTMLLIElement {
    const { kinds, purposes, why, reasons, page, configuration, byScript } = this.#words;
    const entry = make("li", { class: state, "data-state": state });
    const { service, controller, retention } = classified;
    const facts = [...new Set([found.host, service, controller, retention && duration(this.#words, retention)])].filter((fact) => fact !== null);
    const reason = readReason(classified.because);
    entry.append(
      make("p", { class: "name" }, make("code", {}, found.name)),
      make("p", { class: "small" }, make("span", { class: "tag" }, purposes[purpose]), " ", kinds[found.kind], ...facts.flatMap((fact) => [" · ", ofSite(fact)])),
      make("p", {}, ...sentence(why[state === "allowed" && purpose === "necessary" ? purpose : state], { purpose: purposes[purpose].toLowerCase(), mark: ofSite(mark ?? "") })),
      make("p", { class: "small" }, ...sentence(reasons[reason.name], { rule: ofSite(reason.rule), service: ofSite(reason.service) })),
    );
    if (add) entry.append(make("p", { class: "small" }, add.where === "page" ? page : configuration), this.#toCopy(add.text));
    else if (state === "loose" && found.kind === "request") entry.append(make("p", { class: "small" }, byScript));
    return entry;
  }

  #toCopy(text: string): HTMLElement {
    const { copy, copied } = this.#words;
    const button = make("button", { type: "button" }, copy);
    button.onclick = () => {
      // If the clipboard is not permitted, the text is selected instead.
      navigator.clipboard?.writeText(text).then(
        () => (button.textContent = copied),
        () => getSelection()?.selectAllChildren(code),
      );
    };
    const code = make("code", { class: "add" }, text);
    return make("div", { class: "row" }, code, button);
  }
}

/** Something of the page or of the site: no text of ours, and of a direction of its own. */
const ofSite = (text: string): HTMLElement => make("bdi", { translate: "no" }, text);

/** A sentence of ours, with what stands in its places. */
const sentence = (text: string, places: Record<string, Node | string>): (Node | string)[] =>
  text.split(/\{(\w+)\}/).map((piece, at) => (at % 2 ? places[piece]! : piece));

/** Creates an element with attributes and content; a string becomes text, never markup. */
function make<Name extends keyof HTMLElementTagNameMap>(name: Name, attributes: Record<string, string>, ...content: (Node | string)[]): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}
