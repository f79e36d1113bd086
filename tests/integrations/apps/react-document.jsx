import { hydrateRoot } from "react-dom/client";
import { Page } from "./react-app.jsx";

const tag = document.querySelector("head script").getAttribute("src");
hydrateRoot(document, <Page tag={tag} />, { onRecoverableError: (error) => console.error("recovered", error) });
