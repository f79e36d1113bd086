// Stands in for an advertising pixel: an identifier for three months, and an image from beside
// this script, wherever the page is.
(() => {
  const id = Math.floor(Math.random() * 2 ** 31);
  document.cookie = `_fbp=fb.1.${Date.now()}.${id}; path=/; max-age=${90 * 86400}; SameSite=Lax`;
  new Image().src = new URL("pixel.gif", document.currentScript.src).href;
  (window.standin = window.standin || []).push("pixel");
})();
