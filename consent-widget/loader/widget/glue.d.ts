declare module "#widget" {
  /** Compiles and starts the WebAssembly. */
  export default function init(source: { module_or_path: Promise<Response> }): Promise<unknown>;
  /** `start` in `../src/app.rs`. */
  export function start(bridge: object): void;
}
