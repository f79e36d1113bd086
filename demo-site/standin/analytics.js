// Stands in for an audience measurement script: an identifier for thirteen months.
(() => {
  const id = Math.floor(Math.random() * 2 ** 31);
  const now = Math.floor(Date.now() / 1000);
  // 393 days: thirteen months at their shortest.
  document.cookie = `_ga=GA1.1.${id}.${now}; path=/; max-age=${393 * 86400}; SameSite=Lax`;
  (window.standin = window.standin || []).push("analytics");
})();
