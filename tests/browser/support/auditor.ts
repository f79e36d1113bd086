/** What an auditor sees of a site's records. */
import { expect } from "@playwright/test";
import { AUDITOR, CONSENT } from "./environment";

export interface ConsentRecord {
  index: number;
  receipt: string;
  time: string;
  valid_until: string;
  /** Of an imported choice only. */
  chosen_at?: string;
  status: string;
  method: string;
  layer: string;
  jurisdiction: string;
  jurisdiction_from: string;
  trusted: boolean;
  language: string;
  gpc: boolean;
  /** Of a report with a ticket only. */
  served_at?: string;
  /** Of a site that tells tools, and a page that said which. */
  told?: string[];
  subject: string;
  notice: string;
  previous?: string;
  services?: Record<string, "granted" | "denied">;
  decision: Record<string, "granted" | "denied">;
}

export class Auditor {
  constructor(private readonly site: string) {}

  async records(parameters = ""): Promise<ConsentRecord[]> {
    return (await this.page(parameters)).records;
  }

  /** The places whose records were erased. */
  async erased(): Promise<number[]> {
    return ((await this.page("")).erased ?? []).map(({ index }) => index);
  }

  private async page(parameters: string): Promise<{ records: ConsentRecord[]; erased?: { index: number }[] }> {
    const url = `${CONSENT}/v1/sites/${this.site}/consents?limit=1000${parameters}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${AUDITOR}` } });
    expect(response.status).toBe(200);
    return response.json() as Promise<{ records: ConsentRecord[]; erased?: { index: number }[] }>;
  }

  async count(): Promise<number> {
    return (await this.records()).length;
  }

  /** The record of a receipt, found by the auditor's own query. */
  async record(receipt: string): Promise<ConsentRecord> {
    const found = (await this.records()).filter((record) => record.receipt === receipt);
    expect(found).toHaveLength(1);
    return found[0]!;
  }
}
