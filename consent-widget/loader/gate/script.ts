/**
 * Runs a script that waited. The script runs where it stands, so that the page goes on to hold that
 * very node, and may move it or take it away.
 */
import { setAddress } from "../trusted";
import { createWriter, isClassic, runnableCopy, runWith } from "./writes";

/** The elements that the gate has released; automatic blocking does not block them again. */
export const released = new WeakSet<Element>();

/** Scripts that run for one of the page's. */
const copies = new WeakMap<Element, HTMLScriptElement>();

/** Takes away the script that ran for one that the page has taken away. */
export const removeCopy = (script: Element): void => void copies.get(script)?.remove();

/** Runs a script of the page; resolves when it has run, with every script that it has written. */
export function startScript(script: HTMLScriptElement): Promise<unknown> {
  const able = isAble(script);
  const { dataset } = script;
  const address = dataset["src"] ?? script.getAttribute("src");
  if (__AUTOMATIC__) released.add(script);
  const start = () => {
    const type = dataset["type"];
    if (type) script.setAttribute("type", type);
    else script.removeAttribute("type");
    // A script that the parser did not run is async from then on, unless told otherwise.
    script.async = script.hasAttribute("async");
    script.removeAttribute("src");
    script.removeAttribute("data-src");
    return run(script, () => {
      if (address !== null) return setAddress(script, "src", address);
      // A browser looks again at an inline script that has not run when a node enters it.
      const node = new Text();
      script.append(node);
      node.remove();
    }, address !== null);
  };
  const ran = address === null ? start() : parsed(script).then(start);
  const whole = able.then((able) => (able ? ran : runCopy(script)));
  // The page's next script does not wait for the answer.
  return document.readyState === "loading" ? Promise.race([ran, whole]) : whole;
}

/**
 * Resolves once the parser has come past an element. Firefox never loads a script that gets its address before that: it has decided
 * what the element is when it began it.
 */
async function parsed(element: Element): Promise<void> {
  while (document.readyState === "loading") {
    await new Promise((resolve) => setTimeout(resolve));
    let last: Element = document.documentElement;
    while (last.lastElementChild) last = last.lastElementChild;
    if (last !== element) return;
  }
}

/** Runs a script by `start`; resolves when it has run. */
function run(script: HTMLScriptElement, start: () => void, loads: boolean): Promise<unknown> {
  const writer = createWriter(script);
  const loaded = new Promise((resolve) => {
    // A browser fires no `load` for an inline script, nor for a block of data, whatever its address.
    if (!loads || !(script.type === "module" || isClassic(script))) resolve(0);
    for (const name of ["load", "error"]) script.addEventListener(name, resolve, { once: true });
  });
  runWith(writer, script, start);
  const ended = loaded.then(() => writer.end());
  // A browser never runs a `nomodule` script.
  return loads && (script.async || script.noModule) ? Promise.resolve() : ended;
}

/** Runs a copy of a script that cannot run itself, after it. */
function runCopy(script: HTMLScriptElement): Promise<unknown> | void {
  if (!script.isConnected) return;
  const copy = runnableCopy(script);
  if (__AUTOMATIC__) released.add(copy);
  // The page's listeners are on its own script.
  copy.onload = copy.onerror = (event) => void script.dispatchEvent(new Event((event as Event).type));
  copies.set(script, copy);
  return run(copy, () => script.after(copy), copy.hasAttribute("src"));
}

/**
 * Whether a script can still run. One that came into the page as text, by `innerHTML`, never runs, nor
 * does a clone of it (HTML, "already started"), and nothing but a clone tells: of a script with an empty
 * address that can run, a browser says at once that it cannot be loaded, and asks nothing of the network.
 */
function isAble(script: HTMLScriptElement): Promise<boolean> {
  return new Promise((resolve) => {
    const clone = script.cloneNode() as HTMLScriptElement;
    for (const name of clone.getAttributeNames()) clone.removeAttribute(name);
    const other = document.createElement("script");
    clone.onerror = () => resolve(true);
    // The browser tells it after the first.
    other.onerror = () => resolve(false);
    for (const probe of [clone, other]) {
      if (__AUTOMATIC__) released.add(probe);
      setAddress(probe, "src", "");
      document.documentElement.append(probe);
      probe.remove();
    }
  });
}
