/** The parts of the notice that the consent server has rendered, as HTML. */
import { findAll, observe } from "../gate/dom-observer";
import type { LoaderSite } from "../generated/types";
import { fill, make } from "./html";

/** Fetches a part: `dialog` or `declaration`. Fails if the server does not answer with it. */
export async function fetchPart(site: LoaderSite, server: string, name: string): Promise<string> {
  const answer = await fetch(`${server}/n/${site.notice}/${site.language}/${name}.html`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.text();
}

/** Puts the declaration into every `data-temoin="declaration"`, those added later too. */
export function fillDeclarations(site: LoaderSite, server: string): void {
  let html: Promise<string> | undefined;
  observe((root) => {
    for (const place of findAll(root, '[data-temoin="declaration"]')) {
      // An element means that it is filled already; a plain text only keeps the place, and is replaced.
      if (place.firstElementChild) continue;
      html ??= fetchPart(site, server, "declaration");
      html.then(
        (html) => place.replaceChildren(...fill(make("div"), html).childNodes),
        // The next place that appears tries again.
        () => (html = undefined),
      );
    }
  });
}
