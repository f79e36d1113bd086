/** The entry point of the loader. */
import { start } from "./page/start";

// A page that has the tag twice gets one loader, not two banners.
if (!("Temoin" in window)) start();
