// A question that breaks every rule, and a site that does not listen to the answer.
{
  const third = document.currentScript.src.replace("localhost", "tracker.example").replace("/banner.js", "");
  const undeclared = third.replace("tracker", "v83");
  const answer = document.cookie.match(/(?:^|; )choix=(\w+)/)?.[1];
  const keep = (value) => {
    document.cookie = `choix=${value}; max-age=2592000`;
    document.getElementById("veil")?.remove();
    document.body.style.overflow = "";
    act(value);
  };
  const act = (value) => {
    if (value === "non") {
      document.cookie = "v60_refused=1; max-age=86400";
      new Image().src = `${third}/v61-refused.gif`;
      localStorage.setItem("v62_refused", "1");
    }
    if (value === "oui") {
      document.cookie = "v70_kept=1; max-age=86400";
      document.cookie = "v80_undeclared=1; max-age=86400";
      document.cookie = "v81_longer=1; max-age=31536000";
      localStorage.setItem("v71_kept", "1");
      indexedDB.open("v72_kept");
      new Image().src = `${undeclared}/v83-host.gif`;
    }
    if (value === "retrait") {
      new Image().src = `${third}/v73-still.gif`;
    }
  };
  if (answer) {
    act(answer);
  } else {
    document.body.insertAdjacentHTML(
      "beforeend",
      `<div id="veil" style="position:fixed;inset:0;background:#0008">
         <div id="cookie-box" style="position:absolute;bottom:0;left:0;right:0;padding:24px;background:#fff;font:16px sans-serif">
           <p>Nous tenons à votre vie privée.</p>
           <label><input type="checkbox" name="v51_ticked" checked> Publicité</label>
           <button id="yes" style="padding:16px 40px;font-size:18px;background:#060;color:#fff;border:0">Tout accepter</button>
           <a id="no" href="#" style="font-size:11px;color:#999">Continuer sans accepter</a>
         </div>
       </div>`,
    );
    document.body.style.overflow = "hidden";
    document.getElementById("yes").onclick = () => keep("oui");
    document.getElementById("no").onclick = (event) => {
      event.preventDefault();
      keep("non");
    };
    addEventListener("wheel", () => {
      if (!document.getElementById("veil")) return;
      document.cookie = "v54_scrolled=1; max-age=86400";
      keep("oui");
    });
  }
  document.body.insertAdjacentHTML("beforeend", `<footer><button id="withdraw">Retirer mon consentement</button></footer>`);
  document.getElementById("withdraw").onclick = () => keep("retrait");
}
