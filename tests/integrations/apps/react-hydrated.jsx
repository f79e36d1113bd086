import { hydrateRoot } from "react-dom/client";
import { App } from "./react-app.jsx";

hydrateRoot(document.getElementById("root"), <App />, { onRecoverableError: (error) => console.error("recovered", error) });
window.hydrated = true;
