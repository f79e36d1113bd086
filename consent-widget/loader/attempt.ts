/** Runs what a browser may refuse, such as reading blocked storage; a refusal gives nothing. */
export function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return;
  }
}
