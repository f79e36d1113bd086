/**
 * `window.Temoin` and its events, for the scripts of a page.
 *
 * A consent server publishes this file at `/t/temoin.d.ts`. Put it in your project and name it in
 * `tsconfig.json`, or reference it: `/// <reference path="temoin.d.ts" />`.
 */
export type Purpose = "necessary" | "preferences" | "statistics" | "marketing";

/** Whether each purpose is granted; `necessary` always is. */
export type Consent = Record<Purpose, boolean>;

export type ConsentStatus = "given" | "refused" | "withdrawn";

/** What changes; what is left out stays as it is. Only `true` grants. */
export type Changes = Partial<Consent> & {
  /** Services that get an answer of their own, apart from their purpose's: by id. */
  services?: Record<string, boolean>;
};

/** The visitor's copy of the consent record that the server keeps (ISO/IEC TS 27560). */
export interface ConsentReceipt {
  id: string;
  /** The transparency log that has the record. */
  log: string;
  /** The index of the record in that log, from 0. */
  index: number;
  /** The server's time, RFC 3339. */
  time: string;
  valid_until: string;
  status: ConsentStatus;
  decision: Record<Purpose, "granted" | "denied">;
  /** Services that have an answer of their own, apart from their purpose's: by id. */
  services?: Record<string, "granted" | "denied">;
  method: "accept_all" | "reject_all" | "save" | "withdraw" | "gpc" | "api" | "imported";
  /** The hash of the notice that was shown: `GET /v1/notices/HASH`. */
  notice: string;
  /** The proof of all this; `temoin receipt FILE` checks it. Servers of earlier versions gave none. */
  evidence?: Evidence;
}

/** The proof of a receipt: see `docs/proof-format.md`. */
export interface Evidence {
  /** 32 bytes in hexadecimal. */
  subject_salt?: string;
  /** The committed text of who answered. */
  subject?: string;
  /** In the place of both, where the text named a receipt that was erased: the hash of that part, 32 bytes in hexadecimal. */
  subject_hash?: string;
  /** 32 bytes in hexadecimal. */
  decision_salt: string;
  /** The committed text of what they answered. */
  decision: string;
  /** The key that verifies the log's checkpoints (C2SP signed-note). */
  key: string;
  /** The inclusion proof of the record's entry in a checkpoint of the log (C2SP tlog-proof). */
  proof: string;
  /** The key that verifies the anchor's checkpoints, once the anchor includes that checkpoint. */
  anchor_key?: string;
  /** The inclusion proof of that checkpoint in a checkpoint of the anchor (C2SP tlog-proof), with the witnesses' cosignatures. */
  anchor_proof?: string;
}

/** The detail of each event; on `window` their names begin with `temoin:`. */
export interface TemoinEvents {
  /** The gate is closed, the stored choice is read, and the page's HTML is parsed. */
  ready: Consent;
  /** The banner is on the page. */
  shown: Record<string, never>;
  /** A choice is in force: one stored before, or one made now. */
  consent: Consent;
  /** A choice is in force that differs from the one before it. */
  change: Consent;
  /** The visitor has withdrawn. */
  withdraw: Consent;
  /** The server has recorded the choice. */
  receipt: ConsentReceipt;
  /** Something failed; the gate stays as it is. */
  error: { message: string };
  /** Automatic blocking has blocked something that nobody marked. */
  held: { url: string; service: string | null };
}

export interface Temoin {
  readonly consent: Consent;
  /** `null` until the visitor has chosen. */
  readonly status: ConsentStatus | null;
  /** Whether the browser sends Global Privacy Control. */
  readonly gpc: boolean;
  /** The site that the page's tag names. */
  readonly site: string;
  /** Whether a service of the site may run. Throws a `TypeError` where the site has no such service. */
  allows(service: string): boolean;
  open(): void;
  acceptAll(): void;
  rejectAll(): void;
  /** Throws a `TypeError`, and changes nothing, where a name is unknown, an answer is no boolean, or there is no answer. */
  set(changes: Changes): void;
  withdraw(): void;
  /** The last receipt, once the server has given it. */
  receipt(): ConsentReceipt | null;
  on<Name extends keyof TemoinEvents>(event: Name, listener: (detail: TemoinEvents[Name]) => void): void;
}

declare global {
  interface Window {
    Temoin: Temoin;
  }
  interface WindowEventMap extends TemoinWindowEvents {}
}

type TemoinWindowEvents = {
  [Name in keyof TemoinEvents as `temoin:${Name}`]: CustomEvent<TemoinEvents[Name]>;
};
