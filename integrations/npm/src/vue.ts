/** Témoin for Vue 3. */
import { getCurrentInstance, getCurrentScope, onMounted, onScopeDispose, shallowReadonly, shallowRef, type ShallowRef } from "vue";
import { NOTHING, read, watch, type ConsentState } from "./state.js";

export type { ConsentState } from "./state.js";

/**
 * What holds in the page: `consent` by purpose, `status`, and `allows(name)` for a purpose or a service, as a ref that cannot be written.
 * It follows each choice as long as the component or effect scope lives.
 *
 * On a server and until the component is mounted, only `necessary` may run: so the HTML of a server never depends on who asks for it,
 * and hydration finds what it expects. What holds is drawn right after.
 */
export function useConsent(): Readonly<ShallowRef<ConsentState>> {
  const state = shallowRef(NOTHING);
  let end: (() => void) | undefined;
  let isOver = false;
  const start = (): void => {
    if (isOver || typeof window == "undefined") return;
    const renew = (): void => void (state.value = read());
    end = watch(renew);
    renew();
  };
  if (getCurrentScope()) {
    onScopeDispose(() => {
      isOver = true;
      end?.();
    });
  }
  if (getCurrentInstance()) onMounted(start);
  else start();
  return shallowReadonly(state);
}
