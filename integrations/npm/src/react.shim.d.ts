/** What this package uses of React, so that it is compiled without React's types: `useSyncExternalStore` of React 18 and 19. */
declare module "react" {
  export function useSyncExternalStore<State>(subscribe: (changed: () => void) => () => void, read: () => State, readOnServer: () => State): State;
}
