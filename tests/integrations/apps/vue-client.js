import { createApp } from "vue";
import { App } from "./vue-app.js";

createApp(App).mount("#root");
