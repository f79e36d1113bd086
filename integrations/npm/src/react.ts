/** Témoin for React 18 and 19. */
import { useSyncExternalStore } from "react";
import { NOTHING, read, watch, type ConsentState } from "./state.js";

export type { ConsentState } from "./state.js";

const readOnServer = (): ConsentState => NOTHING;

/**
 * What holds in the page: `consent` by purpose, `status`, and `allows(name)` for a purpose or a service. The component is drawn again at each
 * choice.
 *
 * On a server, and in the first pass over HTML that a server has rendered, only `necessary` may run: so the HTML never depends on who
 * asks for it, and hydration finds what it expects. What holds is drawn right after.
 */
export const useConsent = (): ConsentState => useSyncExternalStore(watch, read, readOnServer);
