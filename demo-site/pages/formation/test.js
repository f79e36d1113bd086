// The free test. The answers stay in this tab's session storage, under one necessary key, so that a
// reload does not lose them; nothing is sent.
(() => {
  const KEY = "test_semaphore";
  const QUESTIONS = [
    {
      text: "Quel nombre continue la suite 3, 4, 6, 9, 13, … ?",
      answers: ["16", "17", "18", "19"],
      right: 2,
      why: "On ajoute 1, puis 2, 3, 4 et enfin 5 : 13 + 5 = 18.",
    },
    {
      text: "Un prix baisse de 20 %, puis remonte de 20 %. Il vaut maintenant…",
      answers: ["autant qu’au départ", "4 % de moins", "4 % de plus", "2 % de moins"],
      right: 1,
      why: "0,80 × 1,20 = 0,96 : il manque 4 %.",
    },
    {
      text: "« Tous les gardiens du phare savent nager. Yann ne sait pas nager. » Il s’ensuit que…",
      answers: ["Yann habite loin du phare", "Yann n’est pas gardien du phare", "Yann apprendra à nager", "rien ne s’ensuit"],
      right: 1,
      why: "S’il était gardien, il saurait nager : c’est la contraposée.",
    },
    {
      text: "“By the time we reached the quay, the ferry ___.”",
      english: true,
      answers: ["left", "has left", "had left", "was leaving"],
      right: 2,
      why: "Le départ précède un fait passé : “had left”.",
    },
    {
      text: "Deux bateaux partent face à face, à 12 km/h et 18 km/h, de deux ports distants de 45 km. Ils se croisent après…",
      answers: ["1 h", "1 h 15", "1 h 30", "1 h 45"],
      right: 2,
      why: "Ils se rapprochent de 30 km par heure : 45 ÷ 30 = 1 h 30.",
    },
    {
      text: "“She is used to ___ early.”",
      english: true,
      answers: ["get up", "getting up", "got up", "be getting up"],
      right: 1,
      why: "“To be used to” demande un nom ou une forme en -ing.",
    },
  ];

  const one = (name) => document.querySelector(`[data-test="${name}"]`);
  let given = read();
  // Set once the answer on screen has been judged: the same button then moves on.
  let judged = false;

  function read() {
    try {
      const stored = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
      const good = (answer, at) => Number.isInteger(answer) && answer in (QUESTIONS[at]?.answers ?? []);
      return Array.isArray(stored) && stored.every(good) ? stored : [];
    } catch {
      return [];
    }
  }

  function keep() {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(given));
    } catch {
      // The test then lasts as long as the page.
    }
  }

  function ask(focus) {
    const at = given.length;
    const done = at === QUESTIONS.length;
    one("formulaire").hidden = done;
    one("resultat").hidden = !done;
    if (done) return result(focus);
    const { text, answers, english } = QUESTIONS[at];
    judged = false;
    one("rang").textContent = `Question ${at + 1} sur ${QUESTIONS.length}`;
    one("avancement").value = at;
    one("question").textContent = text;
    one("question").lang = english ? "en" : "fr-FR";
    one("reponses").lang = one("question").lang;
    one("reponses").replaceChildren(
      ...answers.map((answer, nth) => {
        const label = document.createElement("label");
        const input = Object.assign(document.createElement("input"), {
          type: "radio", name: "reponse", value: String(nth), required: true,
        });
        label.append(input, answer);
        return label;
      }),
    );
    one("verdict").textContent = "";
    one("verdict").className = "verdict";
    one("valider").textContent = "Valider";
    if (focus) one("question").focus();
  }

  function judge(answer) {
    const { answers, right, why } = QUESTIONS[given.length];
    judged = true;
    one("reponses").querySelectorAll("label").forEach((label, nth) => {
      label.firstChild.disabled = true;
      if (nth === right) label.className = "right";
      else if (nth === answer) label.className = "wrong";
    });
    const good = answer === right;
    one("verdict").classList.add(good ? "right" : "wrong");
    one("verdict").textContent = `${good ? "Juste." : `Non : la réponse est « ${answers[right]} ».`} ${why}`;
    given = [...given, answer];
    keep();
    one("avancement").value = given.length;
    one("valider").textContent = given.length === QUESTIONS.length ? "Voir mon résultat" : "Question suivante";
  }

  function result(focus) {
    const score = given.filter((answer, at) => answer === QUESTIONS[at].right).length;
    one("score").textContent = `${score} / ${QUESTIONS.length}`;
    one("conseil").textContent =
      score >= 5 ? "Très solide. Il reste à tenir ce rythme pendant deux heures : c’est l’objet de la dernière semaine."
      : score >= 3 ? "Les bases sont là. Le cours intensif travaille la méthode et la vitesse, question par question."
      : "C’est un point de départ, et il est utile : la première semaine commence exactement là.";
    if (focus) document.querySelector("#titre-score").focus();
  }

  function again() {
    given = [];
    keep();
    ask(true);
  }

  one("formulaire").addEventListener("submit", (event) => {
    event.preventDefault();
    if (judged) return ask(true);
    const answer = new FormData(event.currentTarget).get("reponse");
    if (answer !== null) judge(Number(answer));
  });
  one("recommencer").addEventListener("click", again);
  one("refaire").addEventListener("click", again);
  ask(false);
})();
