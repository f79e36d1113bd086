/** What the widget is asked to do. */
import type { Changes } from "../temoin";

export interface Command {
  action: "accept_all" | "reject_all" | "save" | "withdraw" | "gpc" | "import" | "open" | "flush";
  layer: "banner" | "dialog" | "placeholder" | "none";
  /** Whether the browser vouched for the click. */
  trusted: boolean;
  /** When it was asked, in milliseconds since 1970. */
  at: number;
  /** The notice that was shown. */
  notice: string;
  /** For `save` and `import`: what changes. */
  consent?: Changes;
}
