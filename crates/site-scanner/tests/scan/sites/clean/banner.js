// A question that takes no for an answer.
{
  const third = document.currentScript.src.replace("localhost", "mesure.example").replace("/banner.js", "");
  const answer = document.cookie.match(/(?:^|; )choix=(\w+)/)?.[1];
  const act = (value) => {
    if (value !== "oui") return;
    const tag = document.createElement("script");
    tag.src = `${third}/mesure.js`;
    document.head.append(tag);
  };
  const keep = (value) => {
    document.cookie = `choix=${value}; max-age=15552000`;
    document.getElementById("question")?.remove();
    if (value === "non") document.cookie = "_mesure=; max-age=0";
    act(value);
  };
  if (answer) {
    act(answer);
  } else {
    document.body.insertAdjacentHTML(
      "beforeend",
      `<section id="question" role="region" aria-label="Témoins">
         <p>Peut-on compter les visites ?</p>
         <button id="no">Tout refuser</button> <button id="yes">Tout accepter</button>
       </section>`,
    );
    document.getElementById("yes").onclick = () => keep("oui");
    document.getElementById("no").onclick = () => keep("non");
  }
  document.body.insertAdjacentHTML("beforeend", `<footer><button id="withdraw">Retirer mon consentement</button></footer>`);
  document.getElementById("withdraw").onclick = () => keep("non");
}
