/** Draws a receipt as a QR code. */
/*! QR codes by lean-qr, © David Evans, MIT licence */
import { correction, generate } from "lean-qr/nano";
import type { ConsentReceipt } from "../temoin";
import { toBase64 } from "./canonical";

/** The quiet zone around a code, in modules (ISO/IEC 18004): a reader needs it to find the code. */
const QUIET = 4;

/** The text of the code: it names an entry of a log and pins its content. One line each for the receipt's id, the log, the index and the leaf hash. */
export function codeText({ id, log, index }: ConsentReceipt, leaf: Uint8Array): string {
  return ["temoin-receipt/v1", id, log, index, toBase64(leaf)].join("\n");
}

/** Draws a text as a QR code, dark on light whatever the page's colours. */
export function qrCode(text: string, name: string): HTMLElement {
  const code = generate(text, { minCorrectionLevel: correction.M });
  const side = code.size + 2 * QUIET;
  let dark = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) dark += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
  }
  const svg = draw("svg", { viewBox: `0 0 ${side} ${side}`, display: "block", role: "img", "aria-label": name, "shape-rendering": "crispEdges" });
  svg.append(draw("path", { d: `M0 0h${side}v${side}H0z`, fill: "#fff" }), draw("path", { d: dark, fill: "#000" }));
  // In a shadow tree: the dialog's styles, which undo the page's, would undo the path's shape too.
  const frame = document.createElement("div");
  frame.className = "temoin-code";
  frame.attachShadow({ mode: "open" }).append(svg);
  return frame;
}

function draw(name: string, attributes: Record<string, string>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}
