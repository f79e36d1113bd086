/** What the loader fetches from the consent server. */
import type { LoaderSite } from "../state/site";
import { watch, within } from "../gate/dom-observer";

/** A rendered part of the notice, as HTML. */
export async function fetchPart(site: LoaderSite, server: string, name: string): Promise<string> {
  const answer = await fetch(`${server}/n/${site.notice}/${site.language}/${name}.html`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.text();
}

/** Fills every `data-temoin="declaration"`, those added later too. */
export function fillDeclarations(site: LoaderSite, server: string): void {
  let html: Promise<string> | undefined;
  watch((root) => {
    for (const place of within(root, '[data-temoin="declaration"]')) {
      // Filled already; a plain text that holds its place is replaced.
      if (place.firstElementChild) continue;
      html ??= fetchPart(site, server, "declaration");
      html.then(
        (html) => (place.innerHTML = html),
        // The next one that appears tries again.
        () => (html = undefined),
      );
    }
  });
}
