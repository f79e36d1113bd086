/**
 * The events that a page had before a choice released a script: the handlers of that script, and nobody
 * else's, are called once all released scripts have run.
 */
import { runningWriter } from "./writes";

type Listener = EventListenerOrEventListenerObject | null;
type Options = boolean | AddEventListenerOptions | undefined;
type Time = "domInteractive" | "domContentLoadedEventEnd" | "loadEventEnd";

/** The events of each target, and when each is over, in the order in which a page has them. */
const EVENTS: [Window | Document, Record<string, Time>][] = [
  [window.document, { readystatechange: "domInteractive", DOMContentLoaded: "domContentLoadedEventEnd" }],
  [window, { DOMContentLoaded: "domContentLoadedEventEnd", load: "loadEventEnd", pageshow: "loadEventEnd" }],
];

/** Calls the handlers that released scripts add too late; `scriptsRun` resolves when every such script has run. */
export function hearMissedEvents(scriptsRun: () => Promise<unknown>): void {
  const calls: (() => void)[] = [];
  for (const [target, events] of EVENTS) {
    /** Has the handlers that are too late. Each is called once, whatever the event does later. */
    const late = new EventTarget();
    const callers = new WeakMap<object, EventListener>();
    /** Calls a handler as the target would. */
    const callerOf = (listener: Listener): Listener => {
      if (typeof listener !== "function") return listener;
      if (!callers.has(listener)) callers.set(listener, (event) => listener.call(target as Window, event));
      return callers.get(listener)!;
    };
    /** Whether a handler of a released script is too late; if so, it is called. */
    const hear = (type: string, listener: Listener, options?: Options): boolean => {
      if (!Object.hasOwn(events, type) || !runningWriter() || !performance.timing[events[type]!]) return false;
      late.addEventListener(type, callerOf(listener), { capture: options === true, ...(options as object), once: true });
      void scriptsRun().then(() => setTimeout(() => calls.forEach((call) => call())));
      return true;
    };
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    Object.assign(target, {
      addEventListener(type: string, listener: Listener, options?: Options) {
        if (hear(type, listener, options) && (options as AddEventListenerOptions | undefined)?.once) return;
        addEventListener.call(target, type, listener, options);
      },
      removeEventListener(type: string, listener: Listener, options?: Options) {
        late.removeEventListener(type, callers.get(listener!) ?? listener, options);
        removeEventListener.call(target, type, listener, options);
      },
    });
    for (const type in events) {
      calls.push(() => {
        const event = new Event(type);
        Object.defineProperties(event, { target: { value: window.document }, currentTarget: { value: target } });
        late.dispatchEvent(event);
      });
      const name = "on" + type;
      // A window has its own, a document has them from its prototype.
      const property = Object.getOwnPropertyDescriptor(target, name) ?? Object.getOwnPropertyDescriptor(Document.prototype, name);
      if (!property?.set) continue;
      Object.defineProperty(target, name, {
        ...property,
        set(handler: EventListener | null) {
          property.set!.call(target, handler);
          hear(type, (event) => property.get!.call(target) === handler && handler?.call(target, event));
        },
      });
    }
  }
}
