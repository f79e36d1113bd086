"use client";

import { useConsent } from "@temoin/web/react";

export function Film() {
  const { allows } = useConsent();
  return <p id="film">{allows("pub") ? "The film" : "No film without consent"}</p>;
}
