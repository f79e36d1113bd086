/** The entry point of the loader. */
import { script, site } from "./page/page";
import { start } from "./page/start";
import type { Carrier } from "./ui/language";

// A page that has the tag twice gets one loader, not two banners; the second only carries its site. An element with that name is no loader.
if (!Object.hasOwn(window, "Temoin")) start();
else if (__SEVERAL__ && script) (script as Carrier).temoin = site;
