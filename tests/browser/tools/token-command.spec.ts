/** `temoin token`, run as its users do, on the running server. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CONSENT, OWNER } from "../support/environment";
import { expect, test } from "../support/lab";

const run = promisify(execFile);
const temoin = async (...words: string[]) => (await run(process.env["TEMOIN_PROGRAM"] ?? "", words)).stdout;

test("a token is made, opens the records, is listed, and is revoked", async ({ lab }) => {
  await lab.publish();
  const server = [CONSENT, "--token", OWNER];
  const made = JSON.parse(await temoin("token", "make", ...server, "--site", lab.site, "--role", "auditor", "--name", "Cabinet Érable", "--expires", "2d", "--json")) as { id: string; token: string };
  const ask = async () => (await fetch(`${CONSENT}/v1/sites/${lab.site}/consents`, { headers: { authorization: `Bearer ${made.token}` } })).status;
  expect(await ask()).toBe(200);
  expect(await temoin("token", "show", CONSENT, "--token", made.token)).toContain("Cabinet Érable");
  const row = async () => (await temoin("token", "list", ...server, "--site", lab.site)).split("\n").find((line) => line.includes(made.id));
  expect(await row()).toMatch(/auditor .*made \d{4}-/);
  await temoin("token", "revoke", ...server, made.id, "--site", lab.site);
  expect(await ask()).toBe(401);
  expect(await row()).toMatch(/auditor .*revoked \d{4}-/);
});

test("the server's reason is told, and nothing is printed as if it had worked", async ({ lab }) => {
  await lab.publish();
  const refused = await temoin("token", "list", CONSENT, "--token", "nobody's", "--site", lab.site).catch((error: { code: number; stdout: string; stderr: string }) => error);
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect((refused as { stderr: string }).stderr).toContain("the token is not valid");
});
