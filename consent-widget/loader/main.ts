/** The entry point of the loader. */
import { start } from "./page/start";

// A page that has the tag twice gets one loader, not two banners. An element with that name is no loader.
if (!Object.hasOwn(window, "Temoin")) start();
