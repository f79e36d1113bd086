/** What the guards of automatic blocking ask about an address, an element, markup and a stored name. */
import type { Address } from "./loading";

export interface Blocker {
  /** Whether a request to an address must not leave; the owner is told. */
  blocksRequest(address: string): boolean;
  /**
   * Blocks an element that has, or gets, an address that must wait; says whether it did. `as` is the element as it is about to be. `accept` gives the
   * address as the browser takes it from a script, or throws what the browser throws.
   */
  blockElement(element: Element, name: Address, value: string, as?: Element, accept?: () => string): boolean;
  /** Blocks everything in the page, or on its way there, that must wait; says whether there was anything. */
  blockWithin(root: Element | DocumentFragment, as?: Element): boolean;
  /** Whether an element is blocked. */
  isBlocked(element: Element): boolean;
  /** Whether a cookie or storage key must not be written. */
  forbidsName(name: string): boolean;
}
