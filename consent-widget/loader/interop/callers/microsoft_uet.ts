import type { Caller } from "./caller";

export default ((types, moment, find) => {
  find("uetq", []).push("consent", moment, types("granted", "denied"));
}) satisfies Caller;
