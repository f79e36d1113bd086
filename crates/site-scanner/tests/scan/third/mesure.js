document.cookie = "_mesure=1; max-age=2592000";
navigator.sendBeacon(new URL("/vu", document.currentScript.src), "x");
