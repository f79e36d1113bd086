/**
 * The receipts that every checker is held to, `crates/consent-core/tests/receipts.json`, and how they are
 * made: written from `docs/proof-format.md` alone, with nothing of the product in it.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";

/** The step of the check at which a receipt must fail; `null` where it must not. */
export type Fails = "texts" | "log" | "signature" | "anchor" | "witnesses" | null;

export interface Receipt {
  id: string;
  log: string;
  index: number;
  time: string;
  valid_until: string;
  status: string;
  decision: Record<string, string>;
  services?: Record<string, string>;
  method: string;
  notice: string;
  evidence: Record<string, string>;
}

export interface Case {
  why: string;
  fails: Fails;
  /** The hash of the entry, in hexadecimal, where it holds. */
  leaf?: string;
  /** The witnesses that have cosigned its anchor. */
  cosigned?: string[];
  receipt: Receipt;
}

export interface Receipts {
  /** The keys of the witnesses that the server lists. */
  witnesses: string[];
  cases: Case[];
}

const SERVER = "temoin.example";
const LOG = `${SERVER}/relais/2026q4/0`;
const ANCHOR = `${SERVER}/anchor`;

type Bytes = Uint8Array | string;

const sha256 = (...pieces: Bytes[]): Buffer => pieces.reduce((hash, piece) => hash.update(piece), createHash("sha256")).digest();
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const u64 = (number: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(number));
  return bytes;
};

/** A key that signs notes: kind 1 for logs, 4 for witnesses. */
export class Signer {
  readonly #secret;
  readonly #typed: Buffer;
  readonly #id: Buffer;

  constructor(
    readonly name: string,
    seed: number,
    readonly kind: 1 | 4 = 1,
  ) {
    const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, seed)]);
    this.#secret = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    const spki = createPublicKey(this.#secret).export({ format: "der", type: "spki" });
    this.#typed = Buffer.concat([Buffer.of(kind), spki.subarray(-32)]);
    this.#id = sha256(name, "\n", this.#typed).subarray(0, 4);
  }

  get key(): string {
    return `${this.name}+${this.#id.toString("hex")}+${base64(this.#typed)}`;
  }

  /** The line below a note's text; a witness dates it. */
  line(text: string, seconds = 0): string {
    const signed =
      this.kind === 1
        ? sign(null, Buffer.from(text), this.#secret)
        : Buffer.concat([u64(seconds), sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), this.#secret)]);
    return `— ${this.name} ${base64(Buffer.concat([this.#id, signed]))}\n`;
  }
}

/** RFC 6962, section 2.1, by its definitions. */
class Tree {
  constructor(readonly leaves: Buffer[]) {}

  static leaf = (entry: Bytes): Buffer => sha256(Buffer.of(0), entry);

  root(from = 0, to = this.leaves.length): Buffer {
    if (to - from === 1) return this.leaves[from]!;
    const middle = from + Tree.split(to - from);
    return sha256(Buffer.of(1), this.root(from, middle), this.root(middle, to));
  }

  path(index: number, from = 0, to = this.leaves.length): Buffer[] {
    if (to - from === 1) return [];
    const middle = from + Tree.split(to - from);
    return index < middle
      ? [...this.path(index, from, middle), this.root(middle, to)]
      : [...this.path(index, middle, to), this.root(from, middle)];
  }

  /** The largest power of two below a size. */
  private static split(size: number): number {
    return 2 ** Math.ceil(Math.log2(size) - 1);
  }
}

const log = new Signer(LOG, 1);
const anchor = new Signer(ANCHOR, 2);
const stranger = new Signer(LOG, 3);
const witnesses = [new Signer("witness.example/w1", 4, 4), new Signer("témoins.example", 5, 4)];

const checkpoint = (origin: string, tree: Tree, more = ""): string =>
  `${origin}\n${tree.leaves.length}\n${base64(tree.root())}\n${more}`;

const proofOf = (index: number, tree: Tree, note: string, extra = ""): string =>
  ["c2sp.org/tlog-proof@v1", ...(extra ? ["extra " + extra] : []), `index ${index}`, ...tree.path(index).map(base64)].join("\n") +
  "\n\n" +
  note;

/** What a record says, before anything is made of it. */
interface Said {
  schema?: number;
  status: string;
  method: string;
  granted: string[];
  services?: Record<string, string>;
  previous?: string;
  chosen_at?: string;
  policy_version?: string;
  served_at?: string;
  told?: string[];
}

interface Written {
  receipt: Omit<Receipt, "log" | "index">;
  entry: Buffer;
}

const KINDS: Record<string, number> = { given: 1, refused: 2, withdrawn: 3 };
const hex = (byte: number, length: number): string => Buffer.alloc(length, byte).toString("hex");

const text = (members: [string, unknown][]): string =>
  `{${members.filter(([, value]) => value !== undefined).map(([name, value]) => `${JSON.stringify(name)}:${json(value)}`)}}`;

/** In the order of its names where it says which; a number is a name like another. */
const json = (value: unknown): string => (value instanceof Map ? text([...value]) : JSON.stringify(value));

/** Commits to a record; `respell` writes the texts otherwise before they are committed to. */
function commit(nth: number, said: Said, respell: { subject?: (text: string) => string; decision?: (text: string) => string } = {}): Written {
  const id = "relais." + hex(nth, 16);
  const time = new Date(Date.UTC(2026, 10, 22, 20, 27, 45, nth)).toISOString();
  const valid_until = new Date(Date.UTC(2027, 11, 22, 20, 27, 45, nth)).toISOString();
  const notice = hex(0xa0 + nth, 32);
  const answer = (purpose: string) => (purpose === "necessary" || said.granted.includes(purpose) ? "granted" : "denied");
  const decision = Object.fromEntries(["necessary", "preferences", "statistics", "marketing"].map((purpose) => [purpose, answer(purpose)]));
  const { status, method, services, chosen_at, previous } = said;
  const subject: [string, unknown][] = [
    ["subject", hex(9, 16)],
    ["previous", previous],
  ];
  const decided: [string, unknown][] = [
    ["schema", said.schema ?? 1],
    ["receipt", id],
    ["time", time],
    ["valid_until", valid_until],
    ["status", status],
    ["decision", decision],
    ["services", services && new Map(Object.entries(services).sort(([one], [other]) => (one < other ? -1 : 1)))],
    ["method", method],
    ["chosen_at", chosen_at],
    ["layer", "dialog"],
    ["trusted", true],
    ["notice", notice],
    ["policy_version", said.policy_version ?? "1"],
    ["language", "fr-CA"],
    ["jurisdiction", "CA-QC"],
    ["jurisdiction_from", "site"],
    ["gpc", false],
    ["served_at", said.served_at],
    ["told", said.told],
  ];
  const texts = { subject: text(subject), decision: text(decided) };
  texts.subject = respell.subject?.(texts.subject) ?? texts.subject;
  texts.decision = respell.decision?.(texts.decision) ?? texts.decision;
  const salt = (part: string) => sha256(`temoin salt v1 ${part}\n`, Buffer.alloc(32, nth));
  const hash = (part: "subject" | "decision") => sha256(`temoin ${part} v1\n`, salt(part), texts[part]);
  const commitment = sha256("temoin commitment v1\n", hash("subject"), hash("decision"));
  const entry = Buffer.concat([
    Buffer.of(1, KINDS[status] ?? 1),
    u64(Date.parse(time)),
    Buffer.from(notice, "hex").subarray(0, 16),
    commitment,
  ]);
  const evidence = {
    subject_salt: salt("subject").toString("hex"),
    subject: texts.subject,
    decision_salt: salt("decision").toString("hex"),
    decision: texts.decision,
  };
  const receipt = { id, time, valid_until, status, decision, ...(services && { services }), method, notice, evidence };
  return { receipt, entry };
}

const accepted: Said = { status: "given", method: "accept_all", granted: ["preferences", "statistics", "marketing"] };

/** A log of `size` entries in which a record stands at `index`; the others are anything. */
function inLog({ entry, receipt }: Written, index: number, size: number, more: { lines?: string; extra?: string } = {}): Case {
  const tree = new Tree(Array.from({ length: size }, (_, nth) => Tree.leaf(nth === index ? entry : "entry " + nth)));
  const signed = checkpoint(LOG, tree, more.lines);
  const note = `${signed}\n${log.line(signed)}`;
  const evidence = { ...receipt.evidence, key: log.key, proof: proofOf(index, tree, note, more.extra) };
  const { id, ...members } = receipt;
  return { why: "", fails: null, leaf: Tree.leaf(entry).toString("hex"), receipt: { id, log: LOG, index, ...members, evidence } };
}

const noteOf = (proof: string): string => proof.slice(proof.indexOf("\n\n") + 2);

/** The same, with its checkpoint in the anchor. */
function anchored(one: Case, cosigners: Signer[] = [], entry = noteOf(one.receipt.evidence["proof"]!)): Case {
  const tree = new Tree(["another", entry, "a third"].map(Tree.leaf));
  const signed = checkpoint(ANCHOR, tree);
  const lines = [anchor.line(signed), ...cosigners.map((cosigner, nth) => cosigner.line(signed, 1795379300 + nth))];
  const evidence = { ...one.receipt.evidence, anchor_key: anchor.key, anchor_proof: proofOf(1, tree, `${signed}\n${lines.join("")}`) };
  return { ...one, ...(cosigners.length && { cosigned: cosigners.map(({ name }) => name) }), receipt: { ...one.receipt, evidence } };
}

/** All of them as the file has them, one a line. */
export function file(): string {
  const { witnesses, cases } = receipts();
  const lines = cases.map((one) => JSON.stringify(one)).join(",\n");
  return `{\n"witnesses": ${JSON.stringify(witnesses)},\n"cases": [\n${lines}\n]\n}\n`;
}

/** Every receipt, good and bad. */
function receipts(): Receipts {
  const cases: Case[] = [];
  const good = (why: string, one: Case) => cases.push({ ...one, why });
  /** What is wrong with it, and at which step that shows. */
  const bad = (fails: Fails, why: string, one: Case, change: (receipt: Receipt) => void = () => {}) => {
    const receipt = structuredClone(one.receipt);
    change(receipt);
    cases.push({ why, fails, receipt });
  };
  const replace = (member: string, from: string | RegExp, to: string) => (receipt: Receipt) => {
    const was = receipt.evidence[member]!;
    receipt.evidence[member] = was.replace(from, to);
    if (receipt.evidence[member] === was) throw new Error(`nothing changed in ${member}: ${from}`);
  };

  const plain = inLog(commit(1, accepted), 1, 2);
  const full = commit(2, {
    status: "given",
    method: "save",
    granted: ["statistics"],
    services: { "10": "granted", "9": "denied", youtube: "granted" },
    previous: "relais." + hex(1, 16),
    policy_version: 'été 2026 – "v2" \\ 雪 \u{1F36A}',
  });
  good("accepted, second of two", plain);
  good("all that a record can say", inLog(full, 5, 7));
  good("refused, the only entry", inLog(commit(3, { status: "refused", method: "reject_all", granted: [] }), 0, 1));
  good("withdrawn, past the first tile", inLog(commit(4, { status: "withdrawn", method: "withdraw", granted: [] }), 300, 517));
  good("imported, with the time it was made", inLog(commit(5, { ...accepted, method: "imported", chosen_at: "2026-01-02T03:04:05.000Z" }), 6, 7));
  good("format 2, after a loader that was served", inLog(commit(6, { ...accepted, schema: 2, served_at: "2026-11-22T20:27:00.000Z" }), 2, 3));
  good("format 2, after none that is known", inLog(commit(7, { ...accepted, schema: 2 }), 2, 3));
  bad("texts", "another time at which the loader was served", inLog(commit(6, { ...accepted, schema: 2, served_at: "2026-11-22T20:27:00.000Z" }), 2, 3),
    replace("decision", '"served_at":', '"served_at" :'));
  good("format 3, after two tools were told", inLog(commit(8, { ...accepted, schema: 3, told: ["google", "meta"] }), 2, 3));
  good("format 3, after no tool could be told", inLog(commit(9, { ...accepted, schema: 3, told: [] }), 2, 3));
  bad("texts", "tools told in another spelling", inLog(commit(8, { ...accepted, schema: 3, told: ["google", "meta"] }), 2, 3),
    replace("decision", '","meta"', '", "meta"'));
  good("a checkpoint with lines to come, a proof with extra data", inLog(commit(1, accepted), 2, 5, { lines: "more to come\n", extra: "AAEC" }));
  good("anchored", anchored(plain));
  good("anchored and cosigned", anchored(plain, witnesses));
  /** The receipt with no more of who answered than the hash of that part. */
  const closed = (one: Case): Case => {
    const { subject_salt, subject, ...evidence } = one.receipt.evidence;
    const subject_hash = sha256("temoin subject v1\n", Buffer.from(subject_salt!, "hex"), subject!).toString("hex");
    return { ...one, receipt: { ...one.receipt, evidence: { subject_hash, ...evidence } } };
  };
  good("named a record that was erased: the hash of who answered", closed(inLog(full, 5, 7)));
  bad("log", "another hash of who answered", closed(plain), (receipt) => (receipt.evidence["subject_hash"] = hex(1, 32)));
  bad("texts", "a hash of who answered beside its text", closed(plain), (receipt) => (receipt.evidence["subject"] = plain.receipt.evidence["subject"]!));
  bad("texts", "a hash of who answered that is too short", closed(plain), replace("subject_hash", /^../, ""));
  good("signed by others too", (() => {
    const one = structuredClone(plain);
    const text = noteOf(one.receipt.evidence["proof"]!).split("\n\n")[0] + "\n";
    one.receipt.evidence["proof"] += stranger.line(text) + new Signer("other.example", 7).line(text);
    return one;
  })());

  bad("texts", "another decision", plain, (receipt) => (receipt.decision["marketing"] = "denied"));
  bad("texts", "a service less", inLog(full, 5, 7), (receipt) => delete receipt.services!["youtube"]);
  bad("texts", "a service more", plain, (receipt) => (receipt.services = { youtube: "denied" }));
  bad("texts", "another status", plain, (receipt) => (receipt.status = "refused"));
  bad("texts", "another method", plain, (receipt) => (receipt.method = "save"));
  bad("texts", "another time", plain, (receipt) => (receipt.time = "2026-11-22T20:27:45.002Z"));
  bad("texts", "another end", plain, (receipt) => (receipt.valid_until = "2028-12-22T20:27:45.001Z"));
  bad("texts", "another notice", plain, (receipt) => (receipt.notice = hex(0xff, 32)));
  bad("texts", "another number", plain, (receipt) => (receipt.id = "relais." + hex(2, 16)));
  bad("texts", "a decision that is no JSON", plain, replace("decision", "}", ""));
  bad("texts", "a subject that is no JSON", plain, replace("subject", "{", ""));
  bad("texts", "a salt in capitals", plain, (receipt) => (receipt.evidence["subject_salt"] = receipt.evidence["subject_salt"]!.toUpperCase()));
  bad("texts", "a salt too short", plain, replace("decision_salt", /^../, ""));
  const respelt = (why: string, decision: (text: string) => string) => bad("texts", why, inLog(commit(1, accepted, { decision }), 1, 2));
  respelt("committed to with white space", (text) => text.replace(":", ": "));
  respelt("committed to in another order", (text) => text.replace(/"layer":"dialog",("trusted":true)/, '$1,"layer":"dialog"'));
  respelt("committed to with a member twice", (text) => text.replace('"gpc":false', '"gpc":true,"gpc":false'));
  respelt("committed to with a member nobody knows", (text) => text.replace(/}$/, ',"more":1}'));
  respelt("committed to without a member", (text) => text.replace('"trusted":true,', ""));
  respelt("committed to with another escape", (text) => text.replace("CA-QC", "\\u0043A-QC"));
  bad("texts", "an ended consent is no answer", inLog(commit(1, { ...accepted, status: "expired" }), 1, 2));

  bad("log", "another salt of who answered", plain, (receipt) => (receipt.evidence["subject_salt"] = hex(1, 32)));
  bad("log", "another salt of what they said", plain, (receipt) => (receipt.evidence["decision_salt"] = hex(1, 32)));
  bad("log", "someone else", plain, replace("subject", hex(9, 16), hex(8, 16)));
  bad("log", "rewritten in both places", plain, (receipt) => {
    replace("decision", '"marketing":"granted"', '"marketing":"denied"')(receipt);
    receipt.decision["marketing"] = "denied";
  });
  bad("log", "another place", plain, (receipt) => (receipt.index = 0));
  bad("log", "another place in both", plain, (receipt) => {
    receipt.index = 0;
    replace("proof", "index 1", "index 0")(receipt);
  });
  bad("log", "a place past the end", plain, (receipt) => {
    receipt.index = 2;
    replace("proof", "index 1", "index 2")(receipt);
  });
  bad("log", "a place with a leading zero", plain, replace("proof", "index 1", "index 01"));
  bad("log", "another first line", plain, replace("proof", "@v1", "@v2"));
  bad("log", "no empty line", plain, replace("proof", "\n\n", "\n"));
  bad("log", "a hash less", plain, replace("proof", /(index 1)\n[^\n]+/, "$1"));
  bad("log", "a hash more", plain, replace("proof", /(index 1\n[^\n]+)/, "$1\n" + base64(Buffer.alloc(32))));
  bad("log", "another hash", plain, replace("proof", /(index 1)\n[^\n]+/, "$1\n" + base64(Buffer.alloc(32))));
  bad("log", "a hash without its padding", plain, replace("proof", /(index 1\n[^\n]+)=/, "$1"));
  bad("log", "a hash with bits left over", plain, (receipt) => {
    const [, hash] = /index 1\n([^\n]+)=/.exec(receipt.evidence["proof"]!)!;
    const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    replace("proof", hash!, hash!.slice(0, -1) + digits[digits.indexOf(hash!.at(-1)!) + 1])(receipt);
  });
  bad("log", "another size", plain, replace("proof", `${LOG}\n2\n`, `${LOG}\n3\n`));
  bad("log", "a size with a sign", plain, replace("proof", `${LOG}\n2\n`, `${LOG}\n+2\n`));
  bad("log", "another root", plain, (receipt) => {
    const root = noteOf(receipt.evidence["proof"]!).split("\n")[2]!;
    replace("proof", root, base64(Buffer.alloc(32, 1)))(receipt);
  });
  bad("log", "a control character", plain, replace("proof", "\n— ", "\r\n— "));
  bad("log", "a signature that is no line of its own", plain, replace("proof", /\n$/, ""));
  bad("log", "extra data that is none", plain, replace("proof", "index 1", "extra \nindex 1"));

  const resigned = (text: (text: string) => string, signer: Signer) => (receipt: Receipt) => {
    const proof = receipt.evidence["proof"]!;
    const signed = text(noteOf(proof).split("\n\n")[0] + "\n");
    receipt.evidence["proof"] = `${proof.slice(0, proof.indexOf("\n\n"))}\n\n${signed}\n${signer.line(signed)}`;
  };
  const same = (text: string) => text;
  bad("signature", "by someone else, in the log's name", plain, resigned(same, stranger));
  bad("signature", "by someone else, whose key it names", plain, (receipt) => {
    const other = new Signer("other.example", 3);
    resigned(same, other)(receipt);
    receipt.evidence["key"] = other.key;
  });
  bad("signature", "another signature", plain, (receipt) => {
    const line = /— \S+ (\S+)\n$/.exec(receipt.evidence["proof"]!)![1]!;
    const bytes = Buffer.from(line, "base64");
    bytes[20]! ^= 1;
    replace("proof", line, base64(bytes))(receipt);
  });
  bad("signature", "one that holds and one that does not", plain, (receipt) => {
    const [whole, line] = /— \S+ (\S+)\n$/.exec(receipt.evidence["proof"]!)!;
    const bytes = Buffer.from(line!, "base64");
    bytes[20]! ^= 1;
    receipt.evidence["proof"] += whole!.replace(line!, base64(bytes));
  });
  bad("signature", "a line added below the root", plain, replace("proof", "\n\n—", "\nmore\n\n—"));
  bad("signature", "another log", plain, (receipt) => (receipt.log = `${SERVER}/relais/2026q4/1`));
  bad("signature", "a checkpoint of another log, signed by this one's key", plain, resigned((text) => text.replace("/0\n", "/1\n"), log));
  bad("signature", "a key whose name is not the log's", plain, (receipt) => (receipt.evidence["key"] = anchor.key));
  bad("signature", "a key with another id", plain, replace("key", /\+[\da-f]{8}\+/, "+00000000+"));
  bad("signature", "a key without its padding", plain, (receipt) => (receipt.evidence["key"] += "="));
  bad("signature", "a key of a kind to come", plain, (receipt) => (receipt.evidence["key"] = `${LOG}+${sha256(LOG, "\n", Buffer.alloc(33, 7)).subarray(0, 4).toString("hex")}+${base64(Buffer.alloc(33, 7))}`));
  bad("signature", "a witness's kind of key", plain, (receipt) => {
    const cosigner = new Signer(LOG, 1, 4);
    resigned(same, cosigner)(receipt);
    receipt.evidence["key"] = cosigner.key;
  });
  bad("signature", "a key under which anything is signed", plain, (receipt) => {
    // The neutral point as key and as the signature's point, and nothing added: it holds for every text.
    const neutral = Buffer.concat([Buffer.of(1), Buffer.alloc(31)]);
    const typed = Buffer.concat([Buffer.of(1), neutral]);
    const id = sha256(LOG, "\n", typed).subarray(0, 4);
    receipt.evidence["key"] = `${LOG}+${id.toString("hex")}+${base64(typed)}`;
    const line = base64(Buffer.concat([id, neutral, Buffer.alloc(32)]));
    replace("proof", /— (\S+) \S+\n$/, `— $1 ${line}\n`)(receipt);
  });

  bad("anchor", "a proof without its key", anchored(plain), (receipt) => delete receipt.evidence["anchor_key"]);
  bad("anchor", "a key without its proof", anchored(plain), (receipt) => delete receipt.evidence["anchor_proof"]);
  bad("anchor", "another checkpoint is anchored", anchored(plain, [], "another checkpoint"));
  bad("anchor", "the checkpoint without its signature is anchored", anchored(plain, [], noteOf(plain.receipt.evidence["proof"]!).split("\n\n")[0] + "\n"));
  bad("anchor", "not signed by the anchor's key", anchored(plain), (receipt) => (receipt.evidence["anchor_key"] = new Signer(ANCHOR, 9).key));
  bad("anchor", "the log's key for the anchor's", anchored(plain), (receipt) => (receipt.evidence["anchor_key"] = log.key));
  bad("anchor", "another place", anchored(plain), replace("anchor_proof", "index 1", "index 2"));
  bad("anchor", "a hash less", anchored(plain), replace("anchor_proof", /(index 1)\n[^\n]+/, "$1"));
  bad("witnesses", "a cosignature that does not hold", anchored(plain, witnesses), (receipt) => {
    const [, line] = /— witness\.example\/w1 (\S+)\n/.exec(receipt.evidence["anchor_proof"]!)!;
    const bytes = Buffer.from(line!, "base64");
    bytes[11]! ^= 1;
    replace("anchor_proof", line!, base64(bytes))(receipt);
  });
  return { witnesses: witnesses.map(({ key }) => key), cases };
}
