/** Verifies what a dossier shows of a notice: its bytes by its hash, each picture by the digest that the notice states. */
import { expectFormat, hash, same, utf8 } from "../receipt-verifier/canonical";
import { sha256 } from "../receipt-verifier/digest";
import type { Data } from "./data";
import { attempt, type Found } from "./finding";

/** What stands before the markup in a frame, and what after it: see `page/frames.rs`. */
const BEGIN = "<!--shown-->";
const END = "<!--/shown-->";

/** Verifies a notice. */
export const checkNotice = (data: Data, name: string): Promise<Found> =>
  attempt("notice", async () => {
    const text = data.notices[name];
    expectFormat(text !== undefined && same(await sha256(utf8(text)), hash(name)), "the notice");
  });

/** Verifies a picture: what stands in the frame must have the digest that its notice states. */
export const checkPicture = (data: Data, frame: HTMLIFrameElement): Promise<Found> =>
  attempt("digest", async () => {
    const { shown: part, notice, language } = frame.dataset as Record<"shown" | "notice" | "language", string>;
    expectFormat((await checkNotice(data, notice)).outcome === "passed", "the notice");
    const { shown } = JSON.parse(data.notices[notice]!) as { shown: Record<string, Record<string, string>> };
    const { srcdoc } = frame;
    const [begin, end] = [srcdoc.indexOf(BEGIN), srcdoc.lastIndexOf(END)];
    expectFormat(begin >= 0 && end > begin, "the two marks");
    const markup = srcdoc.slice(begin + BEGIN.length, end);
    expectFormat(same(await sha256(utf8(markup)), hash(shown[language]?.[part] ?? "")), "the digest");
  });
