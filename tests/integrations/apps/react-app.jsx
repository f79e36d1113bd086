/** A page of a site in React: what is shown with consent only, beside what says what holds. */
import { useConsent } from "@temoin/web/react";

function Film() {
  const { consent } = useConsent();
  if (!consent.marketing) return <p id="film">No film without consent</p>;
  return <p id="film">The film</p>;
}

function Measurement() {
  const { allows, status } = useConsent();
  return <p id="state">{`${status ?? "not asked"}, mesure: ${allows("mesure")}, pub: ${allows("pub")}`}</p>;
}

export function App() {
  return (
    <main>
      <h1>Laboratoire</h1>
      <Film />
      <Measurement />
      <button type="button" data-temoin="open">
        Mes témoins
      </button>
    </main>
  );
}

/** The same as a whole document, as frameworks that render `<html>` have it. */
export function Page({ tag }) {
  return (
    <html lang="fr-CA">
      <head>
        <meta charSet="utf-8" />
        <title>Laboratoire</title>
        <script src={tag} />
      </head>
      <body>
        <div className="shell">
          <App />
        </div>
        <script type="module" src="/app.js" />
      </body>
    </html>
  );
}
