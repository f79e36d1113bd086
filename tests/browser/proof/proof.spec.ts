/** A receipt proves itself: in the visitor's browser, step by step, and it is said when it does not. */
import { readFile, writeFile } from "node:fs/promises";
import decodeQR from "qr/decode.js";
import type { Page, Route } from "@playwright/test";
import type * as proof from "../../../consent-widget/loader/receipt-verifier/main";
import type { ConsentReceipt } from "../../../consent-widget/loader/temoin";
import { expect, test, type Lab } from "../support/lab";
import { Signer, file, type Receipts } from "./receipts";
import { CONSENT } from "../support/environment";
import { type Finding, type Visitor } from "../support/visitor";

const slot = (visitor: Visitor, name: string) => visitor.dialog.locator(`[data-slot=${name}]`);

/** Accepts, and opens the dialog on the receipt. */
async function acceptAndOpen(lab: Lab, visitor: Visitor): Promise<ConsentReceipt> {
  await lab.publish();
  await lab.open("<h1>Laboratoire</h1>");
  await visitor.accept();
  const receipt = await visitor.receipt();
  await visitor.reopenDialog();
  return receipt;
}

const outcomes = (findings: Finding[]): Record<string, string> => Object.fromEntries(findings.map(({ step, outcome }) => [step, outcome]));

/** The first thing that does not fit. */
const failed = (findings: Finding[]): string | undefined => findings.find(({ outcome }) => outcome === "failed")?.step;

const WHOLE = { texts: "passed", log: "passed", signature: "passed", server: "passed" };

/** What a camera makes of what is on the screen. */
async function pointCamera(page: Page, visitor: Visitor): Promise<string> {
  const picture = await visitor.dialog.locator(".temoin-code").screenshot();
  const { width, height, data } = await page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d")!;
    context.drawImage(bitmap, 0, 0);
    const { width, height, data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width, height, data: [...data] };
  }, [...picture]);
  return decodeQR({ width, height, data: Uint8Array.from(data) });
}

/** Has the server answer this in its place, or its own answer changed. */
async function answerReceipts(page: Page, change: (receipt: ConsentReceipt, route: Route) => Promise<void> | void): Promise<void> {
  await page.route("**/v1/receipts/*", async (route) => {
    if (route.request().method() !== "GET") return route.fallback();
    const answer = await route.fetch();
    const receipt = (await answer.json()) as ConsentReceipt;
    await change(receipt, route);
    await route.fulfill({ response: answer, json: receipt });
  });
}

test("a choice is verified, said in words, and shown as a code", async ({ lab, visitor, page }) => {
  const { id, log, index } = await acceptAndOpen(lab, visitor);
  visitor.forget();
  const findings = await visitor.verify();
  expect(outcomes(findings)).toMatchObject(WHOLE);
  expect(findings.map(({ step }) => step).slice(0, 3)).toEqual(["texts", "log", "signature"]);
  expect(findings[1]!.said).toMatch(new RegExp(`^✓ Vérifié Votre choix est inscrit au registre de preuves ${log} depuis le \\d+ .* h .*, au rang ${index}\\.$`));
  await expect(visitor.verdict).toContainText("Votre reçu tient : personne ne peut changer cette preuve sans que cela se voie.");
  await expect(visitor.dialog.getByRole("status").locator(".temoin-verdict")).toBeVisible();
  // One script, once, that comes with nothing else.
  expect(visitor.requests.filter((request) => request.url().includes("/w/"))).toHaveLength(1);

  const text = await visitor.dialog.locator("pre").innerText();
  expect(text.split("\n")).toEqual(["temoin-receipt/v1", id, log, String(index), expect.stringMatching(/^[\w+/]{43}=$/)]);
  expect(await pointCamera(page, visitor)).toBe(text);
  await expect(visitor.dialog.getByRole("img", { name: "Votre reçu sous forme de code" })).toBeVisible();
  await page.emulateMedia({ colorScheme: "dark", forcedColors: "active" });
  expect(await pointCamera(page, visitor)).toBe(text);
});

test("so is a withdrawal", async ({ lab, visitor }) => {
  const { id } = await acceptAndOpen(lab, visitor);
  await visitor.button("withdraw", visitor.dialog).click();
  await expect.poll(async () => (await visitor.receipt()).id).not.toBe(id);
  await visitor.reopenDialog();
  expect(outcomes(await visitor.verify())).toMatchObject(WHOLE);
  expect((await visitor.receipt()).status).toBe("withdrawn");
});

test("what was found goes with the dialog, and with the receipt it was about", async ({ lab, visitor, page }) => {
  await acceptAndOpen(lab, visitor);
  await visitor.verify();
  await visitor.button("close", visitor.dialog).click();
  await visitor.reopenDialog();
  await expect(slot(visitor, "findings")).toBeEmpty();
  await expect(slot(visitor, "code")).toBeEmpty();
  await visitor.verify();
  await page.evaluate(() => window.Temoin.set({ statistics: false }));
  await expect(slot(visitor, "findings")).toBeEmpty();
  expect(outcomes(await visitor.verify())).toMatchObject(WHOLE);
});

test.describe("the anchor", () => {
  /** Waits for it, and for what the receipt then is. */
  async function untilAnchored(visitor: Visitor): Promise<ConsentReceipt> {
    await expect.poll(async () => outcomes(await visitor.verify())["anchor"], { timeout: 20_000 }).toBe("passed");
    return visitor.receipt();
  }

  test("joins the receipt that is held, and its page's copy", async ({ lab, visitor }) => {
    const given = await acceptAndOpen(lab, visitor);
    expect(given.evidence!.anchor_proof).toBeUndefined();
    const anchored = await untilAnchored(visitor);
    expect(anchored.evidence!.anchor_key).toMatch(/\/anchor\+/);
    expect((await visitor.wallet()).receipts.at(-1)).toEqual(anchored);
    const { anchor_key, anchor_proof, proof, ...same } = anchored.evidence!;
    expect(given).toMatchObject({ ...anchored, evidence: same });
    // And is checked offline from then on.
    await visitor.page.context().setOffline(true);
    expect(outcomes(await visitor.verify())).toMatchObject({ ...WHOLE, anchor: "passed", server: "unknown" });
  });

  test("names the witnesses that have cosigned it", async ({ lab, visitor, page }) => {
    await acceptAndOpen(lab, visitor);
    await untilAnchored(visitor);
    const witness = new Signer("observatoire.example/w1", 8, 4);
    await answerReceipts(page, ({ evidence }) => {
      const note = evidence!.anchor_proof!.split("\n\n")[1]! + "\n";
      evidence!.anchor_proof += witness.line(note, Date.UTC(2026, 10, 22, 20, 27) / 1000);
    });
    let listed = true;
    await page.route("**/v1/sites/*/logs", async (route) => {
      const answer = await route.fetch();
      const logs = (await answer.json()) as { anchor: { witnesses: string[] } };
      logs.anchor.witnesses = [witness.key];
      return listed ? route.fulfill({ response: answer, json: logs }) : route.abort();
    });
    const said = async () => (await visitor.verify()).find(({ step }) => step === "witnesses")?.said;
    await expect.poll(said).toMatch(/^✓ Vérifié Des observateurs extérieurs ont cosigné l’ancrage : observatoire\.example\/w1; en dernier le 22 novembre 2026/);
    await expect(visitor.verdict).toHaveAttribute("data-outcome", "passed");
    listed = false;
    await expect.poll(said).toMatch(/^\? Non vérifié L’ancrage porte des cosignatures \(observatoire\.example\/w1\)/);
    await expect(visitor.verdict).toHaveAttribute("data-outcome", "unknown");
  });
});

test("whatever is changed in the wallet is told, and not kept over what the server has", async ({ lab, visitor, page }) => {
  const good = await acceptAndOpen(lab, visitor);
  const wallet = await visitor.wallet();
  const evidence = good.evidence!;
  const other = (text: string) => text.replace(/.$/s, (last) => (last === "0" ? "1" : "0"));
  const changes: [string, string, Partial<ConsentReceipt>][] = [
    ["texts", "time", { time: "2026-01-01T00:00:00.000Z" }],
    ["texts", "valid_until", { valid_until: "2036-01-01T00:00:00.000Z" }],
    ["texts", "status", { status: "refused" }],
    ["texts", "method", { method: "save" }],
    ["texts", "notice", { notice: "00".repeat(32) }],
    ["texts", "evidence.decision", { evidence: { ...evidence, decision: evidence.decision + " " } }],
    ["texts", "evidence.subject", { evidence: { ...evidence, subject: "{}" } }],
    ["texts", "evidence", { evidence: { ...evidence, subject_salt: "" } }],
    ["log", good.log, { evidence: { ...evidence, subject_salt: other(evidence.subject_salt!) } }],
    ["log", good.log, { evidence: { ...evidence, decision_salt: other(evidence.decision_salt) } }],
    ["log", String(good.index + 1), { index: good.index + 1 }],
    ["log", good.log, { evidence: { ...evidence, proof: "" } }],
    ["signature", "signature", { log: good.log + "/1" }],
    ["signature", "signature", { evidence: { ...evidence, key: other(evidence.key) } }],
    ["signature", "signature", { evidence: { ...evidence, proof: evidence.proof.replace(/.{7}=\n$/, "AAAAAAA=\n") } }],
    ["anchor", "ancrage", { evidence: { ...evidence, anchor_key: evidence.key } }],
  ];
  for (const [step, part, change] of changes) {
    const why = JSON.stringify(change).slice(0, 80);
    await visitor.keepWallet({ ...wallet, receipts: [{ ...good, ...change }] });
    const findings = await visitor.verify();
    expect(failed(findings), why).toBe(step);
    const { said } = findings.find(({ outcome }) => outcome === "failed")!;
    expect(said, why).toContain("✗ Ne concorde pas");
    expect(said, why).toContain(part);
    await expect(visitor.verdict, why).toContainText("Quelque chose ne concorde pas. Téléchargez le reçu");
    await expect(slot(visitor, "code"), why).toBeEmpty();
    expect((await visitor.wallet()).receipts, why).toEqual([{ ...good, ...change }]);
  }

  // The decision itself, in the choice as well: otherwise there is no receipt of it to be verified.
  const receipt = { ...good, decision: { ...good.decision, marketing: "denied" as const } };
  await visitor.keepWallet({ ...wallet, receipts: [receipt] });
  await visitor.button("close", visitor.dialog).click();
  await page.evaluate(() => {
    const text = localStorage.getItem("consent_temoin")!.replace(/^c1\.gggg/, "c1.gggd");
    localStorage.setItem("consent_temoin", text);
    document.cookie = `consent_temoin=${text};Path=/`;
  });
  await visitor.reopenDialog();
  const findings = await visitor.verify();
  expect(failed(findings)).toBe("texts");
  expect(findings[0]!.said).toContain("(decision)");
  expect(outcomes(findings)).toMatchObject({ signature: "passed", server: "failed" });
});

test("one that came without its proof gets it", async ({ lab, visitor, page }) => {
  const { log, evidence, ...older } = await acceptAndOpen(lab, visitor);
  const wallet = await visitor.wallet();
  await visitor.keepWallet({ ...wallet, receipts: [older] });
  await page.reload();
  await visitor.reopenDialog();
  await expect(slot(visitor, "receipt")).toHaveText(older.id);
  expect(outcomes(await visitor.verify())).toMatchObject(WHOLE);
  expect((await visitor.wallet()).receipts).toMatchObject([{ ...older, log, evidence: { subject: evidence!.subject } }]);
  // Not from a server that cannot be reached.
  await visitor.keepWallet({ ...wallet, receipts: [older] });
  await page.context().setOffline(true);
  expect(outcomes(await visitor.verify())).toEqual({ texts: "unknown", server: "unknown" });
  await expect(visitor.verdict).toHaveAttribute("data-outcome", "unknown");
});

test.describe("offline", () => {
  test("the receipt is checked without the server, and that is said", async ({ lab, visitor, context }) => {
    await acceptAndOpen(lab, visitor);
    await visitor.verify();
    await context.setOffline(true);
    const findings = await visitor.verify();
    expect(outcomes(findings)).toMatchObject({ ...WHOLE, server: "unknown" });
    expect(findings.at(-1)!.said).toBe("? Non vérifié Le serveur de preuves n’a pas répondu : tout ceci a été vérifié sans lui.");
    await expect(visitor.verdict).toContainText("Ce qui a pu être vérifié ici tient. Le reste est indiqué ci-dessous.");
  });

  test("what it takes cannot be fetched, which is said too, and it can be tried again", async ({ lab, visitor, context }) => {
    await acceptAndOpen(lab, visitor);
    await context.setOffline(true);
    for (const action of ["verify", "download_jsonld"]) {
      await visitor.button(action, visitor.dialog).click();
      await expect(slot(visitor, "findings")).toHaveText("Le serveur de preuves ne répond pas pour l’instant. Réessayez plus tard.");
    }
    await context.setOffline(false);
    expect(outcomes(await visitor.verify())).toMatchObject(WHOLE);
  });
});

test.describe("a browser that cannot check signatures says so, and never that they hold", () => {
  for (const [lacks, remove, expected] of [
    [
      "Ed25519",
      () => {
        const importKey = crypto.subtle.importKey;
        crypto.subtle.importKey = function (this: SubtleCrypto, ...given: unknown[]) {
          if (given[2] === "Ed25519") return Promise.reject(new DOMException("Unrecognized name", "NotSupportedError"));
          return (importKey as Function).apply(this, given);
        } as typeof importKey;
      },
      { texts: "passed", log: "passed", signature: "unknown", server: "passed" },
    ],
    [
      "WebCrypto",
      () => Object.defineProperty(crypto, "subtle", { value: undefined }),
      { texts: "unknown", log: "unknown", signature: "unknown", server: "passed" },
    ],
  ] as const) {
    test(`without ${lacks}`, async ({ lab, visitor, page }) => {
      await page.addInitScript(remove);
      await acceptAndOpen(lab, visitor);
      const findings = await visitor.verify();
      expect(outcomes(findings)).toMatchObject(expected);
      const signature = findings.find(({ step }) => step === "signature")!;
      expect(signature.said).toMatch(/^\? Non vérifié Ce navigateur ne peut pas le vérifier\. Téléchargez le reçu/);
      await expect(visitor.verdict).toHaveAttribute("data-outcome", "unknown");
      await expect(visitor.button("download", visitor.dialog)).toBeVisible();
    });
  }
});

test.describe("a server that does not say the same any more is told", () => {
  const headers = { "access-control-allow-origin": "*", "access-control-allow-headers": "authorization" };
  const cases: [string, (page: Page) => Promise<unknown>, RegExp][] = [
    ["it shows another record", (page) => answerReceipts(page, (receipt) => void (receipt.decision.marketing = "denied")), /ne garde pas cet enregistrement, ou en montre un autre/],
    ["its proof does not hold", (page) => answerReceipts(page, ({ evidence }) => void (evidence!.proof = evidence!.proof.replace("index ", "index 1"))), /ne garde pas cet enregistrement/],
    ["it has no such record", (page) => page.route("**/v1/receipts/*", (route) => route.fulfill({ status: 410, headers })), /ne garde pas cet enregistrement/],
    ["it publishes another key", (page) => page.route("**/vkey", (route) => route.fulfill({ headers, body: "other.example+00000000+AQ==\n" })), /ne publie pas la clé de ce reçu/],
  ];
  for (const [how, stand, says] of cases) {
    test(how, async ({ lab, visitor, page }) => {
      const given = await acceptAndOpen(lab, visitor);
      await stand(page);
      const findings = await visitor.verify();
      expect(outcomes(findings)).toMatchObject({ ...WHOLE, server: "failed" });
      expect(findings.at(-1)!.said).toMatch(says);
      await expect(visitor.verdict).toHaveAttribute("data-outcome", "failed");
      // What was given is not let go of.
      expect((await visitor.wallet()).receipts.at(-1)).toMatchObject({ ...given });
    });
  }
});

test("the receipt can be taken along in the words of the vocabulary", async ({ lab, visitor, page }) => {
  const { id, time } = await acceptAndOpen(lab, visitor);
  const download = page.waitForEvent("download");
  await visitor.button("download_jsonld", visitor.dialog).click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe(`temoin-${id}.jsonld`);
  const text = await readFile(await saved.path(), "utf8");
  expect(JSON.parse(text)).toHaveProperty("@context");
  expect(text).toContain(time);
  const { consent_id } = await visitor.wallet();
  const headers = { authorization: `Bearer ${consent_id}` };
  expect(text).toBe(await (await fetch(`${CONSENT}/v1/receipts/${id}?format=jsonld`, { headers })).text());
});

test.describe("the shared receipts", () => {
  const path = new URL("../../../crates/consent-core/tests/receipts.json", import.meta.url);

  test("are what their recipe makes", async () => {
    if (process.env["TEMOIN_WRITE_RECEIPTS"]) await writeFile(path, file());
    expect(await readFile(path, "utf8")).toBe(file());
  });

  test("hold, or fail at their step, in the very script that visitors get", async ({ lab, page }) => {
    const { witnesses, cases } = JSON.parse(await readFile(path, "utf8")) as Receipts;
    const manifest = new URL("../../../target/temoin/assets/manifest.json", import.meta.url);
    const { name } = (JSON.parse(await readFile(manifest, "utf8")) as { proof: { name: string } }).proof;
    await lab.publish();
    await lab.open("");
    const found = await page.evaluate(
      async ([address, witnesses, receipts]) => {
        const { examine, checkWitnesses } = (await import(address)) as typeof proof;
        return Promise.all(
          receipts.map(async (receipt) => {
            const { findings, leaf, anchor } = await examine(receipt);
            const witnessed = anchor && (await checkWitnesses(anchor, witnesses));
            const all = witnessed ? [...findings, witnessed] : findings;
            const hex = [...(leaf ?? [])].map((byte) => byte.toString(16).padStart(2, "0")).join("");
            return {
              fails: all.find(({ outcome }) => outcome === "failed")?.step ?? null,
              leaf: hex,
              cosigned: witnessed?.facts["names"],
              unsure: all.some(({ outcome }) => outcome === "unknown"),
            };
          }),
        );
      },
      [`${CONSENT}/w/${name}`, witnesses, cases.map(({ receipt }) => receipt as unknown as ConsentReceipt)] as const,
    );
    expect(cases.length).toBeGreaterThan(50);
    for (const [nth, { why, fails, leaf, cosigned }] of cases.entries()) {
      expect(found[nth], why).toMatchObject({ fails, unsure: false, ...(leaf && { leaf }), ...(cosigned && { cosigned: cosigned.join(", ") }) });
    }
  });
});
