/** What the journeys need of a browser, whichever engine it has. */

/** A page of its own, whose storage nobody else has. */
export interface Tab {
  goto(address: string): Promise<void>;
  reload(): Promise<void>;
  /** Runs a function in the page, with arguments that JSON can hold; a promise is waited for. */
  evaluate<Result, Arguments extends unknown[]>(run: (...given: Arguments) => Result, ...given: Arguments): Promise<Awaited<Result>>;
  /** Presses the mouse on the middle of the first element that matches, as a visitor would. */
  click(selector: string): Promise<void>;
  /** Presses a key: `Tab`, `Enter`, `Escape` or ` `. */
  press(key: Key): Promise<void>;
  close(): Promise<void>;
}

export type Key = "Tab" | "Enter" | "Escape" | " ";

export interface Engine {
  open(): Promise<Tab>;
  close(): Promise<void>;
}
