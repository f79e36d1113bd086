export default defineNuxtConfig({
  app: {
    head: {
      htmlAttrs: { lang: "en" },
      title: "Laboratory",
      // First of all in the head: `critical` puts it before what Nuxt and its modules add.
      script: [{ src: "https://HOST/t/SITE.js", tagPriority: "critical" }],
    },
  },
});
