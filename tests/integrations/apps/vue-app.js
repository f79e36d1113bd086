/** A page of a site in Vue: what is shown with consent only, beside what says what holds. */
import { defineComponent, h, ref } from "vue";
import { useConsent } from "@temoin/web/vue";

const Film = defineComponent(() => {
  const state = useConsent();
  return () => h("p", { id: "film" }, state.value.consent.marketing ? "The film" : "No film without consent");
});

const Measurement = defineComponent(() => {
  const state = useConsent();
  return () => {
    const { status, allows } = state.value;
    return h("p", { id: "state" }, `${status ?? "not asked"}, mesure: ${allows("mesure")}, pub: ${allows("pub")}`);
  };
});

export const App = defineComponent(() => {
  const isShown = ref(true);
  return () =>
    h("main", [
      h("h1", "Laboratoire"),
      isShown.value ? h(Film) : null,
      h(Measurement),
      h("button", { type: "button", "data-temoin": "open" }, "Mes témoins"),
      h("button", { type: "button", id: "toggle", onClick: () => (isShown.value = !isShown.value) }, "Toggle"),
    ]);
});
