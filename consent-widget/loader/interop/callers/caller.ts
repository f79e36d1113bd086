/**
 * How other people's tools are told what a visitor decided: a file for each tool, of the name that a configuration has for it.
 *
 * The build makes each of them small by itself, and the server puts those that a site names into its loader
 * (`edge-api/src/publication/loader_script.rs`). So a file is one function and imports nothing but types. What each tool can be told is
 * in `crates/consent-core/src/site/signals.rs`, with the address of its documentation.
 */
import type { LoaderTool } from "../../generated/types";

/** What holds before an answer; a choice, or the end of one; that a choice was just made. */
export type Moment = "default" | "update" | "choice";

/**
 * Something of the page's by its name. An element or a frame that has its name is none (HTML, "named access on the Window object").
 * Where there is none, `otherwise` takes its place, if it is given.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Find = (name: string, otherwise?: unknown) => any;

/** A tool's permissions in its own words: each with the first value if it is granted, with the second if it is denied. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Types = (granted: unknown, denied: unknown) => Record<string, any>;

/** A tool's row, in which its caller may note that it has done once what is done once. */
export type Row = LoaderTool & { done?: boolean };

/**
 * Tells a tool what holds. It returns `false` where the tool is not there and has no queue either; then it sees to it that `again` is
 * called when the tool may be there, which calls it once more.
 *
 * A tool may be there once a script has loaded: that event reaches the document and no window (DOM, a document's "get the parent"), the
 * page's own reaches the window alone.
 */
export type Caller = (types: Types, moment: Moment, find: Find, tool: Row, again: () => void) => unknown;
