import { Film } from "./film";

export default function Home() {
  return (
    <main>
      <h1>Laboratory</h1>
      <Film />
      <button type="button" data-temoin="open">
        My cookies
      </button>
    </main>
  );
}
