/**
 * What a released script writes with `document.write` stands after that script. The page is parsed by
 * then, and a browser would throw it away for what is written (HTML, "document open steps").
 *
 * A document without a window parses what is written, so that a tag may begin in one call and end in
 * another; each node moves into the page as soon as it is there. A script that is written runs before
 * what follows it is parsed, as it would while the page is parsed.
 */
import { trusted } from "../trusted";
import { accepted } from "../ui/html";
import { findAll } from "./dom-observer";

export interface Writer {
  write(html: string): void;
  /** Ends the writing; resolves when every script that was written, and that holds up what follows it, has run. */
  end(): Promise<unknown>;
}

const writers = new WeakMap<Element, Writer>();
let current: Writer | undefined;

/** The writer of the script that runs now, if a choice has released that script, or such a script has written it. */
export const runningWriter = (): Writer | undefined => current ?? writers.get(document.currentScript!);

/** Makes `document.write` ask which script calls it. Before anything else replaces these functions. */
export function guardWrites(): void {
  const { open } = Document.prototype;
  for (const name of ["write", "writeln"] as const) {
    const native = Document.prototype[name];
    Document.prototype[name] = function (...texts: string[]) {
      const writer = this === window.document && runningWriter();
      if (writer) writer.write(texts.map(accepted).join("") + (name === "write" ? "" : "\n"));
      else native.apply(this, texts);
    };
  }
  Document.prototype.open = function (this: Document, ...call: unknown[]) {
    // With three arguments it opens a window.
    if (this === window.document && !call[2] && runningWriter()) return this;
    return (open as (...call: unknown[]) => unknown).apply(this, call);
  } as typeof open;
}

/** Lets a script run, by `start`, with a writer of its own or of the script that has written it. */
export function runWith(writer: Writer, script: HTMLScriptElement, start: () => void): void {
  const before = current;
  writers.set(script, writer);
  // A script in a shadow tree is nobody's `currentScript`.
  current = writer;
  start();
  current = before;
}

/** Whether a script is JavaScript and no module, by its type (MIME Sniffing, "JavaScript MIME type"). */
export const isClassic = ({ type }: HTMLScriptElement): boolean => /^$|(java|ecma|j|live)script/i.test(type);

/** Creates the writer of a script. */
export function createWriter(script: HTMLScriptElement): Writer {
  /** What is written after a script that loads, and `ahead`, how much of it by scripts that were themselves written. */
  const waiting: string[] = [];
  let ahead = 0;
  let loading: Element | undefined;
  let ended: ((value?: unknown) => void) | undefined;
  const place = createPlace(script);

  const next = (html: string): void => {
    const written = place.parse(html);
    if (!written) return;
    const copy = runnableCopy(written);
    if (copy.src && !copy.async && !copy.defer && !copy.noModule && isClassic(copy)) {
      loading = copy;
      ahead = 0;
      copy.onload = copy.onerror = () => {
        // It may have written another that loads.
        if (loading !== copy) return;
        loading = undefined;
        while (waiting.length && !loading) next(waiting.shift()!);
        finish();
      };
    }
    runWith(writer, copy, () => written.replaceWith(copy));
  };
  const finish = (): void => {
    if (loading || !ended) return;
    place.close();
    ended();
  };
  const writer: Writer = {
    write(html) {
      // Whatever follows a script is parsed after that script has run.
      for (const part of html.split(/(?<=<\/script[^>]*>)/i)) {
        const { currentScript } = document;
        if (!loading || currentScript === loading) next(part);
        else waiting.splice(currentScript === script ? waiting.length : ahead++, 0, part);
      }
    },
    end: () =>
      new Promise((resolve) => {
        ended = resolve;
        finish();
      }),
  };
  return writer;
}

// The browser's own, before automatic blocking replaces them.
const { write } = Document.prototype;
const { createContextualFragment } = Range.prototype;

/** The place after a script where what it writes stands. */
function createPlace(script: HTMLScriptElement) {
  const seen = new WeakSet<Element>();
  const mark = new Text();
  let parser: Document | undefined;
  // An element of the page's may have the name `body`.
  let body: HTMLElement | undefined;
  let last: Element | DocumentFragment | undefined;

  const move = (html: string): void => {
    write.call(parser, trusted(html));
    const { childNodes, lastElementChild } = (body ??= parser!.body);
    last = lastElementChild ?? last;
    mark.before(...childNodes);
  };
  return {
    /** Parses more, and returns the script that ends with it. */
    parse(html: string): HTMLScriptElement | undefined {
      if (!parser) {
        parser = document.implementation.createHTMLDocument();
        // Nothing is shown in a head: what is written there stands first in the body.
        if (!script.closest("head")) script.after(mark);
        else if (document.body) document.body.prepend(mark);
        else document.documentElement.append(mark);
        move("<body>");
      }
      move(html);
      const found = /<\/script[^>]*>$/i.test(html) && last && findAll(last, "script").find((found) => !seen.has(found));
      if (found) return seen.add(found), found as HTMLScriptElement;
      return;
    },
    close: () => mark.remove(),
  };
}

/** A script that runs as soon as it is in the page, with the attributes and the content of one that never will. */
export function runnableCopy(script: HTMLScriptElement): HTMLScriptElement {
  // What a range makes of HTML can run (HTML, "createContextualFragment").
  const copy = createContextualFragment.call(document.createRange(), trusted(script.outerHTML)).firstChild as HTMLScriptElement;
  // Browsers hide the attribute once the page is parsed, but not the property.
  copy.nonce = script.nonce;
  // A script that a script creates is async unless told otherwise.
  copy.async = script.hasAttribute("async");
  return copy;
}
