/** How the guards put themselves before what a page calls or assigns. */

/** Returned by a `change` that ignores the assignment. */
export const IGNORE = /* @__PURE__ */ Symbol();

/** Calls `change` with every value that is assigned to a property; what it returns is assigned instead. */
export function interceptSetter<T extends object>(prototype: T, name: string, change: (element: T, value: unknown) => unknown): void {
  const property = Object.getOwnPropertyDescriptor(prototype, name);
  if (!property?.set) return;
  Object.defineProperty(prototype, name, {
    ...property,
    set(this: T, value: unknown) {
      const changed = change(this, value);
      if (changed !== IGNORE) property.set!.call(this, changed);
    },
  });
}

/** Calls `instead` in place of a method, if the interface has it; `call` calls the method itself. */
export function interceptMethod<T extends object>(
  prototype: T | undefined,
  name: string,
  instead: (call: (...args: any[]) => any, target: T, args: any[]) => unknown,
): void {
  if (!prototype || !Object.hasOwn(prototype, name)) return;
  const methods = prototype as Record<string, (...args: any[]) => unknown>;
  const method = methods[name]!;
  methods[name] = function (this: T, ...args) {
    return instead((...args) => method.apply(this, args), this, args);
  };
}

/** Calls `change` with the arguments of every `new NAME(…)`, if the browser has it; what it returns is made instead. */
export function interceptConstructor(name: string, change: (make: (...args: unknown[]) => object, args: any[]) => object): void {
  const page = window as unknown as Record<string, new (...args: unknown[]) => object>;
  if (!Object.hasOwn(page, name)) return;
  page[name] = new Proxy(page[name]!, {
    construct: (target, args, as) => change((...args) => Reflect.construct(target, args, as) as object, args),
  });
}
