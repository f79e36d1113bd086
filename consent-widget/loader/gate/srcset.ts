/**
 * The addresses of a list of candidates (HTML, "parse a srcset attribute"), as `candidates` in `crates/edge-gate/src/loads.rs`
 * has them; both run `crates/edge-gate/tests/srcset-candidates.json`.
 */
export function candidates(list: string): string[] {
  const found: string[] = [];
  for (let rest = list; (rest = rest.replace(/^[\t\n\f\r ,]+/, "")); ) {
    const address = /^[^\t\n\f\r ]+/.exec(rest)![0];
    const bare = address.replace(/,+$/, "");
    found.push(bare);
    rest = rest.slice(address.length);
    // What describes it ends at a comma outside of parentheses.
    if (bare === address) rest = rest.replace(/^(?:[^(,]+|\([^)]*(?:\)|$))*/, "");
  }
  return found;
}
