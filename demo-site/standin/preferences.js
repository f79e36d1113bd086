// Stands in for a site's memory of its visitor's language.
(() => {
  localStorage.setItem("pref_lang", document.documentElement.lang);
  (window.standin = window.standin || []).push("preferences");
})();
