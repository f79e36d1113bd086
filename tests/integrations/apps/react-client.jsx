import { createRoot } from "react-dom/client";
import { StrictMode } from "react";
import { App } from "./react-app.jsx";

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
